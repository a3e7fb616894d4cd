// A new key for everything that is sealed: identities and their hashes, documents of files, and the hashes by which a record is
// found unchanged. Each store is written anew beside the old one, so that nothing sealed with the old key stays in a free page;
// `rotating.json` is then written, and from there on whoever opens the archive finishes the renaming. FORMAT.md, "A new key".

import Crypto
import Glibc
import Records
import Store

package struct KeyRotation {
    private let folder: ArchiveFolder
    private let newKey: SealingKey
    private static let ending = ".rotating"

    /// - Precondition: the archive's writer lock is held.
    package init(_ folder: ArchiveFolder, to newKey: SealingKey) {
        self.folder = folder
        self.newKey = newKey
        for path in [folder.identityPath, folder.casesPath, folder.recordsPath] { Self.remove(path + Self.ending) }
    }

    package static func newKey() -> SealingKey { SealingKey(secret: Random.bytes(count: 32)) }

    private static func remove(_ path: String) { for name in [path, path + "-lock"] { FileSystem.remove(name) } }

    /// Writes the identities anew.
    ///
    /// - Parameter terms: what of a record version is found by hashes, given its identity as JSON.
    /// - Returns: the content hashes that change, by version.
    package func reseal(
        _ old: IdentityStore, _ records: RecordStore, holders: [KeyHolder], progress: (Int) -> Void,
        terms: (StoredVersion, [UInt8]) throws -> [IdentityTerm]
    ) throws -> [RecordSequence: ContentHash] {
        let path = folder.identityPath + Self.ending
        try IdentityStore.create(at: path, archiveID: records.archiveID, key: newKey)
        let new = try IdentityStore(at: path, archiveID: records.archiveID, key: newKey)
        defer { new.close() }
        try new.add(holders)
        var hashes: [RecordSequence: ContentHash] = [:]
        var batch: [SealedEntry] = []
        var last = RecordSequence(0)
        var done = 0
        func flush() throws {
            guard let end = batch.last?.sequence else { return }
            try new.append(batch, lastRecordSequence: last)
            last = end
            batch.removeAll(keepingCapacity: true)
            progress(done)
        }
        let stored = try records.snapshot()
        for sequence in try old.sealedSequences() {
            done += 1
            guard let version = try stored.version(at: sequence), let json = try old.identity(of: sequence) else { continue }
            let isEmpty = json == Array("{}".utf8)
            let terms = Set(try terms(version, json))
            batch.append(
                SealedEntry(
                    sequence: sequence, recordNumber: version.recordNumber, draft: IdentityDraft(json: json, hashes: terms.map(newKey.hash))))
            if !isEmpty {
                hashes[sequence] = ContentHash(json: version.json, identityHash: newKey.hash(ofIdentity: json), isWithdrawn: version.header.isWithdrawn)
            }
            if batch.count == 5_000 { try flush() }
        }
        try flush()
        return hashes
    }

    /// Writes the files' documents anew.
    package func reseal(_ old: CaseStore, from oldKey: SealingKey) throws {
        let path = folder.casesPath + Self.ending
        try old.compactCopy(to: path + ".part")
        defer { Self.remove(path + ".part") }
        try CaseStore.reseal(at: path + ".part", archiveID: old.archiveID, from: oldKey, to: newKey, compactTo: path)
    }

    /// Writes the records anew with other content hashes.
    package func rehash(_ old: RecordStore, _ hashes: [RecordSequence: ContentHash]) throws {
        let path = folder.recordsPath + Self.ending
        try old.compactCopy(to: path + ".part")
        defer { Self.remove(path + ".part") }
        let environment = try Environment(at: path + ".part")
        let tables = try RecordStore.Tables(environment)
        var rest = hashes.keys.sorted()[...]
        while !rest.isEmpty {
            let some = rest.prefix(5_000)
            rest = rest.dropFirst(5_000)
            try environment.write { transaction in
                for sequence in some {
                    let key = [UInt8](bigEndian: sequence.rawValue)
                    guard let hash = hashes[sequence], var row = try transaction.checkedValue(in: tables.versions, for: key, { $0.bytesCopied }), row.count >= 54
                    else { continue }
                    // FORMAT.md, "versions" and "heads": where the hash and the record's number stand.
                    let bytes = hash.littleEndianBytes
                    row.replaceSubrange(34..<50, with: bytes)
                    try transaction.checkedPut(in: tables.versions, key: key, payload: row)
                    let headKey = [UInt8](bigEndian: row.span.field(at: 6, as: UInt64.self))
                    guard var head = try transaction.checkedValue(in: tables.heads, for: headKey, { $0.bytesCopied }), head.count >= 24,
                        head.span.field(at: 0, as: UInt64.self) == sequence.rawValue
                    else { continue }
                    head.replaceSubrange(8..<24, with: bytes)
                    try transaction.checkedPut(in: tables.heads, key: headKey, payload: head)
                }
            }
        }
        try environment.compactCopy(to: path)
        environment.close()
    }

    // MARK: Taking the new files

    /// From here on there is no way back: the note is on disk, and the files take their names.
    ///
    /// - Parameter keyFiles: a new key file and the path it is to have; the one that is there is moved aside.
    package func take(keyFile: (new: String, path: String)?) throws {
        var note: JSONObject = ["keyID": .string(newKey.id)]
        if let keyFile { note.set("keyFile", to: .object(["new": .string(keyFile.new), "path": .string(keyFile.path)])) }
        var bytes: [UInt8] = []
        JSONValue.object(note).write(into: &bytes)
        for path in [folder.identityPath, folder.casesPath, folder.recordsPath] { FileSystem.syncFolder(of: path) }
        try Files.replace(folder.rotatingPath, bytes)
    }

    /// Whether a rotation waits to be finished.
    package static func isUnderWay(_ folder: ArchiveFolder) -> Bool { Files.exists(folder.rotatingPath) }

    /// Finishes what was begun; every step may be done twice.
    ///
    /// - Precondition: no store of this process on the folder is open.
    package static func finish(_ folder: ArchiveFolder) throws {
        guard let bytes = Files.bytes(folder.rotatingPath), let note = try? JSONValue.parse(bytes.span).objectValue else {
            throw ArchiveError.system(path: folder.rotatingPath, code: EBADMSG)
        }
        // The key first: with it either identities can be told apart.
        if let files = note["keyFile"]?.objectValue, let new = files["new"]?.string, let path = files["path"]?.string, Files.exists(new) {
            if let old = try? KeyFile.read(at: path) { try move(path, to: aside(path, old.id)) }
            try move(new, to: path)
        }
        for path in [folder.identityPath, folder.casesPath, folder.recordsPath] where Files.exists(path + ending) {
            remove(path + ending + ".part")
            try DatabaseFile.replace(path, by: path + ending)
        }
        // What was derived with the old key: groups of records by person.
        for name in Files.names(in: folder.indexFolderPath) ?? [] where name.hasPrefix("matters") {
            FileSystem.remove(folder.indexFolderPath + "/" + name)
        }
        FileSystem.remove(folder.rotatingPath)
        FileSystem.syncFolder(of: folder.rotatingPath)
    }

    /// Where a key file goes that another one replaces: backups from before still need it.
    package static func aside(_ path: String, _ keyID: String) -> String { path + ".before-" + keyID }

    private static func move(_ path: String, to new: String) throws {
        guard unsafe rename(path, new) == 0 else { throw ArchiveError.system(path: path, code: errno) }
        FileSystem.syncFolder(of: new)
    }
}

extension ContentHash {
    fileprivate var littleEndianBytes: [UInt8] {
        var writer = ByteWriter(capacity: 16)
        writer.put(high)
        writer.put(low)
        return writer.bytes
    }
}

extension IdentityStore {
    /// Every version that has something sealed, ascending.
    func sealedSequences() throws -> [RecordSequence] {
        var found: [RecordSequence] = []
        try environment.read { transaction in
            try transaction.forEach(in: tables.sealed) { key, _ in
                if let sequence: UInt64 = key.number(bigEndianAt: 0) { found.append(RecordSequence(sequence)) }
                return true
            }
        }
        return found
    }

    /// Opens every identity with the key that is there.
    ///
    /// - Returns: how many there are, and how many do not open.
    package func opened() throws -> (count: Int, closed: Int) {
        let key = try requireKey()
        var (count, closed) = (0, 0)
        try environment.read { transaction in
            try transaction.forEachChecked(in: tables.sealed) { row, payload in
                count += 1
                guard let sequence: UInt64 = row.number(bigEndianAt: 0) else { return true }
                if Self.open(payload, RecordSequence(sequence), key, archiveID) == nil { closed += 1 }
                return true
            }
        }
        return (count, closed)
    }
}

extension CaseStore {
    static func reseal(at path: String, archiveID: [UInt8], from old: SealingKey, to new: SealingKey, compactTo target: String) throws {
        let environment = try Environment(at: path)
        defer { environment.close() }
        let blobs = try environment.table("blobs")
        var keys: [[UInt8]] = []
        try environment.read { try $0.forEach(in: blobs) { key, _ in keys.append(key.bytesCopied); return true } }
        for key in keys {
            try environment.write { transaction in
                let sealed = try transaction.checkedValue(in: blobs, for: key) { $0.bytesCopied } ?? []
                let context = archiveID + key
                guard let box = try? AES.GCM.SealedBox(combined: sealed), let plain = try? AES.GCM.open(box, using: old.sealing, authenticating: context)
                else { throw transaction.damagedError(in: blobs, key: key.span) }
                try transaction.checkedPut(in: blobs, key: key, payload: Array(AES.GCM.seal(plain, using: new.sealing, authenticating: context).combined!))
            }
        }
        try environment.compactCopy(to: target)
    }
}
