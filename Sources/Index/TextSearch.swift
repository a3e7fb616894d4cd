// Verification: does a document's stored text hold a piece? The last word on what is found.

import CGNU
import Records

extension Bytes {
    /// Offset of the first occurrence of `needle` at or after `from`.
    func firstByteOffset(of needle: [UInt8], from: Int = 0) -> Int? {
        guard from + needle.count <= count else { return nil }
        return unsafe withBuffer { text in
            unsafe needle.withUnsafeBytes { needle in
                // Holds: `from` is inside the text, and memmem only reads.
                let found = unsafe cgnu_find(
                    text.baseAddress! + from, text.count - from, needle.baseAddress!, needle.count)
                return unsafe found.map { unsafe UnsafeRawPointer($0) - text.baseAddress! }
            }
        }
    }

    /// As above, in UTF-16 units as bytes: only where a unit begins.
    package func firstOffset(of needle: [UInt8], from: Int = 0) -> Int? {
        guard !needle.isEmpty else { return from }
        var at = from
        while let offset = firstByteOffset(of: needle, from: at) {
            if offset & 1 == 0 { return offset }
            at = offset + 1  // a match between two units is none
        }
        return nil
    }
}

/// The zones of one stored document.
package struct DocumentZones: Sequence, IteratorProtocol {
    private let bytes: Bytes
    private var offset = 0

    package init(_ text: StoredText) { bytes = text.bytes }

    package mutating func next() -> (zone: TextZone?, text: StoredText)? {
        guard offset + 2 <= bytes.count else { return nil }
        let zone = TextZone(rawValue: bytes.u8(offset + 1))
        let start = offset + 2
        let end = bytes.firstByteOffset(of: [TextCode.zoneMark], from: start) ?? bytes.count
        offset = end
        return (zone, StoredText(bytes: bytes.slice(start, end - start)))
    }
}

extension [UInt16] {
    /// The units as little-endian bytes, for `Bytes.firstOffset`.
    package var littleEndianBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * 2)
        for unit in self {
            bytes.append(UInt8(truncatingIfNeeded: unit))
            bytes.append(UInt8(truncatingIfNeeded: unit >> 8))
        }
        return bytes
    }
}
