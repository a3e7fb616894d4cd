// The moments of one record's procedure by name, wherever the record keeps them: a field of its own or the line of events.

import Records

package struct CaseTimeline {
    private let record: Complaint
    /// With a moment, in order of time; ties as written.
    package let events: [(type: String, event: CaseEvent, at: Timestamp)]

    package init(_ record: Complaint) {
        self.record = record
        let dated: [(Int, String, CaseEvent, Timestamp)] = record.events.enumerated().compactMap { place, event in
            guard let at = event.at, let type = event.type?.canonicalText else { return nil }
            return (place, type, event, at)
        }
        events = dated.sorted { ($0.3.seconds, $0.0) < ($1.3.seconds, $1.0) }.map { ($0.1, $0.2, $0.3) }
    }

    package func all(_ type: String) -> [(event: CaseEvent, at: Timestamp)] {
        events.filter { $0.type == type }.map { ($0.event, $0.at) }
    }

    /// The first moment of this name at or after another one; a field of the record speaks before events do.
    package func first(_ name: String, from start: Timestamp? = nil) -> Timestamp? {
        let field: [Timestamp?]
        switch name {
        case "接收": field = [record.receivedAt]
        case "登记": field = [record.registeredAt]
        case "受理": field = [record.acceptance?.decision?.known == .accepted ? record.acceptance?.at : nil]
        case "受理决定": field = [record.acceptance?.at]
        case "办结": field = [record.closedAt]
        case "归档": field = [record.archivedAt]
        case "反馈": field = record.feedback.map(\.at)
        case "发生": field = [record.incidentAt?.from ?? record.incidentAt?.to]
        default: field = []
        }
        var found = field.compactMap { $0 } + all(name).map(\.at)
        // A refusal is a decision, and so is the event of accepting.
        if name == "受理决定" { found += (all("受理") + all("不予受理")).map(\.at) }
        if let start { found = found.filter { $0.hasTime && start.hasTime ? $0 >= start : $0.date >= start.date } }
        return found.min()
    }

    /// Names a profile can use besides any type of event.
    package static let fields = ["接收", "登记", "受理", "受理决定", "办结", "归档", "反馈", "发生"]

    /// When the procedure came to its end, if it did.
    package var end: Timestamp? {
        if let closed = first("办结") { return closed }
        switch record.status?.known {
        case .refused: return first("受理决定")
        case .withdrawn: return all("撤回").last?.at
        default: return nil
        }
    }
}
