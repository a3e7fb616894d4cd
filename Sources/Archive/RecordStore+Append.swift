// Adding a batch: one durable transaction, so that an import costs one disk flush for thousands of records.

import CGNU
import Dispatch
import Glibc
import Records
import Store
import Synchronization

/// How far an import came, kept with the records it brought.
package struct ImportProgress: Hashable, Sendable {
    /// Names the file by its content, not by its path.
    package var file: [UInt8]
    package var state: [UInt8]

    package init(file: [UInt8], state: [UInt8]) {
        self.file = file
        self.state = state
    }
}

extension RecordStore {
    /// Adds what is new or changed. When it returns, the batch and its progress are on disk; when it throws,
    /// nothing is.
    ///
    /// - `progress`: asked once the outcomes are known, and stored with the batch.
    /// - `beforeCommit`: what must be on disk before these records are (the identity store); its error abandons
    ///   the batch.
    /// - Complexity: memory grows with the batch; keep its JSON within some 16 MiB.
    @discardableResult
    package func append(
        _ batch: [NewVersion], recordedAtMilliseconds: Int64? = nil,
        progress: ([AppendOutcome]) -> ImportProgress? = { _ in nil },
        beforeCommit: ([AppendOutcome]) throws -> Void = { _ in }
    ) throws -> [AppendOutcome] {
        // By place: a version that is taken out of its array costs a count for each of its members.
        for place in batch.indices where batch[place].rawCount > Self.recordBytesMax {
            throw ArchiveError.recordTooLarge(bytes: batch[place].rawCount, bytesMax: Self.recordBytesMax)
        }
        guard parts.isEmpty else { throw ArchiveError.madeOfShards(path: path) }
        let now = recordedAtMilliseconds ?? Self.nowMilliseconds
        return try environment.write { transaction in
            var appending = try Appending(self, transaction, batch, now)
            var outcomes: [AppendOutcome] = []
            outcomes.reserveCapacity(batch.count)
            for place in batch.indices { outcomes.append(try appending.add(batch[place], at: place, transaction)) }
            try appending.finish(transaction)
            if let progress = progress(outcomes) {
                try transaction.checkedPut(
                    in: tables.imports, key: LongKey.key(of: progress.file), payload: progress.state)
            }
            try beforeCommit(outcomes)
            return outcomes
        }
    }

    static var nowMilliseconds: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}

/// One batch under way. Look-ups see what earlier members of the batch brought; tables in the order of ids and
/// aliases are written sorted at the end, so that each page is touched once.
private struct Appending {
    private let store: RecordStore
    private let tables: RecordStore.Tables
    private let now: Int64
    private var counters: Counters
    private var dictionary: CompressionDictionary?
    /// Numbers of new ids, and their rows: a key is looked up in the one and written from the other.
    private var newIDs: [[UInt8]: UInt64] = [:]
    private var idRows = OrderedRows()
    private var newHeads: [UInt64: Head] = [:]
    private var aliasRows = OrderedRows()
    private let firstNewNumber: UInt64
    /// By place in the batch: what nobody packed with the present dictionary beforehand.
    private var packedNow: [PackedJSON?] = []

    /// Fewer samples give a dictionary of accidents.
    private static let samplesMin = 2_000
    private static let sampleBytesMax = 2 << 20

    init(
        _ store: RecordStore, _ transaction: borrowing WriteTransaction, _ batch: [NewVersion], _ now: Int64
    ) throws {
        self.store = store
        tables = store.tables
        self.now = now
        counters = try Counters.read(transaction, tables.meta)
        firstNewNumber = counters.lastRecordNumber + 1
        if counters.dictionaryID == 0 { try learnDictionary(transaction, batch) }
        dictionary = try store.dictionary(counters.dictionaryID, in: transaction)
        store.newestDictionary.withLock { $0 = dictionary }
        pack(batch)
        newIDs.reserveCapacity(batch.count)
        newHeads.reserveCapacity(batch.count)
    }

    /// All that waited for a dictionary to be learnt, on all cores: nobody else can write meanwhile.
    private mutating func pack(_ batch: [NewVersion]) {
        guard let dictionary, batch.count >= Self.samplesMin else { return }
        let (store, pieceLength) = (store, 256)
        let packed = Mutex<[PackedJSON?]>(Array(repeating: nil, count: batch.count))
        let pieces = (batch.count + pieceLength - 1) / pieceLength
        @Sendable func packPiece(_ piece: Int) {
            for place in (piece * pieceLength)..<min((piece + 1) * pieceLength, batch.count)
            where batch[place].packed?.dictionary.id != dictionary.id {
                let made = store.pack(store.json(of: batch[place]), with: dictionary)
                packed.withLock { $0[place] = made }
            }
        }
        if cgnu_hasRoomForThreads() == 0 {
            for piece in 0..<pieces { packPiece(piece) }
        } else {
            DispatchQueue.concurrentPerform(iterations: pieces, execute: packPiece)
        }
        packedNow = packed.withLock { $0 }
    }

    private mutating func learnDictionary(_ transaction: borrowing WriteTransaction, _ batch: [NewVersion]) throws {
        guard Int(counters.lastSequence) + batch.count >= Self.samplesMin else { return }
        var samples: [[UInt8]] = []
        var bytes = 0
        // Spread over the batch: its beginning may be one office's only.
        let step = max(1, batch.reduce(0) { $0 + $1.rawCount } / Self.sampleBytesMax + 1)
        for place in stride(from: 0, to: batch.count, by: step) {
            samples.append(store.json(of: batch[place]))
            bytes += batch[place].rawCount
        }
        try transaction.forEachChecked(in: tables.versions) { key, payload in
            guard bytes < Self.sampleBytesMax else { return false }
            guard let sequence: UInt64 = key.number(bigEndianAt: 0),
                let header = VersionHeader(sequence: RecordSequence(sequence), decoding: payload),
                let json = store.codec.decompress(
                    payload.extracting(VersionHeader.bytesCount...), rawCount: header.rawCount, with: nil)
            else { return true }
            samples.append(json)
            bytes += json.count
            return true
        }
        guard let trained = CompressionDictionary.train(on: samples) else { return }
        try transaction.checkedPut(
            in: tables.meta, key: RecordStore.MetaKey.dictionary(trained.id), payload: trained.bytes)
        counters.dictionaryID = trained.id
    }

    mutating func add(_ version: NewVersion, at place: Int, _ transaction: borrowing WriteTransaction) throws -> AppendOutcome {
        let text = Array(version.id.utf8)
        let idKey = LongKey.key(of: text)
        let known = try knownNumber(text, idKey, transaction)
        let number = known ?? counters.lastRecordNumber + 1
        let head = try known.flatMap { try self.head(of: $0, transaction) }
        if let head, head.contentHash == version.contentHash {
            return .unchanged(sequence: head.latest, recordNumber: RecordNumber(number))
        }

        let sequence = counters.lastSequence + 1
        try write(version, at: place, sequence: sequence, number: number, head: head, transaction)
        counters.lastSequence = sequence
        if known == nil {
            counters.lastRecordNumber = number
            newIDs[idKey] = number
            idRows.append(key: idKey, payload: IDEntry.encode(number, of: text))
        }
        counters.liveCount -= head.map { $0.isWithdrawn ? 0 : 1 } ?? 0
        counters.liveCount += version.isWithdrawn ? 0 : 1
        newHeads[number] = Head(
            latest: RecordSequence(sequence), contentHash: version.contentHash,
            versionCount: (head?.versionCount ?? 0) + 1, isWithdrawn: version.isWithdrawn)
        for alias in version.aliases {
            var key = LongKey.key(of: Array(alias.utf8))
            key.append(bigEndian: number)
            aliasRows.append(key: key, payload: AliasEntry.encode(sequence))
        }
        return if let head {
            .changed(sequence: RecordSequence(sequence), previous: head.latest, recordNumber: RecordNumber(number))
        } else {
            .added(sequence: RecordSequence(sequence), recordNumber: RecordNumber(number))
        }
    }

    private func knownNumber(
        _ text: [UInt8], _ key: [UInt8], _ transaction: borrowing WriteTransaction
    ) throws -> UInt64? {
        if let number = newIDs[key] { return number }
        return try transaction.checkedValue(in: tables.ids, for: key) { payload in
            guard let number = IDEntry.decode(payload, of: text) else {
                throw transaction.damagedError(in: tables.ids, key: key.span)
            }
            return number.rawValue
        }
    }

    private func head(of number: UInt64, _ transaction: borrowing WriteTransaction) throws -> Head? {
        if let head = newHeads[number] { return head }
        let key = [UInt8](bigEndian: number)
        let head = try transaction.checkedValue(in: tables.heads, for: key) { Head(decoding: $0) }
        // An id without a head is damage; taken for a new record it would make two histories of one.
        guard let head = head ?? nil else { throw transaction.damagedError(in: tables.heads, key: key.span) }
        return head
    }

    private func write(
        _ version: NewVersion, at place: Int, sequence: UInt64, number: UInt64, head: Head?,
        _ transaction: borrowing WriteTransaction
    ) throws {
        let header = VersionHeader(
            sequence: RecordSequence(sequence), recordNumber: RecordNumber(number),
            versionNumber: (head?.versionCount ?? 0) + 1, previous: head?.latest, recordedAtMilliseconds: now,
            isWithdrawn: version.isWithdrawn, contentHash: version.contentHash,
            dictionaryID: dictionary?.id ?? 0, rawCount: version.rawCount)
        // Packed beforehand, unless that was before the dictionary was learnt.
        let packed =
            if let packed = version.packed, packed.dictionary.id == header.dictionaryID {
                packed.bytes
            } else if place < packedNow.count, let packed = packedNow[place] {
                packed.bytes
            } else {
                store.codec.compress(store.json(of: version), with: dictionary)
            }
        var payload = header.encoded
        payload.reserveCapacity(payload.count + packed.count)
        payload.append(contentsOf: packed)
        try transaction.checkedPut(
            in: tables.versions, key: [UInt8](bigEndian: sequence), payload: payload, append: true)
    }

    func finish(_ transaction: borrowing WriteTransaction) throws {
        for row in idRows.sorted() { try transaction.checkedPut(in: tables.ids, key: row.key, payload: row.payload) }
        for (number, head) in newHeads.sorted(by: { $0.key < $1.key }) {
            // Numbers ascend, so that those of new records stand behind all others.
            try transaction.checkedPut(
                in: tables.heads, key: [UInt8](bigEndian: number), payload: head.encoded, append: number >= firstNewNumber)
        }
        for row in aliasRows.sorted() { try transaction.checkedPut(in: tables.aliases, key: row.key, payload: row.payload) }
        try transaction.checkedPut(in: tables.meta, key: RecordStore.MetaKey.counters, payload: counters.encoded)
        if let head = store.auditAnchor.withLock({ $0 }) {
            try transaction.checkedPut(in: tables.meta, key: RecordStore.MetaKey.auditHead, payload: head)
        }
    }
}

/// Rows of a table in the order they came, which is that of their keys more often than not.
private struct OrderedRows {
    private var rows: [(key: [UInt8], payload: [UInt8])] = []
    private var isAscending = true

    mutating func append(key: [UInt8], payload: [UInt8]) {
        if isAscending, let last = rows.last, !last.key.precedes(key) { isAscending = false }
        rows.append((key, payload))
    }

    /// Ascending by key; of rows with one key the newest is the last.
    func sorted() -> [(key: [UInt8], payload: [UInt8])] {
        if isAscending { return rows }
        let order = rows.indices.sorted { one, other in
            if rows[one].key.precedes(rows[other].key) { return true }
            return rows[one].key == rows[other].key && one < other
        }
        return order.map { rows[$0] }
    }
}
