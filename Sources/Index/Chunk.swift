// A segment's bytes are cut into chunks, values of one LMDB table. This file knows their keys, their head with
// the checksum, and how numbers of equal width are laid over several of them.

import Store

/// Number of a segment inside one generation; grows with each segment made, never reused.
package typealias SegmentID = UInt32

/// What a chunk holds. Written into keys: never renumber.
enum ChunkKind: UInt8, CaseIterable {
    case header = 1
    /// First term of each dictionary block: `UInt64`.
    case dictionaryFirstTerms = 2
    /// Where each dictionary block and its postings start: four `UInt32`.
    case dictionaryPlaces = 3
    case dictionary = 4
    case postings = 5
    case text = 6
    case facetNames = 7
    /// Date and number fields, sorted by (field, document).
    case quantities = 8
    case sequences = 9
    case recordNumbers = 10
    case receivedAt = 11
    case textPlaces = 12
    case textLengths = 13
    /// Where each bucket of a band ends: `UInt32`.
    case bandEnds = 14
    /// Hash and document of each sketch, band after band: `UInt32`.
    case bandEntries = 15

    /// Index into arrays that hold something for each kind.
    var slot: Int { Int(rawValue) }
    static let slots = 16
}

enum Chunk {
    /// 16 pages less LMDB's 16-byte page head, less the checksum before the payload: a value that wastes no page.
    static let payloadMax = 65_520 - Checked.overheadBytes

    static func key(_ segment: SegmentID, _ kind: ChunkKind, _ number: Int) -> [UInt8] {
        var key = prefix(of: segment)
        key.append(kind.rawValue)
        key.append(bigEndian: UInt32(number))
        return key
    }

    static func prefix(of segment: SegmentID) -> [UInt8] { [UInt8](bigEndian: segment) }
}
