// Which documents of a segment share a band of their text's sketch: for each band an ordered table of (hash, document),
// from which documents that are nearly the same text are found without comparing any two.
//
// What a sketch is, Similarity says; here it is a fixed number of hashes a document. The bytes are specified in
// FORMAT.md, "Sketch bands".

/// How the bands of a segment of so many documents are laid out.
struct BandLayout {
    /// Hashes a document has, or none at all.
    static let bandCount = 25
    /// Bits of a hash that are kept. By chance alone one document in 2²⁸ shares a band with another.
    static let hashBits: UInt32 = 28
    /// Entries, and ends of buckets, of one chunk: sixteen pages.
    static let perChunk = 16_320

    /// Bits that number the documents.
    let docBits: UInt32
    /// Leading bits of a hash that number the buckets; the others stand in the entry, beside the document.
    let bucketBits: UInt32

    init(docCount: UInt32) {
        docBits = docCount < 2 ? 1 : 32 - UInt32((docCount - 1).leadingZeroBitCount)
        bucketBits = docBits > 4 ? docBits - 4 : 0
    }

    var bucketCount: Int { 1 << Int(bucketBits) }

    private var restBits: UInt32 { Self.hashBits - bucketBits }

    func bucket(of hash: UInt32) -> Int { Int(hash >> restBits) }

    func entry(hash: UInt32, doc: UInt32) -> UInt32 { (hash & ((1 << restBits) - 1)) << docBits | doc }

    func doc(of entry: UInt32) -> UInt32 { entry & UInt32((1 as UInt64) << docBits - 1) }

    func hash(of entry: UInt32, bucket: Int) -> UInt32 { UInt32(bucket) << restBits | UInt32(UInt64(entry) >> docBits) }
}

/// The sketches of the documents gathered for one segment.
struct GatheredBands: Sendable {
    private var hashes: [UInt32] = []
    private var docs: [UInt32] = []

    var bytesHeld: Int { (hashes.capacity + docs.capacity) * 4 }
    /// Taken while the bands are being written: two sorted, one in sorting, one more in between.
    var sortingBytes: Int { docs.count * 40 }
    var isEmpty: Bool { docs.isEmpty }

    mutating func append(_ bands: [UInt32], _ doc: UInt32) {
        guard !bands.isEmpty else { return }
        precondition(bands.count == BandLayout.bandCount, "a sketch of another shape")
        hashes.append(contentsOf: bands)
        docs.append(doc)
    }

    /// Those of further documents, which are numbered from `base` on.
    mutating func append(_ others: GatheredBands, base: UInt32) {
        hashes += others.hashes
        for doc in others.docs { docs.append(base + doc) }
    }

    /// Only those of some documents, numbered anew.
    func keeping(_ numbers: [Int?]) -> GatheredBands {
        var kept = GatheredBands()
        for (place, doc) in docs.enumerated() {
            guard let number = numbers[Int(doc)] else { continue }
            let first = place * BandLayout.bandCount
            kept.append(Array(hashes[first..<(first + BandLayout.bandCount)]), UInt32(number))
        }
        return kept
    }

    /// The entries of one band, hash over document, ascending.
    ///
    /// - Source of the sort: Knuth, vol. 3, 5.2.5, algorithm R; documents ascend already, so that digits of the hash are enough.
    func sortedEntries(ofBand band: Int) -> [UInt64] {
        let mask = UInt32(1) << BandLayout.hashBits - 1
        let (digitBits, size): (UInt32, Int) = (BandLayout.hashBits / 2, 1 << Int(BandLayout.hashBits / 2))
        let count = docs.count
        return unsafe [UInt64](unsafeUninitializedCapacity: count) { sorted, filled in
            unsafe hashes.withUnsafeBufferPointer { hashes in
                unsafe docs.withUnsafeBufferPointer { docs in
                    func hash(_ place: Int) -> UInt32 { unsafe hashes[place * BandLayout.bandCount + band] & mask }
                    let low = GrowingMemory<UInt32>(capacity: size)
                    let high = GrowingMemory<UInt32>(capacity: size)
                    for place in 0..<count {
                        let hash = hash(place)
                        unsafe low.elements[Int(hash) & (size - 1)] += 1
                        unsafe high.elements[Int(hash >> digitBits)] += 1
                    }
                    var (lowSum, highSum): (UInt32, UInt32) = (0, 0)
                    for digit in 0..<size {
                        let (lowHere, highHere) = unsafe (low.elements[digit], high.elements[digit])
                        unsafe (low.elements[digit], high.elements[digit]) = (lowSum, highSum)
                        lowSum += lowHere
                        highSum += highHere
                    }
                    // Holds: the counts add up to `count`, which both memories have room for.
                    let half = GrowingMemory<UInt64>(capacity: count, isZeroed: false)
                    for place in 0..<count {
                        let hash = hash(place)
                        let digit = Int(hash) & (size - 1)
                        unsafe half.elements[Int(low.elements[digit])] = UInt64(hash) << 32 | UInt64(docs[place])
                        unsafe low.elements[digit] += 1
                    }
                    for place in 0..<count {
                        let entry = unsafe half.elements[place]
                        let digit = Int(entry >> (32 + UInt64(digitBits)))
                        unsafe sorted[Int(high.elements[digit])] = entry
                        unsafe high.elements[digit] += 1
                    }
                }
            }
            filled = count
        }
    }
}

extension SegmentReader {
    /// Hashes a sketch has.
    package static var bandCount: Int { BandLayout.bandCount }

    /// Whether a band can be asked for: no document of the segment has a sketch otherwise.
    package var hasSketches: Bool { header.hasSketches }

    private var layout: BandLayout { BandLayout(docCount: header.docCount) }

    private func end(ofBucket bucket: Int, band: Int, _ layout: BandLayout) throws(IndexError) -> Int {
        guard bucket >= 0 else { return 0 }
        let place = band * layout.bucketCount + bucket
        let number = place / BandLayout.perChunk
        let bytes = try chunk(.bandEnds, number)
        let offset = place % BandLayout.perChunk * 4
        guard offset + 4 <= bytes.count else { throw damaged(.bandEnds, number) }
        return Int(bytes.u32(offset))
    }

    /// Entries a band has: documents with a sketch.
    private func entryCount(_ layout: BandLayout) throws(IndexError) -> Int {
        try end(ofBucket: layout.bucketCount - 1, band: 0, layout)
    }

    /// Visits the documents that share a band with a sketch, band after band, ascending in each: what shares two comes twice.
    ///
    /// - Parameter first: the band of the first hash.
    /// - Parameter limit: of one band, so many of the first documents at most.
    /// - Parameter liveOnly: dead documents take no place among these; they are never visited.
    /// - Returns: whether a band has more than `limit`.
    @discardableResult
    package func forEachDoc(
        sharing hashes: [UInt32], from first: Int = 0, limit: Int, liveOnly: Bool, _ body: (UInt32) throws(IndexError) -> Void
    ) throws(IndexError) -> Bool {
        guard header.hasSketches else { return false }
        let layout = layout
        let count = try entryCount(layout)
        // All buckets are found before any is looked into: the memory of one need not be waited for to ask for the next.
        var buckets: [(hash: UInt32, bucket: Int, from: Int, to: Int)] = []
        buckets.reserveCapacity(hashes.count)
        for (place, full) in hashes.enumerated() {
            let band = first + place
            let hash = full & (1 << BandLayout.hashBits - 1)
            let bucket = layout.bucket(of: hash)
            let to = try end(ofBucket: bucket, band: band, layout)
            let from = try end(ofBucket: bucket - 1, band: band, layout)
            buckets.append((hash, bucket, band * count + from, band * count + to))
            guard from < to else { continue }
            let entry = band * count + from
            try chunk(.bandEntries, entry / BandLayout.perChunk).prefetch(at: entry % BandLayout.perChunk * 4)
        }
        var isCut = false
        for (hash, bucket, from, to) in buckets where from < to {
            var taken = 0
            var number = from / BandLayout.perChunk
            var bytes = try chunk(.bandEntries, number)
            for place in from..<to {
                if place / BandLayout.perChunk != number {
                    number = place / BandLayout.perChunk
                    bytes = try chunk(.bandEntries, number)
                }
                let offset = place % BandLayout.perChunk * 4
                guard offset + 4 <= bytes.count else { throw damaged(.bandEntries, number) }
                let entry = bytes.u32(offset)
                let other = layout.hash(of: entry, bucket: bucket)
                if other > hash { break }
                guard other == hash else { continue }
                if taken == limit {
                    isCut = true
                    break
                }
                let doc = layout.doc(of: entry)
                let isDead = dead.contains(doc)
                if !isDead || !liveOnly { taken += 1 }
                if !isDead { try body(doc) }
            }
        }
        return isCut
    }

    /// All entries of a band, ascending by hash, then document; dead documents included.
    package func bandEntries(_ band: Int) throws(IndexError) -> BandCursor { try BandCursor(self, band: band) }

    fileprivate func bandPlaces() throws(IndexError) -> (layout: BandLayout, entries: Int) {
        let layout = layout
        return (layout, header.hasSketches ? try entryCount(layout) : 0)
    }
}

/// Walks one band of one segment.
package struct BandCursor {
    private let reader: SegmentReader
    private let band: Int
    private let layout: BandLayout
    private let count: Int
    private var place = 0
    private var bucket = 0
    private var bucketEnd = 0
    /// The chunk that entries are read from now.
    private var entries: (number: Int, bytes: Bytes)?
    private var ends: (number: Int, bytes: Bytes)?

    init(_ reader: SegmentReader, band: Int) throws(IndexError) {
        self.reader = reader
        self.band = band
        (layout, count) = try reader.bandPlaces()
        if count > 0 { bucketEnd = try end(ofBucket: 0) }
    }

    private mutating func end(ofBucket bucket: Int) throws(IndexError) -> Int {
        let place = band * layout.bucketCount + bucket
        return Int(try Self.word(at: place, .bandEnds, reader, &ends))
    }

    @inline(__always)
    private static func word(
        at place: Int, _ kind: ChunkKind, _ reader: SegmentReader, _ kept: inout (number: Int, bytes: Bytes)?
    ) throws(IndexError) -> UInt32 {
        let number = place / BandLayout.perChunk
        if kept?.number != number { kept = (number, try reader.chunk(kind, number)) }
        let offset = place % BandLayout.perChunk * 4
        guard offset + 4 <= kept!.bytes.count else { throw reader.damaged(kind, number) }
        return kept!.bytes.u32(offset)
    }

    package mutating func next() throws(IndexError) -> (hash: UInt32, doc: UInt32)? {
        guard place < count else { return nil }
        while place >= bucketEnd {
            bucket += 1
            guard bucket < layout.bucketCount else { throw reader.damaged(.bandEnds, 0) }
            bucketEnd = try end(ofBucket: bucket)
        }
        let entry = try Self.word(at: band * count + place, .bandEntries, reader, &entries)
        place += 1
        return (layout.hash(of: entry, bucket: bucket), layout.doc(of: entry))
    }
}
