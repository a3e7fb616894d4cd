// Writes one segment, terms in ascending order, into a sink of chunks. Used by the builder (from memory) and by
// the merge (from other segments). The layout is specified in FORMAT.md, "Segment".

import Records

/// Takes finished chunks; commits them in slices or gathers them for one transaction.
package protocol ChunkSink: ~Copyable {
    mutating func put(key: [UInt8], payload: [UInt8]) throws
}

enum SegmentLayout {
    /// Terms per dictionary block: a look-up decodes at most these.
    static let termsPerBlock = 32
    /// Blocks of the dictionary whose first terms, and whose places, fill one chunk.
    static let (firstTermsPerChunk, placesPerChunk) = (Chunk.payloadMax / 8, Chunk.payloadMax / 16)
    static let quantitiesPerChunk = 8_160
    /// Chunks of text that a segment may have: about 8 GiB, some tens of millions of documents.
    static let textChunksMax = 1 << 17
}

/// The fixed facts of one segment.
struct SegmentHeader: Equatable {
    static let format: UInt32 = 3

    var docCount: UInt32 = 0
    var termCount: UInt64 = 0
    var dictionaryBlocks: UInt32 = 0
    var facetNameCount: UInt32 = 0
    var facetNameChunks: UInt32 = 0
    var quantityRows: UInt64 = 0
    /// Units of text, zone heads included, summed: the average length comes from here.
    var textUnits: UInt64 = 0
    var firstSequence: UInt64 = 0
    var lastSequence: UInt64 = 0
    var earliestReceivedAt: Int64 = .max
    var latestReceivedAt: Int64 = .min
    /// Documents stand in the order in which they were received: a range of days is a range of documents.
    var isInOrderOfReceipt = true
    /// Some document has a sketch: there are chunks of bands.
    var hasSketches = false

    var bytes: [UInt8] {
        var out: [UInt8] = []
        out.appendLittleEndian(Self.format)
        out.appendLittleEndian(docCount)
        out.appendLittleEndian(termCount)
        out.appendLittleEndian(dictionaryBlocks)
        out.appendLittleEndian(facetNameCount)
        out.appendLittleEndian(facetNameChunks)
        out.appendLittleEndian(UInt32((isInOrderOfReceipt ? 1 : 0) | (hasSketches ? 2 : 0)))
        out.appendLittleEndian(quantityRows)
        out.appendLittleEndian(textUnits)
        out.appendLittleEndian(firstSequence)
        out.appendLittleEndian(lastSequence)
        out.appendLittleEndian(earliestReceivedAt)
        out.appendLittleEndian(latestReceivedAt)
        return out
    }

    init() {}

    /// Nil if the format is not ours.
    init?(_ bytes: Bytes) {
        guard bytes.count == 80, bytes.u32(0) == Self.format else { return nil }
        docCount = bytes.u32(4)
        termCount = bytes.u64(8)
        dictionaryBlocks = bytes.u32(16)
        facetNameCount = bytes.u32(20)
        facetNameChunks = bytes.u32(24)
        isInOrderOfReceipt = bytes.u32(28) & 1 == 1
        hasSketches = bytes.u32(28) & 2 == 2
        quantityRows = bytes.u64(32)
        textUnits = bytes.u64(40)
        firstSequence = bytes.u64(48)
        lastSequence = bytes.u64(56)
        earliestReceivedAt = Int64(bitPattern: bytes.u64(64))
        latestReceivedAt = Int64(bitPattern: bytes.u64(72))
    }
}

/// The columns of one document.
struct DocumentColumns {
    var sequence: RecordSequence
    var recordNumber: RecordNumber
    var receivedAtSeconds: Int64
}

/// A value of a date or number field.
struct QuantityRow {
    var field: UInt8
    var doc: UInt32
    var value: Int64
}

struct SegmentWriter<Sink: ChunkSink & ~Copyable>: ~Copyable {
    private var sink: Sink
    private let segment: SegmentID
    private var header = SegmentHeader()
    private var encoder = PostingEncoder()

    private var numbers = [Int](repeating: 0, count: ChunkKind.slots)
    private var buffers = [[UInt8]](repeating: [], count: ChunkKind.slots)

    /// Of the documents written.
    private(set) var lengths = DocumentLengths()
    private var termsInBlock = 0
    private var lastTerm: UInt64?
    private var list: [UInt8] = []
    /// Columns of documents, a run at a time.
    private var columns = [[Int64]](repeating: [], count: ChunkKind.slots)
    private var quantities: [QuantityRow] = []

    init(segment: SegmentID, sink: consuming Sink) {
        self.segment = segment
        self.sink = sink
    }

    // MARK: Documents, in ascending sequence

    /// - Parameter encodedText: `TextCode` of the document's zones.
    mutating func add(document: DocumentColumns, encodedText: UnsafeBufferPointer<UInt8>, unitCount: Int) throws {
        try beginText(encodedText.count)
        unsafe buffers[ChunkKind.text.slot].append(contentsOf: encodedText)
        try add(document, unitCount: unitCount)
    }

    /// A document of another segment, text and all.
    mutating func add(document: DocumentColumns, text: StoredText, unitCount: Int) throws {
        try beginText(text.bytes.count)
        unsafe text.bytes.withBuffer { unsafe buffers[ChunkKind.text.slot].append(contentsOf: $0) }
        try add(document, unitCount: unitCount)
    }

    private mutating func beginText(_ byteCount: Int) throws {
        if buffered(.text) > 0, buffered(.text) + byteCount > Chunk.payloadMax { try flush(.text) }
        precondition(number(.text) < SegmentLayout.textChunksMax, "more text than one segment can hold")
        try appendColumn(.textPlaces, Int64(number(.text) << 16 | buffered(.text)))
    }

    private mutating func add(_ document: DocumentColumns, unitCount: Int) throws {
        let doc = header.docCount
        try appendColumn(.textLengths, Int64(unitCount))
        try appendColumn(.sequences, Int64(bitPattern: document.sequence.rawValue))
        try appendColumn(.recordNumbers, Int64(bitPattern: document.recordNumber.rawValue))
        try appendColumn(.receivedAt, document.receivedAtSeconds)
        if document.receivedAtSeconds < header.latestReceivedAt { header.isInOrderOfReceipt = false }

        if doc == 0 { header.firstSequence = document.sequence.rawValue }
        precondition(doc == 0 || document.sequence.rawValue > header.lastSequence, "documents come in sequence")
        header.lastSequence = document.sequence.rawValue
        header.earliestReceivedAt = min(header.earliestReceivedAt, document.receivedAtSeconds)
        header.latestReceivedAt = max(header.latestReceivedAt, document.receivedAtSeconds)
        header.textUnits += UInt64(unitCount)
        lengths.append(unitCount)
        header.docCount = doc + 1
    }

    // MARK: Quantities, ascending by (field, document, value)

    mutating func add(quantity row: QuantityRow) throws {
        quantities.append(row)
        if quantities.count == SegmentLayout.quantitiesPerChunk { try flushQuantities() }
        header.quantityRows += 1
    }

    private mutating func flushQuantities() throws {
        guard !quantities.isEmpty else { return }
        var payload: [UInt8] = []
        NumberRun.append(quantities.map { Int64($0.field) }[...], to: &payload)
        NumberRun.append(quantities.map { Int64($0.doc) }[...], to: &payload)
        NumberRun.append(quantities.map(\.value)[...], to: &payload)
        try put(.quantities, payload)
        quantities.removeAll(keepingCapacity: true)
    }

    // MARK: Sketch bands, one after the other, each ascending by (hash, document); all after the documents

    private var band: (layout: BandLayout, ends: [UInt32])?

    mutating func beginBand() {
        let layout = BandLayout(docCount: header.docCount)
        band = (layout, [UInt32](repeating: 0, count: layout.bucketCount))
        header.hasSketches = true
    }

    mutating func add(bandHash hash: UInt32, doc: UInt32) throws {
        let slot = ChunkKind.bandEntries.slot
        if buffers[slot].count == BandLayout.perChunk * 4 { try flush(.bandEntries) }
        buffers[slot].appendLittleEndian(band!.layout.entry(hash: hash, doc: doc))
        band!.ends[band!.layout.bucket(of: hash)] += 1
    }

    /// All entries of a band, hash over document.
    mutating func add(bandEntries entries: [UInt64]) throws {
        let layout = band!.layout
        let slot = ChunkKind.bandEntries.slot
        var from = 0
        while from < entries.count {
            if buffers[slot].count == BandLayout.perChunk * 4 { try flush(.bandEntries) }
            let to = min(entries.count, from + BandLayout.perChunk - buffers[slot].count / 4)
            buffers[slot].append(addingCapacity: (to - from) * 4) { output in
                for entry in entries[from..<to] {
                    let (hash, doc) = (UInt32(truncatingIfNeeded: entry >> 32), UInt32(truncatingIfNeeded: entry))
                    let written = layout.entry(hash: hash, doc: doc)
                    for shift: UInt32 in [0, 8, 16, 24] { output.append(UInt8(truncatingIfNeeded: written >> shift)) }
                    band!.ends[layout.bucket(of: hash)] += 1
                }
            }
            from = to
        }
    }

    mutating func endBand() throws {
        var end: UInt32 = 0
        let counts = band!.ends
        band = nil
        for count in counts {
            if buffers[ChunkKind.bandEnds.slot].count == BandLayout.perChunk * 4 { try flush(.bandEnds) }
            end += count
            buffers[ChunkKind.bandEnds.slot].appendLittleEndian(end)
        }
    }

    // MARK: Terms, ascending

    /// - Parameter weights: one a document, 0 where the term is no word of it; or none.
    mutating func add(term: UInt64, docs: ArraySlice<UInt32>, weights: ArraySlice<UInt8>) throws {
        guard !docs.isEmpty else { return }
        let words = weights.reduce(0) { $0 + ($1 > 0 ? 1 : 0) }
        list.removeAll(keepingCapacity: true)
        let encoded = unsafe docs.withUnsafeBufferPointer { docs in
            unsafe (words > 0 ? weights : []).withUnsafeBufferPointer { weights in
                unsafe EncodedTerm(term, docs, weights, words, lengths: lengths, &encoder, &list)
            }
        }
        try unsafe list.withUnsafeBufferPointer { list in try unsafe add(encoded, list) }
    }

    mutating func add(_ encoded: EncodedTerms) throws {
        try unsafe encoded.lists.withUnsafeBufferPointer { lists in
            var at = 0
            for term in encoded.terms {
                let end = at + Int(term.listBytes)
                try unsafe add(term, UnsafeBufferPointer(rebasing: lists[at..<end]))
                at = end
            }
        }
    }

    private mutating func add(_ term: EncodedTerm, _ list: UnsafeBufferPointer<UInt8>) throws {
        precondition(lastTerm.map { $0 < term.key } ?? true, "terms come in ascending order")
        if termsInBlock == SegmentLayout.termsPerBlock || termsInBlock == 0 { try beginBlock(term.key) }
        // The row is put together apart: five numbers of at most ten bytes.
        var row = InlineArray<56, UInt8>(repeating: 0)
        var count = 0
        func append(_ value: UInt64, _ row: inout InlineArray<56, UInt8>) {
            var rest = value
            while rest >= 0x80 {
                row[count] = UInt8(truncatingIfNeeded: rest) | 0x80
                count &+= 1
                rest &>>= 7
            }
            row[count] = UInt8(truncatingIfNeeded: rest)
            count &+= 1
        }
        append(term.key - lastTerm!, &row)
        lastTerm = term.key
        termsInBlock += 1
        header.termCount += 1
        append(UInt64(term.docCount) << 1 | (term.wordCount > 0 ? 1 : 0), &row)
        if term.docCount == 1 {
            append(UInt64(term.firstDoc), &row)
            if term.wordCount > 0 {
                row[count] = term.firstWeight
                count += 1
            }
        } else {
            if term.wordCount > 0, TermKey(rawValue: term.key).kind != .word { append(UInt64(term.wordCount), &row) }
            append(UInt64(list.count), &row)
        }
        let span = row.span
        unsafe span.withUnsafeBufferPointer {
            unsafe buffers[ChunkKind.dictionary.slot].append(contentsOf: UnsafeBufferPointer(rebasing: $0[..<count]))
        }
        if term.docCount == 1 { return }
        // A list never straddles two chunks; the reader repeats this rule to find it.
        if buffered(.postings) > 0, buffered(.postings) + list.count > Chunk.payloadMax { try flush(.postings) }
        unsafe buffers[ChunkKind.postings.slot].append(contentsOf: list)
    }

    private mutating func beginBlock(_ term: UInt64) throws {
        // A block stays whole in its chunk: at most 32 terms of five numbers of at most ten bytes.
        if buffered(.dictionary) + SegmentLayout.termsPerBlock * 50 > Chunk.payloadMax { try flush(.dictionary) }
        if buffered(.dictionaryFirstTerms) + 8 > Chunk.payloadMax { try flush(.dictionaryFirstTerms) }
        buffers[ChunkKind.dictionaryFirstTerms.slot].appendLittleEndian(term)
        for number in [
            number(.dictionary), buffered(.dictionary), number(.postings), buffered(.postings),
        ] {
            buffers[ChunkKind.dictionaryPlaces.slot].appendLittleEndian(UInt32(number))
        }
        if buffered(.dictionaryPlaces) + 16 > Chunk.payloadMax { try flush(.dictionaryPlaces) }
        header.dictionaryBlocks += 1
        termsInBlock = 0
        lastTerm = term
    }

    // MARK: Facet names, ascending

    private var namesInChunk: [[UInt8]] = []
    private var nameBytesInChunk = 0

    /// - Parameter name: the field's code, then the value in UTF-8.
    mutating func add(facetName name: [UInt8]) throws {
        if !namesInChunk.isEmpty, nameBytesInChunk + name.count + 4 > Chunk.payloadMax - 12 { try flushNames() }
        namesInChunk.append(name)
        nameBytesInChunk += name.count + 4
        header.facetNameCount += 1
    }

    private mutating func flushNames() throws {
        guard !namesInChunk.isEmpty else { return }
        var payload: [UInt8] = []
        payload.appendLittleEndian(UInt32(namesInChunk.count))
        payload.appendLittleEndian(header.facetNameCount - UInt32(namesInChunk.count))
        var end: UInt32 = 0
        for name in namesInChunk {
            end += UInt32(name.count)
            payload.appendLittleEndian(end)
        }
        for name in namesInChunk { payload.append(contentsOf: name) }
        try put(.facetNames, payload)
        header.facetNameChunks += 1
        namesInChunk.removeAll(keepingCapacity: true)
        nameBytesInChunk = 0
    }

    // MARK: The end

    consuming func finish() throws -> Sink {
        try flushNames()
        try flushQuantities()
        for kind in ChunkKind.allCases {
            try flushColumn(kind)
            try flush(kind)
        }
        try put(.header, header.bytes)
        return sink
    }

    private func number(_ kind: ChunkKind) -> Int { numbers[kind.slot] }

    private func buffered(_ kind: ChunkKind) -> Int { buffers[kind.slot].count }

    private mutating func appendColumn(_ kind: ChunkKind, _ value: Int64) throws {
        columns[kind.slot].append(value)
        if columns[kind.slot].count == Column.perChunk { try flushColumn(kind) }
    }

    private mutating func flushColumn(_ kind: ChunkKind) throws {
        guard !columns[kind.slot].isEmpty else { return }
        var payload: [UInt8] = []
        NumberRun.append(columns[kind.slot][...], to: &payload)
        try put(kind, payload)
        columns[kind.slot].removeAll(keepingCapacity: true)
    }

    private mutating func flush(_ kind: ChunkKind) throws {
        guard !buffers[kind.slot].isEmpty else { return }
        try put(kind, buffers[kind.slot])
        buffers[kind.slot].removeAll(keepingCapacity: true)
    }

    private mutating func put(_ kind: ChunkKind, _ payload: [UInt8]) throws {
        try sink.put(key: Chunk.key(segment, kind, number(kind)), payload: payload)
        numbers[kind.slot] += 1
    }
}
