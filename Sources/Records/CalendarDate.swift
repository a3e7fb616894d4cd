// A day of the calendar, as one number: what the index compares, counts and sorts by.

/// A day between 1900-01-01 and 2200-12-31 (Gregorian): the span in which a date of a complaint can be meant.
package struct CalendarDate: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01.
    package let days: Int32

    package static let years = 1900...2200
    package static let first = CalendarDate(uncheckedDays: -25_567)
    package static let last = CalendarDate(uncheckedDays: 84_370)

    private init(uncheckedDays days: Int32) { self.days = days }

    /// `nil` outside `years`.
    package init?(days: Int32) {
        guard (Self.first.days...Self.last.days).contains(days) else { return nil }
        self.days = days
    }

    /// `nil` when there is no such day, or outside `years`.
    package init?(year: Int, month: Int, day: Int) {
        guard Self.years.contains(year), let length = Self.length(ofMonth: month, in: year), (1...length).contains(day)
        else { return nil }
        // Years begin in March here, so that the leap day comes last (Hinnant, "chrono-compatible date algorithms").
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        days = Int32(era * 146_097 + dayOfEra - 719_468)
    }

    package var components: (year: Int, month: Int, day: Int) {
        let shifted = Int(days) + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * dayOfYear + 2) / 153
        let month = part < 10 ? part + 3 : part - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * part + 2) / 5 + 1)
    }

    package var year: Int { components.year }
    package var month: Int { components.month }
    package var day: Int { components.day }

    /// Monday is 1, Sunday 7 (ISO 8601).
    package var weekday: Int { (Int(days) + 25_567) % 7 + 1 }

    /// `nil` when that is outside `years`.
    package func adding(days more: Int) -> CalendarDate? {
        Int32(exactly: Int(days) + more).flatMap { CalendarDate(days: $0) }
    }

    package static func < (a: CalendarDate, b: CalendarDate) -> Bool { a.days < b.days }

    package static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    package static func length(ofMonth month: Int, in year: Int) -> Int? {
        switch month {
        case 1, 3, 5, 7, 8, 10, 12: 31
        case 4, 6, 9, 11: 30
        case 2: isLeap(year) ? 29 : 28
        default: nil
        }
    }
}

extension CalendarDate: CustomStringConvertible {
    /// `2024-01-05`
    package var text: String {
        let (year, month, day) = components
        return "\(year)-\(Self.twoDigits(month))-\(Self.twoDigits(day))"
    }

    package var description: String { text }

    static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// Reads a day in any of the ways `Timestamp` reads; a time of day is refused.
    package init(parsing text: String) throws(DateError) {
        let reading = try DateReading(text)
        if reading.secondOfDay != nil { throw .unreadable }
        self = reading.date
    }

    /// The days that a year, a month or a day names: `2024`, `2024-03`, `2024年3月`, `2024-03-15`.
    package static func period(_ text: String) -> ClosedRange<CalendarDate>? {
        if let date = try? CalendarDate(parsing: text) { return date...date }
        var scanner = DateScanner(text)
        guard let year = scanner.number(digits: 4...4) else { return nil }
        var isYearMarked = false
        if scanner.take("Y") { isYearMarked = true }
        if scanner.isAtEnd {
            return CalendarDate(year: year, month: 1, day: 1).flatMap { from in
                CalendarDate(year: year, month: 12, day: 31).map { from...$0 }
            }
        }
        if !isYearMarked, !scanner.take("-"), !scanner.take("/"), !scanner.take(".") { return nil }
        guard let month = scanner.number(digits: 1...2), !isYearMarked || scanner.take("M"), scanner.isAtEnd,
            let from = CalendarDate(year: year, month: month, day: 1), let length = length(ofMonth: month, in: year),
            let to = CalendarDate(year: year, month: month, day: length)
        else { return nil }
        return from...to
    }
}
