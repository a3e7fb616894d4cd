// One generation of the index: a file of immutable segments and a manifest row that says which of them count.
//
// Writing is for one process at a time (the archive's writer lock sees to that); reading never waits.

import Records
import Store

/// The tables of one generation. FORMAT.md says what stands in each.
struct IndexTables {
    let chunks: Table
    let dead: Table
    let meta: Table

    init(_ environment: Environment) throws {
        chunks = try environment.table("chunk")
        dead = try environment.table("dead")
        meta = try environment.table("meta")
    }
}

package final class IndexGeneration {
    /// Of the file as a whole.
    package static var format: Int { Int(Manifest.format) }

    /// Bytes of chunks written in one transaction when a segment is made in slices: small enough that a writer of
    /// another segment never waits long, and that LMDB's dirty pages stay few.
    static let sliceBytes = 16 << 20
    /// Chunks deleted in one transaction: 16 pages each.
    static let removedAtOnce = 1_000
    /// A segment of fewer documents and postings is written with the manifest, in one transaction.
    static let (gatheredDocsMax, gatheredPostingsMax) = (2_000, 1_000_000)

    package let path: String
    let environment: Environment
    let tables: IndexTables
    private let verified = VerifiedChunks()

    /// Opens a generation, or makes an empty one.
    ///
    /// - Parameter durable: false while a whole generation is built, to be followed by `sync()`.
    /// - Throws: `IndexError.formatUnknown` when the generation was made by another format or analysis.
    package init(at path: String, stamp: AnalysisStamp, creating: Bool = false, durable: Bool = true) throws {
        self.path = path
        var options = Environment.Options()
        options.durable = durable
        options.createIfMissing = creating
        environment = try Environment(at: path, options: options)
        tables = try IndexTables(environment)
        if let manifest = try storedManifest() {
            guard manifest.stamp == stamp else {
                throw IndexError.formatUnknown(path: path, found: manifest.stamp.text, expected: stamp.text)
            }
        } else if creating {
            try environment.write { transaction in try put(Manifest(stamp: stamp), transaction) }
        } else {
            throw IndexError.damaged(path: path, chunk: "manifest")
        }
    }

    package func sync() throws { try environment.sync() }
    package func close() { environment.close() }
    package func compactCopy(to path: String) throws { try environment.compactCopy(to: path) }
    package var statistics: EnvironmentStatistics { get throws { try environment.statistics } }

    // MARK: Reading

    package func snapshot() throws -> IndexSnapshot {
        let transaction = try environment.beginRead()
        let manifest = try manifest(transaction)
        return try IndexSnapshot(transaction, path: path, tables: tables, manifest: manifest, verified: verified)
    }

    package var watermark: RecordSequence { get throws { try storedManifest()?.watermark ?? RecordSequence(0) } }

    private static let manifestKey = Array("manifest".utf8)

    private func storedManifest() throws -> Manifest? {
        let transaction = try environment.beginRead()
        guard unsafe try transaction.bytes(in: tables.meta, for: Self.manifestKey.span) != nil else { return nil }
        return try manifest(transaction)
    }

    private func manifest(_ transaction: borrowing some Transaction & ~Copyable) throws -> Manifest {
        let payload: Bytes
        do {
            guard let stored = unsafe try transaction.checkedBytes(in: tables.meta, for: Self.manifestKey.span) else {
                throw IndexError.damaged(path: path, chunk: "manifest")
            }
            payload = unsafe Bytes(stored)
        } catch StoreError.damaged {
            throw IndexError.damaged(path: path, chunk: "manifest")
        }
        guard let manifest = Manifest(payload) else {
            throw IndexError.formatUnknown(
                path: path, found: payload.count >= 4 ? "\(payload.u32(0))" : "?", expected: "\(Manifest.format)")
        }
        return manifest
    }

    private func put(_ manifest: Manifest, _ transaction: borrowing WriteTransaction) throws {
        try transaction.checkedPut(in: tables.meta, key: Self.manifestKey, payload: manifest.bytes)
    }

    // MARK: Writing

    /// Makes the builder's documents findable and the replaced versions not, in one step, and durable.
    ///
    /// - Parameter watermark: the newest record version that the index then holds; versions that bring no document
    ///   (withdrawals) count as held.
    package func add(
        _ builder: consuming SegmentBuilder, replacing replaced: [RecordSequence], watermark: RecordSequence
    ) throws {
        var manifest = try storedManifest()!
        let changedDead = try deadDocuments(replaced, builder)
        let ownDead = changedDead.own
        let segment = manifest.nextSegment
        let isEmpty = builder.docCount == 0
        var pending = GatheringSink()
        if !isEmpty {
            verified.forget(segment)
            if builder.docCount < Self.gatheredDocsMax, builder.postingCount < Self.gatheredPostingsMax {
                pending = try builder.write(as: segment, to: pending)
            } else {
                try builder.write(as: segment, to: SlicingSink(environment, tables.chunks)).finish()
            }
            manifest.segments.append(segment)
            manifest.nextSegment = segment + 1
        }
        manifest.watermark = max(manifest.watermark, watermark)
        let rows = pending.rows
        try environment.write { transaction in
            for row in rows { try transaction.checkedPut(in: tables.chunks, key: row.key, payload: row.payload) }
            for (id, dead) in changedDead.others { try putDead(dead, of: id, transaction) }
            if !isEmpty, !ownDead.isEmpty { try putDead(ownDead, of: segment, transaction) }
            try put(manifest, transaction)
        }
    }

    private func deadDocuments(
        _ replaced: [RecordSequence], _ builder: borrowing SegmentBuilder
    ) throws -> (others: [(SegmentID, DeadDocuments)], own: DeadDocuments) {
        var own = DeadDocuments()
        guard !replaced.isEmpty else { return ([], own) }
        var changed: [Int: DeadDocuments] = [:]
        let snapshot = try snapshot()
        for sequence in replaced {
            if let doc = builder.doc(of: sequence) {
                own.insert(doc)
            } else if let place = try snapshot.place(of: sequence) {
                changed[place.segment, default: snapshot.segments[place.segment].dead].insert(place.doc)
            }
        }
        return (changed.sorted { $0.key < $1.key }.map { (snapshot.segments[$0.key].id, $0.value) }, own)
    }

    private func putDead(_ dead: DeadDocuments, of segment: SegmentID, _ transaction: borrowing WriteTransaction) throws {
        try transaction.checkedPut(in: tables.dead, key: Chunk.prefix(of: segment), payload: dead.bytes)
    }

    /// Joins neighbouring segments until few are left. Each segment is written in slices, readers go on meanwhile.
    package func mergeAsNeeded() throws {
        while try mergeOnce() {}
    }

    /// Joins the cheapest run of neighbours if there are too many segments; or all, into as few as can be.
    ///
    /// - Returns: whether anything was joined.
    package func mergeOnce(all: Bool = false) throws -> Bool {
        var isChanged = false
        while true {
            let snapshot = try snapshot()
            let plan = MergePlan(
                segments: try snapshot.segments.map {
                    .init(liveDocs: $0.liveDocCount, hasDead: !$0.dead.isEmpty, textChunks: try $0.textChunkCount())
                })
            guard let range = all ? plan.nextOfAll : plan.next else { return isChanged }
            try merge(range, of: snapshot)
            isChanged = true
            if !all { return true }
        }
    }

    private func merge(_ range: Range<Int>, of snapshot: IndexSnapshot) throws {
        var manifest = try storedManifest()!
        let inputs = Array(snapshot.segments[range])
        let output = manifest.nextSegment
        verified.forget(output)
        var merge = SegmentMerge(inputs)
        let isEmpty = inputs.allSatisfy { $0.liveDocCount == 0 }
        if !isEmpty { try merge.write(as: output, to: SlicingSink(environment, tables.chunks)).finish() }
        manifest.segments.replaceSubrange(range, with: isEmpty ? [] : [output])
        manifest.nextSegment = output + 1
        try environment.write { transaction in
            try put(manifest, transaction)
            for input in inputs { _ = try transaction.delete(in: tables.dead, key: Chunk.prefix(of: input.id)) }
        }
        try removeChunks(of: inputs.map(\.id))
    }

    /// Deletes what a crash left behind: chunks of segments that no manifest names.
    package func removeGarbage() throws {
        let manifest = try storedManifest()!
        let named = Set(manifest.segments)
        var found: Set<SegmentID> = []
        let transaction = try environment.beginRead()
        var from: [UInt8] = []
        while true {
            var next: SegmentID?
            try transaction.forEach(in: tables.chunks, from: from) { key, _ in
                next = (0..<4).reduce(0) { $0 << 8 | SegmentID(key[$1]) }
                return false
            }
            guard let segment = next else { break }
            found.insert(segment)
            guard segment < .max else { break }
            from = Chunk.prefix(of: segment + 1)
        }
        let garbage = found.subtracting(named)
        if !garbage.isEmpty { try removeChunks(of: garbage.sorted()) }
    }

    /// Few transactions for small segments, and none that grows with a large one.
    private func removeChunks(of segments: [SegmentID]) throws {
        var rest = segments[...]
        while !rest.isEmpty {
            try environment.write { transaction in
                var room = Self.removedAtOnce
                while room > 0, let segment = rest.first {
                    room -= try transaction.deleteAll(in: tables.chunks, prefix: Chunk.prefix(of: segment), limit: room)
                    if room > 0 { rest.removeFirst() }
                }
            }
        }
        for segment in segments { verified.forget(segment) }
    }
}

/// Keeps a small segment's chunks for the transaction that publishes them.
struct GatheringSink: ChunkSink {
    var rows: [(key: [UInt8], payload: [UInt8])] = []

    mutating func put(key: [UInt8], payload: [UInt8]) { rows.append((key, payload)) }
}

/// Commits a large segment's chunks slice by slice; nobody sees them before the manifest names the segment.
struct SlicingSink: ChunkSink {
    private let environment: Environment
    private let table: Table
    private var rows: [(key: [UInt8], payload: [UInt8])] = []
    private var bytes = 0

    init(_ environment: Environment, _ table: Table) {
        self.environment = environment
        self.table = table
    }

    mutating func put(key: [UInt8], payload: [UInt8]) throws {
        rows.append((key, payload))
        bytes += payload.count
        if bytes >= IndexGeneration.sliceBytes { try commit() }
    }

    private mutating func commit() throws {
        let slice = rows
        try environment.write { transaction in
            for row in slice { try transaction.checkedPut(in: table, key: row.key, payload: row.payload) }
        }
        rows.removeAll(keepingCapacity: true)
        bytes = 0
    }

    consuming func finish() throws {
        if !rows.isEmpty { try commit() }
    }
}

extension IndexGeneration {
    /// Reads every chunk; names those whose checksum is wrong.
    package func damagedChunks() throws -> [String] {
        var damaged: [String] = []
        let transaction = try environment.beginRead()
        for table in [tables.chunks, tables.dead, tables.meta] {
            try transaction.forEach(in: table) { key, value in
                if !Checked.holds(value, key: key) { damaged.append("\(table.name) \(hex(key))") }
                return damaged.count < 100
            }
        }
        return damaged
    }
}
