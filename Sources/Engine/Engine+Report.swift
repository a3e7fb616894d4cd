// The figures of a period, counted in a state of the records that has a name: the same name gives the same figures years
// later, whatever was changed since.
//
// The newest state is read from the columns of the index. For an earlier one the records that changed since are taken out of that and
// put back as they were: so it costs what changed, not what there is.

import Archive
import Index
import Records
import Search
import Trends

/// The records of a report's period, as of one state.
struct FigureSet {
    var rows: FigureRows
    var measures: FigureMeasures
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
        var rows = try FigureRows(snapshot, days: from...max(from, to), layout)
        // What the index shows at its newest is the newest of each record, unless others were written since.
        var isNewest = try snapshot.watermark >= records.lastSequence
        if sequence < snapshot.watermark {
            let changed = try changedRecords(after: sequence)
            let numbers = rows.recordNumbers
            rows.keep { !changed.contains(numbers[$0]) }
            for number in changed.sorted() {
                guard let record = try figureRecord(number, asOf: sequence, layout) else { continue }
                if record.day >= from, record.day <= to { rows.append(record) }
            }
            isNewest = isNewest && changed.isEmpty
        }
        let rules = try profile()
        if !rules.formerCategories.isEmpty, let slot = layout.slot(of: .category) {
            rows.columns[slot].rename { Self.presentCategories($0, rules) }
        }
        rows.keep(where: conditions)
        try markOverdue(&rows, after: to, isNewest: isNewest)
        return (
            FigureSet(rows: rows, measures: FigureMeasures(rows), snapshot: try snapshotID(sequence)),
            try viewer().isUnrestricted ? [notice].compactMap { $0 } : []
        )
    }

    /// Gives categories of a former version their present names (R23), so that years can be compared. A name that is in use now
    /// stays: which version a record was filed under is not in the index.
    private static func presentCategories(_ values: [String], _ rules: Profile) -> [String] {
        let whole = values.filter { one in !values.contains { $0.hasPrefix(one + "/") } }
        let named = whole.map { rules.currentName(ofCategory: $0) }
        guard named != whole else { return values }
        var all: [String] = []
        for path in named {
            for level in RegionTree.paths(of: path) + [path] where !all.contains(level) { all.append(level) }
        }
        return all
    }

    static func renameCategories(_ record: inout FigureRecord, _ layout: FigureLayout, _ rules: Profile) {
        guard !rules.formerCategories.isEmpty, let slot = layout.slot(of: .category) else { return }
        record.values[slot] = presentCategories(record.values[slot], rules)
    }

    /// Marks records of which a time limit, reckoned by the rules as for `report overdue`, had passed unmet when the day after
    /// the period began: so the figure does not move with the clock.
    ///
    /// Rules are those of today: a body that changes them changes what was overdue, and no other figure.
    /// - Parameter isNewest: no record has a version newer than its row.
    private func markOverdue(_ rows: inout FigureRows, after day: Int, isNewest: Bool) throws {
        guard let date = CalendarDate(days: Int32(day + 1)), let first = rows.recordNumbers.min(), let last = rows.recordNumbers.max() else { return }
        let moment = Timestamp(date)
        let known = try ledgerRows(worthFor: rows.count)
        var late: Set<RecordSequence> = []
        try known?.ledger.forEachLate(in: first...last) { _, sequence, isLate in
            if try isLate({ $0.due < moment.seconds && $0.met > moment.seconds }) { late.insert(sequence) }
        }
        // Versions that the ledger does not speak of: later than it, or no longer the newest.
        let versions = try records.snapshot()
        var reckoned: [Int] = []
        for place in 0..<rows.count {
            let sequence = rows.sequences[place]
            if let known, sequence <= known.upTo, try isNewest || versions.head(of: rows.recordNumbers[place])?.latest == sequence {
                rows.isOverdue[place] = late.contains(sequence)
            } else {
                reckoned.append(place)
            }
        }
        guard !reckoned.isEmpty else { return }
        let reckoning = DeadlineReckoning(try profile())
        let sequences = reckoned.map { rows.sequences[$0] }
        let store = records
        let answers = try Parallel.map(sequences, pieceLength: 500) { piece in
            let snapshot = try store.snapshot()
            return try piece.map { sequence in
                guard let version = try snapshot.version(at: sequence) else { return false }
                return reckoning.deadlines(of: try Self.complaint(version)).contains { $0.isOverdue(at: moment) }
            }
        }
        for (place, answer) in zip(reckoned, answers) { rows.isOverdue[place] = answer }
    }

    /// The ledger and how far it speaks: brought level with the records unless that takes more than reckoning `count` of them.
    /// Nil in a folder in which it cannot be.
    private func ledgerRows(worthFor count: Int) throws -> (ledger: Ledger, upTo: RecordSequence)? {
        guard let open = try? openLedger ?? Ledger(in: folder) else { return nil }
        openLedger = open
        let last = try records.lastSequence
        let done = try open.watermark(stamp: try ledgerStamp(try profile()))
        if last.rawValue - min(done.rawValue, last.rawValue) <= UInt64(max(count, 5_000)) { return (try ledger(), last) }
        return done.rawValue > 0 ? (open, done) : nil
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
