// Reads everything an archive holds and says what does not fit together. Never crashes: the page structure is
// checked before LMDB is asked for anything.

import Records
import Store

/// One thing wrong with an archive. Names places, never content.
package struct Problem: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// The page structure of the file is broken; nothing more could be checked.
        case damagedPages
        /// A value fails its checksum.
        case damaged
        /// A value passes its checksum and still cannot be read.
        case unreadable
        /// Something another entry names is not there.
        case missing
        /// Two entries say different things.
        case contradictory
    }

    package let kind: Kind
    package let path: String
    package let table: String
    package let keyHex: String

    package init(_ kind: Kind, path: String, table: String, keyHex: String) {
        self.kind = kind
        self.path = path
        self.table = table
        self.keyHex = keyHex
    }

    /// One line for the list that `verify` prints.
    package func line(in language: Language) -> String {
        let what =
            switch (kind, language) {
            case (.damagedPages, .chinese): "文件结构损坏"
            case (.damaged, .chinese): "校验不符"
            case (.unreadable, .chinese): "无法读取"
            case (.missing, .chinese): "缺失"
            case (.contradictory, .chinese): "前后矛盾"
            case (.damagedPages, .english): "broken file structure"
            case (.damaged, .english): "checksum does not hold"
            case (.unreadable, .english): "cannot be read"
            case (.missing, .english): "missing"
            case (.contradictory, .english): "contradiction"
            }
        return "\(path) \(table) \(keyHex): \(what)"
    }
}

extension Archive {
    /// Verifies an archive that is not open yet: the way to do it for a file one does not trust, since opening a
    /// store reads its tables.
    package static func verify(
        _ folder: ArchiveFolder, keyPath: String? = nil, progress: (Double) -> Void = { _ in }
    ) throws -> [Problem] {
        var problems: [Problem] = []
        for path in [folder.recordsPath, folder.identityPath] {
            do {
                problems += try brokenPages(Environment(at: path, options: .readOnly)) { _ in }
            } catch StoreError.truncated, StoreError.damagedPages, StoreError.notADatabase {
                problems.append(Problem(.damagedPages, path: path, table: "", keyHex: ""))
            }
        }
        guard problems.isEmpty else { return problems }
        let archive: Archive
        do { archive = try Archive(folder, keyPath: keyPath, forWriting: false) } catch let error as StoreError {
            guard case .damaged(let path, let table, let keyHex) = error else { throw error }
            return [Problem(.damaged, path: path, table: table, keyHex: keyHex)]
        }
        return try archive.verify(progress: progress)
    }

    /// - `progress`: share of the work done, 0…1.
    package func verify(progress: (Double) -> Void = { _ in }) throws -> [Problem] {
        // Identities that never became records are no error, so they are judged by what records there are.
        let found = try records.verify { progress($0 * 0.7) }
        guard !found.contains(where: { $0.kind == .damagedPages }), let last = try? records.lastSequence else {
            return found
        }
        let more = try identities.verify(upTo: last, recordNumberOf: { [records] sequence in
            try records.read { try $0.header(at: sequence)?.recordNumber }
        }) { progress(0.7 + $0 * 0.3) }
        progress(1)
        return found + more
    }
}

/// Collects problems of one file.
private struct Findings {
    let path: String
    var problems: [Problem] = []
    private var done: UInt64 = 0
    let total: UInt64

    init(path: String, total: UInt64) {
        self.path = path
        self.total = max(1, total)
    }

    mutating func add(_ kind: Problem.Kind, _ table: Table, _ key: Span<UInt8>) {
        problems.append(Problem(kind, path: path, table: table.name, keyHex: hex(key)))
    }

    mutating func add(_ kind: Problem.Kind, _ table: Table, _ key: [UInt8]) { add(kind, table, key.span) }

    mutating func step(_ progress: (Double) -> Void) {
        done += 1
        if done % 1_024 == 0 { progress(min(1, Double(done) / Double(total))) }
    }

    /// Visits a table; a value that fails its checksum is noted and skipped.
    mutating func forEach(
        _ table: Table, _ transaction: borrowing some Transaction & ~Copyable, _ progress: (Double) -> Void,
        _ body: (inout Findings, _ key: Span<UInt8>, _ payload: Span<UInt8>) throws -> Void
    ) throws {
        var findings = self
        try transaction.forEach(in: table) { key, value in
            findings.step(progress)
            if Checked.holds(value, key: key) {
                try body(&findings, key, value.extracting(Checked.overheadBytes...))
            } else {
                findings.add(.damaged, table, key)
            }
            return true
        }
        self = findings
    }
}

/// What a look-up gives when the value may be damaged: that is reported where the value itself is visited.
private func sound<Value>(_ read: () throws -> Value?) throws -> Value? {
    do { return try read() } catch StoreError.damaged { return nil } catch ArchiveError.recordUnreadable { return nil }
}

private func brokenPages(_ environment: Environment, _ progress: (Double) -> Void) throws -> [Problem] {
    try environment.checkPages { progress($0 * 0.3) }.map {
        Problem(.damagedPages, path: environment.path, table: $0.table, keyHex: "page \($0.page) \($0.kind.rawValue)")
    }
}

extension RecordStore {
    /// Every value's checksum and content, and that heads, versions, ids, aliases and counters agree.
    package func verify(progress: (Double) -> Void = { _ in }) throws -> [Problem] {
        if !parts.isEmpty {
            return try parts.enumerated().flatMap { place, part in
                try part.store.verify { progress((Double(place) + $0) / Double(parts.count)) }
            }
        }
        let broken = try brokenPages(environment, progress)
        guard broken.isEmpty else { return broken }
        return try read { snapshot in
            let counted = [tables.meta, tables.versions, tables.heads, tables.ids, tables.aliases, tables.imports]
            let total = try counted.reduce(0) { try $0 + UInt64(snapshot.transaction.entryCount(in: $1)) }
            var findings = Findings(path: path, total: total)
            let report = { progress(0.3 + $0 * 0.7) }
            try verifyMeta(snapshot, &findings, report)
            try verifyVersions(snapshot, &findings, report)
            try verifyHeads(snapshot, &findings, report)
            try verifyIDs(snapshot, &findings, report)
            try verifyAliases(snapshot, &findings, report)
            try findings.forEach(tables.imports, snapshot.transaction, report) { _, _, _ in }
            return findings.problems
        }
    }

    private func verifyMeta(
        _ snapshot: borrowing RecordSnapshot, _ findings: inout Findings, _ report: (Double) -> Void
    ) throws {
        try findings.forEach(tables.meta, snapshot.transaction, report) { _, _, _ in }
        for key in [MetaKey.format, MetaKey.archiveID, MetaKey.counters]
        where try !snapshot.transaction.contains(key, in: tables.meta) {
            findings.add(.missing, tables.meta, key)
        }
    }

    private func verifyVersions(
        _ snapshot: borrowing RecordSnapshot, _ findings: inout Findings, _ report: (Double) -> Void
    ) throws {
        var expected: UInt64 = 1
        try findings.forEach(tables.versions, snapshot.transaction, report) { findings, key, payload in
            guard let number: UInt64 = key.number(bigEndianAt: 0), key.count == 8 else {
                return findings.add(.unreadable, tables.versions, key)
            }
            let sequence = RecordSequence(number)
            guard let version = try sound({ try snapshot.decode(sequence, payload) }) else {
                return findings.add(.unreadable, tables.versions, key)
            }
            guard let head = try sound({ try snapshot.head(of: version.recordNumber) }) else {
                return findings.add(.missing, tables.heads, [UInt8](bigEndian: version.recordNumber.rawValue))
            }
            if head.latest < sequence { findings.add(.contradictory, tables.versions, key) }
            guard let previous = version.header.previous else { return }
            guard let before = try sound({ try snapshot.header(at: previous) }) else {
                return findings.add(.missing, tables.versions, [UInt8](bigEndian: previous.rawValue))
            }
            if before.recordNumber != version.recordNumber || before.versionNumber + 1 != version.header.versionNumber {
                findings.add(.contradictory, tables.versions, key)
            }
        }
        // No gaps: a version that is not there was lost, whatever its neighbours say.
        try snapshot.transaction.forEach(in: tables.versions) { key, _ in
            guard let number: UInt64 = key.number(bigEndianAt: 0), number >= expected else { return true }
            let gapMax: UInt64 = 1_000
            for lost in expected..<min(number, expected + gapMax) {
                findings.add(.missing, tables.versions, [UInt8](bigEndian: lost))
            }
            expected = number == .max ? number : number + 1
            return true
        }
        let counters = try sound { try snapshot.counters }
        if let counters, counters.lastSequence != expected - 1 {
            findings.add(.contradictory, tables.meta, MetaKey.counters)
        }
    }

    private func verifyHeads(
        _ snapshot: borrowing RecordSnapshot, _ findings: inout Findings, _ report: (Double) -> Void
    ) throws {
        var (live, records, versions, lastNumber) = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
        try findings.forEach(tables.heads, snapshot.transaction, report) { findings, key, payload in
            guard let number: UInt64 = key.number(bigEndianAt: 0), key.count == 8, let head = Head(decoding: payload) else {
                return findings.add(.unreadable, tables.heads, key)
            }
            records += 1
            versions += UInt64(head.versionCount)
            live += head.isWithdrawn ? 0 : 1
            lastNumber = number
            guard let header = try sound({ try snapshot.header(at: head.latest) }) else {
                return findings.add(.missing, tables.versions, [UInt8](bigEndian: head.latest.rawValue))
            }
            if header.recordNumber.rawValue != number || header.versionNumber != head.versionCount
                || header.contentHash != head.contentHash || header.isWithdrawn != head.isWithdrawn
            {
                findings.add(.contradictory, tables.heads, key)
            }
        }
        // A damaged or lost head was reported by itself; sums would only repeat it.
        guard findings.problems.isEmpty, let counters = try sound({ try snapshot.counters }) else { return }
        if counters.liveCount != live || counters.lastRecordNumber != lastNumber || records != lastNumber
            || counters.lastSequence != versions
        {
            findings.add(.contradictory, tables.meta, MetaKey.counters)
        }
    }

    private func verifyIDs(
        _ snapshot: borrowing RecordSnapshot, _ findings: inout Findings, _ report: (Double) -> Void
    ) throws {
        var count = 0
        try findings.forEach(tables.ids, snapshot.transaction, report) { findings, key, payload in
            count += 1
            guard payload.count >= 8 else { return findings.add(.unreadable, tables.ids, key) }
            let text = payload.extracting(8...).bytesCopied
            guard let number = IDEntry.decode(payload, of: text.span), LongKey.key(of: text).span.isSame(as: key) else {
                return findings.add(.unreadable, tables.ids, key)
            }
            let headKey = [UInt8](bigEndian: number.rawValue)
            if try !snapshot.transaction.contains(headKey, in: tables.heads) {
                findings.add(.missing, tables.heads, headKey)
            }
        }
        if try findings.problems.isEmpty && count != snapshot.transaction.entryCount(in: tables.heads) {
            findings.add(.contradictory, tables.meta, MetaKey.counters)
        }
    }

    private func verifyAliases(
        _ snapshot: borrowing RecordSnapshot, _ findings: inout Findings, _ report: (Double) -> Void
    ) throws {
        try findings.forEach(tables.aliases, snapshot.transaction, report) { findings, key, payload in
            guard key.count > 8, let number: UInt64 = key.number(bigEndianAt: key.count - 8),
                let sequence = AliasEntry.decode(payload)
            else { return findings.add(.unreadable, tables.aliases, key) }
            guard let header = try sound({ try snapshot.header(at: sequence) }) else {
                return findings.add(.missing, tables.versions, [UInt8](bigEndian: sequence.rawValue))
            }
            if header.recordNumber.rawValue != number { findings.add(.contradictory, tables.aliases, key) }
        }
    }
}

extension IdentityStore {
    /// Every value's checksum, that sealed values open (when there is a key), and that each belongs to its record.
    package func verify(
        upTo last: RecordSequence, recordNumberOf: (RecordSequence) throws -> RecordNumber?,
        progress: (Double) -> Void = { _ in }
    ) throws -> [Problem] {
        let broken = try brokenPages(environment, progress)
        guard broken.isEmpty else { return broken }
        return try environment.read { transaction in
            let counted = [tables.meta, tables.sealed, tables.hashes]
            let total = try counted.reduce(0) { try $0 + UInt64(transaction.entryCount(in: $1)) }
            var findings = Findings(path: path, total: total)
            let report = { progress(0.3 + $0 * 0.7) }
            try findings.forEach(tables.meta, transaction, report) { _, _, _ in }
            for key in [MetaKey.format, MetaKey.archiveID, MetaKey.keyID, MetaKey.lastSequence]
            where try !transaction.contains(key, in: tables.meta) {
                findings.add(.missing, tables.meta, key)
            }
            try findings.forEach(tables.sealed, transaction, report) { findings, key, payload in
                guard let number: UInt64 = key.number(bigEndianAt: 0), key.count == 8 else {
                    return findings.add(.unreadable, tables.sealed, key)
                }
                let sequence = RecordSequence(number)
                guard let owner = opens(payload, sequence) else { return findings.add(.unreadable, tables.sealed, key) }
                guard sequence <= last else { return }
                if let record = try sound({ try recordNumberOf(sequence) }), record != owner {
                    findings.add(.contradictory, tables.sealed, key)
                }
            }
            try findings.forEach(tables.hashes, transaction, report) { findings, key, payload in
                guard let match = HashKey.match(key, payload) else { return findings.add(.unreadable, tables.hashes, key) }
                guard match.sequence <= last else { return }
                if let record = try sound({ try recordNumberOf(match.sequence) }), record != match.recordNumber {
                    findings.add(.contradictory, tables.hashes, key)
                }
            }
            return findings.problems
        }
    }
}
