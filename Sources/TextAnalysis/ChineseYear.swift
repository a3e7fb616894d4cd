// When the Chinese year begins, by ICU's Chinese calendar: the one date that moves by a month and carries the deepest dip
// of every complaint archive.

import CICU
import Synchronization

package enum ChineseYear {
    private static let known = Mutex<[Int: Int?]>([:])

    /// Spring Festival of a Gregorian year, as days since 1970-01-01. Nil outside 1900–2100.
    package static func springFestival(_ year: Int) -> Int? {
        guard (1900...2100).contains(year) else { return nil }
        return known.withLock { known in
            if case .some(let found) = known[year] { return found }
            let days = cicu_springFestival(Int32(year))
            let found = days == Int32.min ? nil : Int(days)
            known[year] = found
            return found
        }
    }
}
