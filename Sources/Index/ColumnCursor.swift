// A column read in the order of its documents: the chunk at hand is looked up once, not once a number.

/// Reads a column of one number a document, chunk after chunk.
package struct ColumnCursor {
    private let reader: SegmentReader
    private let kind: ChunkKind
    /// Added to what `number(of:)` gives.
    private let offset: Int64
    private var run: NumberRun?
    /// The first document of the chunk at hand.
    private var first = 0

    init(_ reader: SegmentReader, _ kind: ChunkKind, offset: Int64 = 0) {
        self.offset = offset
        self.reader = reader
        self.kind = kind
    }

    package mutating func number(of doc: UInt32) throws(IndexError) -> Int64 {
        let index = Int(doc) - first
        if let run, index >= 0, index < run.count { return run.number(index) + offset }
        first = Int(doc) / Column.perChunk * Column.perChunk
        let run = try reader.run(kind, Int(doc) / Column.perChunk)
        self.run = run
        guard Int(doc) - first < run.count else { throw reader.damaged(kind, Int(doc) / Column.perChunk) }
        return run.number(Int(doc) - first) + offset
    }

    /// The chunk at hand that has `doc`, and its first document.
    mutating func run(holding doc: UInt32) throws(IndexError) -> (run: NumberRun, first: UInt32) {
        _ = try number(of: doc)
        return (run!, UInt32(first))
    }

    /// The numbers of ascending documents, cut to 32 bits.
    package mutating func numbers(of docs: [UInt32]) throws(IndexError) -> [UInt32] {
        var numbers = [UInt32](repeating: 0, count: docs.count)
        var from = 0
        while from < docs.count {
            _ = try number(of: docs[from])
            let run = run!
            let end = UInt32(first + run.count)
            let base = UInt32(first)
            var i = from
            if let plain = run.plain16 {
                unsafe plain.withBuffer { source in
                    while i < docs.count, docs[i] < end {
                        // Holds: the document lies in this run, and the run has 16 bits for each of its documents.
                        numbers[i] = unsafe UInt32(
                            source.loadUnaligned(fromByteOffset: 2 * Int(docs[i] &- base), as: UInt16.self))
                        i += 1
                    }
                }
            } else {
                while i < docs.count, docs[i] < end {
                    numbers[i] = UInt32(truncatingIfNeeded: run.number(Int(docs[i] &- base)))
                    i += 1
                }
            }
            from = i
        }
        return numbers
    }
}
