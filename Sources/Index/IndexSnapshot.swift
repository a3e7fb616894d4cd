// One consistent view of the index: whatever writers do meanwhile, its segments and their chunks stay.

import Records
import Store
import Synchronization

/// Chunks whose checksum was found right in this process. A segment never changes and its number is never used again,
/// so once is enough.
final class VerifiedChunks: Sendable {
    private let known = Mutex<[SegmentID: Set<UInt32>]>([:])
    /// What else the process keeps of segments.
    let facetColumns = FacetColumnKeeper()
    let neighbours = NeighbourTableKeeper()

    private static func number(_ kind: ChunkKind, _ number: Int) -> UInt32 {
        UInt32(kind.rawValue) << 26 | UInt32(number)
    }

    func contains(_ segment: SegmentID, _ kind: ChunkKind, _ number: Int) -> Bool {
        known.withLock { $0[segment]?.contains(Self.number(kind, number)) ?? false }
    }

    func insert(_ segment: SegmentID, _ kind: ChunkKind, _ number: Int) {
        known.withLock { _ = $0[segment, default: []].insert(Self.number(kind, number)) }
    }

    /// Of a segment that is gone: only to save memory.
    func forget(_ segment: SegmentID) {
        known.withLock { $0[segment] = nil }
        facetColumns.forget(segment)
        neighbours.forget(segment)
    }
}

/// The transaction that keeps a snapshot's pages, and the way to its chunks. Its segments own it together with the
/// snapshot, so that neither has to own the other.
private final class PinnedChunks: ChunkSource {
    let path: String
    private let transaction: ReadTransaction
    private let chunks: Table
    private let verified: VerifiedChunks

    init(_ transaction: consuming ReadTransaction, path: String, chunks: Table, verified: VerifiedChunks) {
        self.path = path
        self.transaction = transaction
        self.chunks = chunks
        self.verified = verified
    }

    func chunk(_ segment: SegmentID, _ kind: ChunkKind, _ number: Int) throws(IndexError) -> Bytes {
        let key = Chunk.key(segment, kind, number)
        do {
            if verified.contains(segment, kind, number) {
                if let value = unsafe try transaction.bytes(in: chunks, for: key.span) {
                    return unsafe Bytes(UnsafeRawBufferPointer(rebasing: value[Checked.overheadBytes...]))
                }
            } else if let payload = unsafe try transaction.checkedBytes(in: chunks, for: key.span) {
                verified.insert(segment, kind, number)
                return unsafe Bytes(payload)
            }
        } catch {
            throw damaged(segment, kind, number)
        }
        throw damaged(segment, kind, number)
    }

    var facetColumns: FacetColumnKeeper? { verified.facetColumns }
    var neighbours: NeighbourTableKeeper? { verified.neighbours }

    func damaged(_ segment: SegmentID, _ kind: ChunkKind, _ number: Int) -> IndexError {
        .damaged(path: path, chunk: "segment \(segment), \(kind) \(number)")
    }
}

/// Bytes and posting lists read through a snapshot hold as long as it (or one of its segments) is held: callers that
/// keep none of them in a property use `withExtendedLifetime`.
package final class IndexSnapshot {
    package let watermark: RecordSequence
    /// Number of the newest write that it shows; nil for several indexes as one, and where documents are hidden.
    package let transaction: UInt64?
    /// Ascending by record sequence.
    package let segments: [SegmentReader]

    init(
        _ transaction: consuming ReadTransaction, path: String, tables: IndexTables, manifest: Manifest,
        dead: [SegmentID: DeadDocuments], verified: VerifiedChunks
    ) throws {
        watermark = manifest.watermark
        self.transaction = transaction.number
        let source = PinnedChunks(transaction, path: path, chunks: tables.chunks, verified: verified)
        segments = try manifest.segments.map { segment in
            try SegmentReader(segment, from: source, dead: dead[segment] ?? DeadDocuments())
        }
    }

    /// The same view without some documents: to whoever searches it they are not there, in no count and no statistic.
    private init(_ other: IndexSnapshot, _ segments: [SegmentReader]) {
        watermark = other.watermark
        transaction = nil
        self.segments = segments
    }

    /// Several snapshots as one, each with what stands before it.
    init(joining parts: [(snapshot: IndexSnapshot, base: SegmentBase)], watermark: RecordSequence) throws(IndexError) {
        self.watermark = watermark
        transaction = nil
        var readers: [SegmentReader] = []
        for part in parts {
            for segment in part.snapshot.segments { readers.append(try segment.moved(by: part.base)) }
        }
        segments = readers
    }

    package func hiding(_ sequences: some Sequence<RecordSequence>) throws(IndexError) -> IndexSnapshot {
        var dead: [Int: DeadDocuments] = [:]
        for sequence in sequences {
            guard let place = try place(of: sequence) else { continue }
            dead[place.segment, default: segments[place.segment].dead].insert(place.doc)
        }
        var readers = segments
        for (number, dead) in dead { readers[number] = try segments[number].with(dead: dead) }
        return IndexSnapshot(self, readers)
    }

    /// Only these documents are there.
    package func showing(only sequences: Set<RecordSequence>) throws(IndexError) -> IndexSnapshot {
        var readers: [SegmentReader] = []
        for segment in segments {
            var dead = segment.dead
            for doc in 0..<UInt32(segment.docCount) where !dead.contains(doc) {
                if !sequences.contains(try segment.sequence(of: doc)) { dead.insert(doc) }
            }
            readers.append(try segment.with(dead: dead))
        }
        return IndexSnapshot(self, readers)
    }

    /// The newest version that counts here.
    package func newestLiveSequence() throws(IndexError) -> RecordSequence {
        var newest = RecordSequence(0)
        for segment in segments {
            for doc in (0..<UInt32(segment.docCount)).reversed() where !segment.dead.contains(doc) {
                newest = max(newest, try segment.sequence(of: doc))
                break
            }
        }
        return newest
    }

    /// Live documents over all segments.
    package var liveDocCount: Int { segments.reduce(0) { $0 + $1.liveDocCount } }

    /// Units of text over all live documents.
    package func liveTextUnits() throws(IndexError) -> UInt64 {
        var total: UInt64 = 0
        for segment in segments {
            total += segment.textUnits
            var lengths = segment.lengthColumn
            if segment.dead.isEmpty { continue }
            for units in try lengths.numbers(of: segment.dead.docs) { total -= UInt64(units) }
        }
        return total
    }

    /// Where a record version stands, if it is live here.
    package func place(of sequence: RecordSequence) throws(IndexError) -> (segment: Int, doc: UInt32)? {
        for (number, segment) in segments.enumerated() {
            guard let doc = try segment.doc(of: sequence) else { continue }
            return segment.dead.contains(doc) ? nil : (number, doc)
        }
        return nil
    }
}

extension IndexSnapshot {
    /// Calls `body` with each facet value that begins so and stands in a live document, and the number of those: once for each
    /// segment that has it.
    package func forEachFacetValue(prefix: [UInt8], _ body: ([UInt8], Int) -> Void) throws(IndexError) {
        for segment in segments {
            let ordinals = try segment.facetOrdinals(prefix: prefix)
            try segment.forEachFacet(in: ordinals) { ordinal, list throws(IndexError) in
                let count = segment.liveCount(list)
                if count > 0 { body(try segment.facetName(ordinal), count) }
            }
        }
    }
}

extension SegmentReader {
    /// Documents of a list that count.
    package func liveCount(_ list: PostingList) -> Int {
        guard !dead.isEmpty else { return list.docCount }
        var block = PostingBlock()
        return list.docCount - list.count(of: dead, weighs: false, using: &block).docs
    }
}
