// Reads a date, and perhaps a time of day and a zone, out of the ways they are written in Chinese tables.

package enum DateError: Error, Hashable, Sendable {
    /// Not written in a way that is known to be a date.
    case unreadable
    /// No such day or time: 2024-02-30, 25:00.
    case impossible
    /// Outside the years 1900 to 2200.
    case outOfRange
}

/// What a text says, before any zone is applied.
struct DateReading {
    var date: CalendarDate
    /// `nil` when the text gives no time of day. 86,400 for 24:00.
    var secondOfDay: Int?
    /// East of Greenwich; `nil` when the text names no zone.
    var zoneSeconds: Int?

    init(_ text: String) throws(DateError) {
        var scanner = DateScanner(text)
        let digits = scanner.digitCount
        let year: Int, month: Int, day: Int
        if digits == 8 || digits == 12 || digits == 14 {
            year = scanner.number(digits: 4...4)!
            month = scanner.number(digits: 2...2)!
            day = scanner.number(digits: 2...2)!
        } else {
            guard digits == 4, let first = scanner.number(digits: 4...4) else { throw .unreadable }
            year = first
            let parts: (Int, Int)? =
                if scanner.take("Y") { Self.marked(&scanner) } else { Self.separated(&scanner) }
            guard let parts else { throw .unreadable }
            (month, day) = parts
        }
        guard CalendarDate.years.contains(year) else { throw .outOfRange }
        guard let date = CalendarDate(year: year, month: month, day: day) else { throw .impossible }
        self.date = date
        if digits > 8 {
            let hour = scanner.number(digits: 2...2)!, minute = scanner.number(digits: 2...2)!
            try setTime(hour, minute, digits == 14 ? scanner.number(digits: 2...2)! : 0)
        } else if !scanner.isAtEnd {
            try readTime(&scanner, mayBeCompact: digits == 8)
        }
        guard scanner.isAtEnd else { throw .unreadable }
    }

    /// `1月5日` after the year.
    private static func marked(_ scanner: inout DateScanner) -> (Int, Int)? {
        scanner.skipBlanks()
        guard let month = scanner.number(digits: 1...2), scanner.take("M") else { return nil }
        scanner.skipBlanks()
        guard let day = scanner.number(digits: 1...2), scanner.take("D") else { return nil }
        return (month, day)
    }

    /// `-1-5` after the year; both separators must be the same.
    private static func separated(_ scanner: inout DateScanner) -> (Int, Int)? {
        for separator in ["-", "/", "."] as [Unicode.Scalar] where scanner.take(separator) {
            guard let month = scanner.number(digits: 1...2), scanner.take(separator),
                let day = scanner.number(digits: 1...2)
            else { return nil }
            return (month, day)
        }
        return nil
    }

    private mutating func readTime(_ scanner: inout DateScanner, mayBeCompact: Bool) throws(DateError) {
        let hadBlank = scanner.take("T") || scanner.take("t") || scanner.skipBlanks()
        let half = scanner.half()  // 上午, 下午
        scanner.skipBlanks()
        guard hadBlank || half != nil || scanner.isAfterDayMark else { throw .unreadable }
        if mayBeCompact, scanner.digitCount == 6 || scanner.digitCount == 4 {
            let hasSeconds = scanner.digitCount == 6
            let hour = scanner.number(digits: 2...2)!, minute = scanner.number(digits: 2...2)!
            try setTime(hour, minute, hasSeconds ? scanner.number(digits: 2...2)! : 0)
        } else {
            guard var hour = scanner.number(digits: 1...2) else { throw .unreadable }
            var minute = 0, second = 0
            if scanner.take("h") {
                scanner.skipBlanks()
                if let minutes = scanner.number(digits: 1...2) {
                    minute = minutes
                    let isMarked = scanner.take("m")
                    scanner.skipBlanks()
                    if isMarked, let seconds = scanner.number(digits: 1...2) {
                        second = seconds
                        guard scanner.take("s") else { throw .unreadable }
                    }
                }
            } else {
                guard scanner.take(":"), let minutes = scanner.number(digits: 1...2) else { throw .unreadable }
                minute = minutes
                if scanner.take(":") {
                    guard let seconds = scanner.number(digits: 1...2) else { throw .unreadable }
                    second = seconds
                    if scanner.take(".") || scanner.take(",") {
                        guard scanner.skipDigits() > 0 else { throw .unreadable }
                    }
                }
            }
            if let half {
                guard (0...12).contains(hour) || half == .afternoon && hour < 24 else { throw .impossible }
                if half == .afternoon, hour < 12 { hour += 12 }
                if half == .morning, hour == 12 { hour = 0 }
            }
            try setTime(hour, minute, second)
        }
        scanner.skipBlanks()
        try readZone(&scanner)
    }

    private mutating func setTime(_ hour: Int, _ minute: Int, _ second: Int) throws(DateError) {
        let isMidnight = hour == 24 && minute == 0 && second == 0
        guard (0..<24).contains(hour) || isMidnight, (0..<60).contains(minute), (0..<60).contains(second) else {
            throw .impossible
        }
        secondOfDay = hour * 3600 + minute * 60 + second
    }

    private mutating func readZone(_ scanner: inout DateScanner) throws(DateError) {
        if scanner.take("Z") || scanner.take("z") {
            zoneSeconds = 0
            return
        }
        let sign = scanner.take("+") ? 1 : scanner.take("-") ? -1 : 0
        if sign == 0 { return }
        guard let hours = scanner.number(digits: 2...2) else { throw .unreadable }
        _ = scanner.take(":")
        let minutes = scanner.number(digits: 2...2) ?? 0
        guard hours <= 14, minutes < 60 else { throw .impossible }
        zoneSeconds = sign * (hours * 3600 + minutes * 60)
    }
}

/// Walks a short text whose widths are folded and whose Chinese marks are single letters: 年 is `Y`, 月 `M`, 日 and 号
/// `D`, 时 and 点 `h`, 分 `m`, 秒 `s`.
struct DateScanner {
    enum Half { case morning, afternoon }

    private var scalars: [Unicode.Scalar] = []
    private var place = 0

    /// Longer texts are no dates.
    private static let scalarsMax = 64

    init(_ text: String) {
        scalars.reserveCapacity(24)
        for scalar in text.unicodeScalars {
            if scalars.count > Self.scalarsMax { break }
            switch scalar {
            case "年": scalars.append("Y")
            case "月": scalars.append("M")
            case "日", "号", "號": scalars.append("D")
            case "时", "時", "点", "點": scalars.append("h")
            case "分": scalars.append("m")
            case "秒": scalars.append("s")
            case "Y", "M", "D", "h", "m", "s": scalars.append("?")  // must not pass for a mark
            case "\t", "\u{A0}", "\r", "\n": scalars.append(" ")
            default: scalars.append(scalar.halfWidth)
            }
        }
        while scalars.last == " " { scalars.removeLast() }
        skipBlanks()
    }

    var isAtEnd: Bool { place == scalars.count }

    var isAfterDayMark: Bool { place > 0 && (scalars[place - 1] == "D") }

    /// Length of the run of digits that starts here.
    var digitCount: Int {
        var end = place
        while end < scalars.count, Self.isDigit(scalars[end]) { end += 1 }
        return end - place
    }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard place < scalars.count, scalars[place] == scalar else { return false }
        place += 1
        return true
    }

    @discardableResult mutating func skipBlanks() -> Bool {
        let start = place
        while place < scalars.count, scalars[place] == " " { place += 1 }
        return place > start
    }

    @discardableResult mutating func skipDigits() -> Int {
        let count = digitCount
        place += count
        return count
    }

    /// Takes as many digits as `digits` allows, `nil` when there are fewer.
    mutating func number(digits: ClosedRange<Int>) -> Int? {
        let count = min(digitCount, digits.upperBound)
        guard count >= digits.lowerBound else { return nil }
        var number = 0
        for scalar in scalars[place..<place + count] { number = number * 10 + Int(scalar.value - 0x30) }
        place += count
        return number
    }

    mutating func half() -> Half? {
        guard place + 1 < scalars.count, scalars[place + 1] == "午" else { return nil }
        switch scalars[place] {
        case "上": place += 2; return .morning
        case "下": place += 2; return .afternoon
        default: return nil
        }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }
}
