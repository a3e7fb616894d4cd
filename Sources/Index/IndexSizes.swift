// Where the bytes of an index go: for tools/quality, and for whoever weighs a change of the format.

/// Bytes of one kind of thing in an index.
package struct IndexSize: Sendable {
    package let name: String
    package var count = 0
    package var postings = 0
    package var bytes = 0
}

extension IndexGeneration {
    /// Chunks by kind, then posting lists by kind of term and length (a part of the chunks of postings).
    package func sizes() throws -> [IndexSize] {
        let transaction = try environment.beginRead()
        var chunks = ChunkKind.allCases.map { IndexSize(name: "chunk \($0)") }
        try transaction.forEach(in: tables.chunks) { key, value in
            guard key.count == 9, let kind = ChunkKind(rawValue: key[4]),
                let slot = ChunkKind.allCases.firstIndex(of: kind)
            else { return true }
            chunks[slot].count += 1
            chunks[slot].bytes += value.count
            return true
        }
        let snapshot = try snapshot()
        let lists = try withExtendedLifetime(snapshot) {
            try snapshot.segments.reduce(into: ListSizes()) { try $0.add($1) }
        }
        return chunks + lists.rows
    }
}

private struct ListSizes {
    private static let kinds: [TermKey.Kind] = [.unigram, .bigram, .word, .facet]
    private static let lengths = ["1", "2 to 15", "16 to 255", "256 and more"]
    private(set) var rows: [IndexSize] = kinds.flatMap { kind in
        lengths.map { IndexSize(name: "\(kind) in \($0)") }
    }

    mutating func add(_ segment: SegmentReader) throws {
        guard segment.termCount > 0 else { return }
        var walk = try DictionaryWalk(segment, block: 0)
        while let entry = try walk.nextAcrossBlocks() {
            guard let kind = TermKey(rawValue: entry.term).kind, let row = Self.kinds.firstIndex(of: kind) else { continue }
            let length = entry.docCount == 1 ? 0 : entry.docCount < 16 ? 1 : entry.docCount < 256 ? 2 : 3
            let place = row * Self.lengths.count + length
            rows[place].count += 1
            rows[place].postings += entry.docCount
            rows[place].bytes += entry.listBytes
        }
    }
}
