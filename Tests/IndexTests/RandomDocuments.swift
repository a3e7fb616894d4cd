// Documents over a small alphabet, so that the same terms, words and facets meet again and again.

import Records
import TestSupport

@testable import Index

struct RandomDocuments {
    var seed: Seed
    private var sequence: UInt64 = 0

    init(_ seed: Seed) { self.seed = seed }

    /// Han, a Han character outside the basic plane, Latin, a digit, a blank, an emoji.
    static let alphabet = ["投", "诉", "停", "车", "费", "\u{20BB7}", "a", "b", "7", " ", "😀"].map { Array($0.utf16) }
    private static let categories = ["房屋", "房屋/物业", "房屋/物业/停车", "房屋/漏水", "交通", "交通/公交/站点", "交通/公交"]

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &seed) }

    mutating func text(_ characters: Int) -> [UInt16] {
        (0..<characters).flatMap { _ in Self.alphabet.randomElement(using: &seed)! }
    }

    /// The next version to arrive; now and then a number is left out, as withdrawals do.
    mutating func nextSequence() -> RecordSequence {
        sequence += UInt64(number(1...3))
        return RecordSequence(sequence)
    }

    mutating func document() -> IndexableDocument {
        var document = IndexableDocument(
            sequence: nextSequence(), recordNumber: RecordNumber(UInt64(number(1...500))),
            receivedAtSeconds: Int64(number(1_600_000_000...1_700_000_000)), units: [], words: [], facets: [],
            quantities: [])
        for zone in TextZone.allCases.shuffled(using: &seed).prefix(number(0...3)) { addZone(zone, to: &document) }
        for _ in 0..<number(0...2) {
            document.facets.append(.init(Field.category, Self.categories.randomElement(using: &seed)!))
        }
        for _ in 0..<number(0...2) { document.facets.append(.init(Field.channel, "渠道\(number(0...3))")) }
        if number(0...3) == 0 { document.facets.append(.init(Field.handler, "人员\(number(0...40))")) }
        for _ in 0..<number(0...2) { document.quantities.append(.init(Field.amount, Int64(number(-5...5)) * 1_000)) }
        // Few different hashes, so that many documents share some; beside them the ends of the range.
        if number(0...3) > 0 {
            document.bands = (0..<SegmentReader.bandCount).map { _ in
                number(0...9) == 0 ? UInt32(number(0...1)) * 0xFFF_FFFE : UInt32(number(0...5)) * 0x2AA_AAA1
            }
        }
        if number(0...1) == 0 { document.quantities.append(.init(Field.due, Int64(number(19_000...19_010)))) }
        return document
    }

    private mutating func addZone(_ zone: TextZone, to document: inout IndexableDocument) {
        document.units += [DocumentText.zoneMark, UInt16(zone.rawValue)]
        let text = text(number(0...12))
        var from = 0
        while from < text.count {
            let length = min(number(1...3), text.count - from)
            if number(0...3) > 0 {
                document.words.append(.init(start: Int32(document.units.count + from), length: UInt16(length)))
            }
            from += length
        }
        document.units += text
    }
}
