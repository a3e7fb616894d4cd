// The ladder of a year (R94): how many verified matters a person, a window or a unit has had, repeats collapsed; and
// how often matters came back to those who had handled them (R90).

import Archive
import Index
import Records
import Search
import Similarity

package struct LadderRequest: Sendable {
    package enum Subject: String, Sendable, CaseIterable { case person, window, unit }

    package var subject = Subject.person
    /// The day up to which it looks back, this day included; nil is today.
    package var until: CalendarDate?
    package var months = 12
    /// Subjects with fewer verified matters are left out.
    package var mattersMin = 1

    package init() {}
}

package struct LadderRow: Sendable {
    package struct Matter: Sendable {
        /// The records of the matter, the first one first.
        package var ids: [String]
        package var date: String
        package var title: String
        package var verified: String
    }

    package var subject: String
    /// Of a person or window.
    package var unit: String?
    package var matters: [Matter]
    package var records: Int
    /// 1 诫勉, 2 通报批评, 3 and more 处分.
    package var step: Int { min(matters.count, 3) }
}

package struct RepeatsRequest: Sendable {
    package enum Subject: String, Sendable, CaseIterable { case unit, handler }

    package var subject = Subject.unit
    package var from: CalendarDate?
    package var until: CalendarDate?

    package init() {}
}

package struct RepeatsRow: Sendable {
    package var subject: String
    /// Records of the period that it handled.
    package var records: Int
    /// Records of the period that repeat a matter which it had handled first.
    package var repeats: Int
    /// Each repeat with the record it repeats.
    package var pairs: [(id: String, of: String)]
    /// About what it takes in memory: numbers of up to 15 bytes lie in the list itself.
    var bytes: Int { pairs.reduce(0) { $0 + 32 + ([$1.id, $1.of].reduce(0) { $0 + ($1.utf8.count > 15 ? 32 + $1.utf8.count : 0) }) } }
    package var rate: Double { records == 0 ? 0 : Double(repeats) / Double(records) }
}

extension Engine {
    private func sequences(_ query: String, from: CalendarDate?, until: CalendarDate?) throws -> [RecordSequence] {
        var request = SearchRequest(query: "")
        request.from = from?.text
        request.to = until?.text
        var nodes = try conditions(of: request)
        if !query.isEmpty { nodes.append(try Self.parser.parse(query).root) }
        return try allSequences(.conjunction(nodes))
    }

    static func monthsBefore(_ months: Int, _ date: CalendarDate) -> CalendarDate {
        var (year, month) = (date.year, date.month - months)
        while month < 1 {
            month += 12
            year -= 1
        }
        // The day after the same day so many months ago: twelve months, no day twice. A 29 February has no such day.
        for day in stride(from: date.day, to: 0, by: -1) {
            if let same = CalendarDate(year: year, month: month, day: day) {
                return CalendarDate(days: Int32(same.days) + 1) ?? same
            }
        }
        return date
    }

    func unloggedLadder(
        _ request: LadderRequest, report: ProgressReport = { _ in }
    ) throws -> (rows: [LadderRow], from: String, until: String) {
        let until = try request.until ?? Timestamp(seconds: Self.nowSeconds)?.date ?? CalendarDate(parsing: "2100-01-01")
        let from = Self.monthsBefore(request.months, until)
        let names = Verification.allCases.filter { $0 == .verified || $0 == .partly }.map(\.chinese)
        let query = names.map { "verified:\($0)" }.joined(separator: " OR ")
        // What is kept of each record is small; what is compared is read again, one subject at a time.
        var subjects: [String: LadderSubject] = [:]
        let (store, kind) = (records, request.subject)
        let found = try Parallel.map(try sequences(query, from: from, until: until)) { piece in
            let snapshot = try store.snapshot()
            return try piece.map { sequence -> (entry: LadderSubject.Entry, subjects: [String: LadderSubject])? in
                guard let version = try snapshot.version(at: sequence) else { return nil }
                let complaint = try Self.complaint(version)
                let subjects = Self.subjects(of: complaint, kind)
                guard !subjects.isEmpty else { return nil }
                let entry = LadderSubject.Entry(
                    number: version.recordNumber, sequence: sequence, receivedAt: complaint.receivedAt, alone: LadderRow.Matter(complaint))
                return (entry, subjects)
            }
        }
        for case let one? in found {
            for (key, subject) in one.subjects { subjects[key, default: subject].entries.append(one.entry) }
        }
        let kept = subjects.values.filter { $0.entries.count >= request.mattersMin }
        // One record is one matter.
        var rows = kept.filter { $0.entries.count == 1 && request.mattersMin <= 1 }.map {
            LadderRow(subject: $0.name, unit: $0.unit, matters: [$0.entries[0].alone], records: 1)
        }
        let several = kept.filter { $0.entries.count > 1 }.sorted { ($0.unit ?? "", $0.name) < ($1.unit ?? "", $1.name) }
        if !several.isEmpty {
            let work = BatchWork(self, identity: try identity(), first: try checker())
            try inPieces(of: several.count, report: report, work: { try work.ladder(several[$0]) }) { row in
                if row.matters.count >= request.mattersMin { rows.append(row) }
            }
        }
        rows.sort { ($1.matters.count, $0.unit ?? "", $0.subject) < ($0.matters.count, $1.unit ?? "", $1.subject) }
        return (rows, from.text, until.text)
    }

    /// Whom a record counts for, each once. One name in two units is two people.
    private static func subjects(of complaint: Complaint, _ kind: LadderRequest.Subject) -> [String: LadderSubject] {
        var subjects: [String: LadderSubject] = [:]
        for respondent in complaint.respondents {
            let name =
                switch kind {
                case .person: respondent.person
                case .window: respondent.window
                case .unit: respondent.unit ?? respondent.name
                }
            guard let name, !name.isEmpty else { continue }
            let unit = kind == .unit ? nil : respondent.unit ?? respondent.name
            let key = unit.map { RespondentNames.form($0) + "\u{0}" + RespondentNames.form(name) } ?? RespondentNames.form(name)
            if subjects[key] == nil { subjects[key] = LadderSubject(name: name, unit: unit) }
        }
        return subjects
    }

    func unloggedRepeats(_ request: RepeatsRequest, report: ProgressReport) throws -> [RepeatsRow] {
        let sequences = try sequences("", from: request.from, until: request.until)
        let work = BatchWork(self, identity: try identity(), first: try checker())
        var handled: [String: Int] = [:]
        var repeated: [String: [(id: String, of: String)]] = [:]
        try inPieces(of: sequences.count, report: report, work: { try work.repeatOf(sequences[$0], request.subject) }) { found in
            guard let found else { return }
            if let subject = found.subject { handled[subject, default: 0] += 1 }
            if let first = found.first, let charged = first.subject { repeated[charged, default: []].append((found.id, first.id)) }
        }
        return Set(handled.keys).union(repeated.keys).map { subject in
            RepeatsRow(
                subject: subject, records: handled[subject, default: 0], repeats: repeated[subject, default: []].count,
                pairs: repeated[subject, default: []])
        }.sorted { ($1.repeats, $1.records, $0.subject) < ($0.repeats, $0.records, $1.subject) }
    }
}

extension LadderRow.Matter {
    fileprivate init(_ complaint: Complaint) {
        self.init(
            ids: [complaint.archiveID], date: complaint.receivedAt.date.text, title: PersonalNumbers.title(of: complaint),
            verified: complaint.verified?.canonicalText ?? "")
    }
}

/// Somebody, and the verified records on him.
struct LadderSubject: Sendable {
    struct Entry: Sendable {
        var number: RecordNumber
        var sequence: RecordSequence
        var receivedAt: Timestamp
        /// The matter, if nothing else is of it.
        var alone: LadderRow.Matter
    }

    var name: String
    var unit: String?
    var entries: [Entry] = []
}

extension BatchWork {
    func ladder(_ subject: LadderSubject) throws -> LadderRow {
        try with { checker in
            let entries = subject.entries.sorted { ($0.receivedAt, $0.number) < ($1.receivedAt, $1.number) }
            var collapse = MatterCollapse()
            var records: [LadderRow.Matter] = []
            for entry in entries {
                guard let (complaint, number) = try complaint(at: entry.sequence) else {
                    throw ArchiveError.recordUnreadable(path: recordsPath, sequence: entry.sequence.rawValue)
                }
                let checked = try checker.prepare(ReadRecord(complaint), complaint, own: number)
                collapse.add(checked, decisions: try decisions(on: number), checker)
                records.append(entry.alone)
            }
            var matters: [LadderRow.Matter] = []
            for (record, matter) in zip(records, try collapse.matters(checker)) {
                if matter < matters.count { matters[matter].ids += record.ids } else { matters.append(record) }
            }
            return LadderRow(subject: subject.name, unit: subject.unit, matters: matters, records: records.count)
        }
    }
}

extension Checker {
    /// What two filings are to each other, the later one first.
    func verdict(_ later: CheckedFiling, _ earlier: CheckedFiling) throws -> Verdict? {
        let likeness = try weighted(later.filing.title, later.filing.text)
            .likeness(to: try weighted(earlier.filing.title, earlier.filing.text))
        return rules.verdict(try evidence(later, earlier, likeness: likeness))
    }

    func evidence(_ later: CheckedFiling, _ earlier: CheckedFiling, likeness: Double) throws -> Evidence {
        Evidence(
            later.filing, earlier.filing,
            shingles: (
                ShingleSet(later.filing.text.span, without: common), ShingleSet(earlier.filing.text.span, without: common)
            ), likeness: likeness,
            persons: Self.persons(later.filing, later.complainants, earlier.filing, earlier.complainants))
    }
}

/// A record of the period, who handled it, and the first record of the matter it repeats.
struct FoundRepeat: Sendable {
    var id: String
    var subject: String?
    var first: (id: String, subject: String?)?
}

extension BatchWork {
    func repeatOf(_ sequence: RecordSequence, _ subject: RepeatsRequest.Subject) throws -> FoundRepeat? {
        try with { checker in
            guard let (complaint, number) = try complaint(at: sequence) else { return nil }
            func handled(_ complaint: Complaint) -> String? { subject == .unit ? complaint.leadUnit : complaint.handler }
            let checked = try checker.prepare(ReadRecord(complaint), complaint, own: number)
            var found = FoundRepeat(id: complaint.archiveID, subject: handled(complaint))
            let decisions = try decisions(on: number)
            // A filing passed on twice by the offices (D0) is no repeat; one person's same text again is.
            let earlier = try checker.matches(of: checked).filter { match in
                guard !match.isLater else { return false }
                if let decision = decisions[match.recordNumber] { return decision.isLink && decision.type == .repeatComplaint }
                guard case .same = match.evidence.persons, !match.evidence.sharesUpstreamNumber else { return false }
                return match.verdict == .repeatComplaint || match.verdict == .sameText || match.verdict == .sameFiling
            }
            let first = earlier.min {
                ($0.other.filing.receivedAtSeconds, $0.recordNumber) < ($1.other.filing.receivedAtSeconds, $1.recordNumber)
            }
            if let first, let (complaint, _) = try self.complaint(at: first.sequence) {
                found.first = (complaint.archiveID, handled(complaint))
            }
            return found
        }
    }
}
