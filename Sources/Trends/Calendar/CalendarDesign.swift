// What the Chinese year does to the number of complaints, as columns of a regression: one row for seven days.
//
// Columns: level, trend, two waves of the year, Spring Festival (the week before, its week, the two after), National
// Day, May Day, working days more or less than five, 3·15, 6·18 and 11·11. Spring Festival moves by up to a month, so
// that waves of the solar year alone would smear its dip over two months: it has columns of its own, counted from the
// day itself.

import Glibc
import Records
import TextAnalysis

package enum CalendarDesign {
    /// Prior standard deviations on the logarithmic scale, of what one column at 1 does. They say what would surprise: a
    /// season of ±40 %, a Spring Festival that halves or doubles a week, a trend of 30 % a year.
    package static let priorDeviations: [Double] = [
        1,  // level: free
        0.3,  // trend a year
        0.4, 0.4, 0.25, 0.25,  // waves
        0.4, 0.7, 0.5, 0.4,  // Spring Festival: before, in, after, second after
        0.4, 0.3,  // National Day, May Day
        0.15,  // a working day more
        0.4, 0.3, 0.3,  // 3·15, 6·18, 11·11
    ]

    /// What comes and goes together: trend, each wave, Spring Festival, each of the others.
    static let groups: [Range<Int>] = [1..<2, 2..<4, 4..<6, 6..<10] + (10..<16).map { $0..<($0 + 1) }

    /// Weeks that end on `end`, the newest last.
    package static func design(weekCount: Int, endingOn end: Int) -> Design {
        var design = Design(priorDeviations: priorDeviations, groups: groups)
        for week in 0..<weekCount {
            let first = end - 7 * (weekCount - week) + 1
            design.append(row(first, yearsFromMiddle: (Double(week) - Double(weekCount) / 2) * 7 / 365.25))
        }
        design.sameTimes = (0..<newestWeeks).map { back in
            sameTimes(weekCount - 1 - back, weekCount: weekCount, endingOn: end)
        }
        return design
    }

    /// Weeks for which the same time of former years is looked up.
    private static let newestWeeks = 8
    /// So near to Spring Festival, a week is the same time of another year as the one as far from that year's.
    private static let festivalReach = 70

    /// For each former year that the weeks hold: the same week of the year, the ones beside it, and the one as far from Spring
    /// Festival.
    private static func sameTimes(_ week: Int, weekCount: Int, endingOn end: Int) -> [[Int]] {
        let last = end - 7 * (weekCount - 1 - week)
        let festival = nearestFestival(to: last)
        var years: [[Int]] = []
        for year in 1... {
            let same = week - Int((Double(year) * 365.2425 / 7).rounded())
            guard same > 0 else { break }
            var weeks = [same - 1, same, same + 1]
            if let festival, abs(last - festival) <= festivalReach,
                let former = nearestFestival(to: festival - Int((Double(year) * 365.2425).rounded()))
            {
                // The last day of that week, counted back from the end.
                let back = (end - (former + last - festival)) / 7
                let aligned = weekCount - 1 - back
                if aligned > 0, !weeks.contains(aligned) { weeks.append(aligned) }
            }
            years.append(weeks)
        }
        return years
    }

    private static func nearestFestival(to day: Int) -> Int? {
        guard let year = CalendarDate(days: Int32(day))?.components.0 else { return nil }
        return [year - 1, year, year + 1].compactMap { ChineseYear.springFestival($0) }.min { abs($0 - day) < abs($1 - day) }
    }

    private static func row(_ first: Int, yearsFromMiddle: Double) -> [Double] {
        var festival = [0.0, 0.0, 0.0, 0.0]
        var (national, may, working, consumer, june, november) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for day in first..<(first + 7) {
            guard let date = CalendarDate(days: Int32(day)) else { continue }
            let (year, month, number) = date.components
            if let start = ChineseYear.springFestival(year) {
                switch day - start {
                case -7 ..< -1: festival[0] += 1 / 7
                case -1 ..< 6: festival[1] += 1 / 7
                case 6 ..< 13: festival[2] += 1 / 7
                case 13 ..< 20: festival[3] += 1 / 7
                default: break
                }
            }
            if month == 10, number <= 7 { national += 1 / 7 }
            if month == 5, number <= 5 { may += 1 / 7 }
            if month == 3, (15...21).contains(number) { consumer += 1 / 7 }
            if month == 6, (18...24).contains(number) { june += 1 / 7 }
            if month == 11, (11...17).contains(number) { november += 1 / 7 }
            if WorkingDays.isWorkingDay(day) { working += 1 }
        }
        let angle = 2 * Double.pi * Double(first + 3) / 365.2425
        return [1, yearsFromMiddle, cos(angle), sin(angle), cos(2 * angle), sin(2 * angle)] + festival
            + [national, may, working - 5, consumer, june, november]
    }
}
