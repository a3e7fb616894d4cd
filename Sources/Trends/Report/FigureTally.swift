// The measures of a report: 件, 事项, 批, 人次 side by side, how soon, how well.

package struct FigureTally: Hashable, Sendable {
    /// 件
    package internal(set) var records = 0
    /// 事项: records of one matter once.
    package internal(set) var matterCount = 0
    /// 批: records of one group once.
    package internal(set) var groupCount = 0
    /// 人次: the number represented, else one.
    package internal(set) var people = 0
    /// 办结
    package internal(set) var closed = 0
    /// Past a limit that was not met.
    package internal(set) var overdue = 0
    package internal(set) var rated = 0
    package internal(set) var satisfied = 0
    package internal(set) var decided = 0
    package internal(set) var founded = 0
    /// Days from receipt to close that half, and nine in ten, did not exceed; nil where nothing is closed.
    package internal(set) var daysMedian: Int?
    package internal(set) var daysNinety: Int?

    package init() {}

    /// Whether a share of so many in so many lets the public count persons on one hand.
    package static func isTelling(_ part: Int, of whole: Int) -> Bool {
        (part > 0 && part < FigureTable.publicMin) || (whole > 0 && whole < FigureTable.publicMin)
    }

    package static func share(_ part: Int, of whole: Int) -> Double? { whole > 0 ? Double(part) / Double(whole) : nil }
}
