// The measures of a report: 件, 事项, 批, 人次 side by side, how soon, how well.

import Records

package struct FigureTally: Sendable {
    /// 件
    package private(set) var records = 0
    /// 人次: the number represented, else one.
    package private(set) var people = 0
    /// 办结
    package private(set) var closed = 0
    /// Past a limit that was not met.
    package private(set) var overdue = 0
    package private(set) var rated = 0
    package private(set) var satisfied = 0
    package private(set) var decided = 0
    package private(set) var founded = 0
    private var matters: Set<String> = []
    private var withoutMatter = 0
    private var groups: Set<String> = []
    private var withoutGroup = 0
    private var daysToClose: [Int] = []

    package init() {}

    /// 事项: records of one matter once.
    package var matterCount: Int { matters.count + withoutMatter }
    /// 批: records of one group once.
    package var groupCount: Int { groups.count + withoutGroup }

    package mutating func add(_ record: FigureRecord) {
        records += 1
        people += record.quantities[2].map { Int($0 / 1_000) } ?? 1
        if let matter = record.values[0].first { matters.insert(matter) } else { withoutMatter += 1 }
        if let group = record.values[1].first { groups.insert(group) } else { withoutGroup += 1 }
        if let end = record.quantities[0] {
            closed += 1
            daysToClose.append(max(0, Int(end) - record.day))
        }
        if record.isOverdue { overdue += 1 }
        if let rating = record.values[2].first, let word = Code<Satisfaction>(rating).known, word != .unrated {
            rated += 1
            if word != .dissatisfied && word != .veryDissatisfied { satisfied += 1 }
        }
        if let verified = record.values[3].first {
            decided += 1
            // 属实 and 部分属实.
            if verified == "属实" || verified == "部分属实" { founded += 1 }
        }
    }

    /// Days from receipt to close that so many in a hundred did not exceed; nil where nothing is closed.
    package func days(atPercent percent: Int) -> Int? {
        guard !daysToClose.isEmpty else { return nil }
        let sorted = daysToClose.sorted()
        return sorted[min(sorted.count - 1, (sorted.count * percent + 99) / 100 - (percent > 0 ? 1 : 0))]
    }

    /// Whether a share of so many in so many lets the public count persons on one hand.
    package static func isTelling(_ part: Int, of whole: Int) -> Bool {
        (part > 0 && part < FigureTable.publicMin) || (whole > 0 && whole < FigureTable.publicMin)
    }

    package static func share(_ part: Int, of whole: Int) -> Double? { whole > 0 ? Double(part) / Double(whole) : nil }
}
