// The one number that stands for a term in a segment's dictionary.

/// A term: four bits of kind, then sixty bits of what it is. Terms are ordered by this number.
package struct TermKey: Hashable, Comparable, Sendable {
    package enum Kind: UInt64, Sendable {
        /// One UTF-16 unit.
        case unigram = 0
        /// Two neighbouring UTF-16 units: `first << 16 | second`.
        case bigram = 1
        /// A word of three and more units: 60 bits of a hash of them. Two words of an archive of ten million share it once
        /// in ten thousand archives; that such a pair is ever asked for, and then shows a record too many, is less likely
        /// than a flipped bit that no checksum sees.
        case word = 2
        /// Ordinal of the value in the segment's facet names.
        case facet = 3
    }

    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package init(_ kind: Kind, _ value: UInt64) { rawValue = kind.rawValue << 60 | value }

    package static func unigram(_ unit: UInt16) -> TermKey { TermKey(.unigram, UInt64(unit)) }

    package static func bigram(_ first: UInt16, _ second: UInt16) -> TermKey {
        TermKey(.bigram, UInt64(first) << 16 | UInt64(second))
    }

    package static func facet(ordinal: Int) -> TermKey { TermKey(.facet, UInt64(ordinal)) }

    /// A word of one or two units is the unigram or bigram itself, whose list then has weights. Of longer ones: FNV-1a
    /// over the units, finished by a 64-bit mix (Stafford's variant 13), cut to 60 bits.
    @inline(__always)
    package static func word(_ units: Span<UInt16>) -> TermKey {
        if units.count == 1 { return .unigram(units[0]) }
        if units.count == 2 { return .bigram(units[0], units[1]) }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for place in units.indices { hash = (hash ^ UInt64(units[place])) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return TermKey(.word, (hash ^ (hash >> 31)) >> 4)
    }

    package static func word(_ units: some Sequence<UInt16>) -> TermKey { word(Array(units).span) }

    package var kind: Kind? { Kind(rawValue: rawValue >> 60) }
    package var value: UInt64 { rawValue & (1 << 60 - 1) }

    package static func < (a: TermKey, b: TermKey) -> Bool { a.rawValue < b.rawValue }
}
