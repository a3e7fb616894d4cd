// Dates as a person writes them in a query: a year, a month or a day, each standing for all its days.

/// Days are counted from 1970-01-01 in the proleptic Gregorian calendar, as the index counts them.
enum QueryDate {
    enum Failure: Error, Hashable {
        case unreadable
        /// 2023-02-30: `nearest` is the last day of that month (or December for a 13th month).
        case impossible(nearest: String)
    }

    /// Four digits of a year, no leading zero.
    static let first = day(1000, 1, 1)
    static let last = day(9999, 12, 31)

    /// First and last day of `2024`, `2024-01`, `2024/1/5`, `20240105`, `2024年1月5日` and the like.
    static func days(of text: [Unicode.Scalar]) throws(Failure) -> ClosedRange<Int64> {
        guard text.count <= 16 else { throw .unreadable }
        var numbers: [Int] = []
        var digitCount = 0
        var isInNumber = false
        var separators: [Unicode.Scalar] = []
        for scalar in text {
            if ("0"..."9").contains(scalar) {
                if isInNumber { numbers[numbers.count - 1] *= 10 } else { numbers.append(0) }
                numbers[numbers.count - 1] += Int(scalar.value) - 0x30
                digitCount += 1
                isInNumber = true
                guard digitCount <= 8 else { throw .unreadable }
            } else {
                guard isInNumber else { throw .unreadable }
                separators.append(scalar)
                isInNumber = false
            }
        }
        switch (numbers.count, digitCount) {
        case (1, 8) where separators.isEmpty:
            numbers = [numbers[0] / 10_000, numbers[0] / 100 % 100, numbers[0] % 100]
        case (1, 6) where separators.isEmpty: numbers = [numbers[0] / 100, numbers[0] % 100]
        default:
            let isHan = separators == Array("年月日".unicodeScalars.prefix(numbers.count))
            let isHanShort = numbers.count > 1 && separators == Array("年月".unicodeScalars.prefix(numbers.count - 1))
            let isSigned =
                separators.count == numbers.count - 1 && Set(separators).count <= 1
                && separators.allSatisfy { $0 == "-" || $0 == "/" || $0 == "." }
            guard isHan || isHanShort || isSigned else { throw .unreadable }
        }
        // Four digits: `24-01` could be anything.
        guard (1...3).contains(numbers.count), (1000...9999).contains(numbers[0]) else { throw .unreadable }
        let year = numbers[0]
        guard numbers.count > 1 else { return day(year, 1, 1)...day(year, 12, 31) }
        let month = numbers[1]
        guard (1...12).contains(month) else { throw .impossible(nearest: "\(year)-\(month == 0 ? "01" : "12")") }
        guard numbers.count > 2 else { return day(year, month, 1)...day(year, month, dayCount(year, month)) }
        let length = dayCount(year, month)
        guard (1...length).contains(numbers[2]) else {
            throw .impossible(nearest: written(day(year, month, numbers[2] == 0 ? 1 : length)))
        }
        let only = day(year, month, numbers[2])
        return only...only
    }

    /// `2024-01-05`.
    static func written(_ day: Int64) -> String {
        // Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(dayOfMonth, 2)
    }

    /// Days since 1970-01-01. Source as above, days_from_civil.
    static func day(_ year: Int, _ month: Int, _ dayOfMonth: Int) -> Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + dayOfMonth - 1
        return Int64(era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468)
    }

    private static func dayCount(_ year: Int, _ month: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
