// The names of facet values in a segment, and the lists of the documents that have them.

extension SegmentReader {
    package var facetNameCount: Int { Int(header.facetNameCount) }

    package func facetName(_ ordinal: Int) throws(IndexError) -> [UInt8] { try facetNameBytes(ordinal).array }

    private func facetNameBytes(_ ordinal: Int) throws(IndexError) -> Bytes {
        var low = 0
        var high = Int(header.facetNameChunks)
        while high - low > 1 {
            let middle = (low + high) / 2
            if Int(try chunk(.facetNames, middle).u32(4)) <= ordinal { low = middle } else { high = middle }
        }
        let names = try FacetNameChunk(self, low)
        guard ordinal >= names.firstOrdinal, ordinal - names.firstOrdinal < names.count else {
            throw damaged(.facetNames, low)
        }
        return try names.name(ordinal - names.firstOrdinal)
    }

    /// Ordinal of the first name that is not below `name`; `facetNameCount` if none.
    package func facetOrdinal(notBelow name: [UInt8]) throws(IndexError) -> Int {
        var low = 0
        var high = facetNameCount
        while low < high {
            let middle = (low + high) / 2
            if try facetNameBytes(middle).precedes(name) { low = middle + 1 } else { high = middle }
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

    func name(_ index: Int) throws(IndexError) -> Bytes {
        let base = 8 + 4 * count
        let from = index == 0 ? 0 : Int(bytes.u32(4 + 4 * index))
        let to = Int(bytes.u32(8 + 4 * index))
        guard from <= to, base + to <= bytes.count else { throw reader.damaged(.facetNames, number) }
        return bytes.slice(base + from, to - from)
    }
}

extension Bytes {
    /// Whether the bytes stand before `other`'s in the order of bytes.
    fileprivate func precedes(_ other: [UInt8]) -> Bool {
        for place in 0..<min(count, other.count) {
            let byte = u8(place)
            if byte != other[place] { return byte < other[place] }
        }
        return count < other.count
    }
}
