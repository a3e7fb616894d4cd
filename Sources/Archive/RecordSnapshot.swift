// Records as they were at one moment: everything read from one snapshot fits together.

import Records
import Store

package struct RecordSnapshot: ~Copyable {
    let transaction: ReadTransaction
    let store: RecordStore
    private let parts: RecordPartSnapshots

    init(transaction: consuming ReadTransaction, store: RecordStore) {
        self.transaction = transaction
        self.store = store
        parts = RecordPartSnapshots(store.parts)
    }

    var counters: Counters {
        get throws {
            if let last = store.parts.last { return last.end }
            return try Counters.read(transaction, store.tables.meta)
        }
    }

    package var lastSequence: RecordSequence { get throws { RecordSequence(try counters.lastSequence) } }
    /// All records ever added, withdrawn ones included.
    package var recordCount: UInt64 { get throws { try counters.lastRecordNumber } }
    package var liveCount: UInt64 { get throws { try counters.liveCount } }

    package func header(at sequence: RecordSequence) throws -> VersionHeader? {
        if let (part, own) = store.part(of: sequence) { return try parts[part].header(at: own).map(store.parts[part].moved) }
        let key = [UInt8](bigEndian: sequence.rawValue)
        return try transaction.checkedValue(in: store.tables.versions, for: key) {
            try header(sequence, $0)
        }
    }

    package func version(at sequence: RecordSequence) throws -> StoredVersion? {
        if let (part, own) = store.part(of: sequence) { return try parts[part].version(at: own).map(store.parts[part].moved) }
        let key = [UInt8](bigEndian: sequence.rawValue)
        return try transaction.checkedValue(in: store.tables.versions, for: key) { try decode(sequence, $0) }
    }

    package func head(of number: RecordNumber) throws -> Head? {
        if let (part, own) = store.part(of: number) { return try parts[part].head(of: own).map(store.parts[part].moved) }
        let key = [UInt8](bigEndian: number.rawValue)
        return try transaction.checkedValue(in: store.tables.heads, for: key) { payload in
            guard let head = Head(decoding: payload) else {
                throw transaction.damagedError(in: store.tables.heads, key: key.span)
            }
            return head
        }
    }

    package func latest(of number: RecordNumber) throws -> StoredVersion? {
        guard let head = try head(of: number) else { return nil }
        return try version(at: head.latest)
    }

    package func isHead(_ sequence: RecordSequence) throws -> Bool {
        guard let header = try header(at: sequence) else { return false }
        return try head(of: header.recordNumber)?.latest == sequence
    }

    package func recordNumber(id: String) throws -> RecordNumber? {
        for part in store.parts.indices {
            if let own = try parts[part].recordNumber(id: id) { return store.parts[part].moved(own) }
        }
        let text = id.utf8.span
        let key = LongKey.key(of: text)
        return try transaction.checkedValue(in: store.tables.ids, for: key) { payload in
            guard let number = IDEntry.decode(payload, of: text) else {
                throw transaction.damagedError(in: store.tables.ids, key: key.span)
            }
            return number
        }
    }

    /// The records that have a number, in ascending order. Several may share one.
    ///
    /// - `includingFormer`: also records whose newer versions no longer have it.
    package func recordNumbers(alias: String, includingFormer: Bool = false) throws -> [RecordNumber] {
        if !store.parts.isEmpty {
            return try store.parts.indices.flatMap { part in
                try parts[part].recordNumbers(alias: alias, includingFormer: includingFormer).map(store.parts[part].moved)
            }
        }
        let prefix = LongKey.key(of: Array(alias.utf8))
        var numbers: [RecordNumber] = []
        try transaction.forEachChecked(in: store.tables.aliases, prefix: prefix) { key, payload in
            guard let number: UInt64 = key.number(bigEndianAt: prefix.count), key.count == prefix.count + 8 else {
                throw transaction.damagedError(in: store.tables.aliases, key: key)
            }
            // The entry names the version that last had the alias: a newer one without it has dropped it.
            guard let sequence = AliasEntry.decode(payload) else {
                throw transaction.damagedError(in: store.tables.aliases, key: key)
            }
            let latest = try head(of: RecordNumber(number))?.latest
            if includingFormer || latest == sequence { numbers.append(RecordNumber(number)) }
            return true
        }
        return numbers
    }

    /// Visits the numbers that several records have now, with the newest versions of these, in the order of the numbers.
    package func forEachSharedAlias(_ body: ([RecordSequence]) throws -> Void) throws {
        if !store.parts.isEmpty { return try forEachAliasSharedAcrossParts(body) }
        var alias: [UInt8] = []
        var entries: [(number: RecordNumber, sequence: RecordSequence)] = []
        func close() throws {
            guard entries.count > 1 else { return entries.removeAll(keepingCapacity: true) }
            let heads = try entries.filter { try head(of: $0.number)?.latest == $0.sequence }
            entries.removeAll(keepingCapacity: true)
            if heads.count > 1 { try body(heads.map(\.sequence)) }
        }
        try transaction.forEachChecked(in: store.tables.aliases, prefix: []) { key, payload in
            guard key.count > 8, let number: UInt64 = key.number(bigEndianAt: key.count - 8), let sequence = AliasEntry.decode(payload)
            else { throw transaction.damagedError(in: store.tables.aliases, key: key) }
            let own = key.extracting(..<(key.count - 8)).bytesCopied
            if own != alias {
                try close()
                alias = own
            }
            entries.append((RecordNumber(number), sequence))
            return true
        }
        try close()
    }

    /// Visits the numbers that begin so and that a record has or had, from the highest of their bytes down; `body` says whether
    /// to go on.
    package func forEachAlias(prefix: String, _ body: (String) throws -> Bool) throws {
        try transaction.forEachChecked(in: store.tables.aliases, prefix: Array(prefix.utf8), reverse: true) { key, _ in
            // The end mark and the record number stand behind it.
            try key.count > 9 ? body(String(decoding: key.extracting(..<(key.count - 9)).bytesCopied, as: UTF8.self)) : true
        }
    }

    /// The records with a number that begins so, in ascending order, each once.
    package func recordNumbers(aliasPrefix: String) throws -> [RecordNumber] {
        if !store.parts.isEmpty {
            return try store.parts.indices.flatMap { part in try parts[part].recordNumbers(aliasPrefix: aliasPrefix).map(store.parts[part].moved) }
        }
        let prefix = Array(aliasPrefix.utf8)
        var numbers: Set<RecordNumber> = []
        try transaction.forEachChecked(in: store.tables.aliases, prefix: prefix) { key, payload in
            guard let number: UInt64 = key.number(bigEndianAt: key.count - 8), let sequence = AliasEntry.decode(payload)
            else { throw transaction.damagedError(in: store.tables.aliases, key: key) }
            if try head(of: RecordNumber(number))?.latest == sequence { numbers.insert(RecordNumber(number)) }
            return true
        }
        return numbers.sorted()
    }

    /// All versions of a record, the oldest first.
    package func history(of number: RecordNumber) throws -> [StoredVersion] {
        var versions: [StoredVersion] = []
        var next = try head(of: number)?.latest
        while let sequence = next {
            // Sequences only fall along the chain (`VersionHeader` refuses others), so this ends.
            guard let version = try version(at: sequence), version.recordNumber == number else {
                throw ArchiveError.recordUnreadable(path: store.path, sequence: sequence.rawValue)
            }
            versions.append(version)
            next = version.header.previous
        }
        return versions.reversed()
    }

    /// The newest version of a record that had arrived at `last`: for reports about an earlier state.
    package func version(of number: RecordNumber, asOf last: RecordSequence) throws -> StoredVersion? {
        var next = try head(of: number)?.latest
        while let sequence = next, sequence > last { next = try header(at: sequence)?.previous }
        guard let next else { return nil }
        return try version(at: next)
    }

    /// Shards hold few numbers that others give; they are gathered and sorted.
    private func forEachAliasSharedAcrossParts(_ body: ([RecordSequence]) throws -> Void) throws {
        var found: [(alias: [UInt8], sequence: RecordSequence)] = []
        for (place, part) in store.parts.enumerated() {
            try parts[place].forEachAlias { alias, _, sequence in found.append((alias, part.moved(sequence))) }
        }
        found.sort { ($0.alias.precedes($1.alias)) || ($0.alias == $1.alias && $0.sequence < $1.sequence) }
        var from = 0
        while from < found.count {
            var to = from + 1
            while to < found.count, found[to].alias == found[from].alias { to += 1 }
            if to - from > 1 { try body(found[from..<to].map(\.sequence)) }
            from = to
        }
    }

    /// Numbers that records have now.
    func forEachAlias(_ body: (_ alias: [UInt8], RecordNumber, RecordSequence) throws -> Void) throws {
        try transaction.forEachChecked(in: store.tables.aliases, prefix: []) { key, payload in
            guard key.count > 8, let number: UInt64 = key.number(bigEndianAt: key.count - 8), let sequence = AliasEntry.decode(payload)
            else { throw transaction.damagedError(in: store.tables.aliases, key: key) }
            if try head(of: RecordNumber(number))?.latest == sequence {
                try body(key.extracting(..<(key.count - 8)).bytesCopied, RecordNumber(number), sequence)
            }
            return true
        }
    }

    /// Visits versions in the order of arrival until `body` returns false.
    package func forEachVersion(
        from first: RecordSequence = RecordSequence(1), _ body: (StoredVersion) throws -> Bool
    ) throws {
        for (place, part) in store.parts.enumerated() where part.end.lastSequence >= first.rawValue {
            var goesOn = true
            let own = RecordSequence(max(first.rawValue, part.base.lastSequence + 1) - part.base.lastSequence)
            try parts[place].forEachVersion(from: own) { version in
                goesOn = try body(part.moved(version))
                return goesOn
            }
            guard goesOn else { return }
        }
        guard store.parts.isEmpty else { return }
        try transaction.forEachChecked(
            in: store.tables.versions, from: [UInt8](bigEndian: first.rawValue)
        ) { key, payload in
            guard let sequence: UInt64 = key.number(bigEndianAt: 0) else {
                throw transaction.damagedError(in: store.tables.versions, key: key)
            }
            return try body(try decode(RecordSequence(sequence), payload))
        }
    }

    /// What an import noted about a file with its last batch.
    package func progress(ofImport file: [UInt8]) throws -> [UInt8]? {
        let key = LongKey.key(of: file)
        return try transaction.checkedValue(in: store.tables.imports, for: key) { $0.bytesCopied }
    }

    private func header(_ sequence: RecordSequence, _ payload: Span<UInt8>) throws -> VersionHeader {
        guard let header = VersionHeader(sequence: sequence, decoding: payload) else {
            throw ArchiveError.recordUnreadable(path: store.path, sequence: sequence.rawValue)
        }
        return header
    }

    func decode(_ sequence: RecordSequence, _ payload: Span<UInt8>) throws -> StoredVersion {
        let header = try header(sequence, payload)
        let dictionary = try store.dictionary(header.dictionaryID, in: transaction)
        let frame = payload.extracting(VersionHeader.bytesCount...)
        guard let json = store.codec.decompress(frame, rawCount: header.rawCount, with: dictionary) else {
            throw ArchiveError.recordUnreadable(path: store.path, sequence: sequence.rawValue)
        }
        return StoredVersion(header: header, json: json)
    }
}

/// FORMAT.md, "ids".
enum IDEntry {
    static func append(_ number: UInt64, of text: Span<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(littleEndian: number)
        bytes.append(text)
    }

    /// Nil when the entry is of another id.
    static func decode(_ payload: Span<UInt8>, of text: Span<UInt8>) -> RecordNumber? {
        guard payload.count == 8 + text.count, payload.field(at: 0, as: UInt64.self) > 0 else { return nil }
        for place in text.indices where payload[8 + place] != text[place] { return nil }
        return RecordNumber(payload.field(at: 0))
    }
}

/// FORMAT.md, "aliases".
enum AliasEntry {
    static func decode(_ payload: Span<UInt8>) -> RecordSequence? {
        guard payload.count == 8, payload.field(at: 0, as: UInt64.self) > 0 else { return nil }
        return RecordSequence(payload.field(at: 0))
    }
}
