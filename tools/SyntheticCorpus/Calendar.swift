// Days, weekdays and the Chinese holidays that make a complaint archive breathe: fewer calls on free days, a dip at
// Spring Festival and a rebound after it.
//
// Festival days and made-up working days are public facts of the calendar years 2018–2030 (made-up days 2021–2025).

/// A day of the proleptic Gregorian calendar, counted from 1970-01-01.
package struct Day: Hashable, Comparable, Sendable {
    package let number: Int
    package init(number: Int) { self.number = number }
    package static func < (a: Day, b: Day) -> Bool { a.number < b.number }

    /// Source: H. Hinnant, "chrono-compatible low-level date algorithms".
    package init(year: Int, month: Int, day: Int) {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        number = era * 146_097 + dayOfEra - 719_468
    }

    package var parts: (year: Int, month: Int, day: Int) {
        let z = number + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let mp = (5 * dayOfYear + 2) / 153
        let month = mp < 10 ? mp + 3 : mp - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * mp + 2) / 5 + 1)
    }

    /// 0 is Monday.
    package var weekday: Int { (((number + 3) % 7) + 7) % 7 }
}

package enum ChineseCalendar {
    package static let springFestivals: [Day] = [
        (2018, 2, 16), (2019, 2, 5), (2020, 1, 25), (2021, 2, 12), (2022, 2, 1), (2023, 1, 22), (2024, 2, 10),
        (2025, 1, 29), (2026, 2, 17), (2027, 2, 6), (2028, 1, 26), (2029, 2, 13), (2030, 2, 3),
    ].map { Day(year: $0.0, month: $0.1, day: $0.2) }

    private static let moonFestivals: [Day] = [
        (2018, 6, 18), (2018, 9, 24), (2019, 6, 7), (2019, 9, 13), (2020, 6, 25), (2021, 6, 14), (2021, 9, 21),
        (2022, 6, 3), (2022, 9, 10), (2023, 6, 22), (2023, 9, 29), (2024, 6, 10), (2024, 9, 17), (2025, 5, 31),
        (2026, 6, 19), (2026, 9, 25), (2027, 6, 9), (2027, 9, 15), (2028, 5, 28), (2029, 6, 16), (2029, 9, 22),
        (2030, 6, 5), (2030, 9, 12),
    ].map { Day(year: $0.0, month: $0.1, day: $0.2) }

    private static let madeUpDays: Set<Int> = Set(
        [
            (2021, 2, 7), (2021, 2, 20), (2021, 4, 25), (2021, 5, 8), (2021, 9, 18), (2021, 9, 26), (2021, 10, 9),
            (2022, 1, 29), (2022, 1, 30), (2022, 4, 2), (2022, 4, 24), (2022, 5, 7), (2022, 10, 8), (2022, 10, 9),
            (2023, 1, 28), (2023, 1, 29), (2023, 4, 23), (2023, 5, 6), (2023, 6, 25), (2023, 10, 7), (2023, 10, 8),
            (2024, 2, 4), (2024, 2, 18), (2024, 4, 7), (2024, 4, 28), (2024, 5, 11), (2024, 9, 14), (2024, 9, 29),
            (2024, 10, 12), (2025, 1, 26), (2025, 2, 8), (2025, 4, 27), (2025, 9, 28), (2025, 10, 11),
        ].map { Day(year: $0.0, month: $0.1, day: $0.2).number })

    /// Days from the nearest Spring Festival; negative before it. Beyond the known years: nil.
    package static func daysFromSpringFestival(_ day: Day) -> Int? {
        springFestivals.lazy.map { day.number - $0.number }.filter { abs($0) < 150 }.min { abs($0) < abs($1) }
    }

    /// How much of a usual Friday's intake a day gets, in per mille.
    package static func intakeWeight(_ day: Day) -> Int {
        let weekday = [1180, 1120, 1080, 1050, 1000, 680, 620]
        let (_, month, dayOfMonth) = day.parts
        if let distance = daysFromSpringFestival(day) {
            switch distance {
            case -1...6: return 300 + 30 * max(0, distance)
            case 7...20: return weekday[day.weekday] * 5 / 4
            case -14 ... -2: return weekday[day.weekday] * 9 / 10
            default: break
            }
        }
        if madeUpDays.contains(day.number) { return 960 }
        let fixed =
            switch (month, dayOfMonth) {
            case (1, 1), (4, 4...5), (5, 1...5), (10, 1...7): true
            default: false
            }
        if fixed || moonFestivals.contains(day) { return 520 }
        if month == 10, (8...14).contains(dayOfMonth) { return weekday[day.weekday] * 23 / 20 }
        return weekday[day.weekday]
    }
}

/// When a kind of complaint is frequent.
package enum Season: String, Sendable {
    case even = "平"
    case heating = "冬"
    case summer = "夏"
    case rain = "雨"
    case school = "学"
    case consumerDay = "三"
    case june18 = "六"
    case november11 = "双"
    case yearEnd = "薪"
    case festival = "节"
    case rising = "升"
    case falling = "降"

    /// How many times its usual weight a problem has on `day`, in per mille. `part` is how far into the archive's
    /// time the day lies, in per mille.
    package func factor(on day: Day, part: Int) -> Int {
        let (_, month, dayOfMonth) = day.parts
        let date = month * 100 + dayOfMonth
        let spring = ChineseCalendar.daysFromSpringFestival(day) ?? 150
        switch self {
        case .even: return 1000
        case .heating: return date >= 1110 || date <= 320 ? 2800 : 120
        case .summer:
            return switch month { case 7, 8: 2200; case 6, 9: 1700; case 5, 10: 1000; default: 500 }
        case .rain:
            return switch month { case 6, 7, 8: 2300; case 4, 5, 9: 1000; default: 450 }
        case .school: return (820...925).contains(date) ? 3500 : (210...310).contains(date) ? 1600 : 700
        case .consumerDay: return (310...325).contains(date) ? 2800 : 920
        case .june18: return (605...702).contains(date) ? 2600 : 920
        case .november11: return (1105...1130).contains(date) ? 3000 : (605...702).contains(date) ? 1700 : 880
        case .yearEnd: return (-50 ... -2).contains(spring) ? 3000 : 780
        case .festival: return (-10...16).contains(spring) ? 6000 : (401...503).contains(date) ? 1500 : 700
        case .rising: return 600 + part * 8 / 10
        case .falling: return 1400 - part * 8 / 10
        }
    }
}
