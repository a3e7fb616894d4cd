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
        try append(pieces: [batch], recordedAtMilliseconds: recordedAtMilliseconds, progress: progress, beforeCommit: beforeCommit)
    }

    /// As above, of a batch that came in pieces: joining them would cost a count for each member of each version.
    @discardableResult
    package func append(
        pieces: [[NewVersion]], recordedAtMilliseconds: Int64? = nil,
        progress: ([AppendOutcome]) -> ImportProgress? = { _ in nil },
        beforeCommit: ([AppendOutcome]) throws -> Void = { _ in }
    ) throws -> [AppendOutcome] {
        // By place: a version that is taken out of its array costs a count for each of its members.
        for piece in pieces {
            for place in piece.indices where piece[place].rawCount > Self.recordBytesMax {
                throw ArchiveError.recordTooLarge(bytes: piece[place].rawCount, bytesMax: Self.recordBytesMax)
            }
        }
        guard parts.isEmpty else { throw ArchiveError.madeOfShards(path: path) }
        let now = recordedAtMilliseconds ?? Self.nowMilliseconds
        return try environment.write { transaction in
            var appending = try Appending(self, transaction, pieces, now)
            var scratch = Appending.Scratch()
            var outcomes: [AppendOutcome] = []
            outcomes.reserveCapacity(pieces.reduce(0) { $0 + $1.count })
            for piece in pieces {
                for place in piece.indices { outcomes.append(try appending.add(piece[place], at: outcomes.count, transaction, &scratch)) }
            }
            try appending.finish(transaction, &scratch)
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
    private var newIDs = NewIDs()
    private var aliasRows = OrderedRows()
    private let firstNewNumber: UInt64
    /// Of the new records, by number from `firstNewNumber` on.
    private var newHeads: [Head] = []
    /// Of records that were there.
    private var changedHeads: [UInt64: Head] = [:]
    /// By place in the batch: what nobody packed with the present dictionary beforehand.
    private var packedNow: [PackedJSON?] = []

    /// Memory for one row, used again for the next.
    struct Scratch {
        fileprivate var key: [UInt8] = []
        fileprivate var payload: [UInt8] = []
    }

    /// Fewer samples give a dictionary of accidents.
    private static let samplesMin = 2_000
    private static let sampleBytesMax = 2 << 20

    init(
        _ store: RecordStore, _ transaction: borrowing WriteTransaction, _ pieces: [[NewVersion]], _ now: Int64
    ) throws {
        self.store = store
        tables = store.tables
        self.now = now
        counters = try Counters.read(transaction, tables.meta)
        firstNewNumber = counters.lastRecordNumber + 1
        let count = pieces.reduce(0) { $0 + $1.count }
        if counters.dictionaryID == 0, Int(counters.lastSequence) + count >= Self.samplesMin {
            try learnDictionary(transaction, pieces.flatMap(\.self))
        }
        dictionary = try store.dictionary(counters.dictionaryID, in: transaction)
        store.newestDictionary.withLock { $0 = dictionary }
        if let dictionary, count >= Self.samplesMin, Self.areUnpacked(pieces, for: dictionary) { pack(pieces.flatMap(\.self), with: dictionary) }
        newIDs.reserve(count)
        newHeads.reserveCapacity(count)
    }

    /// Whether any of them waited for a dictionary to be learnt.
    private static func areUnpacked(_ pieces: [[NewVersion]], for dictionary: CompressionDictionary) -> Bool {
        for piece in pieces {
            for place in piece.indices where piece[place].packed?.dictionary.id != dictionary.id { return true }
        }
        return false
    }

    /// All that waited for a dictionary to be learnt, on all cores: nobody else can write meanwhile.
    private mutating func pack(_ batch: [NewVersion], with dictionary: CompressionDictionary) {
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

    mutating func add(
        _ version: NewVersion, at place: Int, _ transaction: borrowing WriteTransaction, _ scratch: inout Scratch
    ) throws -> AppendOutcome {
        scratch.key.removeAll(keepingCapacity: true)
        LongKey.append(keyOf: version.id.utf8.span, to: &scratch.key)
        let known = try knownNumber(version.id.utf8.span, scratch.key.span, transaction)
        let number = known ?? counters.lastRecordNumber + 1
        let head = try known.flatMap { try self.head(of: $0, transaction) }
        if let head, head.contentHash == version.contentHash {
            return .unchanged(sequence: head.latest, recordNumber: RecordNumber(number))
        }

        let sequence = counters.lastSequence + 1
        if known == nil {
            counters.lastRecordNumber = number
            newIDs.add(number, id: version.id.utf8.span, key: scratch.key.span)
        }
        try write(version, at: place, sequence: sequence, number: number, head: head, transaction, &scratch)
        counters.lastSequence = sequence
        counters.liveCount -= head.map { $0.isWithdrawn ? 0 : 1 } ?? 0
        counters.liveCount += version.isWithdrawn ? 0 : 1
        let newest = Head(
            latest: RecordSequence(sequence), contentHash: version.contentHash,
            versionCount: (head?.versionCount ?? 0) + 1, isWithdrawn: version.isWithdrawn)
        if number < firstNewNumber {
            changedHeads[number] = newest
        } else if known == nil {
            newHeads.append(newest)
        } else {
            newHeads[Int(number - firstNewNumber)] = newest
        }
        for alias in version.aliases {
            aliasRows.append { bytes in
                LongKey.append(keyOf: alias.utf8.span, to: &bytes)
                bytes.append(bigEndian: number)
            } payload: { $0.append(littleEndian: sequence) }
        }
        return if let head {
            .changed(sequence: RecordSequence(sequence), previous: head.latest, recordNumber: RecordNumber(number))
        } else {
            .added(sequence: RecordSequence(sequence), recordNumber: RecordNumber(number))
        }
    }

    private func knownNumber(
        _ id: Span<UInt8>, _ key: Span<UInt8>, _ transaction: borrowing WriteTransaction
    ) throws -> UInt64? {
        if let number = newIDs.number(of: key) { return number }
        return try transaction.checkedValue(in: tables.ids, for: key) { payload in
            guard let number = IDEntry.decode(payload, of: id) else {
                throw transaction.damagedError(in: tables.ids, key: key)
            }
            return number.rawValue
        }
    }

    private func head(of number: UInt64, _ transaction: borrowing WriteTransaction) throws -> Head? {
        if number >= firstNewNumber { return newHeads[Int(number - firstNewNumber)] }
        if let head = changedHeads[number] { return head }
        let key = [UInt8](bigEndian: number)
        let head = try transaction.checkedValue(in: tables.heads, for: key) { Head(decoding: $0) }
        // An id without a head is damage; taken for a new record it would make two histories of one.
        guard let head = head ?? nil else { throw transaction.damagedError(in: tables.heads, key: key.span) }
        return head
    }

    private func write(
        _ version: NewVersion, at place: Int, sequence: UInt64, number: UInt64, head: Head?,
        _ transaction: borrowing WriteTransaction, _ scratch: inout Scratch
    ) throws {
        let header = VersionHeader(
            sequence: RecordSequence(sequence), recordNumber: RecordNumber(number),
            versionNumber: (head?.versionCount ?? 0) + 1, previous: head?.latest, recordedAtMilliseconds: now,
            isWithdrawn: version.isWithdrawn, contentHash: version.contentHash,
            dictionaryID: dictionary?.id ?? 0, rawCount: version.rawCount)
        scratch.payload.removeAll(keepingCapacity: true)
        header.write(into: &scratch.payload)
        // Packed beforehand, unless that was before the dictionary was learnt.
        if let packed = version.packed, packed.dictionary.id == header.dictionaryID {
            scratch.payload.append(contentsOf: packed.bytes)
        } else if place < packedNow.count, let packed = packedNow[place] {
            scratch.payload.append(contentsOf: packed.bytes)
        } else {
            scratch.payload.append(contentsOf: store.codec.compress(store.json(of: version), with: dictionary))
        }
        scratch.key.removeAll(keepingCapacity: true)
        scratch.key.append(bigEndian: sequence)
        try transaction.checkedPut(in: tables.versions, key: scratch.key.span, payload: scratch.payload.span, append: true)
    }

    func finish(_ transaction: borrowing WriteTransaction, _ scratch: inout Scratch) throws {
        try newIDs.rows.write(to: tables.ids, transaction)
        for (number, head) in changedHeads.sorted(by: { $0.key < $1.key }) {
            try transaction.checkedPut(in: tables.heads, key: [UInt8](bigEndian: number), payload: head.encoded)
        }
        // Numbers ascend, so that those of new records stand behind all others.
        for place in newHeads.indices {
            scratch.key.removeAll(keepingCapacity: true)
            scratch.key.append(bigEndian: firstNewNumber + UInt64(place))
            scratch.payload.removeAll(keepingCapacity: true)
            newHeads[place].write(into: &scratch.payload)
            try transaction.checkedPut(in: tables.heads, key: scratch.key.span, payload: scratch.payload.span, append: true)
        }
        try aliasRows.write(to: tables.aliases, transaction)
        try transaction.checkedPut(in: tables.meta, key: RecordStore.MetaKey.counters, payload: counters.encoded)
        if let head = store.auditAnchor.withLock({ $0 }) {
            try transaction.checkedPut(in: tables.meta, key: RecordStore.MetaKey.auditHead, payload: head)
        }
    }
}

/// Rows of a table in the order they came, which is that of their keys more often than not; all in one memory.
private struct OrderedRows {
    private struct Row {
        var start: Int
        var keyEnd: Int
        var end: Int
    }

    private var bytes: [UInt8] = []
    private var rows: [Row] = []
    /// Each key above the one before it.
    private var isAscending = true

    mutating func reserve(_ count: Int) { rows.reserveCapacity(count) }

    private func key(_ row: Int) -> Range<Int> { rows[row].start..<rows[row].keyEnd }

    private func isKey(_ one: Int, before other: Int) -> Bool {
        bytes.span.extracting(key(one)).precedes(bytes.span.extracting(key(other)))
    }

    func isKey(_ row: Int, _ wanted: Span<UInt8>) -> Bool { bytes.span.extracting(key(row)).isSame(as: wanted) }

    mutating func append(key: (inout [UInt8]) -> Void, payload: (inout [UInt8]) -> Void) {
        let start = bytes.count
        key(&bytes)
        let keyEnd = bytes.count
        payload(&bytes)
        rows.append(Row(start: start, keyEnd: keyEnd, end: bytes.count))
        let row = rows.count - 1
        if isAscending, row > 0, !isKey(row - 1, before: row) { isAscending = false }
    }

    /// Ascending by key; of rows with one key the newest is the last.
    func write(to table: Table, _ transaction: borrowing WriteTransaction) throws {
        guard !rows.isEmpty else { return }
        func write(_ row: Int, append: Bool) throws {
            try transaction.checkedPut(
                in: table, key: bytes.span.extracting(key(row)), payload: bytes.span.extracting(rows[row].keyEnd..<rows[row].end),
                append: append)
        }
        guard isAscending else {
            let order = rows.indices.sorted { one, other in
                if isKey(one, before: other) { return true }
                return !isKey(other, before: one) && one < other
            }
            for row in order { try write(row, append: false) }
            return
        }
        // Behind all that is there no place need be looked for.
        let isBehind = try transaction.lastKey(in: table).map { $0.span.precedes(bytes.span.extracting(key(0))) } ?? true
        for row in rows.indices { try write(row, append: isBehind) }
    }
}

/// Ids that the batch brings, with their numbers: rows of the table, found by their keys.
private struct NewIDs {
    private(set) var rows = OrderedRows()
    /// By row.
    private var numbers: [UInt64] = []
    /// Open addressing, half full at most: row + 1; 0 is free.
    private var slots: [UInt32] = [0, 0]

    mutating func reserve(_ count: Int) {
        rows.reserve(count)
        numbers.reserveCapacity(count)
        var capacity = 2
        while capacity < 2 * count { capacity *= 2 }
        slots = [UInt32](repeating: 0, count: capacity)
    }

    func number(of key: Span<UInt8>) -> UInt64? {
        let row = Int(slots[slot(of: key)])
        return row == 0 ? nil : numbers[row - 1]
    }

    /// - Precondition: not there yet, and no more of them than room was reserved for.
    mutating func add(_ number: UInt64, id: Span<UInt8>, key: Span<UInt8>) {
        let slot = slot(of: key)
        rows.append { $0.append(key) } payload: { IDEntry.append(number, of: id, to: &$0) }
        numbers.append(number)
        slots[slot] = UInt32(numbers.count)
    }

    /// Where the key stands, or may be put.
    private func slot(of key: Span<UInt8>) -> Int {
        var slot = Int(truncatingIfNeeded: Checked.checksum(of: key)) & (slots.count - 1)
        while slots[slot] != 0, !rows.isKey(Int(slots[slot]) - 1, key) { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }
}
