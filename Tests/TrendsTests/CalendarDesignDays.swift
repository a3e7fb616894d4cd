// Days by their date, for tests.

import Records
import TextAnalysis

enum CalendarDesignDays {
    static func day(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        CalendarDate(year: year, month: month, day: day).map { Int($0.days) }
    }

    static func springFestival(_ year: Int) -> Int? { ChineseYear.springFestival(year) }
}
