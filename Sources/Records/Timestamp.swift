// A moment as complaints state it: often to the second, often only the day.

/// Seconds since 1970-01-01T00:00:00Z, and whether a time of day was given at all.
///
/// A text without a zone means +08:00, the one zone of every body served; texts are written in +08:00.
/// Fractions of a second are read and dropped.
package struct Timestamp: Hashable, Sendable {
    package let seconds: Int64
    /// False when only the day is known: `seconds` is then its beginning in +08:00.
    package let hasTime: Bool

    /// +08:00.
    package static let zoneSeconds: Int64 = 8 * 3600
    static let daySeconds: Int64 = 86_400

    /// `nil` when the day in +08:00 is outside `CalendarDate.years`.
    package init?(seconds: Int64) {
        guard Self.range.contains(seconds) else { return nil }
        self.seconds = seconds
        hasTime = true
    }

    package init(_ date: CalendarDate) {
        seconds = Int64(date.days) * Self.daySeconds - Self.zoneSeconds
        hasTime = false
    }

    private static let range =
        Timestamp(CalendarDate.first).seconds...(Timestamp(CalendarDate.last).seconds + daySeconds - 1)

    /// The day in +08:00.
    package var date: CalendarDate {
        let local = seconds + Self.zoneSeconds
        let days = local >= 0 ? local / Self.daySeconds : (local - Self.daySeconds + 1) / Self.daySeconds
        return CalendarDate(days: Int32(days))!  // every initialiser keeps `seconds` within `range`
    }

    /// Seconds since midnight in +08:00; 0 when only the day is known.
    package var secondOfDay: Int {
        Int(seconds + Self.zoneSeconds - Int64(date.days) * Self.daySeconds)
    }
}

extension Timestamp: Comparable {
    package static func < (a: Timestamp, b: Timestamp) -> Bool {
        a.seconds != b.seconds ? a.seconds < b.seconds : !a.hasTime && b.hasTime
    }
}

extension Timestamp: CustomStringConvertible {
    /// `2024-01-05T08:30:00+08:00`, or `2024-01-05` when only the day is known.
    package var text: String {
        guard hasTime else { return date.text }
        let second = secondOfDay
        let hours = CalendarDate.twoDigits(second / 3600)
        let minutes = CalendarDate.twoDigits(second / 60 % 60)
        return "\(date.text)T\(hours):\(minutes):\(CalendarDate.twoDigits(second % 60))+08:00"
    }

    package var description: String { text }

    /// Reads ISO 8601 and what Chinese tables write; the year always comes first, so nothing is guessed:
    /// `2024-01-05`, `2024-01-05T08:30:00Z`, `2024-01-05 08:30`, `2024/1/5 8:30:00.250`, `2024.1.5`,
    /// `2024年1月5日 下午3时5分`, `20240105`, `202401050830`, `20240105083000`, full-width digits too.
    package init(parsing text: String) throws(DateError) {
        let reading = try DateReading(text)
        guard let second = reading.secondOfDay else {
            self = Timestamp(reading.date)
            return
        }
        let zone = Int64(reading.zoneSeconds ?? Int(Self.zoneSeconds))
        guard let moment = Timestamp(seconds: Int64(reading.date.days) * Self.daySeconds + Int64(second) - zone) else {
            throw .outOfRange
        }
        self = moment
    }
}
