// Reads one segment through a snapshot: dictionary look-ups, posting lists, columns, text.

import Records

/// Where chunks come from: a snapshot's transaction, with every chunk's checksum checked once a process.
protocol ChunkSource: AnyObject {
    func chunk(_ segment: SegmentID, _ kind: ChunkKind, _ number: Int) throws(IndexError) -> Bytes
    func damaged(_ segment: SegmentID, _ kind: ChunkKind, _ number: Int) -> IndexError
    /// Nil where nothing is kept for the next snapshot.
    var facetColumns: FacetColumnKeeper? { get }
    var neighbours: NeighbourTableKeeper? { get }
}

extension ChunkSource {
    var facetColumns: FacetColumnKeeper? { nil }
    var neighbours: NeighbourTableKeeper? { nil }
}

/// What the whole's numbers are above a segment's own.
package struct SegmentBase: Sendable {
    var sequence: UInt64 = 0
    var recordNumber: UInt64 = 0
    package init(sequence: UInt64 = 0, recordNumber: UInt64 = 0) {
        self.sequence = sequence
        self.recordNumber = recordNumber
    }

    package mutating func add(sequences: UInt64, recordNumbers: UInt64) {
        sequence += sequences
        recordNumber += recordNumbers
    }
}

package final class SegmentReader {
    package let id: SegmentID
    let header: SegmentHeader
    /// Withdrawn or replaced documents, ascending; a bit each in `deadBits`.
    package let dead: DeadDocuments
    private let source: any ChunkSource
    /// What is added to its own numbers: a shard counts from 1.
    let base: SegmentBase
    private let chunks: FoundChunks

    convenience init(_ id: SegmentID, from source: any ChunkSource, dead: DeadDocuments) throws(IndexError) {
        try self.init(id, from: source, dead: dead, base: SegmentBase(), chunks: FoundChunks())
    }

    private init(
        _ id: SegmentID, from source: any ChunkSource, dead: DeadDocuments, base: SegmentBase, chunks: FoundChunks
    ) throws(IndexError) {
        self.id = id
        self.base = base
        self.source = source
        self.dead = dead
        self.chunks = chunks
        let bytes = try source.chunk(id, .header, 0)
        guard let header = SegmentHeader(bytes) else { throw source.damaged(id, .header, 0) }
        self.header = header
    }

    /// The same segment with other documents that do not count.
    func with(dead: DeadDocuments) throws(IndexError) -> SegmentReader {
        try SegmentReader(id, from: source, dead: dead, base: base, chunks: chunks)
    }

    /// The same segment as part of a whole.
    func moved(by base: SegmentBase) throws(IndexError) -> SegmentReader {
        try SegmentReader(id, from: source, dead: dead, base: base, chunks: chunks)
    }

    package var docCount: Int { Int(header.docCount) }
    package var liveDocCount: Int { docCount - dead.count }
    package var textUnits: UInt64 { header.textUnits }
    package var termCount: UInt64 { header.termCount }
    package var firstSequence: RecordSequence { RecordSequence(header.firstSequence + base.sequence) }
    package var lastSequence: RecordSequence { RecordSequence(header.lastSequence + base.sequence) }
    package var earliestReceivedAt: Int64 { header.earliestReceivedAt }
    package var latestReceivedAt: Int64 { header.latestReceivedAt }

    func chunk(_ kind: ChunkKind, _ number: Int) throws(IndexError) -> Bytes {
        if let known = chunks.find(kind.slot, number) { return known }
        let bytes = try source.chunk(id, kind, number)
        chunks.add(bytes, kind.slot, number)
        return bytes
    }

    // MARK: Columns

    /// A chunk of a column of documents.
    func run(_ kind: ChunkKind, _ number: Int) throws(IndexError) -> NumberRun {
        guard let run = NumberRun(try chunk(kind, number)) else { throw source.damaged(id, kind, number) }
        return run
    }

    private func number(_ kind: ChunkKind, _ doc: Int) throws(IndexError) -> Int64 {
        let run = try run(kind, doc / Column.perChunk)
        guard doc % Column.perChunk < run.count else { throw source.damaged(id, kind, doc / Column.perChunk) }
        return run.number(doc % Column.perChunk)
    }

    package func sequence(of doc: UInt32) throws(IndexError) -> RecordSequence {
        RecordSequence(UInt64(bitPattern: try number(.sequences, Int(doc))) + base.sequence)
    }

    package func recordNumber(of doc: UInt32) throws(IndexError) -> RecordNumber {
        RecordNumber(UInt64(bitPattern: try number(.recordNumbers, Int(doc))) + base.recordNumber)
    }

    package func receivedAt(of doc: UInt32) throws(IndexError) -> Int64 { try number(.receivedAt, Int(doc)) }

    /// Units of the document's text, zone heads included.
    package func length(of doc: UInt32) throws(IndexError) -> UInt32 {
        UInt32(truncatingIfNeeded: try number(.textLengths, Int(doc)))
    }

    /// The first document whose number in an ascending column is not below `least`; `docCount` if none.
    private func firstDoc(_ kind: ChunkKind, notBelow least: Int64) throws(IndexError) -> Int {
        var low = 0
        var high = docCount
        while low < high {
            let middle = (low + high) / 2
            if try number(kind, middle) < least { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The document that holds a record version, or nil.
    package func doc(of sequence: RecordSequence) throws(IndexError) -> UInt32? {
        guard docCount > 0, firstSequence <= sequence, sequence <= lastSequence else { return nil }
        let doc = try firstDoc(.sequences, notBelow: Int64(bitPattern: sequence.rawValue - base.sequence))
        guard doc < docCount, try self.sequence(of: UInt32(doc)) == sequence else { return nil }
        return UInt32(doc)
    }

    /// The documents received in a span of seconds, both ends included; nil if they do not stand in that order.
    package func docs(receivedFrom first: Int64, to last: Int64) throws(IndexError) -> Range<UInt32>? {
        guard header.isInOrderOfReceipt, docCount > 0 else { return nil }
        if first > latestReceivedAt || last < earliestReceivedAt || first > last { return 0..<0 }
        let from = first <= earliestReceivedAt ? 0 : try firstDoc(.receivedAt, notBelow: first)
        let to = last >= latestReceivedAt ? docCount : try firstDoc(.receivedAt, notBelow: last + 1)
        return UInt32(from)..<UInt32(max(from, to))
    }

    /// Documents stand in the order in which they were received.
    package var isInOrderOfReceipt: Bool { header.isInOrderOfReceipt }

    /// The moments of ascending documents, without looking up a chunk for each.
    package var receivedAtColumn: ColumnCursor { ColumnCursor(self, .receivedAt) }

    /// The sequences of ascending documents.
    package var sequenceColumn: ColumnCursor { ColumnCursor(self, .sequences, offset: Int64(base.sequence)) }

    /// As `length(of:)`.
    package var lengthColumn: ColumnCursor { ColumnCursor(self, .textLengths) }

    // MARK: Text

    /// The document's normalised text, each zone led by its mark and number.
    package func text(of doc: UInt32) throws(IndexError) -> StoredText {
        let place = Int(try number(.textPlaces, Int(doc)))
        let chunkNumber = place >> 16
        let offset = place & 0xFFFF
        // Texts lie one behind the other, so one ends where the next begins.
        var end: Int?
        if Int(doc) + 1 < docCount {
            let next = Int(try number(.textPlaces, Int(doc) + 1))
            if next >> 16 == chunkNumber { end = next & 0xFFFF }
        }
        // The place of an empty text may be the start of a chunk that was never needed.
        let isEmpty = if let end { end == offset } else { try length(of: doc) == 0 }
        if isEmpty {
            return unsafe StoredText(bytes: Bytes(UnsafeRawBufferPointer(start: nil, count: 0)))
        }
        let bytes = try chunk(.text, chunkNumber)
        let stop = end ?? bytes.count
        guard offset <= stop, stop <= bytes.count else { throw source.damaged(id, .text, chunkNumber) }
        return StoredText(bytes: bytes.slice(offset, stop - offset))
    }

    /// How many chunks the texts take, at most.
    func textChunkCount() throws(IndexError) -> Int {
        docCount == 0 ? 0 : Int(try number(.textPlaces, docCount - 1)) >> 16 + 1
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

    /// The lists of many terms, for each that the segment has: one walk instead of a look-up each.
    ///
    /// - Parameter terms: ascending.
    package func forEachPostings(
        of terms: [TermKey], _ body: (_ index: Int, _ list: PostingList) throws(IndexError) -> Void
    ) throws(IndexError) {
        guard header.dictionaryBlocks > 0, let first = terms.first else { return }
        var walk = try DictionaryWalk(self, block: try dictionaryBlock(of: first.rawValue) ?? 0)
        var place = 0
        while let entry = try walk.nextAcrossBlocks() {
            while terms[place].rawValue < entry.term {
                place += 1
                if place == terms.count { return }
            }
            if terms[place].rawValue == entry.term { try body(place, walk.list(entry)) }
        }
    }

    /// The last block whose first term is not above `term`.
    func dictionaryBlock(of term: UInt64) throws(IndexError) -> Int? {
        let blocks = Int(header.dictionaryBlocks)
        let perChunk = SegmentLayout.firstTermsPerChunk
        var (low, high) = (0, (blocks - 1) / perChunk)
        while low < high {
            let middle = (low + high + 1) / 2
            if try firstTerm(ofBlock: middle * perChunk) <= term { low = middle } else { high = middle - 1 }
        }
        let terms = try chunk(.dictionaryFirstTerms, low)
        let count = min(perChunk, blocks - low * perChunk)
        guard count * 8 <= terms.count else { throw source.damaged(id, .dictionaryFirstTerms, low) }
        let place = terms.firstPlace(above: term, count: count)
        return low == 0 && place == 0 ? nil : low * perChunk + place - 1
    }

    func firstTerm(ofBlock block: Int) throws(IndexError) -> UInt64 {
        let number = block / SegmentLayout.firstTermsPerChunk
        let offset = block % SegmentLayout.firstTermsPerChunk * 8
        let bytes = try chunk(.dictionaryFirstTerms, number)
        guard offset + 8 <= bytes.count else { throw source.damaged(id, .dictionaryFirstTerms, number) }
        return bytes.u64(offset)
    }

    func places(ofBlock block: Int) throws(IndexError) -> (dictionary: (Int, Int), postings: (Int, Int)) {
        let number = block / SegmentLayout.placesPerChunk
        let offset = block % SegmentLayout.placesPerChunk * 16
        let bytes = try chunk(.dictionaryPlaces, number)
        guard offset + 16 <= bytes.count else { throw source.damaged(id, .dictionaryPlaces, number) }
        return (
            (Int(bytes.u32(offset)), Int(bytes.u32(offset + 4))),
            (Int(bytes.u32(offset + 8)), Int(bytes.u32(offset + 12)))
        )
    }

    func damaged(_ kind: ChunkKind, _ number: Int) -> IndexError { source.damaged(id, kind, number) }

    // MARK: Kept from snapshot to snapshot

    /// The values of a field by document; nil as long as it takes less to look through the lists.
    package func facetColumn(of field: UInt8) throws(IndexError) -> FacetColumn? {
        try source.facetColumns?.column(self, field)
    }

    /// What stands beside each character.
    package func neighbourTable() throws(IndexError) -> NeighbourTable {
        guard let keeper = source.neighbours else { return try NeighbourTable(self) }
        return try keeper.table(self)
    }
}

extension Bytes {
    /// The place of the first of `count` ascending 64-bit numbers that is above `term`.
    fileprivate func firstPlace(above term: UInt64, count: Int) -> Int {
        precondition(count * 8 <= self.count)
        return unsafe withBuffer { numbers in
            var from = 0
            var length = count
            while length > 0 {
                let half = length >> 1
                // Holds: `from + half` is below `count`.
                if unsafe numbers.loadUnaligned(fromByteOffset: (from + half) * 8, as: UInt64.self) <= term {
                    from += half + 1
                    length -= half + 1
                } else {
                    length = half
                }
            }
            return from
        }
    }
}
