// Time cut into periods of equal length that end on one day: so the newest period is never half full.

import Records

package struct PeriodGrid: Hashable, Sendable {
    /// The last day of the newest period, days since 1970-01-01 at +08:00.
    package let end: Int
    /// 7 for weeks.
    package let daysEach: Int
    package let count: Int

    package init(end: Int, daysEach: Int, count: Int) {
        self.end = end
        self.daysEach = daysEach
        self.count = count
    }

    package var first: Int { end - daysEach * count + 1 }

    /// The period of a day; nil outside.
    package func period(ofDay day: Int) -> Int? {
        guard day >= first, day <= end else { return nil }
        return (day - first) / daysEach
    }

    package func days(of period: Int) -> ClosedRange<Int> {
        (first + period * daysEach)...(first + period * daysEach + daysEach - 1)
    }

    package func date(startOf period: Int) -> CalendarDate { CalendarDate(days: Int32(days(of: period).lowerBound))! }
    package func date(endOf period: Int) -> CalendarDate { CalendarDate(days: Int32(days(of: period).upperBound))! }

    /// The newest day that is no slip: not after today (unless all are), and not one of a few records that stand a month and
    /// more after all others.
    ///
    /// - Parameter counts: records by day; not empty.
    package static func newestDay(counts: [Int: Int], today: Int) -> Int {
        let all = counts.keys.sorted()
        let past = all.filter { $0 <= today }
        let days = past.isEmpty ? all : past
        let total = days.reduce(0) { $0 + counts[$1]! }
        var after = 0
        for place in days.indices.reversed() where place > 0 {
            after += counts[days[place]]!
            // Two in fifty, or one in a thousand.
            guard after * 1_000 <= total || (after <= 2 && total >= 50) else { break }
            if days[place] - days[place - 1] > gapMax { return newestDay(counts: counts, today: days[place - 1]) }
        }
        return days.last!
    }

    private static let gapMax = 28

    package static func day(ofSeconds seconds: Int64) -> Int {
        let local = seconds + Timestamp.zoneSeconds
        return Int(local >= 0 ? local / 86_400 : (local - 86_399) / 86_400)
    }
}
