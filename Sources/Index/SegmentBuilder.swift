// Gathers documents in memory and writes them as one segment. They come ready by the hundred, made by any thread
// (`DocumentGatherer`); postings stand in lists by term from the start (`TermTable`), texts and columns as the segment will
// have them.

import Records

/// What the index needs of one document, text analysed.
package struct IndexableDocument: Sendable {
    package struct Word: Sendable {
        /// Start in `units`, counted in units.
        package var start: Int32
        package var length: UInt16
        @inlinable @inline(__always) package init(start: Int32, length: UInt16) {
            self.start = start
            self.length = length
        }
    }

    package var sequence: RecordSequence
    package var recordNumber: RecordNumber
    package var receivedAtSeconds: Int64
    /// The zones one after the other, each led by `DocumentText.zoneMark` and the zone's number.
    package var units: [UInt16]
    package var words: [Word]
    package var facets: [IndexedRecord.FacetValue]
    package var quantities: [IndexedRecord.Quantity]
    /// The sketch of the text: `SegmentReader.bandCount` hashes, or none. Of a hash the lowest 28 bits count.
    package var bands: [UInt32]

    /// Nothing yet.
    package init() {
        self.init(
            sequence: RecordSequence(0), recordNumber: RecordNumber(0), receivedAtSeconds: 0, units: [], words: [], facets: [], quantities: [])
    }

    package init(
        sequence: RecordSequence, recordNumber: RecordNumber, receivedAtSeconds: Int64, units: [UInt16],
        words: [Word], facets: [IndexedRecord.FacetValue], quantities: [IndexedRecord.Quantity],
        bands: [UInt32] = []
    ) {
        self.sequence = sequence
        self.recordNumber = recordNumber
        self.receivedAtSeconds = receivedAtSeconds
        self.units = units
        self.words = words
        self.facets = facets
        self.quantities = quantities
        self.bands = bands
    }
}

/// How the zones of a document stand in one array of units.
package enum DocumentText {
    /// Leads each zone, followed by the zone's number as a unit. Neither occurs in normalised text.
    package static let zoneMark: UInt16 = 0xFFFF
}

package struct SegmentBuilder: ~Copyable {
    /// What the builder may take until it is full.
    private let memoryBytes: Int

    private var documents: [DocumentColumns] = []
    private var texts = TextBlocks()
    private var quantities: [QuantityRow] = []
    private var terms = TermTable()
    private var facets = FacetNumbers()
    private var bands = GatheredBands()
    /// Documents that come one by one.
    private var gatherer: DocumentGatherer?

    /// - Parameter memoryBytes: what the builder may take until it is full.
    package init(memoryBytes: Int = 384 << 20) { self.memoryBytes = memoryBytes }

    package var docCount: Int { documents.count + (gatherer?.count ?? 0) }

    package var isFull: Bool { !documents.isEmpty && bytesHeld + bytesToCome >= memoryBytes }

    /// Whether these would have the terms' table grow beyond what there is memory for: then to write what there is comes first.
    package func isFull(before gathered: GatheredDocuments) -> Bool {
        guard !documents.isEmpty else { return false }
        let growth = terms.growthBytes(adding: gathered.runs.count)
        return growth > 0 && bytesHeld + growth >= memoryBytes
    }

    /// Memory that is held now.
    package var bytesHeld: Int {
        terms.bytesHeld + texts.bytes + documents.capacity * MemoryLayout<DocumentColumns>.stride
            + quantities.capacity * MemoryLayout<QuantityRow>.stride + facets.bytesHeld + bands.bytesHeld
    }

    /// Memory that is taken beside it before the segment is written: while a table grows, and while all is sorted and written.
    package var bytesToCome: Int {
        // Writing sorts the terms, and holds a slice of chunks or two, and lists that wait for it.
        max(terms.growthBytes, terms.sortingBytes + bands.sortingBytes + 3 * SegmentSink.sliceBytes)
    }

    /// - Precondition: its documents are `named`, and come in sequence.
    package mutating func add(_ gathered: GatheredDocuments) {
        takeSingle()
        take(gathered)
    }

    package mutating func add(_ document: IndexableDocument) {
        if gatherer == nil { gatherer = DocumentGatherer() }
        gatherer!.add(document)
        if gatherer!.isFull { takeSingle() }
    }

    private mutating func takeSingle() {
        if let gatherer, gatherer.count > 0 { take(gatherer.finish()) }
    }

    private mutating func take(_ gathered: GatheredDocuments) {
        let base = UInt32(documents.count)
        documents += gathered.documents
        for doc in 0..<gathered.count {
            texts.append(gathered.texts[gathered.text(of: doc)], unitCount: gathered.unitCounts[doc])
        }
        let numbers = (0..<gathered.facets.count).map { facets.number(ofName: gathered.facets.name($0)) }
        terms.add(gathered, base: base, facetNumbers: numbers)
        for row in gathered.quantities {
            quantities.append(QuantityRow(field: row.field, doc: base + row.doc, value: row.value))
        }
        bands.append(gathered.bands, base: base)
    }

    /// The document of a record version gathered here, or nil. Documents come in sequence.
    mutating func doc(of sequence: RecordSequence) -> UInt32? {
        takeSingle()
        var low = 0
        var high = documents.count
        while low < high {
            let middle = (low + high) / 2
            if documents[middle].sequence < sequence { low = middle + 1 } else { high = middle }
        }
        return low < documents.count && documents[low].sequence == sequence ? UInt32(low) : nil
    }

    /// Writes everything gathered as one segment and is used up.
    package consuming func write<Sink: ChunkSink & ~Copyable>(
        as segment: SegmentID, to sink: consuming Sink
    ) throws -> Sink {
        takeSingle()
        let lists = terms.lists
        let sorting = SideWork(isWorthwhile: terms.termCount > 1 << 14) { lists.sortedPlaces() }
        // Also when something fails: it reads the table, which is there until here.
        defer {
            sorting.wait()
            _ = terms.termCount
        }
        var writer = SegmentWriter(segment: segment, sink: sink)
        for doc in documents.indices {
            try unsafe writer.add(document: documents[doc], encodedText: texts.text(of: doc), unitCount: texts.unitCount(of: doc))
        }
        texts = TextBlocks()
        quantities.sort { ($0.field, $0.doc, $0.value) < ($1.field, $1.doc, $1.value) }
        for row in quantities { try writer.add(quantity: row) }
        quantities = []
        try writeBands(&writer)
        bands = GatheredBands()
        try writeTerms(sorting.take(), &writer)
        return try writer.finish()
    }

    private func writeBands<Sink: ChunkSink & ~Copyable>(_ writer: inout SegmentWriter<Sink>) throws {
        guard !bands.isEmpty else { return }
        let bands = bands
        var next = 0
        try OrderedPipeline.run(
            pending: 3,
            next: {
                guard next < BandLayout.bandCount else { return nil }
                defer { next += 1 }
                return next
            },
            work: { band in bands.sortedEntries(ofBand: band) },
            consume: { entries in
                writer.beginBand()
                try writer.add(bandEntries: entries)
                try writer.endBand()
            })
    }

    /// Terms encoded at once by one thread. Single characters are few, and their lists as long as all others together.
    private static let (termsPerPiece, charactersPerPiece) = (4_096, 64)

    private func writeTerms<Sink: ChunkSink & ~Copyable>(_ places: [TermTable.Place], _ writer: inout SegmentWriter<Sink>) throws {
        let lists = terms.lists
        let lengths = writer.lengths
        let pieces = places[..<(places.firstIndex { TermKey(rawValue: $0.key).kind == .facet } ?? places.count)]
        var next = 0
        try OrderedPipeline.run(
            pending: 6,
            next: {
                guard next < pieces.count else { return nil }
                let isCharacters = TermKey(rawValue: pieces[next].key).kind == .unigram
                let end = min(next + (isCharacters ? Self.charactersPerPiece : Self.termsPerPiece), pieces.count)
                defer { next = end }
                return pieces[next..<end]
            },
            work: { piece in EncodedTerms(piece, lists, lengths: lengths) },
            consume: { encoded in try writer.add(encoded) })

        var encoder = TermEncoder(lists, lengths: lengths)
        let names = (0..<facets.count).sorted { facets.name($0).lexicographicallyPrecedes(facets.name($1)) }
        for (ordinal, number) in names.enumerated() {
            try writer.add(facetName: Array(facets.name(number)))
            guard let place = terms.place(of: .facet(ordinal: number)) else { continue }
            var encoded = EncodedTerms()
            encoder.append(TermKey.facet(ordinal: ordinal).rawValue, at: place, to: &encoded)
            try writer.add(encoded)
        }
    }
}

/// Encoded texts one after the other, in blocks that never move: an array of hundreds of megabytes would be copied to grow. They
/// are large pages, and go back to the system whole.
private struct TextBlocks {
    private static let blockBytes = 1 << 21

    private final class Block {
        var memory: GrowingMemory<UInt8>
        var count = 0
        init(bytes: Int) { memory = GrowingMemory(capacity: bytes, isZeroed: false) }
    }

    private struct Place {
        var block: UInt32
        var start: UInt32
        var count: UInt32
        var unitCount: UInt32
    }

    private var blocks: [Block] = []
    private var places: [Place] = []
    private var blockBytes = 0

    var bytes: Int { blockBytes + places.capacity * MemoryLayout<Place>.stride }

    mutating func append(_ text: ArraySlice<UInt8>, unitCount: UInt32) {
        if blocks.last.map({ $0.count + text.count > $0.memory.capacity }) ?? true {
            let new = Block(bytes: max(Self.blockBytes, text.count))
            blocks.append(new)
            blockBytes += new.memory.bytes
        }
        let block = blocks[blocks.count - 1]
        places.append(
            Place(block: UInt32(blocks.count - 1), start: UInt32(block.count), count: UInt32(text.count), unitCount: unitCount))
        // Holds: the block has room for it.
        unsafe text.withUnsafeBufferPointer { text in
            if let source = text.baseAddress { unsafe (block.memory.elements + block.count).update(from: source, count: text.count) }
        }
        block.count += text.count
    }

    /// Holds as long as this is held.
    func text(of doc: Int) -> UnsafeBufferPointer<UInt8> {
        let place = places[doc]
        return unsafe UnsafeBufferPointer(start: blocks[Int(place.block)].memory.elements + Int(place.start), count: Int(place.count))
    }

    func unitCount(of doc: Int) -> Int { Int(places[doc].unitCount) }
}
