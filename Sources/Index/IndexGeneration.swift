// One generation of the index: a file of immutable segments and a manifest row that says which of them count.
//
// Adding is for one process at a time (the archive's writer lock sees to that). Merging goes on beside it, in this
// process or another; every change of the manifest reads it in the transaction that stores it. Reading never waits.

import Records
import Store
import Synchronization

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

    package let path: String
    let environment: Environment
    let tables: IndexTables
    /// While it is held, nobody removes the file's name.
    private let use: FileLock
    private let verified = VerifiedChunks()
    /// The dead documents of the newest snapshot: between two writes they are the same for all.
    private let known = Mutex<(transaction: UInt64, dead: [SegmentID: DeadDocuments])>((0, [:]))
    /// Indexes of shards, read as one with this one, which is then empty.
    private var parts: [(index: IndexGeneration, base: SegmentBase)] = []
    /// Whether the newest snapshot is held for the next who asks, until `letGo`.
    package var keepsSnapshot = false
    private var kept: (transaction: UInt64, snapshot: IndexSnapshot)?
    /// Merges under way in this process, the smallest last.
    var runs: [MergeRun] = []

    /// Opens a generation, or makes an empty one.
    ///
    /// - Parameter frozen: the index of a shard, which nobody changes any more.
    /// - Parameter durable: false while a whole generation is built that nobody needs to find again.
    /// - Throws: `IndexError.formatUnknown` when the generation was made by another format or analysis;
    ///   `StoreError.notFound` when the file is not there, or is being removed.
    package init(at path: String, stamp: AnalysisStamp, creating: Bool = false, durable: Bool = true, frozen: Bool = false) throws {
        self.path = path
        var options = frozen ? Environment.Options.frozen(path) : Environment.Options()
        if !frozen {
            options.durable = durable
            options.newestDurable = false  // what is lost comes again from the records
        }
        options.createIfMissing = creating
        if creating {
            environment = try Environment(at: path, options: options)
            guard let use = try FileLock.take(path, .shared) else { throw StoreError.notFound(path: path) }
            self.use = use
        } else {
            guard let use = try FileLock.take(path, .shared) else { throw StoreError.notFound(path: path) }
            self.use = use
            environment = try Environment(at: path, options: options)
        }
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

    package func close() {
        runs = []
        kept = nil
        environment.close()
    }

    package func compactCopy(to path: String) throws { try environment.compactCopy(to: path) }
    package var statistics: EnvironmentStatistics { get throws { try environment.statistics } }

    // MARK: Files

    /// Names behind a generation's path that belong to it.
    private static let companions = ["-lock", "-work"]

    /// Its bytes tell who writes segments: byte 0 who merges just now, byte *n* who makes segment *n*.
    var workPath: String { path + "-work" }

    /// Removes a generation's files, unless somebody has it open.
    ///
    /// - `isUnused`: asked when nobody can open it any more.
    /// - Returns: whether it is gone.
    @discardableResult package static func remove(at path: String, where isUnused: () -> Bool = { true }) -> Bool {
        guard let lock = try? FileLock.take(path, .exclusive) else { return false }
        return withExtendedLifetime(lock) {
            guard isUnused() else { return false }
            // The file last: as long as it is there, the next attempt finds what is left.
            for companion in companions { FileSystem.remove(path + companion) }
            return FileSystem.remove(path)
        }
    }

    // MARK: Reading

    package func snapshot() throws -> IndexSnapshot {
        guard parts.isEmpty else {
            let joined = try parts.map { (snapshot: try $0.index.snapshot(), base: $0.base) }
            return try IndexSnapshot(joining: joined, watermark: watermark)
        }
        if let known = try keptSnapshot() { return known }
        let transaction = try environment.beginRead()
        let number = transaction.number
        let manifest = try manifest(transaction)
        let dead = try dead(of: manifest.segments, transaction)
        let snapshot = try IndexSnapshot(transaction, path: path, tables: tables, manifest: manifest, dead: dead, verified: verified)
        if keepsSnapshot { kept = (number, snapshot) }
        return snapshot
    }

    /// The one that is held, as long as nothing was written since.
    private func keptSnapshot() throws -> IndexSnapshot? {
        guard let kept else { return nil }
        if try environment.newestTransaction == kept.transaction { return kept.snapshot }
        self.kept = nil
        return nil
    }

    /// Lets go of the snapshot that is held: the pages that it keeps can be used again.
    package func letGo() { kept = nil }

    private func dead(
        of segments: [SegmentID], _ transaction: borrowing ReadTransaction
    ) throws -> [SegmentID: DeadDocuments] {
        let number = transaction.number
        if let dead = known.withLock({ $0.transaction == number ? $0.dead : nil }) { return dead }
        var dead: [SegmentID: DeadDocuments] = [:]
        for segment in segments {
            dead[segment] = try transaction.deadDocuments(of: segment, in: tables.dead, path: path)
        }
        known.withLock { known in if known.transaction < number { known = (number, dead) } }
        return dead
    }

    package var watermark: RecordSequence {
        get throws {
            if let last = parts.last { return RecordSequence(last.base.sequence + (try last.index.watermark.rawValue)) }
            if let known = try keptSnapshot() { return known.watermark }
            return try storedManifest()?.watermark ?? RecordSequence(0)
        }
    }

    /// Reads shards as one from now on.
    package func attach(_ parts: [(index: IndexGeneration, base: SegmentBase)]) { self.parts = parts }

    private static let manifestKey = Array("manifest".utf8)

    private func storedManifest() throws -> Manifest? {
        let transaction = try environment.beginRead()
        guard unsafe try transaction.bytes(in: tables.meta, for: Self.manifestKey.span) != nil else { return nil }
        return try manifest(transaction)
    }

    func manifest(_ transaction: borrowing some Transaction & ~Copyable) throws -> Manifest {
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

    // MARK: Changing the manifest

    private func put(_ manifest: Manifest, _ transaction: borrowing WriteTransaction) throws {
        try transaction.checkedPut(in: tables.meta, key: Self.manifestKey, payload: manifest.bytes)
    }

    /// Changes the manifest as it is now, whoever else changes it, together with what `body` writes.
    func change<Result>(
        _ body: (inout Manifest, borrowing WriteTransaction) throws -> Result
    ) throws -> Result {
        try environment.write { transaction in
            var manifest = try manifest(transaction)
            let result = try body(&manifest, transaction)
            try put(manifest, transaction)
            return result
        }
    }

    // MARK: Pending segments

    private static let pendingPrefix = Array("pending".utf8)

    struct Pending {
        var segment: SegmentID
        var role: PendingRole
        /// What is being merged into it.
        var inputs: [SegmentID]
    }

    func setPending(
        _ role: PendingRole?, inputs: [SegmentID] = [], _ segment: SegmentID, _ transaction: borrowing WriteTransaction
    ) throws {
        let key = Self.pendingPrefix + Chunk.prefix(of: segment)
        if let role {
            var payload = [role.rawValue]
            for input in inputs { payload.appendLittleEndian(input) }
            try transaction.checkedPut(in: tables.meta, key: key, payload: payload)
        } else {
            try transaction.delete(in: tables.meta, key: key)
        }
    }

    /// A number for a segment that is written in slices, and the lock that says it is being written.
    func reserve(
        _ role: PendingRole, inputs: [SegmentID], _ transaction: borrowing WriteTransaction
    ) throws -> (segment: SegmentID, lock: FileLock) {
        var manifest = try manifest(transaction)
        let segment = manifest.takeSegment()
        guard let lock = try FileLock.take(workPath, byte: segment) else {
            throw IndexError.damaged(path: path, chunk: "number of segment \(segment)")
        }
        try put(manifest, transaction)
        try setPending(role, inputs: inputs, segment, transaction)
        return (segment, lock)
    }

    func pending(_ transaction: borrowing some Transaction & ~Copyable) throws -> [Pending] {
        var found: [Pending] = []
        do {
            try transaction.forEachChecked(in: tables.meta, prefix: Self.pendingPrefix) { key, payload in
                guard payload.count % 4 == 1, let role = PendingRole(rawValue: payload[0]),
                    let segment: SegmentID = key.number(bigEndianAt: Self.pendingPrefix.count)
                else { throw IndexError.damaged(path: path, chunk: "pending segments") }
                let inputs = stride(from: 1, to: payload.count, by: 4).map { place in
                    (0..<4).reversed().reduce(SegmentID(0)) { $0 << 8 | SegmentID(payload[place + $1]) }
                }
                found.append(Pending(segment: segment, role: role, inputs: inputs))
                return true
            }
        } catch StoreError.damaged {
            throw IndexError.damaged(path: path, chunk: "pending segments")
        }
        return found
    }

    /// Whoever makes a segment holds its byte as long as the row is there.
    func isOrphan(_ pending: Pending) throws -> Bool {
        try pending.role != .removing && FileLock.take(workPath, byte: pending.segment) != nil
    }

    func forgetVerified(_ segment: SegmentID) { verified.forget(segment) }
}

extension IndexGeneration {
    /// Reads every chunk; names those whose checksum is wrong.
    package func damagedChunks() throws -> [String] {
        guard parts.isEmpty else { return try parts.flatMap { part in try part.index.damagedChunks().map { "\(part.index.path) \($0)" } } }
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
