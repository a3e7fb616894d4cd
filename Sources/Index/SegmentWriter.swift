// Writes one segment, terms in ascending order, into a sink of chunks. Used by the builder (from memory) and by
// the merge (from other segments). The layout is specified in FORMAT.md, "Segment".

import Records

/// Takes finished chunks; commits them in slices or gathers them for one transaction.
package protocol ChunkSink: ~Copyable {
    mutating func put(key: [UInt8], payload: [UInt8]) throws
}

enum SegmentLayout {
    /// Terms per dictionary block: a look-up decodes at most these.
    static let termsPerBlock = 64
    /// Chunks of text that a document's place of 32 bits can name: about 8 GiB, some millions of documents.
    static let textChunksMax = 1 << 17
}

/// The fixed facts of one segment.
struct SegmentHeader: Equatable {
    static let format: UInt32 = 1

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

    var bytes: [UInt8] {
        var out: [UInt8] = []
        out.appendLittleEndian(Self.format)
        out.appendLittleEndian(docCount)
        out.appendLittleEndian(termCount)
        out.appendLittleEndian(dictionaryBlocks)
        out.appendLittleEndian(facetNameCount)
        out.appendLittleEndian(facetNameChunks)
        out.appendLittleEndian(UInt32(0))
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

    private var termsInBlock = 0
    private var lastTerm: UInt64?
    private var list: [UInt8] = []

    init(segment: SegmentID, sink: consuming Sink) {
        self.segment = segment
        self.sink = sink
    }

    // MARK: Documents, in ascending sequence

    /// - Parameter units: the document's zones, each led by U+FFFF and the zone's number.
    mutating func add(document: DocumentColumns, units: ArraySlice<UInt16>) throws {
        let doc = header.docCount
        let byteCount = units.count * 2
        if buffered(.text) > 0, buffered(.text) + byteCount > Chunk.payloadMax { try flush(.text) }
        precondition(number(.text) < SegmentLayout.textChunksMax, "more text than one segment can hold")
        let place = UInt32(number(.text)) << 15 | UInt32(buffered(.text) / 2)
        // Little-endian like every number here; a big-endian machine would have to swap.
        unsafe units.withUnsafeBytes { unsafe buffers[ChunkKind.text.slot].append(contentsOf: $0) }
        try appendColumn(.textPlaces, place)
        try appendColumn(.textLengths, UInt32(units.count))
        try appendColumn(.sequences, document.sequence.rawValue)
        try appendColumn(.recordNumbers, document.recordNumber.rawValue)
        try appendColumn(.receivedAt, document.receivedAtSeconds)

        if doc == 0 { header.firstSequence = document.sequence.rawValue }
        precondition(doc == 0 || document.sequence.rawValue > header.lastSequence, "documents come in sequence")
        header.lastSequence = document.sequence.rawValue
        header.earliestReceivedAt = min(header.earliestReceivedAt, document.receivedAtSeconds)
        header.latestReceivedAt = max(header.latestReceivedAt, document.receivedAtSeconds)
        header.textUnits += UInt64(units.count)
        header.docCount = doc + 1
    }

    // MARK: Quantities, ascending by (field, document, value)

    mutating func add(quantity row: QuantityRow) throws {
        if buffered(.quantities) + 16 > Chunk.payloadMax { try flush(.quantities) }
        buffers[ChunkKind.quantities.slot].appendLittleEndian(UInt32(row.field))
        buffers[ChunkKind.quantities.slot].appendLittleEndian(row.doc)
        buffers[ChunkKind.quantities.slot].appendLittleEndian(row.value)
        header.quantityRows += 1
    }

    // MARK: Terms, ascending

    /// - Parameter weights: one a document for word terms, else empty.
    mutating func add(term: UInt64, docs: ArraySlice<UInt32>, weights: ArraySlice<UInt8>) throws {
        precondition(lastTerm.map { $0 < term } ?? true, "terms come in ascending order")
        guard let first = docs.first else { return }
        if termsInBlock == SegmentLayout.termsPerBlock || termsInBlock == 0 { try beginBlock(term) }
        buffers[ChunkKind.dictionary.slot].appendVarint(term - lastTerm!)
        lastTerm = term
        termsInBlock += 1
        header.termCount += 1
        buffers[ChunkKind.dictionary.slot].appendVarint(UInt64(docs.count))
        if docs.count == 1 {
            buffers[ChunkKind.dictionary.slot].appendVarint(UInt64(first))
            if let weight = weights.first { buffers[ChunkKind.dictionary.slot].append(weight) }
            return
        }
        list.removeAll(keepingCapacity: true)
        encoder.encode(docs, weights: weights, into: &list)
        buffers[ChunkKind.dictionary.slot].appendVarint(UInt64(list.count))
        // A list never straddles two chunks; the reader repeats this rule to find it.
        if buffered(.postings) > 0, buffered(.postings) + list.count > Chunk.payloadMax { try flush(.postings) }
        buffers[ChunkKind.postings.slot].append(contentsOf: list)
    }

    private mutating func beginBlock(_ term: UInt64) throws {
        // A block stays whole in its chunk: at most 64 terms of four numbers of at most ten bytes.
        if buffered(.dictionary) + SegmentLayout.termsPerBlock * 32 > Chunk.payloadMax { try flush(.dictionary) }
        try appendColumn(.dictionaryFirstTerms, term)
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
        for kind in ChunkKind.allCases { try flush(kind) }
        try put(.header, header.bytes)
        return sink
    }

    private func number(_ kind: ChunkKind) -> Int { numbers[kind.slot] }

    private func buffered(_ kind: ChunkKind) -> Int { buffers[kind.slot].count }

    private mutating func appendColumn<Number: FixedWidthInteger>(_ kind: ChunkKind, _ value: Number) throws {
        buffers[kind.slot].appendLittleEndian(value)
        if buffered(kind) + Number.bitWidth / 8 > Chunk.payloadMax { try flush(kind) }
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
