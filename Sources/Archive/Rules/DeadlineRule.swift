// One time limit of a procedure, as data: from which moment, until which, how much of which unit, what pauses it, how far
// it can be extended and by whom (domain rows R36–R47).

import Records

package enum DeadlineUnit: String, CaseIterable, Sendable {
    case minute, hour, day, workingDay, week, month

    package func name(in language: Language) -> String {
        let names: (String, String) =
            switch self {
            case .minute: ("分钟", "minutes")
            case .hour: ("小时", "hours")
            case .day: ("日", "days")
            case .workingDay: ("个工作日", "working days")
            case .week: ("周", "weeks")
            case .month: ("个月", "months")
            }
        return language == .chinese ? names.0 : names.1
    }
}

/// Which records a rule speaks of. Nothing given is every record.
package struct RecordCondition: Hashable, Sendable {
    package var kinds: [String] = []
    package var grades: [String] = []
    package var channels: [String] = []
    package var origins: [String] = []
    package var flags: [String] = []
    /// A path; records below it count too.
    package var categories: [String] = []
    package var outcomes: [String] = []
    package var levels: [String] = []
    package var statuses: [String] = []

    package init() {}

    package func holds(for record: Complaint) -> Bool {
        func any(_ wanted: [String], _ found: [String?]) -> Bool {
            wanted.isEmpty || found.contains { found in found.map { wanted.contains($0) } ?? false }
        }
        return any(kinds, [record.kind?.canonicalText]) && any(grades, [record.grade])
            && any(channels, [record.channel?.canonicalText]) && any(origins, [record.origin?.canonicalText])
            && any(flags, record.flags.map(\.canonicalText))
            && any(outcomes, (record.outcome?.codes ?? []).map { $0 })
            && any(levels, [record.securityLevel?.canonicalText]) && any(statuses, [record.status?.canonicalText])
            && (categories.isEmpty
                || record.category.contains { path in
                    categories.contains { path == $0 || path.hasPrefix($0 + "/") }
                })
    }
}

package struct DeadlineRule: Sendable {
    package struct Extension: Sendable {
        package var amount: Int
        package var unit: DeadlineUnit
        /// How often; the caps add up.
        package var times = 1
        /// Who must have agreed; nil when nobody need.
        package var approver: String?
        /// The complainant must be told why (R41).
        package var isTold = false
    }

    package var id: String
    package var title: String
    /// A moment of `CaseTimeline`.
    package var from: String
    package var until: [String]
    package var amount: Int
    package var unit: DeadlineUnit
    package var condition = RecordCondition()
    package var prolongation: Extension?
    /// Types of events that stop the clock.
    package var pausedBy: [String] = []
    /// A date agreed with the complainant or set with the order replaces the rule (R46).
    package var mayBePromised = false
    /// One clock for each such event, such as every referral.
    package var isForEach = false
    package var basis: String?
}
