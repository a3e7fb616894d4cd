// `identity.lmdb`: who complained, sealed, and the keyed hashes by which the same person is recognised.
// Bytes: FORMAT.md.

import Crypto
import Glibc
import Records
import Store

/// The identity part of one record version, before it is sealed.
package struct IdentityDraft: Sendable {
    /// Identity fields as JSON.
    package var json: [UInt8]
    package var hashes: [TermHash]

    package init(json: [UInt8], hashes: [TermHash]) {
        self.json = json
        self.hashes = hashes
    }
}

/// The same with the version it belongs to.
package struct SealedEntry: Sendable {
    package var sequence: RecordSequence
    package var recordNumber: RecordNumber
    package var draft: IdentityDraft

    package init(sequence: RecordSequence, recordNumber: RecordNumber, draft: IdentityDraft) {
        self.sequence = sequence
        self.recordNumber = recordNumber
        self.draft = draft
    }
}

/// A record version that mentions the person looked for.
package struct IdentityMatch: Hashable, Sendable {
    package let recordNumber: RecordNumber
    package let sequence: RecordSequence
    package let role: IdentityRole
}

/// - Invariant: an entry is on disk before its record version is. Entries past the last record version are left
///   over from a batch that never became records: no look-up gives them, and the next `append` removes them.
package final class IdentityStore: Sendable {
    static let format: UInt32 = 1

    package let path: String
    let archiveID: [UInt8]
    private let key: SealingKey?
    private let keyPath: String
    let environment: Environment
    let tables: Tables

    struct Tables: Sendable {
        let meta, sealed, hashes: Table

        init(_ environment: Environment) throws(StoreError) {
            meta = try environment.table("meta")
            sealed = try environment.table("sealed")
            hashes = try environment.table("hashes")
        }
    }

    enum MetaKey {
        static let format = Array("format".utf8)
        static let archiveID = Array("archiveID".utf8)
        static let keyID = Array("keyID".utf8)
        static let lastSequence = Array("lastSequence".utf8)
    }

    static func create(at path: String, archiveID: [UInt8], key: SealingKey) throws {
        let environment = try Environment(at: path)
        let tables = try Tables(environment)
        try environment.write { transaction in
            try transaction.checkedPut(in: tables.meta, key: MetaKey.format, payload: [UInt8](bigEndian: format))
            try transaction.checkedPut(in: tables.meta, key: MetaKey.archiveID, payload: archiveID)
            try transaction.checkedPut(in: tables.meta, key: MetaKey.keyID, payload: Array(key.id.utf8))
            try transaction.checkedPut(in: tables.meta, key: MetaKey.lastSequence, payload: [UInt8](bigEndian: UInt64(0)))
        }
    }

    /// - `key`: nil when there is none; what needs it then throws `IdentityError.keyMissing(keyPath)`.
    package convenience init(
        in folder: ArchiveFolder, archiveID: [UInt8], key: SealingKey?, keyPath: String, readOnly: Bool = false
    ) throws {
        try self.init(at: folder.identityPath, archiveID: archiveID, key: key, keyPath: keyPath, readOnly: readOnly)
    }

    /// - `key`: of the key file: the sealing key itself, or that of a holder for whom it is wrapped.
    init(at path: String, archiveID: [UInt8], key: SealingKey?, keyPath: String = "", readOnly: Bool = false) throws {
        self.path = path
        self.archiveID = archiveID
        self.keyPath = keyPath
        var options = Environment.Options()
        options.readOnly = readOnly
        options.createIfMissing = false
        environment = try Environment(at: path, options: options)
        let meta: Table
        do { meta = try environment.table(existing: "meta") } catch StoreError.missingTable {
            throw ArchiveError.notAnArchive(path: path)
        }
        let expected = try environment.read { [path] transaction in
            try Format.check(transaction, meta, key: MetaKey.format, known: Self.format, path: path)
            let owner = try transaction.checkedValue(in: meta, for: MetaKey.archiveID) { $0.bytesCopied }
            guard owner == archiveID else { throw ArchiveError.foreignFile(path: path) }
            return try transaction.checkedValue(in: meta, for: MetaKey.keyID) { String(decoding: $0.bytesCopied, as: UTF8.self) }
        }
        var sealing = key
        if let key, let expected {
            sealing = try Self.sealingKey(key, expected: expected, environment, archiveID: archiveID)
            // What seals may lie in no file: then those of the holders are named.
            let fitting = sealing == nil ? try Self.holderIDs(environment) : []
            guard sealing != nil else {
                throw IdentityError.wrongKey(
                    path: keyPath, expected: fitting.isEmpty ? expected : fitting.joined(separator: " / "), found: key.id)
            }
        }
        self.key = sealing
        tables = try Tables(environment)
    }

    package func close() { environment.close() }
    package var hasKey: Bool { key != nil }
    package var statistics: EnvironmentStatistics { get throws { try environment.statistics } }
    package func compactCopy(to path: String) throws { try environment.compactCopy(to: path) }

    /// The key, or the error that says where it should be.
    package func requireKey() throws -> SealingKey {
        guard let key else { throw IdentityError.keyMissing(path: keyPath) }
        return key
    }

    // MARK: Writing

    /// Seals and stores a batch durably; call before the record versions are committed.
    ///
    /// - `lastRecordSequence`: the last version that is on disk in the record store. What lies above it here was
    ///   left over and is removed.
    package func append(_ entries: [SealedEntry], lastRecordSequence: RecordSequence) throws {
        let key = try requireKey()
        try environment.write { transaction in
            try removeLeftovers(after: lastRecordSequence, transaction)
            guard let last = entries.map(\.sequence).max() else { return }
            var rows: [HashRow] = []
            for entry in entries.sorted(by: { $0.sequence < $1.sequence }) {
                precondition(entry.sequence > lastRecordSequence, "an identity is stored before its record version")
                try transaction.checkedPut(
                    in: tables.sealed, key: [UInt8](bigEndian: entry.sequence.rawValue),
                    payload: try Self.seal(entry, key, archiveID))
                for hash in entry.draft.hashes { rows.append(HashRow(hash, entry.sequence, entry.recordNumber)) }
            }
            // In the order of the tree, so that each page is touched once.
            rows.sort()
            for row in rows { try transaction.checkedPut(in: tables.hashes, key: row.key, payload: row.payload) }
            try transaction.checkedPut(
                in: tables.meta, key: MetaKey.lastSequence, payload: [UInt8](bigEndian: last.rawValue))
        }
    }

    /// Removes what a broken-off import left. Opening an archive for writing calls it.
    package func removeLeftovers(after last: RecordSequence) throws {
        let stored = try environment.read { try lastSequence($0) }
        guard stored > last else { return }
        try environment.write { try removeLeftovers(after: last, $0) }
    }

    private func removeLeftovers(after last: RecordSequence, _ transaction: borrowing WriteTransaction) throws {
        guard try lastSequence(transaction) > last else { return }
        var keys: [[UInt8]] = []
        try transaction.forEach(in: tables.sealed, from: [UInt8](bigEndian: last.rawValue + 1)) { key, _ in
            keys.append(key.bytesCopied)
            return true
        }
        for key in keys { try transaction.delete(in: tables.sealed, key: key) }
        keys = []
        try transaction.forEach(in: tables.hashes, from: HashKey.epochPrefix(of: last)) { key, _ in
            if let sequence = HashKey.sequence(of: key), sequence > last { keys.append(key.bytesCopied) }
            return true
        }
        for key in keys { try transaction.delete(in: tables.hashes, key: key) }
        try transaction.checkedPut(
            in: tables.meta, key: MetaKey.lastSequence, payload: [UInt8](bigEndian: last.rawValue))
    }

    private func lastSequence(_ transaction: borrowing some Transaction & ~Copyable) throws -> RecordSequence {
        let stored = try transaction.checkedValue(in: tables.meta, for: MetaKey.lastSequence) {
            $0.number(bigEndianAt: 0, as: UInt64.self)
        }
        guard let stored = stored ?? nil else {
            throw transaction.damagedError(in: tables.meta, key: MetaKey.lastSequence.span)
        }
        return RecordSequence(stored)
    }

    // MARK: Reading

    /// The identity fields of a record version, as JSON; nil when it has none.
    package func identity(of sequence: RecordSequence) throws -> [UInt8]? {
        let key = try requireKey()
        return try environment.read { transaction in
            try transaction.checkedValue(in: tables.sealed, for: [UInt8](bigEndian: sequence.rawValue)) { payload in
                guard let json = Self.open(payload, sequence, key, archiveID) else {
                    throw IdentityError.unreadable(path: path, sequence: sequence.rawValue)
                }
                return json
            }
        }
    }

    /// Whether something is sealed for a record version; asked without the key.
    package func holdsIdentity(of sequence: RecordSequence) throws -> Bool {
        try environment.read { transaction in
            try transaction.checkedValue(in: tables.sealed, for: [UInt8](bigEndian: sequence.rawValue)) { _ in true } ?? false
        }
    }

    /// The record versions up to `last` that mention a person in this way, whatever the role, in the order of
    /// arrival. Superseded versions are among them; the record store knows which those are.
    ///
    /// - Complexity: one look-up for each 32,768 record versions.
    package func matches(_ term: IdentityTerm, upTo last: RecordSequence) throws -> [IdentityMatch] {
        try matches(requireKey().hash(term), upTo: last)
    }

    package func matches(_ hash: TermHash, upTo last: RecordSequence) throws -> [IdentityMatch] {
        try environment.read { transaction in
            var matches: [IdentityMatch] = []
            for epoch in 0...HashKey.epoch(of: last) { try append(hash, epoch, upTo: last, to: &matches, transaction) }
            return matches.sorted { $0.sequence < $1.sequence }
        }
    }

    /// The newest of those in some roles, `limit` at most, in the order of arrival; for somebody who has filed thousands of times.
    ///
    /// - Complexity: one look-up for each 32,768 record versions, and a few times `limit` entries, however many there are.
    package func newestMatches(
        _ hash: TermHash, roles: [IdentityRole], upTo last: RecordSequence, limit: Int
    ) throws -> [IdentityMatch] {
        try environment.read { transaction in
            var matches: [IdentityMatch] = []
            for epoch in (0...HashKey.epoch(of: last)).reversed() where matches.count < limit {
                try appendNewest(hash, epoch, roles, upTo: last, limit: limit, to: &matches, transaction)
            }
            return Array(matches.sorted { $0.sequence < $1.sequence }.suffix(limit))
        }
    }

    private func appendNewest(
        _ hash: TermHash, _ epoch: UInt32, _ roles: [IdentityRole], upTo last: RecordSequence, limit: Int,
        to matches: inout [IdentityMatch], _ transaction: borrowing some Transaction & ~Copyable
    ) throws {
        let prefix = [UInt8](bigEndian: epoch) + hash.bytes
        let before = matches.count
        var visited = 0
        try transaction.forEachChecked(in: tables.hashes, prefix: prefix) { key, payload in
            guard let match = HashKey.match(key, payload) else { throw transaction.damagedError(in: tables.hashes, key: key) }
            if match.sequence <= last, roles.contains(match.role) { matches.append(match) }
            visited += 1
            return visited <= 2 * limit
        }
        guard visited > 2 * limit else { return }
        // Too many to read them all: of each role those from behind.
        matches.removeLast(matches.count - before)
        for role in roles {
            var taken = 0
            let start = prefix + [role.rawValue]
            try transaction.forEachChecked(
                in: tables.hashes, from: start + [UInt8](bigEndian: last.rawValue), prefix: start, reverse: true
            ) { key, payload in
                guard let match = HashKey.match(key, payload) else { throw transaction.damagedError(in: tables.hashes, key: key) }
                matches.append(match)
                taken += 1
                return taken < limit
            }
        }
    }

    /// Which of some record versions mention a person in this way and in one of these roles.
    package func mentions(
        _ hash: TermHash, roles: [IdentityRole], among sequences: [RecordSequence]
    ) throws -> Set<RecordSequence> {
        try environment.read { transaction in
            var found: Set<RecordSequence> = []
            for sequence in sequences {
                let start = HashKey.epochPrefix(of: sequence) + hash.bytes
                for role in roles where !found.contains(sequence) {
                    let key = start + [role.rawValue] + [UInt8](bigEndian: sequence.rawValue)
                    if try transaction.checkedValue(in: tables.hashes, for: key, { _ in true }) ?? false { found.insert(sequence) }
                }
            }
            return found
        }
    }

    private func append(
        _ hash: TermHash, _ epoch: UInt32, upTo last: RecordSequence, to matches: inout [IdentityMatch],
        _ transaction: borrowing some Transaction & ~Copyable
    ) throws {
        try transaction.forEachChecked(in: tables.hashes, prefix: [UInt8](bigEndian: epoch) + hash.bytes) { key, payload in
            guard let match = HashKey.match(key, payload) else {
                throw transaction.damagedError(in: tables.hashes, key: key)
            }
            if match.sequence <= last { matches.append(match) }
            return true
        }
    }

    /// The records that mention a person in this way, in ascending order.
    package func recordNumbers(matching term: IdentityTerm, upTo last: RecordSequence) throws -> [RecordNumber] {
        Set(try matches(term, upTo: last).map(\.recordNumber)).sorted()
    }

    // MARK: Sealing (FORMAT.md, "sealed")

    private static let layout: UInt8 = 1
    private static let nonceBytes = 12
    private static let tagBytes = 16

    /// What is not secret but must not be changed: a sealed value moved to another record does not open.
    private static func context(
        _ archiveID: [UInt8], _ sequence: RecordSequence, _ number: RecordNumber
    ) -> [UInt8] {
        archiveID + [UInt8](bigEndian: sequence.rawValue) + [UInt8](bigEndian: number.rawValue)
    }

    private static func seal(_ entry: SealedEntry, _ key: SealingKey, _ archiveID: [UInt8]) throws -> [UInt8] {
        // A random nonce each time: 2^32 values under one key stay safe (NIST SP 800-38D, 8.3).
        let box = try AES.GCM.seal(
            entry.draft.json, using: key.sealing,
            authenticating: context(archiveID, entry.sequence, entry.recordNumber))
        var writer = ByteWriter(capacity: 9 + nonceBytes + entry.draft.json.count + tagBytes)
        writer.put(layout)
        writer.put(entry.recordNumber.rawValue)
        // Nonce, ciphertext and tag, one after the other: there for nonces of 12 bytes, which ours are.
        writer.put(box.combined!)
        return writer.bytes
    }

    static func open(
        _ payload: Span<UInt8>, _ sequence: RecordSequence, _ key: SealingKey, _ archiveID: [UInt8]
    ) -> [UInt8]? {
        guard isSealed(payload) else { return nil }
        let number = RecordNumber(payload.field(at: 1))
        let (start, end) = (9 + nonceBytes, payload.count - tagBytes)
        let tag = payload.extracting(end...).bytesCopied
        guard let nonce = try? AES.GCM.Nonce(data: payload.extracting(9..<start).bytesCopied),
            let box = try? AES.GCM.SealedBox(
                nonce: nonce, ciphertext: payload.extracting(start..<end).bytesCopied, tag: tag),
            let json = try? AES.GCM.open(box, using: key.sealing, authenticating: context(archiveID, sequence, number))
        else { return nil }
        return Array(json)
    }

    /// For `verify`: the record a sealed value says it belongs to; nil when it does not open, or, without the key,
    /// cannot be a sealed value.
    func opens(_ payload: Span<UInt8>, _ sequence: RecordSequence) -> RecordNumber? {
        guard Self.isSealed(payload) else { return nil }
        if let key, Self.open(payload, sequence, key, archiveID) == nil { return nil }
        return RecordNumber(payload.field(at: 1))
    }

    private static func isSealed(_ payload: Span<UInt8>) -> Bool {
        payload.count >= 9 + nonceBytes + tagBytes && payload[0] == layout
    }
}

/// Rows of `hashes`: epoch, hash, role, sequence → record number.
///
/// Hashes come in no order. In one tree over all of them every row of a batch would land on a page of its own,
/// and importing ten million records would write the whole tree hundreds of times. An epoch's part of the tree
/// is small, and older epochs are not touched any more.
enum HashKey {
    /// 32,768 versions with some 7 rows each: 16 MiB, rewritten at most once a batch.
    private static let epochShift: UInt64 = 15
    static let bytesCount = 4 + 16 + 1 + 8

    static func epoch(of sequence: RecordSequence) -> UInt32 {
        UInt32(truncatingIfNeeded: sequence.rawValue >> epochShift)
    }

    static func epochPrefix(of sequence: RecordSequence) -> [UInt8] { [UInt8](bigEndian: epoch(of: sequence)) }

    static func encode(_ hash: TermHash, _ sequence: RecordSequence) -> [UInt8] {
        var key: [UInt8] = []
        key.reserveCapacity(bytesCount)
        key.append(bigEndian: epoch(of: sequence))
        key.append(bigEndian: hash.high)
        key.append(bigEndian: hash.low)
        key.append(hash.role.rawValue)
        key.append(bigEndian: sequence.rawValue)
        return key
    }

    static func sequence(of key: Span<UInt8>) -> RecordSequence? {
        guard key.count == bytesCount else { return nil }
        return key.number(bigEndianAt: bytesCount - 8).map { RecordSequence($0) }
    }

    static func match(_ key: Span<UInt8>, _ payload: Span<UInt8>) -> IdentityMatch? {
        guard let sequence = sequence(of: key), key.number(bigEndianAt: 0) == epoch(of: sequence),
            let role = IdentityRole(rawValue: key[bytesCount - 9]), payload.count == 8,
            payload.field(at: 0, as: UInt64.self) > 0
        else { return nil }
        return IdentityMatch(recordNumber: RecordNumber(payload.field(at: 0)), sequence: sequence, role: role)
    }
}

/// One row of `hashes`, compared as its key is.
private struct HashRow: Comparable {
    let epoch: UInt32
    let hash: TermHash
    let sequence: UInt64
    let number: UInt64

    init(_ hash: TermHash, _ sequence: RecordSequence, _ number: RecordNumber) {
        epoch = HashKey.epoch(of: sequence)
        self.hash = hash
        self.sequence = sequence.rawValue
        self.number = number.rawValue
    }

    static func < (a: HashRow, b: HashRow) -> Bool {
        if a.hash.high != b.hash.high, a.epoch == b.epoch { return a.hash.high < b.hash.high }
        return (a.epoch, a.hash.high, a.hash.low, a.hash.role.rawValue, a.sequence)
            < (b.epoch, b.hash.high, b.hash.low, b.hash.role.rawValue, b.sequence)
    }

    var key: [UInt8] { HashKey.encode(hash, RecordSequence(sequence)) }

    var payload: [UInt8] {
        var writer = ByteWriter(capacity: 8)
        writer.put(number)
        return writer.bytes
    }
}
