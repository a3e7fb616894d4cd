// What a slip is mended to is what comes of trying every character at every place, however records lie in segments and
// whatever dead ones hold.

import Index
import Records
import TestSupport
import Testing

@testable import Search

@Suite struct SlipLawTests {
    let folder = TemporaryFolder()

    private static let alphabet = Array("投诉停车费物业电梯噪音".utf16)
    private static func soundsAlike(_ a: UInt16, _ b: UInt16) -> Bool { a != b && a % 3 == b % 3 }
    private static func text(_ units: [UInt16]) -> String { String(decoding: units, as: UTF16.self) }

    private struct Mend {
        var units: [UInt16]
        var kind: Int
        var docsMax: Int
    }

    /// Every mend by trying, in the order in which the searcher names kinds: alike, swapped, wrong, missing, too many.
    private static func mends(_ units: [UInt16], _ count: ([UInt16]) -> Int) -> [Mend] {
        func least(_ text: [UInt16]) -> Int { (1..<text.count).map { count([text[$0 - 1], text[$0]]) }.min()! }
        var mends: [Mend] = []
        var seen: Set<[UInt16]> = [units]
        func add(_ text: [UInt16], _ kind: Int) {
            let docsMax = least(text)
            guard seen.insert(text).inserted, docsMax > 0 else { return }
            mends.append(Mend(units: text, kind: kind, docsMax: docsMax))
        }
        for i in units.indices {
            if units.count > 3 { add(Array(units[..<i] + units[(i + 1)...]), 4) }
            if i > 0 {
                var swapped = units
                swapped.swapAt(i - 1, i)
                add(swapped, 1)
            }
            for unit in alphabet.sorted() { add(Array(units[..<i] + [unit] + units[(i + 1)...]), soundsAlike(units[i], unit) ? 0 : 2) }
        }
        for i in 1..<units.count {
            for unit in alphabet.sorted() { add(Array(units[..<i] + [unit] + units[i...]), 3) }
        }
        return Array(mends.sorted { ($0.kind == 0 ? 0 : 1, -$0.docsMax, $0.kind) < ($1.kind == 0 ? 0 : 1, -$1.docsMax, $1.kind) }.prefix(24))
    }

    @Test(arguments: Seed.sample(8)) func `suggestions are those of trying everything`(start: Seed) throws {
        var seed = start
        let texts = (1...60).map { _ in (0..<Int.random(in: 6...14, using: &seed)).map { _ in Self.alphabet.randomElement(using: &seed)! } }
        let records = texts.enumerated().map { SearchCorpus.Record(UInt64($0 + 1), [(.content, Self.text($1))], receivedAt: 0) }
        let isLive = texts.indices.map { _ in Int.random(in: 0...4, using: &seed) > 0 }
        var told = 0
        for hasDead in [false, true] {
            let live = hasDead ? zip(texts, isLive).filter(\.1).map(\.0) : texts
            let generation = try IndexGeneration(at: folder.file("slip-\(hasDead).lmdb"), stamp: AnalysisStamp(text: "test"), creating: true, durable: false)
            defer { generation.close() }
            for from in stride(from: 0, to: records.count, by: 25) {
                var builder = SegmentBuilder()
                for record in records[from..<min(records.count, from + 25)] { builder.add(record.document) }
                try generation.add(builder, replacing: [], watermark: RecordSequence(UInt64(records.count)))
            }
            if hasDead {
                let gone = texts.indices.filter { !isLive[$0] }.map { RecordSequence(UInt64($0 + 1)) }
                try generation.add(SegmentBuilder(), replacing: gone, watermark: RecordSequence(UInt64(records.count)))
            }
            let searcher = try Searcher(generation.snapshot(), resolver: CorpusResolver(records), words: SearchCorpus.words)
            func count(_ piece: [UInt16]) -> Int {
                live.count { text in (0...(text.count - min(text.count, piece.count))).contains { text[$0...].starts(with: piece) } }
            }
            for _ in 0..<60 {
                let units = (0..<Int.random(in: 3...5, using: &seed)).map { _ in Self.alphabet.randomElement(using: &seed)! }
                guard count(units) == 0 else { continue }
                var found = Self.mends(units, count).map { (mend: $0, hits: count($0.units)) }.filter { $0.hits > 0 }
                found.sort { ($0.mend.kind, -$0.hits) < ($1.mend.kind, -$1.hits) }
                let expected = found.prefix(3).map { Searcher.Suggestion(part: Self.text(units), mended: Self.text($0.mend.units), count: $0.hits) }
                let suggestions = try searcher.suggestions(for: .literal(RandomQuery.part(units)), soundsAlike: Self.soundsAlike)
                #expect(suggestions == expected)
                told += suggestions.count
            }
        }
        #expect(told > 20)
    }
}
