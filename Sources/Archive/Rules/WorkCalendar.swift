// Which days are worked in China: weekends, public holidays and the Saturdays and Sundays that make up for them (调休).
//
// The State Council publishes one year at a time, late in the year before. Beyond the last published year nobody knows,
// so a question about it is answered with nothing, not with a guess, unless weekends alone are asked for.

import Records
import YAML

package struct WorkCalendar: Sendable {
    /// Years whose holidays are known; without gaps.
    package let years: ClosedRange<Int>
    /// Days of `years` that break the rule of the week: true is worked, false is free.
    private let exceptions: [Int32: Bool]
    /// Beyond `years`, take Monday to Friday for worked.
    package var assumesWeekends = false

    /// Monday to Friday, minus free days, plus made-up ones; nil when the year is not known.
    package func isWorkday(_ date: CalendarDate) -> Bool? {
        if let exception = exceptions[date.days] { return exception }
        guard years.contains(date.year) || assumesWeekends else { return nil }
        return date.weekday <= 5
    }

    /// The shipped calendar.
    package static let china: WorkCalendar = {
        guard let text = ShippedData.text(named: "calendar"), let node = try? ProfileNode.parse(text, file: "calendar.yaml"),
            let calendar = try? WorkCalendar(node)
        else { preconditionFailure("the shipped calendar is unreadable") }
        return calendar
    }()

    /// `years: {2024: {rest: "01-01 …", work: "02-04 …"}}`; every year between the first and the last is there.
    package init(_ node: ProfileNode) throws(ProfileError) {
        var exceptions: [Int32: Bool] = [:]
        guard let years = node["years"], let entries = years.entries, !entries.isEmpty else {
            throw ProfileError(.missing("years"), at: node)
        }
        var numbers: [Int] = []
        for entry in entries {
            guard let year = Int(entry.key), CalendarDate.years.contains(year) else {
                throw ProfileError(.wrong(entry.key, "2024"), at: entry.value)
            }
            numbers.append(year)
            try entry.value.allow(["rest", "work"])
            for (key, isWorked) in [("rest", false), ("work", true)] {
                guard let list = entry.value[key] else { continue }
                for word in (list.text ?? "").split(separator: " ") {
                    guard let date = try? CalendarDate(parsing: "\(year)-\(word)"),
                        isWorked == (date.weekday > 5)
                    else { throw ProfileError(.wrong("\(key) \(word)", isWorked ? "MM-DD, 周六或周日 / a weekend day" : "MM-DD, 周一至周五 / a weekday"), at: list) }
                    exceptions[date.days] = isWorked
                }
            }
        }
        numbers.sort()
        guard let first = numbers.first, let last = numbers.last, last - first + 1 == numbers.count else {
            throw ProfileError(.wrong("years", "2023, 2024, 2025 …"), at: years)
        }
        self.years = first...last
        self.exceptions = exceptions
    }
}
