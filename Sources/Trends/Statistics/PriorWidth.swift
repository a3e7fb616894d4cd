// How far a group of a regression's columns (the trend, a wave of the year, Spring Festival) may differ from nothing, as the
// series itself says.
//
// A column that a series does not need costs as much of the certainty about the coming weeks as one that it does: all sixteen
// together put the expected count of a week .23 of the week's standard deviation off on the grid of `tools/quality trends`.
// So the answer is averaged over what may be: half that the group does nothing at all, half that it has one of several
// shares of the stated variance, each weighted by how probable it makes the counts (Bayesian model averaging; Hoeting et
// al., Statistical Science 1999). With it the expected count is .19 off, and the uncertainty that is reported is that much too.

import Glibc

struct PriorWidth {
    /// Shares of the stated variance that are weighed against each other; the first stands for nothing at all.
    private static let shares = [1e-5, 0.03, 0.1, 0.3, 1, 3]
    private static let prior = [0.5, 0.1, 0.1, 0.1, 0.1, 0.1]
    private static let logShares = shares.map { log($0) }

    /// The share of the stated variance at which the data decide as many coefficients as they do on the average.
    private(set) var share = 1.0
    /// Covariance of the group's coefficients between the shares, row after row: what is uncertain beside each one's own.
    private(set) var between: [Double]

    /// - Parameters:
    ///   - group: of the `width` coefficients; their posterior mean and covariance were found under `priorVariances`.
    ///   - stated: variances of the group's coefficients that the design states.
    init(
        _ group: Range<Int>, coefficients: [Double], covariance: [Double], width: Int, priorVariances: [Double],
        stated: [Double]
    ) {
        between = [Double](repeating: 0, count: group.count * group.count)
        let likelihood = Self.likelihood(group, coefficients, covariance, width, priorVariances)
        let looks = Self.shares.map { Self.look(likelihood, stated, share: $0) }
        let most = looks.reduce(-Double.infinity) { max($0, $1.evidence) }
        var weights = zip(looks, Self.prior).map { exp($0.evidence - most) * $1 }
        let whole = weights.reduce(0, +)
        for place in weights.indices { weights[place] /= whole }
        let decided = zip(looks, weights).reduce(0) { $0 + $1.0.decided * $1.1 }
        share = Self.share(where: decided, looks.map(\.decided), of: Double(group.count))
        for i in 0..<group.count {
            let mean = zip(looks, weights).reduce(0) { $0 + $1.0.mean[i] * $1.1 }
            for j in 0...i {
                let other = zip(looks, weights).reduce(0) { $0 + $1.0.mean[j] * $1.1 }
                let shared = zip(looks, weights).reduce(0) { $0 + ($1.0.mean[i] - mean) * ($1.0.mean[j] - other) * $1.1 }
                between[i * group.count + j] = shared
                between[j * group.count + i] = shared
            }
        }
    }

    /// What the counts say whatever the prior was: exp(gradient · β − ½ β · precision · β).
    private typealias Likelihood = (precision: [Double], gradient: [Double])

    private static func likelihood(
        _ group: Range<Int>, _ coefficients: [Double], _ covariance: [Double], _ width: Int, _ priorVariances: [Double]
    ) -> Likelihood {
        let size = group.count
        var block = [Double](repeating: 0, count: size * size)
        for i in 0..<size {
            for j in 0..<size { block[i * size + j] = covariance[(group.lowerBound + i) * width + group.lowerBound + j] }
        }
        guard var precision = SymmetricMatrix.inverse(block, size) else {
            return ([Double](repeating: 0, count: size * size), [Double](repeating: 0, count: size))
        }
        let gradient = (0..<size).map { i in
            (0..<size).reduce(0.0) { $0 + precision[i * size + $1] * coefficients[group.lowerBound + $1] }
        }
        for i in 0..<size {
            precision[i * size + i] = max(0, precision[i * size + i] - 1 / priorVariances[group.lowerBound + i])
        }
        return (precision, gradient)
    }

    /// The coefficients' posterior mean at a share, the logarithm of its evidence, and how many of them the data decide.
    private typealias Look = (evidence: Double, decided: Double, mean: [Double])

    private static func look(_ likelihood: Likelihood, _ stated: [Double], share: Double) -> Look {
        let size = stated.count
        if size == 1 {
            let precision = likelihood.precision[0] + 1 / (share * stated[0])
            let gradient = likelihood.gradient[0]
            return (
                0.5 * (gradient * gradient / precision - log(precision * share * stated[0])),
                1 - 1 / (precision * share * stated[0]), [gradient / precision]
            )
        }
        var factor = likelihood.precision
        for i in 0..<size { factor[i * size + i] += 1 / (share * stated[i]) }
        guard SymmetricMatrix.factor(&factor, size) else { return (0, 0, [Double](repeating: 0, count: size)) }
        var mean = likelihood.gradient
        SymmetricMatrix.solve(factor, size, &mean)
        var look: Look = (0, 0, mean)
        for i in 0..<size {
            look.evidence += 0.5 * likelihood.gradient[i] * mean[i] - log(factor[i * size + i]) - 0.5 * log(share * stated[i])
            var unit = [Double](repeating: 0, count: size)
            unit[i] = 1
            SymmetricMatrix.solve(factor, size, &unit)
            look.decided += 1 - unit[i] / (share * stated[i])
        }
        return look
    }

    /// Of one coefficient log(decided / (1 − decided)) is a straight line in log(share): so it is read off between two looks.
    private static func share(where decided: Double, _ looks: [Double], of size: Double) -> Double {
        func odds(_ decided: Double) -> Double {
            let part = min(max(decided / size, 1e-12), 1 - 1e-12)
            return log(part / (1 - part))
        }
        let sought = odds(decided)
        for place in 1..<looks.count where sought <= odds(looks[place]) || place == looks.count - 1 {
            let (low, high) = (odds(looks[place - 1]), odds(looks[place]))
            let way = high - low > 1e-9 ? min(max((sought - low) / (high - low), 0), 1) : 0
            return exp(logShares[place - 1] + way * (logShares[place] - logShares[place - 1]))
        }
        return shares[0]
    }
}
