// Random query trees over the records of a corpus: pieces of their texts, values of their fields, and what is nearly
// one of those.

import Index
import Records
import TestSupport

@testable import Search

struct RandomQuery {
    let records: [SearchCorpus.Record]
    var seed: Seed

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &seed) }

    static func part(_ units: [UInt16]) -> QueryPart {
        QueryPart(text: String(decoding: units, as: UTF16.self), units: units, range: 0..<0)
    }

    /// One to twelve characters that stand in a text; every other time changed, so that they may stand in none.
    mutating func piece(changed: Bool? = nil) -> QueryPart {
        while true {
            guard let zone = records.randomElement(using: &seed)?.zones.randomElement(using: &seed),
                !zone.units.isEmpty
            else { continue }
            var characters = String(decoding: zone.units, as: UTF16.self).unicodeScalars.map { Array(String($0).utf16) }
            let length = number(1...min(12, characters.count))
            let from = number(0...(characters.count - length))
            characters = Array(characters[from..<(from + length)])
            if changed ?? (number(0...1) == 0) {
                characters.replaceSubrange(
                    number(0...(length - 1))..<length, with: [SearchCorpus.alphabet.randomElement(using: &seed)!])
            }
            return Self.part(Array(characters.joined()))
        }
    }

    mutating func node(depth: Int = 3) -> QueryNode {
        if depth > 0, number(0...2) > 0 {
            switch number(0...4) {
            case 0: return .not(node(depth: depth - 1))
            case 1, 2: return .and(nodes(depth))
            default: return .or(nodes(depth))
            }
        }
        switch number(0...8) {
        case 0: return .all
        case 1, 2: return .literal(piece())
        case 3: return .understood(piece())
        case 4: return .pasted(piece())
        case 5: return near()
        case 6: return .exists(Self.fields.randomElement(using: &seed)!)
        default: return condition()
        }
    }

    static let fields: [Field] = [
        .title, .content, .respondent, .reply, .category, .channel, .region, .date, .due, .amount, .no,
    ]

    private mutating func nodes(_ depth: Int) -> [QueryNode] {
        (0..<number(0...3)).map { _ in node(depth: depth - 1) }
    }

    private mutating func near() -> QueryNode {
        let field = [Field.title, .content, .reply].randomElement(using: &seed)!
        func bound(_ part: QueryPart, _ isBound: Bool) -> QueryNode {
            isBound ? .field(field, .literal(part)) : .literal(part)
        }
        let (a, b) = (piece(changed: false), piece(changed: false))
        return .near(
            bound(Self.head(a), number(0...2) == 0),
            bound(Self.head(b), number(0...2) == 0), distance: number(0...9))
    }

    /// The first one or two characters.
    private static func head(_ part: QueryPart) -> QueryPart {
        Self.part(Array(String(String.UnicodeScalarView(part.text.unicodeScalars.prefix(2))).utf16))
    }

    private mutating func range(_ range: ClosedRange<Int>) -> (Int64?, Int64?) {
        let (a, b) = (number(range), number(range))
        return (number(0...3) == 0 ? nil : Int64(min(a, b)), number(0...3) == 0 ? nil : Int64(max(a, b)))
    }

    private mutating func condition() -> QueryNode {
        let field = Self.fields.randomElement(using: &seed)!
        switch field.kind {
        case .text: return .field(field, number(0...1) == 0 ? .literal(piece()) : .understood(piece()))
        case .facet where field.zone != nil:
            switch number(0...3) {
            case 0: return .field(field, .equals("车费"))
            case 1: return .field(field, .literal(Self.part(Array("车费".utf16))))
            case 2: return .field(field, .literal(piece()))
            default: return .field(field, .understood(piece()))
            }
        case .path: return .field(field, text(SearchCorpus.categories))
        case .facet: return .field(field, text(SearchCorpus.channels))
        case .region: return .field(field, text(SearchCorpus.regions))
        case .key, .identity: return .field(field, text((0..<41).map { "NO\($0)" }))
        case .date:
            let (from, to) = range(19_719...19_731)
            return .field(field, .dateRange(from: from, to: to))
        case .number:
            let (from, to) = range(-2_000...5_000)
            return .field(field, .numberRange(from: from, to: to))
        }
    }

    private mutating func text(_ values: [String]) -> FieldCondition {
        let value = values.randomElement(using: &seed)!
        switch number(0...3) {
        case 0: return .prefix(String(value.prefix(number(0...value.count))))
        case 1: return .equals(value + "0")
        default: return .equals(value)
        }
    }
}
