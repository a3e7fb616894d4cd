// Short records over a small alphabet, so that queries meet often, and the same records laid out in segments in
// different ways.

import Index
import Records
import TestSupport

@testable import Search

struct SearchCorpus {
    struct Record {
        var document: IndexableDocument
        /// In the order of the zones in `document.units`.
        var zones: [(zone: TextZone, units: [UInt16])]
        var key: String
        var sequence: RecordSequence { document.sequence }

        init(document: IndexableDocument, zones: [(zone: TextZone, units: [UInt16])], key: String) {
            self.document = document
            self.zones = zones
            self.key = key
        }

        /// Of folded text.
        init(_ sequence: UInt64, _ zones: [(TextZone, String)], receivedAt: Int64) {
            document = IndexableDocument(
                sequence: RecordSequence(sequence), recordNumber: RecordNumber(sequence * 10),
                receivedAtSeconds: receivedAt, units: [], words: [], facets: [], quantities: [])
            self.zones = zones.map { ($0.0, Array($0.1.utf16)) }
            key = "NO\(sequence)"
            setTexts()
        }

        /// Writes the zones into the document.
        mutating func setTexts() {
            for (zone, units) in zones {
                document.units += [DocumentText.zoneMark, UInt16(zone.rawValue)]
                for word in SearchCorpus.words(units) {
                    document.words.append(
                        .init(start: Int32(document.units.count + word.lowerBound), length: UInt16(word.count)))
                }
                document.units += units
            }
        }
    }

    static let alphabet = ["投", "诉", "停", "车", "费", "\u{20BB7}", "\u{20BB8}", "a", "7", " "].map { Array($0.utf16) }
    static let zones: [TextZone] = [.title, .content, .respondents, .reply]
    static let categories = ["房屋", "房屋/物业", "房屋/物业/停车", "房屋/物业费", "交通/公交", "交通"]
    static let channels = ["电话", "网络", "来信"]
    static let regions = ["330100", "330102", "330106", "330200", "330203", "440100"]
    /// 2023-12-29 … 2024-01-03, +08:00.
    static let days: ClosedRange<Int64> = 19_720...19_725

    var seed: Seed
    private(set) var records: [Record] = []
    private var sequence: UInt64 = 0

    init(_ count: Int, _ seed: Seed) {
        self.seed = seed
        records = (0..<count).map { _ in record() }
    }

    /// Records made by hand, in ascending order.
    init(_ records: [Record]) {
        seed = Seed(1)
        self.records = records
        sequence = records.last?.sequence.rawValue ?? 0
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &seed) }

    mutating func record() -> Record {
        sequence += UInt64(number(1...3))
        var zones: [(zone: TextZone, units: [UInt16])] = []
        for zone in Self.zones where number(0...2) > 0 {
            // Early characters of the alphabet are frequent, late ones rare.
            let units = (0..<number(0...20)).flatMap { _ in
                Self.alphabet[min(number(0...Self.alphabet.count - 1), number(0...Self.alphabet.count - 1))]
            }
            zones.append((zone, units))
        }
        let receivedAt = Int64(number(Int(Self.days.lowerBound)...Int(Self.days.upperBound))) * 86_400 - 28_800
        var document = IndexableDocument(
            sequence: RecordSequence(sequence), recordNumber: RecordNumber(sequence * 10),
            receivedAtSeconds: receivedAt + [0, 3_600, 86_399].randomElement(using: &seed)!,
            units: [], words: [], facets: [], quantities: [])
        for _ in 0..<number(0...2) { document.facets.append(.init(.category, Self.categories.randomElement(using: &seed)!)) }
        if number(0...3) > 0 { document.facets.append(.init(.channel, Self.channels.randomElement(using: &seed)!)) }
        if number(0...3) > 0 { document.facets.append(.init(.region, Self.regions.randomElement(using: &seed)!)) }
        if number(0...4) == 0 { document.facets.append(.init(.respondent, "车费")) }
        for _ in 0..<number(0...2) { document.quantities.append(.init(.amount, Int64(number(-3...9)) * 500)) }
        if number(0...1) == 0 { document.quantities.append(.init(.due, Int64(number(19_720...19_730)))) }
        var record = Record(document: document, zones: zones, key: "NO\(sequence % 40)")
        record.setTexts()
        return record
    }

    /// A stand-in for the word breaker: blanks part words, longer runs are cut after two characters.
    static func words(_ units: [UInt16]) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var from = 0
        var characters = 0
        for i in units.indices {
            if units[i] & 0xFC00 != 0xDC00 { characters += 1 }
            if units[i] == 0x20 || characters == 3 {
                if from < i { words.append(from..<i) }
                from = units[i] == 0x20 ? i + 1 : i
                characters = units[i] == 0x20 ? 0 : 1
            }
        }
        if from < units.count { words.append(from..<units.count) }
        return words
    }

    // MARK: Layouts

    enum Layout: CaseIterable { case one, many, merged, joined, withDead }

    /// An index of the records. `withDead` holds other records too, withdrawn and replaced since.
    mutating func index(_ layout: Layout, in folder: TemporaryFolder) throws -> IndexGeneration {
        let generation = try IndexGeneration(
            at: folder.file("\(layout).lmdb"), stamp: AnalysisStamp(text: "test"), creating: true, durable: false)
        func add(_ documents: some Sequence<IndexableDocument>, replacing replaced: [RecordSequence] = []) throws {
            var builder = SegmentBuilder()
            for document in documents { builder.add(document) }
            try generation.add(builder, replacing: replaced, watermark: RecordSequence(sequence))
        }
        var documents = records.map(\.document)[...]
        switch layout {
        case .one: try add(documents)
        case .many, .merged, .joined, .withDead:
            var other = SearchCorpus(layout == .withDead ? records.count : 0, seed)
            while !documents.isEmpty {
                var batch = Array(documents.prefix(number(1...max(2, records.count / 9))))
                documents = documents.dropFirst(batch.count)
                var replaced: [RecordSequence] = []
                if layout == .withDead {
                    // Between the records stand versions of others, all of them replaced, at once or later.
                    let known = Set(records.map(\.sequence))
                    let range = batch[0].sequence.rawValue...batch[batch.count - 1].sequence.rawValue
                    for sequence in range where !known.contains(RecordSequence(sequence)) {
                        var dead = other.record().document
                        dead.sequence = RecordSequence(sequence)
                        batch.append(dead)
                    }
                    batch.sort { $0.sequence < $1.sequence }
                    let dead = batch.map(\.sequence).filter { !known.contains($0) }
                    replaced = dead.filter { _ in number(0...1) == 0 }
                    pending += dead.filter { !replaced.contains($0) }
                }
                try add(batch, replacing: replaced)
                if layout == .merged { try generation.mergeAsNeeded() }
                if layout == .withDead, number(0...5) == 0 { _ = try generation.mergeOnce() }
            }
            if layout == .joined { _ = try generation.mergeOnce(all: true) }
            if layout == .withDead { try add([], replacing: pending) }
            pending = []
        }
        return generation
    }

    private var pending: [RecordSequence] = []
}

/// Answers for numbers of records as the archive would.
struct CorpusResolver: RecordResolver {
    let keys: [(key: String, sequence: RecordSequence)]

    init(_ records: [SearchCorpus.Record]) { keys = records.map { ($0.key, $0.sequence) } }

    func sequences(_ field: Field, _ condition: FieldCondition) -> [RecordSequence] {
        switch condition {
        case .equals(let value): keys.filter { $0.key == value }.map(\.sequence)
        case .prefix(let value): keys.filter { $0.key.hasPrefix(value) }.map(\.sequence)
        default: []
        }
    }
}

extension IndexGeneration {
    func searcher(_ records: [SearchCorpus.Record]) throws -> Searcher {
        try Searcher(snapshot(), resolver: CorpusResolver(records), words: SearchCorpus.words)
    }
}
