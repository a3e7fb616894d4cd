// How unusual the newest weeks are together: their normal scores added up, and the lowest of them one and a half times more.
//
// An outbreak is high in each of its weeks, chance is high in one of them: the lowest score tells the two apart. Where the
// expected counts are known, at one false alarm in a hundred weeks, on the means and dispersions of `tools/quality trends`: of
// outbreaks of two standard deviations the sum alone finds .82, with the lowest once .875, one and a half times .88, three
// times .88; where the outbreak itself is a Poisson count .76, .78, .79, .78; where it also grows from half to one and a
// half of that .76, .77, .77, .76.
//
// T = Σz/√n + λ·min z. With m = mean − min this is Σz/√n · (1 + λ/√n) − λm, and Σz and m are independent: the tail is one
// integral over m. Scores that share the uncertainty of one expectation are normal with equal correlation ρ, which widens
// the first by √(1 + (n−1)ρ) and narrows the second by √(1−ρ).

import Glibc

package enum ScanTail {
    package static let lengthMax = 3
    /// λ
    private static let lowestWeight = 1.5

    package static func statistic(_ scores: some Collection<Double>) -> Double {
        guard let least = scores.min() else { return 0 }
        guard scores.count > 1 else { return least }
        return scores.reduce(0, +) / Double(scores.count).squareRoot() + lowestWeight * least
    }

    /// P(T ≥ t) of one to three standard normal scores with equal correlation.
    package static func upperTail(_ t: Double, length: Int, correlation: Double = 0) -> Double {
        precondition((1...lengthMax).contains(length))
        guard length > 1 else { return Normal.upperTail(t) }
        let rho = min(max(correlation, 0), 0.99)
        let n = Double(length)
        let spread = (1 + lowestWeight / n.squareRoot()) * (1 + (n - 1) * rho).squareRoot()
        let narrow = (1 - rho).squareRoot()
        var tail = 0.0
        for part in length == 2 ? ofTwo : ofThree {
            tail += part.weight * Normal.upperTail((t + lowestWeight * part.middle * narrow) / spread)
        }
        return tail
    }

    /// Mean less minimum of independent scores, cut into parts of equal width.
    private typealias Part = (middle: Double, weight: Double)
    private static let partCount = 160
    private static let widest = 8.0

    private static let ofTwo = parts { Normal.upperTail($0 * 2.0.squareRoot()) * 2 }
    /// The three residuals lie in a plane: a radius with density r·exp(−r²/2), an angle ψ within 60° of the lowest.
    private static let ofThree = parts { least in
        let steps = 96
        var sum = 0.0
        for step in 0..<steps {
            let cosine = cos(Double.pi / 3 * (Double(step) + 0.5) / Double(steps))
            sum += exp(-least * least * 0.75 / (cosine * cosine))
        }
        return sum / Double(steps)
    }

    private static func parts(_ survival: (Double) -> Double) -> [Part] {
        let width = widest / Double(partCount)
        let edges: [Double] = (0...partCount).map { survival(Double($0) * width) }
        return (0..<partCount).map { (part: Int) -> Part in
            (middle: (Double(part) + 0.5) * width, weight: edges[part] - edges[part + 1])
        }
    }
}
