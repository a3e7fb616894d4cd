// Dates as a person writes them in a query: a year, a month or a day, each standing for all its days.

import Records

enum QueryDate {
    enum Failure: Error, Hashable {
        case unreadable
        /// 2023-02-30: `nearest` is the last day of that month (or December for a 13th month).
        case impossible(nearest: String)
    }

    /// First and last day, counted from 1970-01-01, of `2024`, `2024-01`, `2024/1/5`, `2024年1月5日` and the like.
    static func days(of text: [Unicode.Scalar]) throws(Failure) -> ClosedRange<Int64> {
        // No date is longer; reading more would only cost time.
        guard text.count <= 32 else { throw .unreadable }
        if let period = CalendarDate.period(String(scalars: text)) {
            return Int64(period.lowerBound.days)...Int64(period.upperBound.days)
        }
        guard let nearest = nearest(to: text) else { throw .unreadable }
        throw .impossible(nearest: nearest)
    }

    /// `2024-01-05`.
    static func written(_ day: Int64) -> String {
        Int32(exactly: day).flatMap(CalendarDate.init(days:))?.text ?? ""
    }

    /// What was probably meant by a day or a month that no calendar has.
    private static func nearest(to text: [Unicode.Scalar]) -> String? {
        let numbers = text.split { !("0"..."9").contains($0) }.map { Int(String(scalars: $0)) ?? 0 }
        guard (2...3).contains(numbers.count), CalendarDate.years.contains(numbers[0]), numbers[1] < 100,
            numbers.count == 2 || numbers[2] < 100, text.count <= 11
        else { return nil }
        let month = min(max(numbers[1], 1), 12)
        guard numbers.count == 3, let length = CalendarDate.length(ofMonth: month, in: numbers[0]) else {
            return month == numbers[1] ? nil : "\(numbers[0])-" + (month < 10 ? "0" : "") + "\(month)"
        }
        let day = min(max(numbers[2], 1), length)
        return month == numbers[1] && day == numbers[2]
            ? nil : CalendarDate(year: numbers[0], month: month, day: day)?.text
    }
}
