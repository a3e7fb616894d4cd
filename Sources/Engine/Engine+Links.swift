// Decisions on pairs of records: this is a repeat, this is none, this link was wrong.

import Archive
import Glibc
import Records

/// A decision as people read it.
package struct LinkView: Sendable {
    package var id: String
    package var other: String
    /// What the other record is about, and when it came in; whoever may not see that record sees no decision on it.
    package var otherTitle: String
    package var otherDate: String
    package var decision: LinkDecision
    /// No later decision on the pair.
    package var isStanding: Bool
    package var at: String
}

extension Engine {
    static var nowSeconds: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec)
    }

    /// Says that two records belong together.
    ///
    /// - Parameter type: nil takes the verdict that `check` gives, which must give one then.
    func unloggedLink(_ a: String, _ b: String, type: LinkType?, by: String, reason: String) throws -> LinkView {
        try require(\.mayWrite, "link")
        let (first, second) = try pair(a, b)
        var type = type
        if type == nil {
            var request = CheckRequest()
            request.limit = 1_000
            request.includesDecided = true
            let id = try archiveID(of: second)
            type = try check(record: a, request).candidates.first { $0.id == id }?.verdict.linkType
        }
        guard let type else { throw EngineError.linkWithoutVerdict(first: a, second: b) }
        return try decide(first, second, .confirmed, type, by, reason)
    }

    /// Says that two records do not belong together: takes a link back, or refuses a proposal.
    func unloggedUnlink(_ a: String, _ b: String, by: String, reason: String) throws -> LinkView {
        try require(\.mayWrite, "unlink")
        let (first, second) = try pair(a, b)
        let standing = try records.standingDecisions(on: first)[second]
        return try decide(
            first, second, standing?.isLink == true ? .unlinked : .refused, standing?.type, by, reason)
    }

    /// The decisions on a record, oldest first.
    func unloggedLinks(of id: String) throws -> [LinkView] {
        guard let number = try recordNumbers(named: id).first else { throw EngineError.recordUnknown(id: id) }
        let standing = try records.standingDecisions(on: number)
        return try records.decisions(on: number).filter { try isVisible($0.second) }.map { pair in
            try view(number, pair.second, pair.decision, isStanding: standing[pair.second] == pair.decision)
        }.sorted { $0.decision.atMilliseconds < $1.decision.atMilliseconds }
    }

    private func pair(_ a: String, _ b: String) throws -> (RecordNumber, RecordNumber) {
        guard let first = try recordNumbers(named: a).first else { throw EngineError.recordUnknown(id: a) }
        guard let second = try recordNumbers(named: b).first else { throw EngineError.recordUnknown(id: b) }
        guard first != second else { throw EngineError.linkToItself(id: a) }
        return (first, second)
    }

    private func archiveID(of number: RecordNumber) throws -> String {
        try records.latest(of: number).map { try Self.complaint($0).archiveID } ?? ""
    }

    private func decide(
        _ first: RecordNumber, _ second: RecordNumber, _ kind: LinkDecision.Kind, _ type: LinkType?, _ by: String,
        _ reason: String
    ) throws -> LinkView {
        let now = Self.nowSeconds * 1_000
        let decision = LinkDecision(kind: kind, type: type, by: by, reason: reason, atMilliseconds: now)
        try whileWriting { try records.decide(first, second, decision) }
        return try view(first, second, decision, isStanding: true)
    }

    private func view(_ first: RecordNumber, _ second: RecordNumber, _ decision: LinkDecision, isStanding: Bool) throws -> LinkView {
        let other = try records.latest(of: second).map { try Self.complaint($0) }
        return LinkView(
            id: try archiveID(of: first), other: other?.archiveID ?? "", otherTitle: other.map { PersonalNumbers.title(of: $0, openingMax: 40) } ?? "",
            otherDate: other?.receivedAt.date.text ?? "", decision: decision, isStanding: isStanding, at: Self.moment(decision.atMilliseconds))
    }
}
