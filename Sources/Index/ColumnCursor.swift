// A column read in the order of its documents: the chunk at hand is looked up once, not once a number.

/// Reads a column of one number a document, chunk after chunk.
package struct ColumnCursor {
    private let reader: SegmentReader
    private let kind: ChunkKind
    private let width: Int
    private var bytes = unsafe Bytes(UnsafeRawBufferPointer(start: nil, count: 0))
    /// The documents of the chunk at hand.
    private var first = 0
    private var end = 0

    init(_ reader: SegmentReader, _ kind: ChunkKind, width: Int) {
        self.reader = reader
        self.kind = kind
        self.width = width
    }

    package mutating func number(of doc: UInt32) throws(IndexError) -> Int64 {
        if Int(doc) < first || Int(doc) >= end { try move(to: Int(doc)) }
        let offset = (Int(doc) - first) * width
        return width == 8 ? Int64(bitPattern: bytes.u64(offset)) : Int64(bytes.u32(offset))
    }

    private mutating func move(to doc: Int) throws(IndexError) {
        let perChunk = Column.perChunk(width: width)
        bytes = try reader.chunk(kind, doc / perChunk)
        first = doc / perChunk * perChunk
        end = first + bytes.count / width
        guard doc < end else { throw reader.damaged(kind, doc / perChunk) }
    }
}
