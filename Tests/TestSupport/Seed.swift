// Every random test prints its seed, and the seed alone replays it.

/// A seed and the generator it starts (SplitMix64: Steele, Lea, Flood, OOPSLA 2014).
package struct Seed: Sendable, CustomStringConvertible, RandomNumberGenerator {
    package let start: UInt64
    private var state: UInt64

    package init(_ start: UInt64) {
        self.start = start
        state = start
    }

    package var description: String { "seed \(start)" }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// `count` seeds that differ from run to run; the test's argument list prints them.
    package static func sample(_ count: Int) -> [Seed] {
        var system = SystemRandomNumberGenerator()
        return (0..<count).map { _ in Seed(UInt64.random(in: 0..<1_000_000_000, using: &system)) }
    }
}
