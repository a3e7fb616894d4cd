// What `trends` is asked and answers: plain values that the terminal, the page and JSON show in their own ways.

import Records
import Trends

package struct TrendRequest: Sendable {
    /// Facet fields by name, or `term`.
    package var by: [String] = ["category", "respondent", "region", "incidentPlace", "term"]
    /// The last day looked at; nil is the day of the newest record.
    package var until: CalendarDate?
    package var windowDays = 7
    package var limit = 50
    package var onlyNew = false
    package var withCourse = false

    package init() {}
}

package struct TrendAlarm: Sendable {
    /// The field's English name, or `term`.
    package var by: String
    package var key: String
    /// Of an area, what it is called, where records say it.
    package var name: String?
    package var shape: RiseVerdict.Shape
    package var method: RiseVerdict.Method
    package var observed: Int
    package var raw: Int
    package var expected: Double
    package var bound: Int
    package var p: Double
    package var q: Double
    /// When the burst that reaches into the newest weeks began, and when it ended; nil while it lasts.
    package var start: CalendarDate
    package var end: CalendarDate?
    /// Bursts before it, the newest last.
    package var earlier: [ClosedRange<CalendarDate>]
    /// First and last day of what was observed.
    package var from: CalendarDate
    package var to: CalendarDate
    /// Different persons among the observed records; nil without the key or where nobody is named.
    package var people: Int?
    /// Share of the records by whoever filed most.
    package var topShare: Double?
    package var records: [String]
    package var titles: [String]
    /// Closed matters from before the rise that the records are like: 结案后再现.
    package var resembles: [String]
    /// What those are about.
    package var resembledTitles: [String]
    package var parents: [String]
    /// Other words that rise in the same records.
    package var also: [String]
    /// Finds the records behind the figure.
    package var query: String
    package var counts: [Int]
    package var course: [(expected: Double, bound: Int)?]
    package var isNew: Bool

    /// What a person reads.
    package var title: String { name ?? key }
}

package struct TrendAnswer: Sendable {
    package var alarms: [TrendAlarm]
    package var clusters: [AreaCluster]
    package var grid: PeriodGrid
    package var method: RiseVerdict.Method
    package var tested: Int
    package var families: Int
    package var total: [Int]
    /// Largest areas and their counts per period, for the heat map.
    package var areas: [(key: String, counts: [Int])]
    package var records: Int
    package var repeats: Int
    package var snapshot: String
    package var notices: [Notice]
    /// Of a run that asked for what is new: alarms that still stand and were told before.
    package var toldBefore: [TrendAlarm] = []
    /// Of areas that the answer shows, by their codes.
    package var regionNames: [String: String] = [:]
}
