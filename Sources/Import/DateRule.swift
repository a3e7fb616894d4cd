// Reads the dates of an export into ISO 8601: by the patterns a map gives, or by all ways that put the year first.
//
// Nothing is guessed: `3/4/2024` is read only by a pattern that says which number is the month.

struct DateRule: Hashable, Sendable {
    enum Reading: Hashable, Sendable {
        /// The year first, in any usual spelling; 8, 12 or 14 digits; seconds or milliseconds since 1970; with a
        /// fraction or five digits alone, an Excel serial.
        case auto
        /// Days since 1899-12-30, as Excel stores dates.
        case excel
        /// Seconds or milliseconds since 1970.
        case unix
        case pattern(DatePattern)
    }

    let readings: [Reading]
    /// For texts without a zone.
    let zoneMinutes: Int

    /// ISO 8601 with a zone when there is a time of day; nil: unreadable, or no such day.
    func iso(_ text: String) -> Result<String, Rejection.Reason> {
        if readings == [.auto], let moment = Moment(plain: text) {
            return moment.exists ? .success(moment.iso(zoneMinutes: zoneMinutes)) : .failure(.dateImpossible)
        }
        let letters = DateLetters(text)
        var isImpossible = false
        for reading in readings {
            let moment: Moment?
            switch reading {
            case .auto: moment = auto(letters)
            case .excel: moment = letters.decimal.flatMap { Moment(serial: $0) }
            case .unix: moment = letters.decimal.flatMap { Moment(unix: $0, zoneMinutes: zoneMinutes) }
            case .pattern(let pattern): moment = pattern.read(letters)
            }
            if let moment {
                if moment.exists { return .success(moment.iso(zoneMinutes: zoneMinutes)) }
                isImpossible = true
            }
        }
        return .failure(isImpossible ? .dateImpossible : .dateUnreadable)
    }

    private func auto(_ letters: DateLetters) -> Moment? {
        if let moment = Self.common(letters) { return moment }
        guard let number = letters.decimal else { return nil }
        let whole = letters.wholeDigits
        if whole == 10 || whole == 13 { return Moment(unix: number, zoneMinutes: zoneMinutes) }
        if whole == 5 { return Moment(serial: number) }
        return nil
    }

    private static func common(_ letters: DateLetters) -> Moment? {
        for pattern in DatePattern.common {
            if let moment = pattern.read(letters) { return moment }
        }
        return nil
    }
}

/// A day and perhaps a time, as written; it may not exist.
struct Moment: Hashable, Sendable {
    var year = 0
    var month = 1
    var day = 1
    /// Nil when only the day is written.
    var secondOfDay: Int?
    /// As written with the time; nil means the map's.
    var zoneMinutes: Int?

    init() {}

    static let years = 1900...2200

    var exists: Bool {
        guard Self.years.contains(year), (1...12).contains(month), day >= 1, day <= Self.days(of: month, in: year) else {
            return false
        }
        guard let secondOfDay else { return true }
        return (0...86_400).contains(secondOfDay)
    }

    static func days(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The spelling nearly all exports use, `2024-01-05 08:30:00` with `-` or `/`, read without an allocation.
    init?(plain text: String) {
        var fields = (0, 0, 0, 0, 0, 0)
        var field = 0
        var value = 0
        var digits = 0
        var separator: UInt8 = 0
        func close(_ wanted: ClosedRange<Int>) -> Bool {
            guard wanted.contains(digits) else { return false }
            switch field {
            case 0: fields.0 = value
            case 1: fields.1 = value
            case 2: fields.2 = value
            case 3: fields.3 = value
            case 4: fields.4 = value
            default: fields.5 = value
            }
            field += 1
            value = 0
            digits = 0
            return true
        }
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39:
                value = value * 10 + Int(byte & 15)
                digits += 1
                guard digits <= 4 else { return nil }
            case UInt8(ascii: "-"), UInt8(ascii: "/"):
                guard field < 2, field == 0 || byte == separator, close(field == 0 ? 4...4 : 1...2) else { return nil }
                separator = byte
            case UInt8(ascii: " "), UInt8(ascii: "T"):
                guard field == 2, close(1...2) else { return nil }
            case UInt8(ascii: ":"):
                guard field == 3 || field == 4, close(1...2) else { return nil }
            default: return nil
            }
        }
        let last = field
        guard last == 2 || last == 4 || last == 5, close(last == 2 ? 1...2 : 2...2) else { return nil }
        year = fields.0
        month = fields.1
        day = fields.2
        guard last > 2 else { return }
        let exists = fields.3 < 24 && fields.4 < 60 && fields.5 < 60 || fields.3 == 24 && fields.4 == 0 && fields.5 == 0
        secondOfDay = exists ? fields.3 * 3600 + fields.4 * 60 + fields.5 : -1
    }

    /// Excel's serial; it counts a 29 February 1900 that never was, so before March 1900 it is one off.
    init?(serial: Double, epoch1904: Bool = false) {
        let serial = epoch1904 ? serial + 1462 : serial
        guard serial >= 1, serial < 110_000, serial.isFinite else { return nil }
        var days = Int(serial)
        var seconds = Int(((serial - Double(days)) * 86_400).rounded())
        if seconds >= 86_400 {
            seconds = 0
            days += 1
        }
        self.init(days: days - 25_569 + (days < 60 ? 1 : 0))
        if serial != serial.rounded(.down) { secondOfDay = seconds }
    }

    init?(unix number: Double, zoneMinutes: Int) {
        let isMilliseconds = number >= 100_000_000_000
        let seconds = isMilliseconds ? number / 1000 : number
        guard seconds > 0, seconds < 7_258_118_400 else { return nil }
        let local = Int(seconds) + zoneMinutes * 60
        self.init(days: local / 86_400)
        secondOfDay = local % 86_400
    }

    /// Days since 1970-01-01, to the civil calendar (Howard Hinnant, "chrono-compatible low-level date algorithms").
    init(days: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// `2024-01-05`, or `2024-01-05T08:30:00+08:00`; without a zone when `zoneMinutes` is nil.
    func iso(zoneMinutes fallback: Int?) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        let date = "\(year)-\(two(month))-\(two(day))"
        guard let secondOfDay else { return date }
        let time = "T\(two(secondOfDay / 3600)):\(two(secondOfDay / 60 % 60)):\(two(secondOfDay % 60))"
        guard let zone = zoneMinutes ?? fallback else { return date + time }
        let size = abs(zone)
        return date + time + (zone < 0 ? "-" : "+") + two(size / 60) + ":" + two(size % 60)
    }
}

/// A short text with full-width forms folded; longer texts are no dates.
struct DateLetters {
    let scalars: [Unicode.Scalar]

    init(_ text: String) {
        var folded: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            if folded.count > 48 { break }
            switch scalar.value {
            case 0xFF01...0xFF5E: folded.append(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar)
            case 0x3000, 0xA0, 0x09, 0x0A, 0x0D: folded.append(" ")
            default: folded.append(scalar)
            }
        }
        while folded.last == " " { folded.removeLast() }
        scalars = Array(folded.drop { $0 == " " })
    }

    /// Digits before a point.
    var wholeDigits: Int { scalars.prefix { ("0"..."9").contains($0) }.count }

    /// The text as a plain decimal number.
    var decimal: Double? {
        guard !scalars.isEmpty, scalars.allSatisfy({ ("0"..."9").contains($0) || $0 == "." }) else { return nil }
        return Double(String(String.UnicodeScalarView(scalars)))
    }
}
