// Verification: does a document's stored text hold these units? The last word on what is found.

import CGNU
import Records

extension Bytes {
    /// Byte offset of the first occurrence of `needle` (UTF-16 units as bytes) at or after `from`, on a unit border.
    package func firstOffset(of needle: [UInt8], from: Int = 0) -> Int? {
        guard !needle.isEmpty else { return from }
        return unsafe withBuffer { text in
            var at = from
            while at + needle.count <= text.count {
                let found = unsafe needle.withUnsafeBytes { needle in
                    // Holds: both ranges are inside their buffers; memmem only reads.
                    unsafe cgnu_find(text.baseAddress! + at, text.count - at, needle.baseAddress!, needle.count)
                }
                guard let found = unsafe found else { return nil }
                let offset = unsafe UnsafeRawPointer(found) - text.baseAddress!
                if offset & 1 == 0 { return offset }
                at = offset + 1  // a match between two units is none
            }
            return nil
        }
    }

    package func contains(_ needle: [UInt8]) -> Bool { firstOffset(of: needle) != nil }
}

/// The zones of one stored document.
package struct DocumentZones: Sequence, IteratorProtocol {
    private let text: Bytes
    private var offset = 0

    /// - Parameter text: as `SegmentReader.text(of:)` gives it.
    package init(_ text: Bytes) { self.text = text }

    package mutating func next() -> (zone: TextZone?, text: Bytes)? {
        guard offset + 4 <= text.count else { return nil }
        let zone = TextZone(rawValue: UInt8(truncatingIfNeeded: text.u16(offset + 2)))
        let start = offset + 4
        var end = start
        if let mark = text.firstOffset(of: [0xFF, 0xFF], from: start) { end = mark } else { end = text.count }
        offset = end
        return (zone, text.slice(start, end - start))
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
