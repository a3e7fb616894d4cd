// Fits the expected count of each week: a log-linear regression with variance φ·μ, drawn towards nothing happening where
// the data say little, and not drawn upwards by past outbreaks.
//
// Penalised quasi-likelihood by iteratively reweighted least squares. Each coefficient but the first has a normal prior
// around 0 (`priorDeviations`): so a series of three complaints a year gets no season of its own, and one of three
// hundred a week does. How wide the prior of a group of columns is, the series says itself (`PriorWidth`): what a series
// does not show is not paid for. Old outbreaks must neither raise the expectation nor the spread, so the fit is repeated:
// weeks that stand out together are left out, single counts above what is possible once in a thousand weeks (two hundred,
// with a short history) are taken for that bound (winsorised).

import Glibc

/// What a week's count is explained by: one row of `width` numbers a week, the first of them 1. Most of a calendar's are 0.
package struct Design: Sendable {
    package let width: Int
    /// What differs from 0, row after row.
    private var columns: [Int] = []
    private var entries: [Double] = []
    private var starts: [Int] = [0]
    /// Prior standard deviation of each coefficient on the logarithmic scale.
    package let priorDeviations: [Double]
    /// Columns that are there together or not at all: a series' own counts say how far each group may differ from 0.
    package let groups: [Range<Int>]
    /// Of each of the newest weeks, the newest first, and of each former year: the weeks that were the same time of that year.
    package var sameTimes: [[[Int]]] = []

    package init(priorDeviations: [Double], groups: [Range<Int>] = []) {
        width = priorDeviations.count
        self.priorDeviations = priorDeviations
        self.groups = groups
    }

    package var count: Int { starts.count - 1 }

    package mutating func append(_ row: [Double]) {
        precondition(row.count == width, "a row of another width")
        for (column, value) in row.enumerated() where value != 0 {
            columns.append(column)
            entries.append(value)
        }
        starts.append(columns.count)
    }

    package func row(_ week: Int) -> [Double] {
        var row = [Double](repeating: 0, count: width)
        for place in places(of: week) { row[columns[place]] = entries[place] }
        return row
    }

    @inline(__always)
    fileprivate func places(of week: Int) -> Range<Int> { starts[week]..<starts[week + 1] }

    @inline(__always)
    func dot(_ week: Int, _ coefficients: [Double]) -> Double {
        var sum = 0.0
        for place in places(of: week) { sum += entries[place] * coefficients[columns[place]] }
        return sum
    }

    @inline(__always)
    fileprivate func add(_ week: Int, times factor: Double, to sums: inout [Double]) {
        for place in places(of: week) { sums[columns[place]] += factor * entries[place] }
    }

    /// Adds `factor` times the row's outer product to the lower triangle.
    @inline(__always)
    fileprivate func addSquare(_ week: Int, times factor: Double, to matrix: inout [Double]) {
        let places = places(of: week)
        for first in places {
            let scaled = factor * entries[first]
            let line = columns[first] * width
            for second in places.lowerBound...first { matrix[line + columns[second]] += scaled * entries[second] }
        }
    }
}

package struct CountRegression: Sendable {
    package private(set) var coefficients: [Double]
    /// Variance over mean, at least 1.
    package private(set) var dispersion = 1.0
    /// Posterior covariance of the coefficients, row after row.
    package private(set) var covariance: [Double]
    /// How many weeks, less the coefficients they paid for.
    package private(set) var degreesOfFreedom: Double
    /// Relative standard deviation by which the level may have moved since the baseline.
    package var drift = 0.0
    private let width: Int
    private let isShort: Bool
    /// Weeks of the baseline that are no outbreak.
    private var kept: [Bool] = []
    private var priorVariances: [Double]
    /// What is uncertain about the widths of the priors, as a covariance of the coefficients.
    private var covarianceOfWidths: [Double]
    /// Of one step: the expected counts of the baseline's weeks.
    private var means: [Double] = []

    private static let roundsMax = 4
    private static let stepsMax = 25
    /// Of a fit: where counts are cut for the next round.
    private static let cutTail = 0.001
    /// Where the baseline is a few weeks: one burst in them must not pass for the series' spread.
    private static let cutTailShort = 0.005
    /// Counts of a nearly empty series have no bound to their kurtosis; what they say of their spread has.
    private static let kurtosisMax = 100.0

    /// - Parameters:
    ///   - weeks: which weeks of `design` and `counts` are the baseline.
    ///   - exposure: a known factor of each week's expectation (all records of the week, say); nil is 1.
    ///   - spread: dispersion of like series and how many weeks that knowledge is worth, for short baselines.
    package init(
        _ counts: [Int], _ design: Design, weeks: Range<Int>, exposure: [Double]? = nil,
        spread: (dispersion: Double, weeks: Double)? = nil
    ) {
        width = design.width
        isShort = spread != nil
        priorVariances = design.priorDeviations.map { $0 * $0 }
        coefficients = [Double](repeating: 0, count: width)
        covariance = [Double](repeating: 0, count: width * width)
        covarianceOfWidths = covariance
        degreesOfFreedom = max(1, Double(weeks.count - 1))
        var cut = counts[weeks].map(Double.init)
        let total = cut.reduce(0, +)
        let exposed = weeks.reduce(0.0) { $0 + (exposure?[$1] ?? 1) }
        coefficients[0] = log((total + 0.5) / max(exposed, 1e-9))
        kept = [Bool](repeating: true, count: weeks.count)
        for round in 0..<Self.roundsMax {
            fit(cut, design, weeks, exposure)
            measureDispersion(cut, design, weeks, exposure, spread)
            for _ in 0..<(design.groups.isEmpty ? 0 : round == 0 ? 2 : 1) {
                learnPriors(design, weeks, exposure)
                fit(cut, design, weeks, exposure)
            }
            guard round + 1 < Self.roundsMax else { break }
            let before = kept
            leaveOutOutbreaks(counts, design, weeks, exposure)
            var isChanged = kept != before
            for (place, week) in weeks.enumerated() where counts[week] > 2 && kept[place] {
                let mean = self.mean(week, design, exposure)
                // Far below any bound: no need to work one out.
                guard Double(counts[week]) > mean + 2 * sqrt(mean * dispersion) else { continue }
                let bound = Double(NegativeBinomial(mean: mean, dispersion: dispersion).upperBound(spread == nil ? Self.cutTail : Self.cutTailShort))
                let value = min(Double(counts[week]), bound)
                if abs(value - cut[place]) > 0.5 { isChanged = true }
                cut[place] = value
            }
            if !isChanged { break }
        }
        invert(design, weeks, exposure)
        for i in covariance.indices { covariance[i] += covarianceOfWidths[i] }
    }

    package func mean(_ week: Int, _ design: Design, _ exposure: [Double]?) -> Double {
        exp(min(max(design.dot(week, coefficients), -30), 30)) * (exposure?[week] ?? 1)
    }

    /// Variance that the uncertain coefficients add to the sum of the expectations of these weeks.
    package func uncertainty(_ weeks: Range<Int>, _ design: Design, _ exposure: [Double]?) -> Double {
        var gradient = [Double](repeating: 0, count: width)
        for week in weeks { design.add(week, times: mean(week, design, exposure), to: &gradient) }
        var variance = 0.0
        for i in 0..<width {
            for j in 0..<width { variance += gradient[i] * covariance[i * width + j] * gradient[j] }
        }
        return max(variance, 0)
    }

    /// What the sum of the counts of these weeks should look like.
    package func predicted(_ weeks: Range<Int>, _ design: Design, _ exposure: [Double]?) -> NegativeBinomial {
        let mean = weeks.reduce(0.0) { $0 + self.mean($1, design, exposure) }
        // A dispersion that rests on few weeks may be too low: widen as a t distribution would, and by more where the counts
        // have a heavier tail than a normal distribution, because they say less of their spread.
        // With a short history the spread is that of like series for the most part.
        let weekly = mean / Double(weeks.count)
        let kurtosis = isShort ? 0 : min(6 * (dispersion - 1) / max(weekly, 1e-9) + 1 / max(weekly * dispersion, 1e-9), Self.kurtosisMax)
        let widened = dispersion * (1 + (2 + kurtosis) / (degreesOfFreedom + 1))
        let wander = drift * drift * mean
        return NegativeBinomial(
            mean: mean, dispersion: widened + wander + uncertainty(weeks, design, exposure) / max(mean, 1e-9))
    }

    /// Marks runs of three weeks whose scores together are once-in-ten-thousand, and their high neighbours.
    private mutating func leaveOutOutbreaks(
        _ counts: [Int], _ design: Design, _ weeks: Range<Int>, _ exposure: [Double]?
    ) {
        guard weeks.count > 12 else { return }
        let scores = weeks.map { week -> Double in
            let mean = mean(week, design, exposure)
            // A week below its mean is in no outbreak: its score is not worth working out.
            guard Double(counts[week]) > mean else { return -0.3 }
            return Normal.quantile(
                upperTail: NegativeBinomial(mean: mean, dispersion: dispersion).middleTail(counts[week]))
        }
        kept = [Bool](repeating: true, count: weeks.count)
        for place in 2..<scores.count {
            guard scores[place - 2] + scores[place - 1] + scores[place] > Self.outbreakScore else { continue }
            for near in max(0, place - 3)...min(scores.count - 1, place + 1) where scores[near] > 0.8 { kept[near] = false }
        }
        // A series that is nothing but outbreaks is judged as it is.
        if kept.filter({ $0 }).count * 3 < kept.count * 2 { kept = [Bool](repeating: true, count: kept.count) }
    }

    /// Of the sum of three scores: √3 · 3.3.
    private static let outbreakScore = 5.7

    // MARK: Fitting

    private mutating func fit(_ counts: [Double], _ design: Design, _ weeks: Range<Int>, _ exposure: [Double]?) {
        var matrix = [Double](repeating: 0, count: width * width)
        for _ in 0..<Self.stepsMax {
            var right = [Double](repeating: 0, count: width)
            setInformation(&matrix, design, weeks, exposure)
            // Newton's step for the penalised log-likelihood: information · step = gradient.
            for (place, week) in weeks.enumerated() where kept[place] {
                design.add(week, times: (counts[place] - means[place]) / dispersion, to: &right)
            }
            for i in 0..<width { right[i] -= coefficients[i] * precision(i) }
            // Half a count that was never seen (Jeffreys' prior of a rate): what did not happen in four weeks is not
            // impossible in the fifth.
            right[0] += 0.5 / dispersion
            guard SymmetricMatrix.factor(&matrix, width) else { return }
            SymmetricMatrix.solve(matrix, width, &right)
            let largest = right.map { abs($0) }.max() ?? 0
            // A step further than e³ is damped: sparse series overshoot.
            let damping = largest > 3 ? 3 / largest : 1
            for i in 0..<width { coefficients[i] += damping * right[i] }
            // What is left is the square of this.
            if largest < 1e-4 { return }
        }
    }

    private func precision(_ i: Int) -> Double {
        // The level is free, but for what keeps an empty series finite.
        i == 0 ? 1e-6 : 1 / priorVariances[i]
    }

    private mutating func learnPriors(_ design: Design, _ weeks: Range<Int>, _ exposure: [Double]?) {
        invert(design, weeks, exposure)
        for group in design.groups {
            let stated = group.map { design.priorDeviations[$0] * design.priorDeviations[$0] }
            let learnt = PriorWidth(
                group, coefficients: coefficients, covariance: covariance, width: width, priorVariances: priorVariances,
                stated: stated)
            for (place, i) in group.enumerated() {
                priorVariances[i] = learnt.share * stated[place]
                for (other, j) in group.enumerated() {
                    covarianceOfWidths[i * width + j] = learnt.between[place * group.count + other]
                }
            }
        }
    }

    /// Sets `means` as well.
    private mutating func setInformation(
        _ matrix: inout [Double], _ design: Design, _ weeks: Range<Int>, _ exposure: [Double]?
    ) {
        for i in matrix.indices { matrix[i] = 0 }
        if means.count != weeks.count { means = [Double](repeating: 0, count: weeks.count) }
        for (place, week) in weeks.enumerated() where kept[place] {
            means[place] = mean(week, design, exposure)
            design.addSquare(week, times: means[place] / dispersion, to: &matrix)
        }
        for i in 0..<width { matrix[i * width + i] += precision(i) }
    }

    private mutating func measureDispersion(
        _ counts: [Double], _ design: Design, _ weeks: Range<Int>, _ exposure: [Double]?,
        _ spread: (dispersion: Double, weeks: Double)?
    ) {
        // Coefficients that the prior holds down cost less than one week each.
        var matrix = [Double](repeating: 0, count: width * width)
        setInformation(&matrix, design, weeks, exposure)
        var chi = 0.0
        for place in counts.indices where kept[place] {
            let mean = max(means[place], 1e-6)
            // The least mean keeps one count in an empty stretch from standing for everything.
            chi += (counts[place] - mean) * (counts[place] - mean) / max(mean, 0.05)
        }
        var paid = 1.0
        for i in 1..<max(width, 1) {
            let information = matrix[i * width + i]
            paid += 1 - precision(i) / max(information, 1e-12)
        }
        var freedom = max(1, Double(kept.filter { $0 }.count) - paid)
        if let spread {
            chi += spread.dispersion * spread.weeks
            freedom += spread.weeks
        }
        degreesOfFreedom = freedom
        dispersion = max(1, chi / freedom)
    }

    private mutating func invert(_ design: Design, _ weeks: Range<Int>, _ exposure: [Double]?) {
        var matrix = [Double](repeating: 0, count: width * width)
        setInformation(&matrix, design, weeks, exposure)
        if let inverse = SymmetricMatrix.inverse(matrix, width) { covariance = inverse }
    }
}

/// Cholesky's factor of a small symmetric matrix: lower triangle, row after row.
enum SymmetricMatrix {
    /// - Returns: false when the matrix is not positive definite.
    static func factor(_ a: inout [Double], _ n: Int) -> Bool {
        for i in 0..<n {
            for j in 0...i {
                var sum = a[i * n + j]
                for k in 0..<j { sum -= a[i * n + k] * a[j * n + k] }
                if i == j {
                    guard sum > 1e-12 else { return false }
                    a[i * n + i] = sqrt(sum)
                } else {
                    a[i * n + j] = sum / a[j * n + j]
                }
            }
        }
        return true
    }

    static func solve(_ factor: [Double], _ n: Int, _ x: inout [Double]) {
        for i in 0..<n {
            for k in 0..<i { x[i] -= factor[i * n + k] * x[k] }
            x[i] /= factor[i * n + i]
        }
        for i in (0..<n).reversed() {
            for k in (i + 1)..<max(n, i + 1) { x[i] -= factor[k * n + i] * x[k] }
            x[i] /= factor[i * n + i]
        }
    }

    /// - Returns: nil when the matrix is not positive definite.
    static func inverse(_ matrix: [Double], _ n: Int) -> [Double]? {
        if n == 1 { return matrix[0] > 1e-12 ? [1 / matrix[0]] : nil }
        var factor = matrix
        guard Self.factor(&factor, n) else { return nil }
        var inverse = [Double](repeating: 0, count: n * n)
        for column in 0..<n {
            var unit = [Double](repeating: 0, count: n)
            unit[column] = 1
            solve(factor, n, &unit)
            for i in 0..<n { inverse[i * n + column] = unit[i] }
        }
        return inverse
    }
}
