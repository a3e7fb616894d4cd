// Reads a segment's dictionary from a block on. The bytes are specified in FORMAT.md, "Dictionary".

/// The terms of one dictionary block, in order; then, when asked, of the blocks behind it.
struct DictionaryWalk {
    struct Entry {
        var term: UInt64
        var docCount: Int
        /// Documents in which the term is a word: for characters and pairs often fewer.
        var wordDocCount: Int
        fileprivate var hasWeights: Bool
        fileprivate var doc: UInt32
        fileprivate var weight: UInt8
        fileprivate(set) var listBytes: Int
        fileprivate var place: (chunk: Int, offset: Int)
    }

    private let reader: SegmentReader
    private(set) var block: Int
    private var bytes: Bytes
    private var offset: Int
    private var postings: (chunk: Int, offset: Int)
    private var term: UInt64
    private var left: Int

    init(_ reader: SegmentReader, block: Int) throws(IndexError) {
        self.reader = reader
        self.block = block
        let places = try reader.places(ofBlock: block)
        bytes = try reader.chunk(.dictionary, places.dictionary.0)
        offset = places.dictionary.1
        postings = places.postings
        term = try reader.firstTerm(ofBlock: block)
        left = Self.terms(in: block, of: reader)
    }

    private static func terms(in block: Int, of reader: SegmentReader) -> Int {
        let rest = Int(reader.header.termCount) - block * SegmentLayout.termsPerBlock
        return max(0, min(SegmentLayout.termsPerBlock, rest))
    }

    /// The next term of this block, or nil behind its last.
    mutating func next() throws(IndexError) -> Entry? {
        guard left > 0 else { return nil }
        left -= 1
        term &+= bytes.varint(&offset)
        let head = bytes.varint(&offset)
        let docCount = Int(head >> 1)
        let hasWeights = head & 1 == 1
        var entry = Entry(
            term: term, docCount: docCount, wordDocCount: hasWeights ? docCount : 0, hasWeights: hasWeights, doc: 0,
            weight: 0, listBytes: 0, place: (0, 0))
        if docCount == 1 {
            entry.doc = UInt32(truncatingIfNeeded: bytes.varint(&offset))
            if hasWeights {
                entry.weight = bytes.u8(offset)
                offset += 1
            }
        } else {
            if hasWeights, TermKey(rawValue: term).kind != .word { entry.wordDocCount = Int(bytes.varint(&offset)) }
            entry.listBytes = Int(bytes.varint(&offset))
            // The writer's rule: a list that does not fit behind others begins the next chunk.
            if postings.offset > 0, postings.offset + entry.listBytes > Chunk.payloadMax {
                postings = (postings.chunk + 1, 0)
            }
            entry.place = postings
            postings.offset += entry.listBytes
        }
        return entry
    }

    /// The next term, going on into the following blocks.
    mutating func nextAcrossBlocks() throws(IndexError) -> Entry? {
        if let entry = try next() { return entry }
        guard block + 1 < Int(reader.header.dictionaryBlocks) else { return nil }
        self = try DictionaryWalk(reader, block: block + 1)
        return try next()
    }

    func list(_ entry: Entry) throws(IndexError) -> PostingList {
        if entry.docCount == 1 {
            return PostingList(single: entry.doc, weight: entry.weight, hasWeights: entry.hasWeights)
        }
        let chunk = try reader.chunk(.postings, entry.place.chunk)
        guard entry.place.offset + entry.listBytes <= chunk.count else {
            throw reader.damaged(.postings, entry.place.chunk)
        }
        return PostingList(
            chunk.slice(entry.place.offset, entry.listBytes), docCount: entry.docCount,
            wordDocCount: entry.wordDocCount, hasWeights: entry.hasWeights, universe: reader.header.docCount)
    }
}
