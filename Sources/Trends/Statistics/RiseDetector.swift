// Says of one series whether its newest weeks are higher than its own past allows: the expected count, a bound, one p.
//
// With three years and more: regression over all weeks but the newest three, with trend, seasons and the Chinese
// calendar. With less: the level of the last 8 to 26 weeks beside all other records of those weeks, and the verdict says
// so. Four looks are taken and paid for: the newest week, the last two and the last three together (few records, sharp
// rise: 苗头), and a CUSUM of the newest eight weeks (sustained rise: 倾向).
//
// Weeks are put together by their normal scores, not by their sum: three weeks that are each a little high say more than
// their sum does, because the counts of small series are skew (`ScanTail`).

import Glibc

package struct RiseVerdict: Sendable {
    package enum Method: String, Sendable {
        /// Negative-binomial regression over years.
        case regression
        /// The level of the last weeks only.
        case shortHistory
        /// Not enough weeks to say anything.
        case tooShort
    }

    package enum Shape: String, Sendable {
        /// 苗头
        case sharp
        /// 倾向
        case sustained
    }

    package var method: Method
    package var shape: Shape
    /// Records of the newest `weeks` weeks.
    package var observed: Int
    package var expected: Double
    /// The least count that is not yet unusual (99 in 100).
    package var bound: Int
    package var p: Double
    /// How many of the newest weeks stand out together.
    package var weeks: Int
    /// Of every week: what was expected and the bound; for charts. Weeks before the baseline: nil.
    package var course: [(expected: Double, bound: Int)?]
    /// Weeks of baseline.
    package var baselineWeeks: Int
    package var dispersion: Double

    /// Of what was not worked out because it plainly does not rise.
    static let calm = RiseVerdict(
        method: .regression, shape: .sharp, observed: 0, expected: 0, bound: 0, p: 1, weeks: 1, course: [], baselineWeeks: 0,
        dispersion: 1)
}

package struct RiseDetector: Sendable {
    /// Weeks from which on a season can be told from chance.
    package static let weeksOfYears = 156
    /// Weeks that may be an outbreak's and are kept out of the baseline; those before them the fit itself leaves out when they
    /// are (five more weeks away, the expected count is a twentieth of a standard deviation worse).
    private static let guardWeeks = 3
    private static let cusumWeeks = 8
    private static let shortGuardWeeks = 2
    private static let shortBaselineMax = 26
    package static let shortBaselineMin = 4
    private static let shortDrift = 0.2
    /// What the newest week, two weeks, three weeks and the CUSUM may each spend of an error, and what that comes to
    /// together: found by simulation of series without outbreaks, so that p ≤ 0.01 comes in at most one of a hundred weeks
    /// (`tools/quality trends`).
    static let shares = [0.1, 0.75, 1.0]
    static let cusumShare = 0.05
    static let costOfLooks = 2.05
    /// A p below this is looked at again beside the same time of former years.
    private static let worthAnotherLook = 0.1
    /// A CUSUM of standard normal scores forgives half a deviation a week.
    static let allowance = 0.5
    package static let boundTail = 0.01

    /// Rows for every week, the newest last; shared by all series.
    private let design: Design?
    private let flat: Design
    private let weekCount: Int

    /// - Parameter design: calendar rows of all weeks; nil when there is less than three years.
    package init(weekCount: Int, design: Design?) {
        self.weekCount = weekCount
        self.design = weekCount >= Self.weeksOfYears ? design : nil
        var flat = Design(priorDeviations: [1])
        for _ in 0..<weekCount { flat.append([1]) }
        self.flat = flat
    }

    /// - Parameters:
    ///   - counts: one a week, the newest last.
    ///   - others: all other records of each week, used with a short history only.
    ///   - spread: dispersion of like series, used with a short history only.
    package func verdict(
        _ counts: [Int], others: [Int]? = nil, spread: Double = 1.3, withCourse: Bool = false
    ) -> RiseVerdict {
        precondition(counts.count == weekCount, "a series of another length")
        if let design {
            let baseline = 0..<(weekCount - Self.guardWeeks)
            return judge(
                counts, design, baseline, exposure: nil, spread: nil, method: .regression, scored: Self.cusumWeeks,
                withCourse: withCourse)
        }
        let end = weekCount - Self.shortGuardWeeks - 1
        let start = max(0, end - Self.shortBaselineMax)
        guard end - start >= Self.shortBaselineMin else {
            return RiseVerdict(
                method: .tooShort, shape: .sharp, observed: counts.last ?? 0, expected: 0, bound: 0, p: 1, weeks: 1,
                course: [], baselineWeeks: max(0, end - start), dispersion: 1)
        }
        // Half a record more: a week in which nothing else came still has an expectation.
        let exposure = others.map { $0.map { Double($0) + 0.5 } }
        return judge(
            counts, flat, start..<end, exposure: exposure, spread: (spread, 12), method: .shortHistory,
            scored: Self.shortGuardWeeks + 1, withCourse: withCourse)
    }

    private func judge(
        _ counts: [Int], _ design: Design, _ baseline: Range<Int>, exposure: [Double]?,
        spread: (dispersion: Double, weeks: Double)?, method: RiseVerdict.Method, scored: Int, withCourse: Bool
    ) -> RiseVerdict {
        var fit = CountRegression(counts, design, weeks: baseline, exposure: exposure, spread: spread)
        // Without seasons the level of the last weeks is all there is, and it moves.
        fit.drift = method == .shortHistory ? Self.shortDrift : 0
        var factors = [Double](repeating: 1, count: scored)
        var best = look(counts, fit, design, exposure, factors)
        if best.p * Self.costOfLooks <= Self.worthAnotherLook, method == .regression {
            factors = Recurrence.factors(counts, fit, design, newest: scored)
            if factors.contains(where: { $0 > 1 }) { best = look(counts, fit, design, exposure, factors) }
        }
        let weeks = (weekCount - best.weeks)..<weekCount
        let predicted = prediction(weeks, fit, design, exposure, factors)
        var course: [(expected: Double, bound: Int)?] = []
        if withCourse {
            course = (0..<weekCount).map { week in
                guard week >= baseline.lowerBound else { return nil }
                let predicted = prediction(week..<(week + 1), fit, design, exposure, factors)
                return (predicted.mean, predicted.upperBound(Self.boundTail))
            }
        }
        return RiseVerdict(
            method: method, shape: best.shape, observed: counts[weeks].reduce(0, +), expected: predicted.mean,
            bound: predicted.upperBound(Self.boundTail), p: min(1, best.p * Self.costOfLooks), weeks: best.weeks,
            course: course, baselineWeeks: baseline.count, dispersion: fit.dispersion)
    }

    /// The least p over its share of the error, how many of the newest weeks it is of, and their shape.
    private func look(
        _ counts: [Int], _ fit: CountRegression, _ design: Design, _ exposure: [Double]?, _ factors: [Double]
    ) -> (p: Double, weeks: Int, shape: RiseVerdict.Shape) {
        let newest = factors.indices.map { prediction((weekCount - 1 - $0)..<(weekCount - $0), fit, design, exposure, factors) }
        let scores = newest.enumerated().map { place, predicted in
            Normal.quantile(upperTail: predicted.middleTail(counts[weekCount - 1 - place]))
        }
        var best = (p: 1.0, weeks: 1, shape: RiseVerdict.Shape.sharp)
        for length in 1...min(ScanTail.lengthMax, factors.count) {
            let p =
                length == 1
                ? newest[0].upperTail(counts[weekCount - 1])
                : ScanTail.upperTail(
                    ScanTail.statistic(scores.prefix(length)), length: length,
                    correlation: sharedPart(of: length, fit, design, exposure))
            if p / Self.shares[length - 1] < best.p { best = (p / Self.shares[length - 1], length, .sharp) }
        }
        let cusum = Self.cusum(scores)
        // A CUSUM that only repeats what the windows say is no sustained rise.
        if cusum.weeks > 3, cusum.p / Self.cusumShare < best.p {
            best = (cusum.p / Self.cusumShare, cusum.weeks, .sustained)
        }
        return best
    }

    /// What these weeks should look like, with what recurs every year.
    private func prediction(
        _ weeks: Range<Int>, _ fit: CountRegression, _ design: Design, _ exposure: [Double]?, _ factors: [Double]
    ) -> NegativeBinomial {
        let plain = fit.predicted(weeks, design, exposure)
        let mean = weeks.reduce(0.0) { sum, week in
            let back = weekCount - 1 - week
            return sum + fit.mean(week, design, exposure) * (back < factors.count ? factors[back] : 1)
        }
        return mean > plain.mean ? NegativeBinomial(mean: mean, dispersion: plain.dispersion) : plain
    }

    /// The highest sum of normal scores less an allowance that ends now.
    ///
    /// Its tail is that of the largest value of a random walk with drift −k: exp(−2k(S + 1.166)), the correction for
    /// discrete steps after Siegmund (Sequential Analysis, 1985).
    static func cusum(_ scores: [Double]) -> (p: Double, weeks: Int) {
        var sum = 0.0
        var length = 0
        for score in scores.reversed() {
            sum = max(0, sum + min(score, 4) - allowance)
            length = sum > 0 ? length + 1 : 0
        }
        guard sum > 0 else { return (1, 0) }
        return (min(1, exp(-2 * allowance * (sum + 1.166))), length)
    }

    /// Correlation of the scores of the newest weeks: they share an uncertain expectation.
    private func sharedPart(of length: Int, _ fit: CountRegression, _ design: Design, _ exposure: [Double]?) -> Double {
        let weeks = (weekCount - length)..<weekCount
        let mean = weeks.reduce(0.0) { $0 + fit.mean($1, design, exposure) }
        // Of one week's variance φμ + V the part V is common to all of them.
        let shared = (fit.uncertainty(weeks, design, exposure) + fit.drift * fit.drift * mean * mean) / Double(length)
        return shared / max(fit.dispersion * mean + shared, 1e-9)
    }
}
