// Verification: does a document's stored text hold a piece? The last word on what is found.

import CFind
import CGNU
import CHash
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

    /// As above, by the piece's rare bytes.
    func firstByteOffset(of piece: TextPiece, from: Int = 0) -> Int? {
        guard from + piece.bytes.count <= count, !piece.bytes.isEmpty else { return piece.bytes.isEmpty ? from : nil }
        return unsafe withBuffer { text in
            unsafe piece.bytes.withUnsafeBufferPointer { needle in
                // Holds: `from` is inside the text, the probes inside the needle, and nothing is read behind either.
                let start = unsafe text.baseAddress!.assumingMemoryBound(to: UInt8.self)
                let found = unsafe cfind_first(
                    start + from, text.count - from, needle.baseAddress!, needle.count, piece.probes.0, piece.probes.1)
                return unsafe found.map { unsafe $0 - start }
            }
        }
    }

    /// For looking through many.
    fileprivate var findable: cfind_text {
        unsafe withBuffer { unsafe cfind_text(start: $0.baseAddress?.assumingMemoryBound(to: UInt8.self), count: $0.count) }
    }

    /// Has the bytes, of a long text the first of them, on their way to the processor: there may be hundreds of texts.
    func prefetch() {
        // An address outside is no harm: nothing is read.
        unsafe withBuffer { bytes in
            guard let start = bytes.baseAddress else { return }
            for line in 0..<min(8, (bytes.count + 63) / 64) { unsafe chash_prefetchFar(start + 64 * line) }
        }
    }

    /// Has the byte at an offset on its way to the processor.
    func prefetch(at offset: Int) {
        unsafe withBuffer { bytes in
            // Holds: an address outside is no harm, as nothing is read; `offset` is within the bytes or just behind.
            guard let start = bytes.baseAddress, offset < bytes.count else { return }
            unsafe chash_prefetchToRead(start + offset)
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

extension SegmentReader {
    /// Those of the ascending `docs` whose text holds the piece.
    ///
    /// - Complexity: reads all their texts, the next ones on their way while one is looked through.
    package func filter(_ docs: [UInt32], holding piece: TextPiece) throws(IndexError) -> [UInt32] {
        if piece.bytes.isEmpty { return docs }
        let texts = unsafe try texts(of: docs)
        let count = docs.count
        return unsafe [UInt32](unsafeUninitializedCapacity: docs.count) { found, filled in
            unsafe piece.withFinder { finder in
                unsafe docs.withUnsafeBufferPointer { docs in
                    unsafe texts.withUnsafeBufferPointer { texts in
                        guard let found = found.baseAddress, let docs = docs.baseAddress, let texts = texts.baseAddress else { return }
                        // Holds: there is a text for each document and room for all; texts lie within chunks of this segment, whose
                        // pages the snapshot holds.
                        unsafe withUnsafePointer(to: finder) { filled = unsafe cfind_holding($0, texts, docs, count, found) }
                    }
                }
            }
        }
    }

    private static let placesAhead = 16

    /// Where the texts of ascending documents stand: as `text(of:)`, and the chunks at hand are looked up once.
    private func texts(of docs: [UInt32]) throws(IndexError) -> [cfind_text] {
        var texts: [cfind_text] = unsafe []
        unsafe texts.reserveCapacity(docs.count)
        var places = ColumnCursor(self, .textPlaces)
        var chunkNumber = -1
        var chunk: Bytes?
        var at = 0
        while at < docs.count {
            let (run, first) = try places.run(holding: docs[at])
            let last = run.count - 1
            while at < docs.count {
                let index = Int(docs[at]) - Int(first)
                if index > last { break }
                if at + Self.placesAhead < docs.count { run.prefetch(Int(docs[at + Self.placesAhead]) - Int(first)) }
                // One that ends with its run or its chunk, and an empty one: `text(of:)` knows.
                let (begin, next) = index < last ? run.pair(index) : (0, 0)
                let (place, end) = (Int(begin), Int(next))
                if end > place, end >> 16 == place >> 16 {
                    if place >> 16 != chunkNumber {
                        chunkNumber = place >> 16
                        chunk = try self.chunk(.text, chunkNumber)
                    }
                    guard let chunk, end & 0xFFFF <= chunk.count else { throw damaged(.text, chunkNumber) }
                    unsafe texts.append(chunk.slice(place & 0xFFFF, end - place).findable)
                } else {
                    unsafe texts.append(try text(of: docs[at]).bytes.findable)
                }
                at += 1
            }
        }
        return unsafe texts
    }
}

/// Texts of ascending documents: the chunks at hand are looked up once, not once a text.
package struct TextCursor {
    private let reader: SegmentReader
    private var places: ColumnCursor
    private var chunkNumber = -1
    private var chunk: Bytes?

    package init(_ reader: SegmentReader) {
        self.reader = reader
        places = ColumnCursor(reader, .textPlaces)
    }

    package mutating func text(of doc: UInt32) throws(IndexError) -> StoredText {
        let place = Int(try places.number(of: doc))
        // The last of a chunk, and an empty one: the reader knows.
        guard Int(doc) + 1 < reader.docCount else { return try reader.text(of: doc) }
        let next = Int(try places.number(of: doc + 1))
        guard next >> 16 == place >> 16, next > place else { return try reader.text(of: doc) }
        if place >> 16 != chunkNumber {
            chunkNumber = place >> 16
            chunk = try reader.chunk(.text, chunkNumber)
        }
        guard let chunk, next & 0xFFFF <= chunk.count else { throw reader.damaged(.text, chunkNumber) }
        return StoredText(bytes: chunk.slice(place & 0xFFFF, next - place))
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
