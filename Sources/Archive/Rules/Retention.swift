// How long files are kept (R74, domain (g)): a table from class and outcome to a period, the longest of all that apply, and
// never less than the floor.

import Records

/// 保管期限: `Y` for ever, `D30`, `D10`, `D5`, `D3` years.
package struct RetentionPeriod: Hashable, Comparable, Sendable {
    /// Nil is for ever.
    package let years: Int?

    package init?(_ code: String) {
        switch code {
        case "Y", "永久": years = nil
        default:
            guard code.hasPrefix("D"), let years = Int(code.dropFirst()), (1...100).contains(years) else { return nil }
            self.years = years
        }
    }

    package var code: String { years.map { "D\($0)" } ?? "Y" }
    package var chinese: String { years.map { "\($0)年" } ?? "永久" }

    package static func < (a: RetentionPeriod, b: RetentionPeriod) -> Bool { (a.years ?? .max) < (b.years ?? .max) }

    /// The last day on which the file must still be there; nil is for ever.
    ///
    /// - `fromNextYear`: the period starts on 1 January after the year of filing, as the state's archives count; else on
    ///   the day of filing.
    package func end(filedOn date: CalendarDate, fromNextYear: Bool) -> CalendarDate? {
        guard let years else { return nil }
        if fromNextYear { return CalendarDate(year: date.year + years, month: 12, day: 31) ?? CalendarDate.last }
        return DeadlineClock.adding(months: years * 12, to: date).flatMap { $0.adding(days: -1) } ?? CalendarDate.last
    }
}

package struct RetentionTable: Sendable {
    package struct Rule: Sendable {
        package var condition: RecordCondition
        package var period: RetentionPeriod
        package var basis: String?
    }

    package var standard = RetentionPeriod("D10")!
    package var rules: [Rule] = []
    /// Nothing is destroyed before (R74).
    package var floorYears = 3
    package var startsNextYear = true
    /// From the decision to destroy until it may be carried out (冷静期).
    package var coolingDays = 0

    package init() {}

    /// The longest period of all rules that apply to any of the records of a file.
    package func period(for records: [Complaint]) -> RetentionPeriod {
        var longest: RetentionPeriod?
        for record in records {
            for rule in rules where rule.condition.holds(for: record) { longest = max(longest ?? rule.period, rule.period) }
            if let given = record.retentionCode.flatMap({ RetentionPeriod($0) }) { longest = max(longest ?? given, given) }
        }
        let chosen = longest ?? standard
        return max(chosen, RetentionPeriod("D\(max(1, floorYears))")!)
    }
}
