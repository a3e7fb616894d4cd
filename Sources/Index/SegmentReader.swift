// Reads one segment through a snapshot: dictionary look-ups, posting lists, columns, text.

import Records

/// Where chunks come from: a snapshot's transaction, with every chunk's checksum checked once a process.
protocol ChunkSource: AnyObject {
    func chunk(_ segment: SegmentID, _ kind: ChunkKind, _ number: Int) throws(IndexError) -> Bytes
    func damaged(_ segment: SegmentID, _ kind: ChunkKind, _ number: Int) -> IndexError
}

package final class SegmentReader {
    package let id: SegmentID
    let header: SegmentHeader
    /// Withdrawn or replaced documents, ascending; a bit each in `deadBits`.
    package let dead: DeadDocuments
    private let source: any ChunkSource
    private var chunks: [[Bytes?]] = Array(repeating: [], count: ChunkKind.slots)

    init(_ id: SegmentID, from source: any ChunkSource, dead: DeadDocuments) throws(IndexError) {
        self.id = id
        self.source = source
        self.dead = dead
        let bytes = try source.chunk(id, .header, 0)
        guard let header = SegmentHeader(bytes) else { throw source.damaged(id, .header, 0) }
        self.header = header
    }

    package var docCount: Int { Int(header.docCount) }
    package var liveDocCount: Int { docCount - dead.count }
    package var textUnits: UInt64 { header.textUnits }
    package var termCount: UInt64 { header.termCount }
    package var firstSequence: RecordSequence { RecordSequence(header.firstSequence) }
    package var lastSequence: RecordSequence { RecordSequence(header.lastSequence) }
    package var earliestReceivedAt: Int64 { header.earliestReceivedAt }
    package var latestReceivedAt: Int64 { header.latestReceivedAt }

    func chunk(_ kind: ChunkKind, _ number: Int) throws(IndexError) -> Bytes {
        let slot = kind.slot
        if number < chunks[slot].count, let known = chunks[slot][number] { return known }
        let bytes = try source.chunk(id, kind, number)
        while chunks[slot].count <= number { chunks[slot].append(nil) }
        chunks[slot][number] = bytes
        return bytes
    }

    // MARK: Columns

    private func place(_ kind: ChunkKind, _ index: Int, width: Int) throws(IndexError) -> (Bytes, Int) {
        let perChunk = Column.perChunk(width: width)
        let bytes = try chunk(kind, index / perChunk)
        let offset = index % perChunk * width
        guard offset + width <= bytes.count else { throw source.damaged(id, kind, index / perChunk) }
        return (bytes, offset)
    }

    private func number32(_ kind: ChunkKind, _ index: Int) throws(IndexError) -> UInt32 {
        let (bytes, offset) = try place(kind, index, width: 4)
        return bytes.u32(offset)
    }

    private func number64(_ kind: ChunkKind, _ index: Int) throws(IndexError) -> UInt64 {
        let (bytes, offset) = try place(kind, index, width: 8)
        return bytes.u64(offset)
    }

    package func sequence(of doc: UInt32) throws(IndexError) -> RecordSequence {
        RecordSequence(try number64(.sequences, Int(doc)))
    }

    package func recordNumber(of doc: UInt32) throws(IndexError) -> RecordNumber {
        RecordNumber(try number64(.recordNumbers, Int(doc)))
    }

    package func receivedAt(of doc: UInt32) throws(IndexError) -> Int64 {
        Int64(bitPattern: try number64(.receivedAt, Int(doc)))
    }

    /// Units of the document's text, zone heads included.
    package func length(of doc: UInt32) throws(IndexError) -> UInt32 { try number32(.textLengths, Int(doc)) }

    /// The document that holds a record version, or nil.
    package func doc(of sequence: RecordSequence) throws(IndexError) -> UInt32? {
        guard docCount > 0, firstSequence <= sequence, sequence <= lastSequence else { return nil }
        var low = 0
        var high = docCount
        while low < high {
            let middle = (low + high) / 2
            if try number64(.sequences, middle) < sequence.rawValue { low = middle + 1 } else { high = middle }
        }
        guard low < docCount, try number64(.sequences, low) == sequence.rawValue else { return nil }
        return UInt32(low)
    }

    /// The moments of ascending documents, without looking up a chunk for each.
    package var receivedAtColumn: ColumnCursor { ColumnCursor(self, .receivedAt, width: 8) }

    /// As `length(of:)`.
    package var lengthColumn: ColumnCursor { ColumnCursor(self, .textLengths, width: 4) }

    // MARK: Text

    /// The document's normalised text as little-endian UTF-16 units, each zone led by its mark and number.
    package func text(of doc: UInt32) throws(IndexError) -> Bytes {
        let length = Int(try length(of: doc)) * 2
        // The place of an empty text may be the start of a chunk that was never needed.
        guard length > 0 else { return unsafe Bytes(UnsafeRawBufferPointer(start: nil, count: 0)) }
        let place = try number32(.textPlaces, Int(doc))
        let number = Int(place >> 15)
        let bytes = try chunk(.text, number)
        let offset = Int(place & 0x7FFF) * 2
        guard offset + length <= bytes.count else { throw source.damaged(id, .text, number) }
        return bytes.slice(offset, length)
    }

    /// How many chunks the texts take, at most.
    func textChunkCount() throws(IndexError) -> Int {
        docCount == 0 ? 0 : Int(try number32(.textPlaces, docCount - 1) >> 15) + 1
    }

    // MARK: Dictionary

    package func postings(of term: TermKey) throws(IndexError) -> PostingList? {
        guard header.dictionaryBlocks > 0, let block = try dictionaryBlock(of: term.rawValue) else { return nil }
        var walk = try DictionaryWalk(self, block: block)
        while let entry = try walk.next() {
            if entry.term >= term.rawValue { return entry.term == term.rawValue ? try walk.list(entry) : nil }
        }
        return nil
    }

    /// The last block whose first term is not above `term`.
    private func dictionaryBlock(of term: UInt64) throws(IndexError) -> Int? {
        var low = 0
        var high = Int(header.dictionaryBlocks)
        while low < high {
            let middle = (low + high) / 2
            if try number64(.dictionaryFirstTerms, middle) <= term { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }

    func firstTerm(ofBlock block: Int) throws(IndexError) -> UInt64 { try number64(.dictionaryFirstTerms, block) }

    func places(ofBlock block: Int) throws(IndexError) -> (dictionary: (Int, Int), postings: (Int, Int)) {
        let (bytes, offset) = try place(.dictionaryPlaces, block, width: 16)
        return (
            (Int(bytes.u32(offset)), Int(bytes.u32(offset + 4))),
            (Int(bytes.u32(offset + 8)), Int(bytes.u32(offset + 12)))
        )
    }

    func damaged(_ kind: ChunkKind, _ number: Int) -> IndexError { source.damaged(id, kind, number) }

    // MARK: Facet names

    package var facetNameCount: Int { Int(header.facetNameCount) }

    package func facetName(_ ordinal: Int) throws(IndexError) -> [UInt8] {
        var low = 0
        var high = Int(header.facetNameChunks)
        while high - low > 1 {
            let middle = (low + high) / 2
            if Int(try chunk(.facetNames, middle).u32(4)) <= ordinal { low = middle } else { high = middle }
        }
        let names = try FacetNameChunk(self, low)
        guard ordinal >= names.firstOrdinal, ordinal - names.firstOrdinal < names.count else {
            throw source.damaged(id, .facetNames, low)
        }
        return try names.name(ordinal - names.firstOrdinal)
    }

    /// Ordinal of the first name that is not below `name`; `facetNameCount` if none.
    package func facetOrdinal(notBelow name: [UInt8]) throws(IndexError) -> Int {
        var low = 0
        var high = facetNameCount
        while low < high {
            let middle = (low + high) / 2
            if try facetName(middle).lexicographicallyPrecedes(name) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Ordinals of all names that begin with `prefix`.
    package func facetOrdinals(prefix: [UInt8]) throws(IndexError) -> Range<Int> {
        let from = try facetOrdinal(notBelow: prefix)
        var above = prefix
        while let last = above.last, last == 0xFF { above.removeLast() }
        guard !above.isEmpty else { return from..<facetNameCount }
        above[above.count - 1] += 1
        return from..<max(from, try facetOrdinal(notBelow: above))
    }

    /// The lists of neighbouring facet values: one walk instead of a look-up each.
    package func forEachFacet(
        in ordinals: Range<Int>, _ body: (_ ordinal: Int, _ list: PostingList) throws(IndexError) -> Void
    ) throws(IndexError) {
        guard !ordinals.isEmpty, header.dictionaryBlocks > 0,
            let block = try dictionaryBlock(of: TermKey.facet(ordinal: ordinals.lowerBound).rawValue)
        else { return }
        var walk = try DictionaryWalk(self, block: block)
        while let entry = try walk.nextAcrossBlocks() {
            let key = TermKey(rawValue: entry.term)
            guard key.kind == .facet, key.value >= UInt64(ordinals.lowerBound) else { continue }
            guard key.value < UInt64(ordinals.upperBound) else { return }
            try body(Int(key.value), walk.list(entry))
        }
    }

    package func postings(ofFacet name: [UInt8]) throws(IndexError) -> PostingList? {
        let ordinal = try facetOrdinal(notBelow: name)
        guard ordinal < facetNameCount, try facetName(ordinal) == name else { return nil }
        return try postings(of: .facet(ordinal: ordinal))
    }

    // MARK: Quantities

    /// The values of a date or number field, ascending by document.
    package func forEachQuantity(of field: Field, _ body: (_ doc: UInt32, _ value: Int64) -> Void) throws(IndexError) {
        let perChunk = Column.perChunk(width: 16)
        let rows = try quantityRows(ofField: field.code)
        var row = rows.lowerBound
        while row < rows.upperBound {
            let bytes = try chunk(.quantities, row / perChunk)
            let first = row % perChunk
            let end = min(perChunk, first + rows.upperBound - row)
            guard end * 16 <= bytes.count else { throw source.damaged(id, .quantities, row / perChunk) }
            for i in first..<end { body(bytes.u32(i * 16 + 4), Int64(bitPattern: bytes.u64(i * 16 + 8))) }
            row += end - first
        }
    }

    func quantityRows(ofField field: UInt8) throws(IndexError) -> Range<Int> {
        let from = try firstQuantity(atOrAbove: UInt32(field))
        return from..<(try firstQuantity(atOrAbove: UInt32(field) + 1))
    }

    private func firstQuantity(atOrAbove field: UInt32) throws(IndexError) -> Int {
        var low = 0
        var high = Int(header.quantityRows)
        while low < high {
            let middle = (low + high) / 2
            if try quantity(middle).field < field { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func quantity(_ row: Int) throws(IndexError) -> (field: UInt32, doc: UInt32, value: Int64) {
        let (bytes, offset) = try place(.quantities, row, width: 16)
        return (bytes.u32(offset), bytes.u32(offset + 4), Int64(bitPattern: bytes.u64(offset + 8)))
    }
}

private struct FacetNameChunk {
    let bytes: Bytes
    let count: Int
    let firstOrdinal: Int
    private let reader: SegmentReader
    private let number: Int

    init(_ reader: SegmentReader, _ number: Int) throws(IndexError) {
        bytes = try reader.chunk(.facetNames, number)
        guard bytes.count >= 8 else { throw reader.damaged(.facetNames, number) }
        count = Int(bytes.u32(0))
        firstOrdinal = Int(bytes.u32(4))
        self.reader = reader
        self.number = number
        guard bytes.count >= 8 + 4 * count else { throw reader.damaged(.facetNames, number) }
    }

    func name(_ index: Int) throws(IndexError) -> [UInt8] {
        let base = 8 + 4 * count
        let from = index == 0 ? 0 : Int(bytes.u32(4 + 4 * index))
        let to = Int(bytes.u32(8 + 4 * index))
        guard from <= to, base + to <= bytes.count else { throw reader.damaged(.facetNames, number) }
        return bytes.slice(base + from, to - from).array
    }
}
