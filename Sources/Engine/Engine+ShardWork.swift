// What a cluster asks of shards, in pieces that add up: bands of sketches, pairs of one text, counts by month. Each answer is
// lines of text; grouping and adding up is left to whoever runs the pieces.

import Archive
import Index
import Records
import Search
import Similarity

/// Documents that share a band of their texts' sketches, and which pairs of them are looked at.
package enum BandPairs {
    /// Of more documents of one hash each is paired with the first few and the one before it: they are one text many times over, or
    /// share a phrase. As `check --batch` does.
    private static let groupMax = 48
    private static let firstOfGroup = 4
    /// Bands that two documents must share.
    package static let bandsMin = 2

    /// - Parameter body: gets places in the group, the later one first.
    package static func forEachPair(of count: Int, _ body: (_ later: Int, _ earlier: Int) -> Void) {
        guard count > 1 else { return }
        for later in 1..<count {
            if later <= groupMax {
                for earlier in 0..<later { body(later, earlier) }
            } else {
                for earlier in 0..<firstOfGroup { body(later, earlier) }
                body(later, later - 1)
            }
        }
    }
}

extension Engine {
    /// Every band of every sketch: its number and hash, the place of the record among those of all shards, and its id.
    func unloggedDuplicateBands(_ body: (_ key: String, _ order: UInt64, _ id: String) throws -> Void) throws -> Int {
        try require(\.mayExport, "bands")
        let snapshot = try visibleSnapshot()
        let stored = try records.snapshot()
        let sight = try sight()
        var count = 0
        var before: [UInt64] = []
        var versions: UInt64 = 0
        // Versions of the shards that are open, and those of all: where only some are, places are those in the whole.
        if let shardView {
            for part in shardView.parts {
                before.append(UInt64(part.versionsBefore) - versions)
                versions += UInt64(part.shard.versionCount)
            }
        }
        for (number, segment) in snapshot.segments.enumerated() where segment.hasSketches {
            let shift = number < before.count ? before[number] : 0
            var names: [(order: UInt64, id: String)?] = Array(repeating: nil, count: segment.docCount)
            for doc in 0..<UInt32(segment.docCount) where !segment.dead.contains(doc) {
                let sequence = try segment.sequence(of: doc)
                guard let version = try stored.version(at: sequence) else { continue }
                names[Int(doc)] = (try sight.rank(of: sequence).rawValue + shift, try Self.complaint(version).archiveID)
                count += 1
            }
            for band in 0..<SegmentReader.bandCount {
                var cursor = try segment.bandEntries(band)
                while let entry = try cursor.next() {
                    guard let name = names[Int(entry.doc)] else { continue }
                    try body("\(band)-\(String(entry.hash, radix: 16))", name.order, name.id)
                }
            }
        }
        return count
    }

    /// Of the pairs given, those whose texts are the same, as `check` says it (D1); what half the archive says weighs nothing.
    func unloggedDuplicateEdges(_ pairs: [(String, String)]) throws -> [(String, String)] {
        try require(\.mayExport, "edges")
        let checker = try checker()
        let stored = try records.snapshot()
        let sight = try sight()
        var places: [String: (segment: Int, doc: UInt32)] = [:]
        func place(_ id: String) throws -> (segment: Int, doc: UInt32)? {
            if let known = places[id] { return known }
            guard let number = try stored.recordNumber(id: id), sight.sees(number), let head = try stored.head(of: number) else { return nil }
            let found = try checker.snapshot.place(of: head.latest)
            places[id] = found
            return found
        }
        return try pairs.filter { pair in
            guard let first = try place(pair.0), let second = try place(pair.1) else { return false }
            return try checker.isSameText(first, second)
        }
    }

    /// Live records by month of receipt and value of a field.
    func unloggedMonthlyCounts(by names: [String], _ body: (_ month: String, _ field: String, _ value: String, _ count: Int) throws -> Void) throws {
        let fields = try names.map { name in
            guard let field = Field.named(name) else { throw EngineError.fieldUnknown(name: name) }
            switch field.kind {
            case .facet, .path, .region: return field
            default: throw EngineError.fieldHasNoFacets(name: name)
            }
        }
        let searcher = try view().searcher
        var months: Set<String> = []
        for segment in searcher.snapshot.segments {
            var moments = segment.receivedAtColumn
            for doc in 0..<UInt32(segment.docCount) where !segment.dead.contains(doc) {
                if let day = Timestamp(seconds: try moments.number(of: doc))?.date { months.insert(String(day.text.prefix(7))) }
            }
        }
        for month in months.sorted() {
            let root = try Self.parser.filter("date=\(month)")
            try body(month, "", "", try searcher.count(root))
            for field in fields {
                for (value, count) in try searcher.facets(root, by: field).counts.sorted(by: { $0.value < $1.value }) {
                    try body(month, field.name, value, count)
                }
            }
        }
    }

    /// Whether the archive is made of shards, and of which.
    package var openShards: [ShardDescription]? { shardView?.parts.map(\.shard) }
}

extension Checker {
    /// The rule of pairs of one text.
    func isSameText(_ first: (segment: Int, doc: UInt32), _ second: (segment: Int, doc: UInt32)) throws -> Bool {
        let (one, other) = (try compared(first), try compared(second))
        return one == other
            || ShingleSet(one.span, without: common).overlap(with: ShingleSet(other.span, without: common)).containment
                >= VerdictRules().sameTextContainment
    }

    private func compared(_ place: (segment: Int, doc: UInt32)) throws -> [UInt16] {
        let units = try snapshot.segments[place.segment].text(of: place.doc).units
        return Array(units[ComparedText.range(in: units.span)])
    }
}
