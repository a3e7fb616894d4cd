// How often and how early a word stands in a document, in four bits.

#if canImport(Glibc)
    import Glibc
#endif

/// Weight of a word in a document: the sum over its occurrences of `1 + 3·e^(−p/24)`, `p` the count of words before
/// it, kept as one of 16 levels of a logarithmic scale (a level is a factor of 2^¼).
///
/// - Source: the measured setting "early words count more" for complaints, questions and encyclopaedic text.
package enum WordWeight {
    package static func gain(at position: Int) -> Float {
        position < gains.count ? gains[position] : 1
    }

    private static let gains: [Float] = (0..<256).map { 1 + 3 * expf(-Float($0) / 24) }

    /// The nearest level: round(4 · log₂ weight), within 0…15.
    @inline(__always)
    package static func level(of weight: Float) -> UInt8 {
        var level = 0
        while level < 15, weight >= lowest[level + 1] { level += 1 }
        return UInt8(level)
    }

    /// The lowest weight of each level, to the last bit: a logarithm for every word of an archive is too dear.
    private static let lowest: [Float] = (0..<16).map { level in
        func isAtLeast(_ weight: Float) -> Bool { (4 * log2f(weight)).rounded() >= Float(level) }
        var (below, reached) = (Float(0.5).bitPattern, Float(16).bitPattern)
        while reached - below > 1 {
            let middle = (below + reached) / 2
            if isAtLeast(Float(bitPattern: middle)) { reached = middle } else { below = middle }
        }
        return Float(bitPattern: reached)
    }

    /// The weight that a level stands for.
    package static let weights: [Float] = (0..<16).map { exp2f(Float($0) / 4) }
}
