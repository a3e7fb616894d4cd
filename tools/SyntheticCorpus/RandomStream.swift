// Randomness that is the same on every machine: no system generator, no hasher of the standard library.
//
// Everything random in a record comes from a stream that starts at a hash of (what it is for, its number), so a
// record needs nothing of the records before it and any slice can be made alone.

/// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
package struct RandomStream: Sendable {
    private var state: UInt64

    package init(_ start: UInt64) { state = start }
    init(_ start: UInt64, _ purpose: UInt64) { state = RandomStream.hash(start, purpose) }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return RandomStream.mix(state)
    }

    /// A number in 0..<bound. The bias of at most bound / 2⁶⁴ does not matter here.
    package mutating func below(_ bound: Int) -> Int {
        Int(UInt64(bound).multipliedFullWidth(by: next()).high)
    }

    package mutating func inside(_ low: Int, _ high: Int) -> Int { low + below(high - low + 1) }

    /// True in `share` of 1,000 cases.
    package mutating func chance(_ share: Int) -> Bool { below(1000) < share }

    /// A number in 0..<2^bits with a long tail: every doubling of the rank is 2^0.35 times as probable, so the
    /// probability of one rank falls like rank^-0.65. Whole numbers only, so that no `pow` of a C library matters.
    package mutating func longTailRank(bits: Int) -> Int {
        let total = LongTail.cumulative[bits]
        let drawn = UInt64(total).multipliedFullWidth(by: next()).high
        var octave = 0
        while LongTail.cumulative[octave] <= drawn { octave += 1 }
        return octave == 0 ? 0 : (1 << (octave - 1)) + below(1 << (octave - 1))
    }

    package static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A start for another stream: `value` under the label `purpose`.
    package static func hash(_ value: UInt64, _ purpose: UInt64) -> UInt64 {
        mix(value ^ mix(purpose &+ 0x632B_E59B_D9B4_E019) &+ 0x9E37_79B9_7F4A_7C15)
    }
}

/// Weights of the octaves of a long-tailed rank: octave 0 is rank 0, octave k holds ranks 2^(k−1) ..< 2^k.
package enum LongTail {
    /// 1000 × 2^(0.35 k), rounded.
    private static let weights: [UInt64] = [
        1000, 1000, 1275, 1625, 2071, 2639, 3364, 4287, 5464, 6964, 8876, 11314, 14420, 18379, 23425, 29857, 38055,
        48503, 61820, 78793, 100427,
    ]
    package static let cumulative: [UInt64] = {
        var sum: UInt64 = 0
        return weights.map { sum += $0; return sum }
    }()

    /// The probability of one rank, in units of 2⁻⁴⁰.
    package static func probability(of rank: Int, bits: Int) -> UInt64 {
        let octave = rank == 0 ? 0 : Int.bitWidth - rank.leadingZeroBitCount
        let weight = weights[octave]
        let ranks = UInt64(octave == 0 ? 1 : 1 << (octave - 1))
        return weight * (1 << 40) / (cumulative[bits] * ranks)
    }
}
