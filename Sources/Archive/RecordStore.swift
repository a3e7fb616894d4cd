// `records.lmdb`: every version of every record, for good. Bytes: FORMAT.md.

import Glibc
import Records
import Store
import Synchronization

/// The truth of an archive.
///
/// - Shape: versions in the order of arrival; for each record its newest version; look-ups by id and alias.
/// - Invariant: an `append` that returned is on disk, whole.
/// - Invariant: sequences and record numbers start at 1, have no gaps and are never used again.
package final class RecordStore: Sendable {
    static let format: UInt32 = 1

    /// A record is stored and read as one piece of memory.
    package static let recordBytesMax = 128 << 20

    package let path: String
    /// 16 random bytes, made with the archive.
    package let archiveID: [UInt8]
    let environment: Environment
    let tables: Tables
    let codec = Codec()
    /// Shards whose records are read as if they stood behind this file's own; none in an ordinary archive.
    let parts: [RecordPart]
    /// What the newest batch was packed with.
    let newestDictionary = Mutex<CompressionDictionary?>(nil)
    /// Head of the audit log, written with the next batch.
    package let auditAnchor = Mutex<[UInt8]?>(nil)
    private let dictionaries = Mutex<[UInt32: CompressionDictionary]>([:])

    struct Tables: Sendable {
        let meta, versions, heads, ids, aliases, imports: Table

        init(_ environment: Environment) throws(StoreError) {
            meta = try environment.table("meta")
            versions = try environment.table("versions")
            heads = try environment.table("heads")
            ids = try environment.table("ids")
            aliases = try environment.table("aliases")
            imports = try environment.table("imports")
        }
    }

    enum MetaKey {
        static let format = Array("format".utf8)
        static let archiveID = Array("archiveID".utf8)
        static let counters = Array("counters".utf8)
        static let auditHead = Array("auditHead".utf8)
        static func dictionary(_ id: UInt32) -> [UInt8] { Array("dictionary/".utf8) + [UInt8](bigEndian: id) }
    }

    /// Makes the file of a new archive.
    ///
    /// - Returns: the archive's id.
    static func create(at path: String) throws -> [UInt8] {
        let archiveID = Random.bytes(count: 16)
        let environment = try Environment(at: path)
        let tables = try Tables(environment)
        try environment.write { transaction in
            try transaction.checkedPut(in: tables.meta, key: MetaKey.format, payload: [UInt8](bigEndian: format))
            try transaction.checkedPut(in: tables.meta, key: MetaKey.archiveID, payload: archiveID)
            try transaction.checkedPut(in: tables.meta, key: MetaKey.counters, payload: Counters().encoded)
        }
        return archiveID
    }

    /// - Parameter shards: further files in the order of their records; then nothing can be appended.
    package convenience init(in folder: ArchiveFolder, readOnly: Bool = false, shards: [RecordStore] = []) throws {
        var options = Environment.Options()
        options.readOnly = readOnly
        options.createIfMissing = false
        try self.init(at: folder.recordsPath, of: folder.path, options, shards: shards)
    }

    /// The file of a shard.
    package convenience init(shard path: String) throws {
        try self.init(at: path, of: path, .frozen(path), shards: [])
    }

    private init(at path: String, of archive: String, _ options: Environment.Options, shards: [RecordStore]) throws {
        self.path = path
        environment = try Environment(at: path, options: options)
        let meta: Table
        do { meta = try environment.table(existing: "meta") } catch StoreError.missingTable {
            throw ArchiveError.notAnArchive(path: archive)
        }
        archiveID = try environment.read { [path] transaction in
            try Format.check(transaction, meta, key: MetaKey.format, known: Self.format, path: path)
            guard let id = try transaction.checkedValue(in: meta, for: MetaKey.archiveID, { $0.bytesCopied }) else {
                throw ArchiveError.notAnArchive(path: path)
            }
            return id
        }
        tables = try Tables(environment)
        var base = try environment.read { [tables] in try Counters.read($0, tables.meta) }
        var parts: [RecordPart] = []
        for shard in shards {
            let part = RecordPart(store: shard, base: base, counters: try shard.environment.read { try Counters.read($0, shard.tables.meta) })
            parts.append(part)
            base = part.end
        }
        self.parts = parts
    }

    package func close() {
        environment.close()
        for part in parts { part.store.close() }
    }

    package var statistics: EnvironmentStatistics { get throws { try environment.statistics } }

    /// Writes a copy without free pages, from one snapshot.
    package func compactCopy(to path: String) throws { try environment.compactCopy(to: path) }

    // MARK: Reading

    /// Reads from one snapshot.
    package func read<Result>(_ body: (borrowing RecordSnapshot) throws -> Result) throws -> Result {
        try body(try snapshot())
    }

    package func snapshot() throws -> RecordSnapshot { RecordSnapshot(transaction: try environment.beginRead(), store: self) }

    /// The head of the audit log when the newest batch was stored.
    package var auditHead: AuditLog.Head? {
        get throws {
            try environment.read { [tables] transaction in
                try transaction.checkedValue(in: tables.meta, for: MetaKey.auditHead) { AuditLog.Head(decoding: $0.bytesCopied) } ?? nil
            }
        }
    }

    package var lastSequence: RecordSequence { get throws { try read { try $0.lastSequence } } }
    /// Records whose newest version is not withdrawn.
    package var liveCount: UInt64 { get throws { try read { try $0.liveCount } } }

    package func version(at sequence: RecordSequence) throws -> StoredVersion? { try read { try $0.version(at: sequence) } }
    package func latest(of number: RecordNumber) throws -> StoredVersion? { try read { try $0.latest(of: number) } }
    package func recordNumber(id: String) throws -> RecordNumber? { try read { try $0.recordNumber(id: id) } }
    package func recordNumbers(alias: String) throws -> [RecordNumber] { try read { try $0.recordNumbers(alias: alias) } }
    package func history(of number: RecordNumber) throws -> [StoredVersion] { try read { try $0.history(of: number) } }
    package func isHead(_ sequence: RecordSequence) throws -> Bool { try read { try $0.isHead(sequence) } }

    /// Visits versions in the order of arrival, all from one snapshot, until `body` returns false.
    package func forEachVersion(
        from first: RecordSequence = RecordSequence(1), _ body: (StoredVersion) throws -> Bool
    ) throws {
        try read { try $0.forEachVersion(from: first, body) }
    }

    package func progress(ofImport file: [UInt8]) throws -> [UInt8]? { try read { try $0.progress(ofImport: file) } }

    /// A version as it lies in the file, for the proof that it is gone.
    package func storedBytes(at sequence: RecordSequence) throws -> [UInt8]? {
        try environment.read { [tables] in try $0.checkedValue(in: tables.versions, for: [UInt8](bigEndian: sequence.rawValue)) { $0.bytesCopied } }
    }

    // MARK: Packing

    /// Packs a record before it is appended, on any thread; nil while no batch has shown what to pack with.
    package func pack(_ json: [UInt8]) -> PackedJSON? {
        guard let dictionary = newestDictionary.withLock({ $0 }) else { return nil }
        return pack(json, with: dictionary)
    }

    /// Packs many before they are appended, all in a row: between other work each would find what zstd needs gone from the
    /// processor's cache.
    package func pack(_ versions: inout [NewVersion]) {
        guard let dictionary = newestDictionary.withLock({ $0 }) else { return }
        codec.compressing(with: dictionary) { compressor in
            for place in versions.indices {
                versions[place].keep(
                    PackedJSON(dictionary: dictionary, bytes: compressor.compress(versions[place].json), rawCount: versions[place].json.count))
            }
        }
    }

    func pack(_ json: [UInt8], with dictionary: CompressionDictionary) -> PackedJSON {
        PackedJSON(dictionary: dictionary, bytes: codec.compress(json, with: dictionary), rawCount: json.count)
    }

    /// The JSON of a version that may be packed already.
    func json(of version: NewVersion) -> [UInt8] {
        guard let packed = version.packed else { return version.json }
        guard let json = codec.decompress(packed.bytes.span, rawCount: packed.rawCount, with: packed.dictionary) else {
            preconditionFailure("what was packed in memory can be unpacked")
        }
        return json
    }

    /// A dictionary the snapshot's versions name; digested once a process.
    func dictionary(
        _ id: UInt32, in transaction: borrowing some Transaction & ~Copyable
    ) throws -> CompressionDictionary? {
        guard id != 0 else { return nil }
        if let known = dictionaries.withLock({ $0[id] }) { return known }
        let bytes = try transaction.checkedValue(in: tables.meta, for: MetaKey.dictionary(id)) { $0.bytesCopied }
        guard let bytes, let made = CompressionDictionary(id: id, bytes: bytes) else {
            throw StoreError.damaged(path: path, table: "meta", keyHex: hex(MetaKey.dictionary(id).span))
        }
        return dictionaries.withLock { known in
            if let other = known[id] { return other }
            known[id] = made
            return made
        }
    }
}

/// The numbers that only grow, and the count of live records. FORMAT.md, "meta".
struct Counters: Hashable, Sendable {
    var lastSequence: UInt64 = 0
    var lastRecordNumber: UInt64 = 0
    var liveCount: UInt64 = 0
    /// The dictionary new versions are compressed with; 0 until enough records came to learn one.
    var dictionaryID: UInt32 = 0

    init() {}

    init?(decoding payload: Span<UInt8>) {
        guard payload.count == 28 else { return nil }
        lastSequence = payload.field(at: 0)
        lastRecordNumber = payload.field(at: 8)
        liveCount = payload.field(at: 16)
        dictionaryID = payload.field(at: 24)
    }

    var encoded: [UInt8] {
        var writer = ByteWriter(capacity: 28)
        writer.put(lastSequence)
        writer.put(lastRecordNumber)
        writer.put(liveCount)
        writer.put(dictionaryID)
        return writer.bytes
    }

    static func read(_ transaction: borrowing some Transaction & ~Copyable, _ meta: Table) throws -> Counters {
        let counters = try transaction.checkedValue(in: meta, for: RecordStore.MetaKey.counters) { Counters(decoding: $0) }
        guard let counters = counters ?? nil else {
            throw transaction.damagedError(in: meta, key: RecordStore.MetaKey.counters.span)
        }
        return counters
    }
}

/// The first thing read of a store.
enum Format {
    static func check(
        _ transaction: borrowing some Transaction & ~Copyable, _ meta: Table, key: [UInt8], known: UInt32, path: String
    ) throws {
        let found = try transaction.checkedValue(in: meta, for: key) { $0.number(bigEndianAt: 0, as: UInt32.self) }
        guard let found = found ?? nil else { throw ArchiveError.notAnArchive(path: path) }
        guard found <= known else { throw ArchiveError.formatNewer(path: path, found: found, known: known) }
        guard found == known else { throw ArchiveError.formatUnknown(path: path, found: found, known: known) }
    }
}

enum Random {
    /// Bytes fit for keys: on Linux the standard library takes them from getrandom(2).
    static func bytes(count: Int) -> [UInt8] {
        var source = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &source) }
    }
}
