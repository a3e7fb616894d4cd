// The `Date` header, made once a second.

import Glibc
import Synchronization

final class DateLine: Sendable {
    private let last = Mutex<(seconds: time_t, text: String)>((0, ""))

    var text: String {
        let now = time(nil)
        return last.withLock { last in
            if last.seconds != now { last = (now, Self.text(now)) }
            return last.text
        }
    }

    /// RFC 9110 §5.6.7, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func text(_ seconds: time_t) -> String {
        var seconds = seconds
        var unset = unsafe tm()
        // Holds: gmtime_r fills it; only its numbers are read.
        unsafe gmtime_r(&seconds, &unset)
        let parts = unsafe unset
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: CInt) -> String { (number < 10 ? "0" : "") + String(number) }
        let day = unsafe "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(1900 + parts.tm_year)"
        return unsafe "\(day) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }
}
