// Tells in a microsecond that a series plainly does not rise, so that the regression is worked out for the others only: at a
// million records there are tens of thousands of words.
//
// A series' own average, as the seasons of all records go, is its rough expectation; its newest weeks are scored against it
// with the least dispersion there is, which exaggerates. What is calm even so would have to be half a standard deviation and
// more out of the ordinary to be named: its p counts as 1 among all that are tested, which changes no q of an alarm (in
// Benjamini and Hochberg's step a p above the rate rejects nothing).

import Glibc

struct CalmScreen: Sendable {
    /// What all records together do in each week, 1 on the average of the baseline.
    private let season: [Double]
    private let thresholds: [Double]
    private static let guardWeeks = 8
    private static let yearWeeks = 52
    /// A season comes that many weeks sooner or later.
    private static let seasonSlack = 2
    /// A p below this is worked out.
    static let pMin = 0.1

    /// - Parameter totals: all records of each week.
    init(totals: [Int], design: Design) {
        let baseline = 0..<max(1, totals.count - Self.guardWeeks)
        let fit = CountRegression(totals, design, weeks: baseline)
        let means = totals.indices.map { fit.mean($0, design, nil) }
        let average = means[baseline].reduce(0, +) / Double(baseline.count)
        season = means.map { $0 / max(average, 1e-9) }
        thresholds = (1...ScanTail.lengthMax).map { length in
            let tail = Self.pMin * RiseDetector.shares[length - 1] / RiseDetector.costOfLooks
            var (low, high) = (-5.0, 20.0)
            for _ in 0..<40 {
                let middle = (low + high) / 2
                if ScanTail.upperTail(middle, length: length) > tail { low = middle } else { high = middle }
            }
            return low
        }
    }

    /// - Parameter counts: one a week, the newest last, as many as there were totals.
    func isCalm(_ counts: [Int]) -> Bool {
        let end = counts.count - Self.guardWeeks
        guard end > Self.yearWeeks else { return false }
        // The lowest of all years, the last one, and these weeks of former years: what falls is not held to what it was, nor
        // what rests at this time of the year (heating in August) to the rest of the year.
        let all = rate(counts, 0..<end)
        let last = rate(counts, (end - Self.yearWeeks)..<end)
        let level = min(all, last, restingRate(counts, end))
        // Anscombe's root: nearly normal with variance 1 for a Poisson count, more for any other.
        let scores = (0..<Self.guardWeeks).map { back -> Double in
            let week = counts.count - 1 - back
            return 2 * (sqrt(Double(counts[week]) + 0.375) - sqrt(level * season[week] + 0.375))
        }
        for length in 1...ScanTail.lengthMax where ScanTail.statistic(scores.prefix(length)) > thresholds[length - 1] { return false }
        let sustained = RiseDetector.cusum(scores)
        return sustained.weeks <= ScanTail.lengthMax || sustained.p > Self.pMin * RiseDetector.cusumShare / RiseDetector.costOfLooks
    }

    /// What these weeks brought in former years, at the upper end of what chance leaves open.
    private func restingRate(_ counts: [Int], _ end: Int) -> Double {
        var (records, exposure) = (0, 0.0)
        var newest = counts.count - 1 - Self.yearWeeks
        while newest >= Self.guardWeeks + Self.seasonSlack {
            for week in (newest - Self.guardWeeks - Self.seasonSlack + 1)...min(newest + Self.seasonSlack, end - 1) {
                records += counts[week]
                exposure += season[week]
            }
            newest -= Self.yearWeeks
        }
        guard exposure > 0 else { return .infinity }
        return (Double(records) + 2 * sqrt(Double(records)) + 1) / exposure
    }

    private func rate(_ counts: [Int], _ weeks: Range<Int>) -> Double {
        Double(counts[weeks].reduce(0, +)) / max(season[weeks].reduce(0, +), 1e-9)
    }
}
