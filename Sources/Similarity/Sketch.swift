// A text's sketch: a few numbers, of which two texts share the more, the more shingles they share.
//
// 125 least hash values in 25 bands of five. Two texts of Jaccard similarity J share a band with probability
// 1 − (1 − J⁵)²⁵: 0.06 at 0.3, 0.55 at 0.5, 0.990 at 0.7, 0.99995 at 0.8.
// Source: Broder, "On the resemblance and containment of documents", 1997; Indyk & Motwani, STOC 1998.

import CSketch

package struct Sketcher {
    package static let bandCount = 25
    static let rows = 5
    /// Rounded up to what the loop over vectors takes.
    private static let functions = 128

    /// Two factors a function, odd, so that each half of an element is permuted.
    private static let multipliers: [Int16] = {
        var state: UInt64 = 0x243F_6A88_85A3_08D3
        return (0..<(2 * functions)).map { _ in
            state &+= 0x9E37_79B9_7F4A_7C15
            return Int16(bitPattern: UInt16(truncatingIfNeeded: mixed(state)) | 1)
        }
    }()

    private var elements: [UInt32] = []
    private var minima = [Int16](repeating: 0, count: functions)

    package init() {}

    @inline(__always)
    static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A hash for each band, 32 bits; none for a text without a shingle.
    ///
    /// The same on every machine: it is stored, and compared with what others stored.
    package mutating func bands(of units: Span<UInt16>) -> [UInt32] {
        var bands: [UInt32] = []
        makeBands(of: units, into: &bands)
        return bands
    }

    /// As above, in memory used before.
    package mutating func makeBands(of units: Span<UInt16>, into bands: inout [UInt32]) {
        bands.removeAll(keepingCapacity: true)
        // A place begins one shingle at most, and the last run may end in a shorter one.
        if elements.count < units.count + 1 { elements = [UInt32](repeating: 0, count: 2 * units.count + 1) }
        let count = unsafe elements.withUnsafeMutableBufferPointer { elements in
            var count = 0
            Shingles.forEach(in: units) { key, _ in
                unsafe elements[count] = UInt32(truncatingIfNeeded: Self.mixed(key))
                count &+= 1
            }
            return count
        }
        guard count > 0 else { return }
        // Holds: the kernel reads `count` elements and two factors a function, and writes a minimum a function.
        unsafe csketch_minima(elements, count, Self.multipliers, Self.functions, &minima)
        bands.reserveCapacity(Self.bandCount)
        for band in 0..<Self.bandCount {
            var hash = UInt64(band) &* 0x9E37_79B9_7F4A_7C15
            for row in 0..<Self.rows {
                hash = (hash ^ UInt64(UInt16(bitPattern: minima[band * Self.rows + row]))) &* 0xBF58_476D_1CE4_E5B9
                hash ^= hash >> 29
            }
            bands.append(UInt32(truncatingIfNeeded: Self.mixed(hash)))
        }
    }
}
