// Lists for those who supervise: overdue by unit and level, loops left open, cases handed on again and again, and what one
// shift leaves to the next; what is grave and still open, and whom to call back (R22, R53, R59, R66, R68, R107).

import Archive
import Index
import Records
import Search
import Synchronization

/// One line of a supervision list.
package struct SupervisionLine: Sendable {
    package var id: String
    package var title: String
    package var unit: String
    package var handler: String
    package var reason: String
    /// Whole days past the limit, where there is one.
    package var daysLate: Int?
    /// The same in seconds: a limit of ten minutes is late by less than a day.
    package var secondsLate: Int64?
    package var due: String?
    package var level: String?
    /// Where two stand alike, what somebody signed comes first (R99).
    package var isAnonymous = false
}

package enum SupervisionList: String, CaseIterable, Sendable { case overdue, loops, transfers, handover, alerts, followups }

extension SupervisionList {
    /// False for a record that lacks what would put it on the list: it is told by its JSON, which names every field it has.
    fileprivate func isWorthReading(_ json: [UInt8]) -> Bool {
        switch self {
        case .transfers: json.holds(Self.events)
        case .alerts: json.holds(Self.flags) || json.holds(Self.severity)
        case .loops, .followups: json.holds(Self.events) || json.holds(Self.closedAt) || json.holds(Self.status)
        case .overdue, .handover: true
        }
    }

    private static let events = Array(#""events""#.utf8), flags = Array(#""flags""#.utf8), severity = Array(#""severity""#.utf8)
    private static let closedAt = Array(#""closedAt""#.utf8), status = Array(#""status""#.utf8)
}

extension RecordSnapshot {
    /// Whether a version was its record's newest when `last` was the newest of all.
    fileprivate func wasHead(_ version: StoredVersion, asOf last: RecordSequence) throws -> Bool {
        guard let head = try head(of: version.recordNumber) else { return false }
        return try head.latest == version.sequence || head.latest > last && self.version(of: version.recordNumber, asOf: last)?.sequence == version.sequence
    }
}

package struct SupervisionReport: Sendable {
    package var asOf: String
    package var snapshot: UInt64
    package var lines: [SupervisionLine]
    /// Unit → how many, the most first.
    package var byUnit: [(unit: String, count: Int)]
    /// Listed here or not.
    package var total = 0
}

extension Engine {
    /// - Parameter since: for the hand-over: the beginning of the shift.
    func unloggedSupervision(_ list: SupervisionList, asOf: String?, since: String? = nil, transfersMin: Int = 3) throws -> SupervisionReport {
        let now = try asOf.map { try moment($0) } ?? Self.now
        let from = try since.map { try moment($0) } ?? Timestamp(seconds: now.seconds - 12 * 3600) ?? now
        let reckoning = DeadlineReckoning(try profile())
        let parties = try profile().feedbackParties
        let snapshot = try records.snapshot()
        let sight = try sight()
        openNote?.entry.detail = list.rawValue
        var lines: [SupervisionLine] = []
        @Sendable func found(_ version: StoredVersion) throws -> [SupervisionLine] {
            guard sight.sees(version.recordNumber), list.isWorthReading(version.json) else { return [] }
            let record = try Self.complaint(version)
            return Self.reasons(list, record, reckoning, parties: parties, now: now, from: from, transfersMin: transfersMin).map { reason, deadline, level in
                SupervisionLine(
                    id: record.archiveID, title: PersonalNumbers.title(of: record),
                    unit: record.leadUnit ?? "", handler: record.handler ?? "", reason: reason,
                    daysLate: deadline?.due.map { Int((now.seconds - $0.seconds) / 86_400) }.flatMap { $0 >= 0 ? $0 : nil },
                    secondsLate: deadline?.due.flatMap { now.seconds > $0.seconds ? now.seconds - $0.seconds : nil }, due: deadline?.due?.text, level: level,
                    isAnonymous: [.anonymous, .falselySigned].contains(record.namedState?.known))
            }
        }
        if let wanted = try worthReading(list, now: now) {
            let (store, report) = (records, options.survey?.report)
            let done = Mutex(0)
            lines = try Parallel.map(wanted, pieceLength: 500) { piece in
                let snapshot = try store.snapshot()
                defer {
                    done.withLock { done in
                        done += piece.count
                        report?(Progress(.reading, done: done, total: wanted.count))
                    }
                }
                return try piece.flatMap { sequence -> [SupervisionLine] in
                    guard let version = try snapshot.version(at: sequence), !version.header.isWithdrawn else { return [] }
                    return try found(version)
                }
            }
        } else {
            let (store, last) = (records, try snapshot.lastSequence)
            let firsts = stride(from: UInt64(1), through: last.rawValue, by: Int(Self.versionsOfPiece)).map { RecordSequence($0) }
            let report = options.survey?.report
            let piecesDone = Mutex(0)
            lines = try Parallel.map(firsts, pieceLength: 1) { piece in
                let snapshot = try store.snapshot()
                var lines: [SupervisionLine] = []
                defer {
                    piecesDone.withLock { done in
                        done += 1
                        report?(Progress(.reading, done: min(done * Int(Self.versionsOfPiece), Int(last.rawValue)), total: Int(last.rawValue)))
                    }
                }
                for first in piece {
                    try snapshot.forEachVersion(from: first) { version in
                        guard version.sequence <= last, version.sequence.rawValue < first.rawValue + Self.versionsOfPiece else { return false }
                        if !version.header.isWithdrawn, try snapshot.wasHead(version, asOf: last) { lines += try found(version) }
                        return true
                    }
                }
                return lines
            }
        }
        let units = Dictionary(grouping: lines, by: \.unit).map { (unit: $0.key, count: $0.value.count) }
        func rank(_ line: SupervisionLine) -> Int { line.isAnonymous ? 1 : 0 }
        lines.sort { ($0.unit, $1.daysLate ?? 0, rank($0), $0.id) < ($1.unit, $0.daysLate ?? 0, rank($1), $1.id) }
        return SupervisionReport(
            asOf: now.text, snapshot: try sight.rank(of: sight.isWhole ? snapshot.lastSequence : sight.newest).rawValue, lines: lines,
            byUnit: units.sorted { ($1.count, $0.unit) < ($0.count, $1.unit) })
    }

    /// The versions that a list can hold, where the ledger or the index tells them; nil for all.
    private func worthReading(_ list: SupervisionList, now: Timestamp) throws -> [RecordSequence]? {
        switch list {
        case .overdue:
            var wanted: [RecordSequence] = []
            try ledger().forEachLate(in: RecordNumber(0)...RecordNumber(.max)) { _, sequence, isLate in
                if try isLate({ $0.due < now.seconds && $0.met > now.seconds }) { wanted.append(sequence) }
            }
            return wanted
        case .alerts: return try sequences(having: [.flag, .severity])
        case .transfers: return try sequences(having: [.eventType])
        case .loops, .followups, .handover: return nil
        }
    }

    /// The newest versions of records that have a value of one of these fields; nil while the index is behind the records.
    private func sequences(having fields: [Field]) throws -> [RecordSequence]? {
        let snapshot = try visibleSnapshot()
        guard try snapshot.watermark >= records.lastSequence else { return nil }
        var found: [RecordSequence] = []
        var block = PostingBlock()
        for segment in snapshot.segments {
            var docs = [UInt64](repeating: 0, count: (segment.docCount + 63) / 64)
            for field in fields {
                try segment.forEachFacet(in: segment.facetOrdinals(prefix: [field.code])) { _, list throws(IndexError) in
                    list.forEach(using: &block) { doc, _ in docs[Int(doc >> 6)] |= 1 << UInt64(doc & 63) }
                }
            }
            for (place, bits) in docs.enumerated() {
                var bits = bits
                while bits != 0 {
                    let doc = UInt32(place * 64 + bits.trailingZeroBitCount)
                    if !segment.dead.contains(doc) { found.append(try segment.sequence(of: doc)) }
                    bits &= bits - 1
                }
            }
        }
        return found
    }

    /// Looked through by one thread at a time.
    private static let versionsOfPiece: UInt64 = 4_096

    /// Why a record stands on a list, as things were at `now`: what was written down for later does not count yet.
    private static func reasons(
        _ list: SupervisionList, _ record: Complaint, _ reckoning: DeadlineReckoning, parties: [String], now: Timestamp, from: Timestamp, transfersMin: Int
    ) -> [(String, ReckonedDeadline?, String?)] {
        guard record.receivedAt <= now else { return [] }
        let timeline = CaseTimeline(record)
        let events = timeline.events.filter { $0.at <= now }
        let supervised = events.count { $0.type == "督办" }
        let reminded = events.count { $0.type == "催办" }
        let level = supervised > 0 ? "已督办\(supervised)次" : reminded > 0 ? "已催办\(reminded)次" : "未催办"
        switch list {
        case .overdue:
            return reckoning.deadlines(of: record).filter { $0.isOverdue(at: now) }.map { ("\($0.title)超期", $0, level) }
        case .loops:
            var found: [(String, ReckonedDeadline?, String?)] = []
            let closed = timeline.first("办结").flatMap { $0 <= now ? $0 : nil }
            let isClosed = closed != nil || (record.status?.known == .closed && timeline.first("办结") == nil)
            let isAnswered = record.feedback.contains { $0.at.map { $0 <= now } ?? true } || !record.reply.isEmpty || events.contains { ["反馈", "答复"].contains($0.type) }
            if isClosed, record.namedState?.known != .anonymous, !isAnswered { found.append(("办结未反馈", nil, nil)) }
            // Others whom the rules want told (R60): by the receiver of an answer, or an event of that name.
            for party in parties where isClosed && party != "投诉人" {
                let isTold = events.contains { one in
                    one.type == "告知" + party || (["反馈", "告知", "答复", "送达", "上报"].contains(one.type) && (one.event.receiver ?? one.event.opinion ?? "").contains(party))
                }
                if !isTold { found.append(("办结未告知\(party)", nil, nil)) }
            }
            let sent = events.last { $0.type == "转办" }
            if let sent, !isClosed, !events.contains(where: { ["签收", "退回", "答复", "办结", "反馈", "受理"].contains($0.type) && $0.at >= sent.at }) {
                found.append(("转办无回音", nil, nil))
            }
            if record.origin?.known == .superior, isClosed, !events.contains(where: { $0.type == "上报" }) { found.append(("上级交办未报结果", nil, nil)) }
            if let closed, !(timeline.first("归档").map { $0 <= now } ?? false), now.seconds - closed.seconds > 90 * 86_400 {
                found.append(("办结 \((now.seconds - closed.seconds) / 86_400) 天未归档", nil, nil))
            }
            return found
        case .transfers:
            // The first sending to a unit is no passing on.
            let count = events.count { ["转办", "退回"].contains($0.type) }
            return count >= transfersMin ? [("转办、退回 \(count) 次", nil, level)] : []
        case .alerts:
            // Tracked until it is closed.
            let marks = record.flags.filter { [.major, .sudden, .group].contains($0.known) }.map(\.canonicalText) + (record.severity?.known == .grave ? [record.severity?.canonicalText ?? ""] : [])
            guard !marks.isEmpty, timeline.end.map({ $0 > now }) ?? (record.status?.known != .closed && record.status?.known != .archived) else { return [] }
            let days = (now.seconds - record.receivedAt.seconds) / 86_400
            let isReported = events.contains { $0.type == "上报" }
            return [("\(marks.joined(separator: "、"))，\(days) 天未办结" + (isReported ? "" : "，未上报"), nil, level)]
        case .followups:
            guard let closed = timeline.end, closed <= now else { return [] }
            let called = events.last { $0.type == "回访" }?.at
            if let due = reckoning.deadlines(of: record).first(where: { one in one.metAt.map { $0 > now } ?? true && reckoning.rules.contains { $0.id == one.ruleID && $0.until.contains("回访") } }) {
                return [(due.isOverdue(at: now) ? "回访超期" : "待回访", due, nil)]
            }
            if [.dissatisfied, .veryDissatisfied].contains(record.satisfaction?.known), called.map({ $0 < closed }) ?? true { return [("不满意，未回访", nil, nil)] }
            return []
        case .handover:
            if record.receivedAt >= from { return [("本班接收", nil, nil)] }
            guard timeline.end == nil || timeline.end! > now else { return [] }
            let open = reckoning.deadlines(of: record).filter { $0.metAt == nil || $0.metAt! > now }
            guard let next = open.filter({ $0.due != nil }).min(by: { $0.due! < $1.due! }) else { return [] }
            return [(next.isOverdue(at: now) ? "待办，已超期" : "待办", next, nil)]
        }
    }

    // MARK: The complainant's own question (S53)

    package struct PublicStatus: Sendable {
        package var no: String
        package var status: String
        package var receivedAt: String
        package var closedAt: String?
        package var nextDue: String?
    }

    /// What a complainant may learn by his number: where the case stands. Nothing of its text and of others.
    func unloggedPublicStatus(no: String) throws -> [PublicStatus] {
        let snapshot = try records.snapshot()
        let reckoning = DeadlineReckoning(try profile())
        let found = try recordNumbers(named: no).compactMap { number -> PublicStatus? in
            guard let version = try snapshot.latest(of: number), !version.header.isWithdrawn else { return nil }
            let record = try Self.complaint(version)
            openNote?.give([record.archiveID])
            let next = reckoning.deadlines(of: record).filter { $0.metAt == nil }.compactMap(\.due).min()
            return PublicStatus(
                no: no, status: record.status?.canonicalText ?? "已登记", receivedAt: record.receivedAt.date.text,
                closedAt: record.closedAt?.date.text, nextDue: record.closedAt == nil ? next?.date.text : nil)
        }
        return found
    }

    /// A record as the public may read it: with consent, from its redacted text alone (R101).
    func unloggedPublicView(_ id: String) throws -> [JSONObject] {
        let snapshot = try records.snapshot()
        return try recordNumbers(named: id).compactMap { number in
            guard let version = try snapshot.latest(of: number), !version.header.isWithdrawn else { return nil }
            let record = try Self.complaint(version)
            guard record.consentPublish?.known == .given, let text = record.contentRedacted, !text.isEmpty else { return nil }
            var object = JSONObject()
            openNote?.give([record.archiveID])
            object.set("receivedAt", to: .string(String(record.receivedAt.date.text.prefix(7))))
            if !record.category.isEmpty { object.set("category", to: .array(record.category.map { .string($0) })) }
            object.set("content", to: .string(PersonalNumbers.masked(text)))
            if let result = record.outcome?.codes, !result.isEmpty { object.set("outcome", to: .array(result.map { .string($0) })) }
            return object
        }
    }

    /// Facts without their source, for a recipient who must not have the material (R96). A person approves it before it goes.
    func unloggedSafeSummary(_ id: String, recipient: String?) throws -> [JSONObject] {
        let snapshot = try records.snapshot()
        let summaries = try recordNumbers(named: id).compactMap { number -> (String, JSONObject)? in
            guard let version = try snapshot.latest(of: number) else { return nil }
            let record = try Self.complaint(version)
            var object = JSONObject()
            object.set("respondent", to: .string(record.respondents.first?.names.first ?? ""))
            if !record.category.isEmpty { object.set("category", to: .array(record.category.map { .string($0) })) }
            if let cause = record.cause?.code { object.set("cause", to: .string(cause)) }
            // The month alone: the day of a call tells the caller.
            if let incident = record.incidentAt?.from { object.set("incident", to: .string(String(incident.date.text.prefix(7)))) }
            if let text = record.contentRedacted { object.set("facts", to: .string(PersonalNumbers.masked(text))) }
            object.set("approval", to: "须经负责人审定后提供")
            return (record.archiveID, object)
        }
        try audit(.print, durable: true) {
            $0.records = summaries.map(\.0)
            $0.detail = "summary" + (recipient.map { " → \($0)" } ?? "")
        }
        return summaries.map(\.1)
    }

    /// Refuses, and notes it, when something would go to whom a record is about.
    func refuseRespondent(_ recipient: String?, records complaints: [Complaint], verb: String) throws {
        guard let recipient else { return }
        guard let record = complaints.first(where: { Recipient.match(recipient, in: $0) != nil }) else { return }
        try audit(.refuse, durable: openNote == nil) {
            $0.records = [record.archiveID]
            $0.detail = "\(verb) → \(recipient)"
        }
        throw AccessError.recipientIsRespondent(recipient: recipient)
    }
}
