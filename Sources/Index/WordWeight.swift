// How often and how early a word stands in a document, in four bits.

#if canImport(Glibc)
    import Glibc
#endif

/// Weight of a word in a document: the sum over its occurrences of `1 + 3·e^(−p/24)`, `p` the count of words before
/// it, kept as one of the levels 1 … 15 of a logarithmic scale (a level is a factor of 2^(15/56)); level 0 is no word.
///
/// - Source: the measured setting "early words count more" for complaints, questions and encyclopaedic text.
package enum WordWeight {
    package static func gain(at position: Int) -> Float {
        position < gains.count ? gains[position] : 1
    }

    /// What the first words gain; all later ones gain 1.
    static let gains: [Float] = (0..<256).map { 1 + 3 * expf(-Float($0) / 24) }

    /// Levels in a factor of two.
    private static let levelsInTwo: Float = 14 / 3.75

    /// The nearest level of a word's weight; 0 for a weight of 0.
    package static func level(of weight: Float) -> UInt8 { level(of: weight, steps.span) }

    /// The same for one who asks often and holds `steps`.
    @inline(__always)
    static func level(of weight: Float, _ steps: Span<Step>) -> UInt8 {
        // No jump: words and others stand in no order.
        let place = Int(truncatingIfNeeded: weight.bitPattern &>> stepShift) &- Int(truncatingIfNeeded: firstStep) &+ 1
        let step = steps[min(max(place, 0), steps.count &- 1)]
        return weight >= step.next ? step.level &+ 1 : step.level
    }

    /// Weights from 1 to 32 by their exponent and three bits of their fraction: an eighth of a factor of two at most, in which one
    /// level begins at most. Before them all weights under 1.
    struct Step: BitwiseCopyable {
        /// Of the lowest weight.
        var level: UInt8
        /// Where the next level begins.
        var next: Float
    }

    private static let stepShift: UInt32 = 20
    private static let firstStep = Float(1).bitPattern &>> stepShift

    static let steps: [Step] = [Step(level: 0, next: .leastNonzeroMagnitude)] + (firstStep...(Float(32).bitPattern &>> stepShift)).map { number in
        let level = lowest.lastIndex { $0 <= Float(bitPattern: number << stepShift) }!
        return Step(level: UInt8(level), next: level < 15 ? lowest[level + 1] : .infinity)
    }

    /// Level by level the logarithm's own: 1 + round(levelsInTwo · log₂ weight), within 1 … 15.
    static func slowLevel(of weight: Float) -> UInt8 {
        weight > 0 ? UInt8(1 + max(0, min(14, (levelsInTwo * log2f(max(weight, 1))).rounded()))) : 0
    }

    /// The lowest weight of each level, to the last bit: a logarithm for every word of an archive is too dear.
    static let lowest: [Float] = (0..<16).map { level in
        if level <= 1 { return level == 0 ? 0 : .leastNonzeroMagnitude }
        var (below, reached) = (Float(0.5).bitPattern, Float(64).bitPattern)
        while reached - below > 1 {
            let middle = (below + reached) / 2
            if slowLevel(of: Float(bitPattern: middle)) >= level { reached = middle } else { below = middle }
        }
        return Float(bitPattern: reached)
    }

    /// The weight that a level stands for.
    package static let weights: [Float] = [0] + (0..<15).map { exp2f(Float($0) / levelsInTwo) }
}
