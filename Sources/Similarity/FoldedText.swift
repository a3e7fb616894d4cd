// Folded text as a `String`, and short numbers folded: both are made a few times of every record that is compared, and the
// general ways look at each character for much that folded text and ASCII do not have.

import TextAnalysis

extension String {
    /// What `String(decoding:as:)` makes of UTF-16.
    package init(folded units: [UInt16]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(3 * units.count)
        for unit in units {
            switch unit {
            case 0..<0x80: bytes.append(UInt8(truncatingIfNeeded: unit))
            case 0x80..<0x800:
                bytes.append(0xC0 | UInt8(truncatingIfNeeded: unit >> 6))
                bytes.append(0x80 | UInt8(truncatingIfNeeded: unit & 0x3F))
            case 0xD800...0xDFFF:
                self = String(decoding: units, as: UTF16.self)
                return
            default:
                bytes.append(0xE0 | UInt8(truncatingIfNeeded: unit >> 12))
                bytes.append(0x80 | UInt8(truncatingIfNeeded: unit >> 6 & 0x3F))
                bytes.append(0x80 | UInt8(truncatingIfNeeded: unit & 0x3F))
            }
        }
        self = String(decoding: bytes, as: UTF8.self)
    }
}

package enum FoldedNumber {
    /// A number as numbers are compared: folded, without blanks.
    package static func of(_ number: String) -> String {
        var (isPlain, hasCapital) = (true, false)
        for byte in number.utf8 {
            switch byte {
            case 0x30...0x39, 0x61...0x7A: continue
            case 0x41...0x5A: hasCapital = true
            default: isPlain = false
            }
        }
        // Nearly every number is of digits and a few letters.
        guard isPlain else { return slowly(number) }
        guard hasCapital else { return number }
        return unsafe String(unsafeUninitializedCapacity: number.utf8.count) { bytes in
            var count = 0
            for byte in number.utf8 {
                // Holds: there is room for as many bytes.
                unsafe bytes[count] = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
                count += 1
            }
            return count
        }
    }

    /// The same for any text.
    package static func slowly(_ number: String) -> String { String(folded: Normalizer.shared.fold(number).filter { $0 != 0x20 }) }
}
