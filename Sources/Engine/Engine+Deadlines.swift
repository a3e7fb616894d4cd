// Time limits over all records: `overdue:DATE`, `due:FROM..TO`, and each record's own with its steps.

import Archive
import Glibc
import Records
import Search
import Store

package struct DeadlineView: Sendable {
    package var id: String
    package var title: String
    package var start: String
    package var due: String?
    package var metAt: String?
    package var state: String
    package var basis: String?
    package var steps: [Notice]
    package var problems: [Notice]
}

extension Engine {
    static var now: Timestamp {
        Timestamp(seconds: Int64(time(nil))) ?? Timestamp(CalendarDate.last)
    }

    /// The moment `overdue:` speaks of: a day means its beginning, `now` and `today` this moment.
    func moment(_ text: String) throws -> Timestamp {
        if ["now", "today", "今天", "现在", "今日"].contains(text.lowercased()) { return Self.now }
        do { return try Timestamp(parsing: text) } catch {
            throw EngineError.momentUnreadable(text: text)
        }
    }

    /// Rules, and what is shipped with the program that they rest on.
    func ledgerStamp(_ profile: Profile) throws -> String {
        return "\(SearchCursor.hash(try profileText()))-\(WorkCalendar.china.years.upperBound)"
    }

    /// The ledger, level with the records.
    func ledger() throws -> Ledger {
        let ledger = try openLedger ?? Ledger(in: folder)
        openLedger = ledger
        let profile = try profile()
        let stamp = try ledgerStamp(profile)
        let reckoning = DeadlineReckoning(profile)
        let snapshot = try records.snapshot()
        let last = try snapshot.lastSequence
        var done = try ledger.watermark(stamp: stamp)
        guard done < last else { return ledger }
        var restarting = done.rawValue == 0
        var rows: [Ledger.Row] = []
        func flush() throws {
            try ledger.put(rows, upTo: done, stamp: stamp, restarting: restarting)
            restarting = false
            rows = []
        }
        try snapshot.forEachVersion(from: RecordSequence(done.rawValue + 1)) { version in
            done = version.sequence
            guard try snapshot.isHead(version.sequence) else { return true }
            var row = Ledger.Row(number: version.recordNumber, sequence: version.sequence, late: [], restriction: .init())
            let record = try Self.complaint(version)
            row.restriction = profile.restriction(of: record)
            if !version.header.isWithdrawn {
                for deadline in reckoning.deadlines(of: record) {
                    guard let due = deadline.due else { continue }
                    if let met = deadline.metAt, deadline.isMet(by: met) { continue }
                    row.late.append(Ledger.Late(due: due.seconds, met: deadline.metAt?.seconds ?? .max))
                }
            }
            rows.append(row)
            if rows.count == 5_000 { try flush() }
            return true
        }
        try flush()
        return ledger
    }

    /// `due:` asks for limits that run, reckoned by the rules; the index knows only those that records bring along.
    func reckoned(_ root: QueryNode) throws -> QueryNode {
        root.replacing { field, condition in
            guard field == .due, case .dateRange(let from, let to) = condition else { return nil }
            return .field(.dueReckoned, .equals("\(from ?? -1_000_000)..\(to ?? 1_000_000)"))
        }
    }

    /// Answers `overdue:` and `due:`.
    func sequences(_ field: Field, reckoned value: String) throws -> [RecordSequence] {
        var found: [RecordSequence] = []
        if field == .overdue {
            let moment = try moment(value)
            try ledger().forEachLate { _, sequence, late in
                if late.contains(where: { $0.due < moment.seconds && $0.met > moment.seconds }) { found.append(sequence) }
            }
        } else {
            let ends = value.firstRange(of: "..").map { (Int64(value[..<$0.lowerBound]) ?? 0, Int64(value[$0.upperBound...]) ?? 0) } ?? (0, 0)
            try ledger().forEachLate { _, sequence, late in
                let hits = late.contains { one in
                    guard one.met == .max, let due = Timestamp(seconds: one.due) else { return false }
                    return (ends.0...max(ends.0, ends.1)).contains(Int64(due.date.days))
                }
                if hits { found.append(sequence) }
            }
        }
        return found
    }

    /// Refuses an extension that the rules do not allow: over the cap, too often, without who approved it (R39, R41).
    func refuseUnlawful(_ before: Complaint, _ after: Complaint) throws {
        func count(_ record: Complaint) -> Int {
            record.events.count { $0.type?.known == .extended } + record.deadlines.reduce(0) { $0 + $1.extensions.count }
        }
        guard count(after) > count(before) else { return }
        let reckoning = DeadlineReckoning(try profile())
        let known = Set(reckoning.deadlines(of: before).flatMap(\.problems).map(\.chinese))
        for problem in reckoning.deadlines(of: after).flatMap(\.problems) where !known.contains(problem.chinese) && problem.isRefusal {
            throw CaseError.extensionRefused(chinese: problem.chinese, english: problem.english)
        }
    }

    /// Each record's time limits, step by step.
    func unloggedDeadlines(of id: String, asOf: String?) throws -> [(id: String, deadlines: [DeadlineView])] {
        let now = try asOf.map { try moment($0) } ?? Self.now
        let reckoning = DeadlineReckoning(try profile())
        let snapshot = try records.snapshot()
        return try recordNumbers(named: id).compactMap { number in
            guard let version = try snapshot.latest(of: number) else { return nil }
            let record = try Self.complaint(version)
            return (record.archiveID, reckoning.deadlines(of: record).map { DeadlineView($0, at: now) })
        }
    }
}

extension DeadlineView {
    init(_ deadline: ReckonedDeadline, at now: Timestamp) {
        id = deadline.ruleID
        title = deadline.title
        start = deadline.start.text
        due = deadline.due?.text
        metAt = deadline.metAt?.text
        state = deadline.state(at: now).rawValue
        basis = deadline.basis
        steps = deadline.steps.map { Notice(chinese: $0.chinese, english: $0.english) }
        problems = deadline.problems.map { Notice(chinese: $0.chinese, english: $0.english) }
    }
}
