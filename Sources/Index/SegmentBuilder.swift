// Gathers documents in memory and writes them as one segment. Postings stand in lists by term from the start
// (`TermTable`); texts and columns as the segment will have them.

import Records

/// What the index needs of one document, text analysed.
package struct IndexableDocument: Sendable {
    package struct Word: Sendable {
        /// Start in `units`, counted in units.
        package var start: Int32
        package var length: UInt16
        package init(start: Int32, length: UInt16) {
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

    package init(
        sequence: RecordSequence, recordNumber: RecordNumber, receivedAtSeconds: Int64, units: [UInt16],
        words: [Word], facets: [IndexedRecord.FacetValue], quantities: [IndexedRecord.Quantity]
    ) {
        self.sequence = sequence
        self.recordNumber = recordNumber
        self.receivedAtSeconds = receivedAtSeconds
        self.units = units
        self.words = words
        self.facets = facets
        self.quantities = quantities
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
    private var wordKeys: [TermKey] = []

    /// - Parameter memoryBytes: what the builder may take until it is full.
    package init(memoryBytes: Int = 384 << 20) { self.memoryBytes = memoryBytes }

    package var docCount: Int { documents.count }
    package var postingCount: Int { terms.postingCount }

    package var isFull: Bool {
        guard !documents.isEmpty else { return false }
        // Writing sorts the terms, 16 bytes each, and holds a slice of chunks or two.
        let whileWriting = terms.termCount * 16 + 3 * SegmentSink.sliceBytes
        return terms.bytes + texts.bytes + documents.count * MemoryLayout<DocumentColumns>.stride
            + quantities.count * MemoryLayout<QuantityRow>.stride + facets.bytesHeld + whileWriting >= memoryBytes
    }

    package mutating func add(_ document: IndexableDocument) {
        let doc = UInt32(documents.count)
        documents.append(
            DocumentColumns(
                sequence: document.sequence, recordNumber: document.recordNumber,
                receivedAtSeconds: document.receivedAtSeconds))
        texts.append(document.units)
        addPieces(document.units.span, doc)
        addWords(document, doc)
        for facet in document.facets {
            facets.forEachNumber(of: facet) { terms.add(.facet(ordinal: Int($0)), doc) }
        }
        for quantity in document.quantities {
            quantities.append(QuantityRow(field: quantity.field.code, doc: doc, value: quantity.value))
        }
    }

    /// How many units ahead terms, and then the ends of their lists, are fetched: some hundred nanoseconds of work each.
    private static let (termFetchedAhead, tailFetchedAhead) = (12, 6)

    private mutating func addPieces(_ units: Span<UInt16>, _ doc: UInt32) {
        var previous = DocumentText.zoneMark
        var place = 0
        while place < units.count {
            let unit = units[place]
            if unit == DocumentText.zoneMark {
                previous = unit
                place += 2
                continue
            }
            let ahead = place + Self.termFetchedAhead
            if ahead < units.count { terms.prefetch(.bigram(units[ahead - 1], units[ahead])) }
            let soon = place + Self.tailFetchedAhead
            if soon < units.count { terms.prefetchTail(.bigram(units[soon - 1], units[soon])) }
            terms.add(.unigram(unit), doc)
            if previous != DocumentText.zoneMark { terms.add(.bigram(previous, unit), doc) }
            previous = unit
            place += 1
        }
    }

    private mutating func addWords(_ document: IndexableDocument, _ doc: UInt32) {
        wordKeys.removeAll(keepingCapacity: true)
        let units = document.units.span
        for word in document.words {
            let start = Int(word.start)
            let key = TermKey.word(units.extracting(start..<(start + Int(word.length))))
            terms.prefetch(key)
            wordKeys.append(key)
        }
        for place in wordKeys.indices {
            if place + 4 < wordKeys.count { terms.prefetchTail(wordKeys[place + 4]) }
            terms.add(wordKeys[place], doc, gain: WordWeight.gain(at: place))
        }
    }

    /// The document of a record version gathered here, or nil. Documents come in sequence.
    func doc(of sequence: RecordSequence) -> UInt32? {
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
        var writer = SegmentWriter(segment: segment, sink: sink)
        for doc in documents.indices { try writer.add(document: documents[doc], units: texts.units(of: doc)) }
        texts = TextBlocks()
        quantities.sort { ($0.field, $0.doc, $0.value) < ($1.field, $1.doc, $1.value) }
        for row in quantities { try writer.add(quantity: row) }
        quantities = []
        try writeTerms(&writer)
        return try writer.finish()
    }

    private func writeTerms<Sink: ChunkSink & ~Copyable>(_ writer: inout SegmentWriter<Sink>) throws {
        var docs: [UInt32] = []
        var weights: [UInt8] = []
        for (key, place) in terms.sortedPlaces() where key.kind != .facet {
            let isWord = terms.read(place, docs: &docs, weights: &weights)
            try writer.add(term: key.rawValue, docs: docs[...], weights: isWord ? weights[...] : [])
        }
        let names = (0..<facets.count).sorted { facets.name($0).lexicographicallyPrecedes(facets.name($1)) }
        for (ordinal, number) in names.enumerated() {
            try writer.add(facetName: Array(facets.name(number)))
            guard let place = terms.place(of: .facet(ordinal: number)) else { continue }
            _ = terms.read(place, docs: &docs, weights: &weights)
            try writer.add(term: TermKey.facet(ordinal: ordinal).rawValue, docs: docs[...], weights: [])
        }
    }
}

/// Texts one after the other, in blocks that never move: an array of hundreds of megabytes would be copied to grow.
private struct TextBlocks {
    private static let blockUnits = 1 << 18

    private var blocks: [[UInt16]] = []
    private var places: [(block: UInt32, start: UInt32, count: UInt32)] = []
    private(set) var bytes = 0

    mutating func append(_ units: [UInt16]) {
        if blocks.isEmpty || blocks[blocks.count - 1].count + units.count > Self.blockUnits {
            var block: [UInt16] = []
            block.reserveCapacity(max(Self.blockUnits, units.count))
            blocks.append(block)
            bytes += 2 * max(Self.blockUnits, units.count)
        }
        let block = blocks.count - 1
        places.append((UInt32(block), UInt32(blocks[block].count), UInt32(units.count)))
        blocks[block].append(contentsOf: units)
        bytes += 12
    }

    func units(of doc: Int) -> ArraySlice<UInt16> {
        let place = places[doc]
        return blocks[Int(place.block)][Int(place.start)..<Int(place.start + place.count)]
    }
}
