// Draws queries by a seed from an archive's own texts, a class at a time, so that every run on an archive asks the
// same.

import Engine
import Index
import Records
import Search
import TextAnalysis

/// The kinds of queries that people ask, as the tables of results name them.
enum QueryClass: String, CaseIterable {
    case character, pair, word, piece, typed, and2, or2, filtered, newest, pasted

    var meaning: String {
        switch self {
        case .character: "one character"
        case .pair: "two neighbouring characters"
        case .word: "a word of 2 to 4 characters"
        case .piece: "a piece of 4 to 8 characters"
        case .typed: "the same without quotes: as written, or enough of it"
        case .and2: "two words of one record"
        case .or2: "one of two words"
        case .filtered: "two words, a year, a category"
        case .newest: "a word, newest first"
        case .pasted: "a text of 100 to 300 characters"
        }
    }
}

/// One query: as the engine's user writes it, and as the tree that a search gets.
struct DrawnQuery {
    var request: SearchRequest
    var node: QueryNode

    init(text: String, node: QueryNode) {
        request = SearchRequest(query: text)
        self.node = node
    }
}

struct QueryDraw {
    private let engine: Engine
    private let searcher: Searcher
    private var random: SplitMix
    private let starts: [Int]

    init(_ engine: Engine, _ searcher: Searcher, seed: UInt64) {
        self.engine = engine
        self.searcher = searcher
        random = SplitMix(state: seed)
        var starts = [0]
        for segment in searcher.snapshot.segments { starts.append(starts.last! + segment.docCount) }
        self.starts = starts
    }

    mutating func queries(_ kind: QueryClass, count: Int) throws -> [DrawnQuery] {
        var queries: [DrawnQuery] = []
        var attempts = 0
        while queries.count < count, attempts < count * 50 {
            attempts += 1
            if let query = try query(kind) { queries.append(query) }
        }
        return queries
    }

    private mutating func query(_ kind: QueryClass) throws -> DrawnQuery? {
        let (sequence, text) = try document()
        switch kind {
        case .character: return run(text, 1...1).map { literal([$0]) }
        case .pair: return run(text, 2...2).map { literal([$0]) }
        case .piece: return run(text, 4...8).map { literal([$0]) }
        case .typed:
            return run(text, 4...8).map { DrawnQuery(text: Self.string($0), node: .understood(Self.part($0))) }
        case .word: return word(text).map { literal([$0]) }
        case .newest:
            guard var query = word(text).map({ literal([$0]) }) else { return nil }
            query.request.sort = .newest
            return query
        case .and2:
            guard let a = word(text), let b = word(text), a != b else { return nil }
            return literal([a, b])
        case .or2:
            guard let a = word(text), let b = word(try document().text), a != b else { return nil }
            return DrawnQuery(
                text: "\(Self.string(a)) OR \(Self.string(b))",
                node: .disjunction([.literal(Self.part(a)), .literal(Self.part(b))]))
        case .filtered:
            guard let a = word(text), let b = word(text), a != b else { return nil }
            return try filtered(literal([a, b]), sequence)
        case .pasted:
            guard text.count >= 100 else { return nil }
            let pasted = Array(text.prefix(Int.random(in: 100...300, using: &random)))
            return DrawnQuery(text: Self.string(pasted), node: .pasted(Self.part(pasted)))
        }
    }

    private mutating func filtered(_ query: DrawnQuery, _ sequence: RecordSequence) throws -> DrawnQuery? {
        guard let record = try engine.indexedRecord(at: sequence),
            let category = record.facets.first(where: { $0.field == .category })?.value
        else { return nil }
        guard let year = Timestamp(seconds: record.receivedAtSeconds)?.date.year else { return nil }
        var filtered = query
        filtered.request.from = "\(year)-01-01"
        filtered.request.to = "\(year)-12-31"
        filtered.request.filters = ["category=\(category.split(separator: "/").first.map(String.init) ?? category)"]
        filtered.node = try engine.tree(query.node, of: filtered.request)
        return filtered
    }

    private func literal(_ parts: [[UInt16]]) -> DrawnQuery {
        DrawnQuery(
            text: parts.map(Self.string).joined(separator: " "),
            node: .conjunction(parts.map { .literal(Self.part($0)) }))
    }

    private static func string(_ units: [UInt16]) -> String { String(decoding: units, as: UTF16.self) }
    private static func part(_ units: [UInt16]) -> QueryPart {
        QueryPart(text: string(units), units: units, range: 0..<units.count)
    }

    // MARK: Texts

    /// The longest zone of a random record.
    private mutating func document() throws -> (sequence: RecordSequence, text: [UInt16]) {
        let place = Int.random(in: 0..<starts.last!, using: &random)
        let number = starts.lastIndex { $0 <= place }!
        let segment = searcher.snapshot.segments[number]
        let doc = UInt32(place - starts[number])
        var text: [UInt16] = []
        for (_, zone) in DocumentZones(try segment.text(of: doc)) {
            let units = zone.units
            if units.count > text.count { text = units }
        }
        return (try segment.sequence(of: doc), text)
    }

    private static func isHan(_ unit: UInt16) -> Bool { (0x4E00...0x9FFF).contains(unit) }

    /// A run of Han characters at a random place.
    private mutating func run(_ text: [UInt16], _ lengths: ClosedRange<Int>) -> [UInt16]? {
        let length = Int.random(in: lengths, using: &random)
        guard text.count >= length else { return nil }
        let from = Int.random(in: 0...(text.count - length), using: &random)
        let piece = Array(text[from..<(from + length)])
        return piece.allSatisfy(Self.isHan) ? piece : nil
    }

    /// A random word of a random stretch of text.
    private mutating func word(_ text: [UInt16]) -> [UInt16]? {
        guard !text.isEmpty else { return nil }
        let from = Int.random(in: 0..<text.count, using: &random)
        let stretch = Array(text[from..<min(text.count, from + 40)])
        let words = searcher.words(of: stretch).dropFirst().dropLast()
            .filter { (2...4).contains($0.count) && stretch[$0].allSatisfy(Self.isHan) }
        return words.randomElement(using: &random).map { Array(stretch[$0]) }
    }
}
