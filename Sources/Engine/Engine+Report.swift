// The figures of a period, counted in a state of the records that has a name: the same name gives the same figures years
// later, whatever was changed since.
//
// The newest state is read from the index. For an earlier one the records that changed since are taken out of that and
// put back as they were: so it costs what changed, not what there is.

import Archive
import Index
import Records
import Search
import Trends

/// The records of a report's period, as of one state.
struct FigureSet {
    var records: [FigureRecord]
    var layout: FigureLayout
    /// The state itself.
    var sequence: RecordSequence
    /// The day in whose eyes something is overdue: that after the period, so that it does not move with the clock.
    var day: Int
    var snapshot: String
}

extension Engine {
    /// `9f3a2c-1200` → 1200, if it is of this archive and not from the future.
    func sequence(ofSnapshot text: String) throws -> RecordSequence {
        let parts = text.split(separator: "-")
        guard parts.count == 2, let number = UInt64(parts[1]), let sequence = try sight().sequence(ofRank: RecordSequence(number)),
            try snapshotID(sequence) == text
        else { throw EngineError.snapshotUnknown(text: text) }
        return sequence
    }

    func figureConditions(_ filters: [String]) throws -> [FigureCondition] {
        try filters.map { text in
            // Says what is wrong with it, as for a search.
            _ = try Self.parser.filter(text)
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let field = Field.named(parts[0]) else { throw EngineError.fieldUnknown(name: text) }
            switch field.kind {
            case .facet, .path, .region: break
            default: throw EngineError.fieldHasNoFacets(name: field.name)
            }
            return FigureCondition(field, parts[1])
        }
    }

    func figures(_ request: ReportRequest, fields: [Field]) throws -> (set: FigureSet, notices: [Notice]) {
        let conditions = try figureConditions(request.filters)
        let layout = FigureLayout(fields + conditions.map(\.field))
        let (index, notice) = try currentIndex()
        let snapshot = try visible(index.snapshot())
        let sequence = try request.snapshot.map { try self.sequence(ofSnapshot: $0) } ?? snapshot.watermark
        let (from, to) = (Int(request.period.lowerBound.days), Int(request.period.upperBound.days))
        let root = QueryNode.field(.date, .dateRange(from: Int64(from), to: Int64(to)))
        let searcher = try Searcher(snapshot, resolver: self, words: { _ in [] })
        var found = try FigureSource.records(try searcher.allSequences(root), in: snapshot, layout)
        if sequence < snapshot.watermark {
            let changed = try changedRecords(after: sequence)
            found.removeAll { changed.contains($0.recordNumber) }
            for number in changed.sorted() {
                guard let record = try figureRecord(number, asOf: sequence, layout) else { continue }
                if record.day >= from, record.day <= to { found.append(record) }
            }
        }
        found.removeAll { record in !conditions.allSatisfy { $0.holds(record, layout) } }
        return (
            FigureSet(
                records: found, layout: layout, sequence: sequence, day: to + 1, snapshot: try snapshotID(sequence)),
            try viewer().isUnrestricted ? [notice].compactMap { $0 } : []
        )
    }

    /// Records with a version after `sequence`.
    func changedRecords(after sequence: RecordSequence) throws -> Set<RecordNumber> {
        var changed: Set<RecordNumber> = []
        let sight = try sight()
        let stored = try records.snapshot()
        // What came after it is not known to be visible.
        let last = try sight.isWhole ? stored.lastSequence.rawValue : sight.newest.rawValue
        var next = sequence.rawValue + 1
        while next <= last {
            if let header = try stored.header(at: RecordSequence(next)), sight.sees(header.recordNumber) { changed.insert(header.recordNumber) }
            next += 1
        }
        return changed
    }

    func figureRecord(_ number: RecordNumber, asOf sequence: RecordSequence, _ layout: FigureLayout) throws -> FigureRecord? {
        let version = try records.read { try $0.version(of: number, asOf: sequence) }
        guard let version, !version.header.isWithdrawn else { return nil }
        return FigureRecord(
            try Self.complaint(version).indexed(sequence: version.sequence, recordNumber: version.recordNumber), layout)
    }
}
