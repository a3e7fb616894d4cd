// `audit.lmdb` and `audit.journal`: who saw and did what. Entries are only added; each holds the hash of the one before it, so
// that a cut, a swap or an edit shows. They are appended to the journal, from which audit.lmdb takes them over. FORMAT.md,
// "audit.lmdb".

import Crypto
import Glibc
import Records
import Store

package struct AuditEntry: Hashable, Sendable {
    package enum Action: String, CaseIterable, Sendable {
        case search, view, unmask, export, print, refuse, alert, write, file, hold, destroy, administer
    }

    package var action: Action
    /// What was asked of the archive, such as `search` or `closeCase`.
    package var verb: String?
    package var user: String
    package var roles: String
    package var purpose: String?
    /// Identity terms are hashed before they come here.
    package var query: String?
    /// All of them: the log parts them into several entries where there are many.
    package var records: [String] = []
    package var count: Int?
    package var detail: String?
    /// Why nothing was answered: the name of the error, without what it says.
    package var failure: String?
    /// The entry that this one goes on with.
    package var continues: UInt64?
    /// The last record version when the entry was made: anchors the log in the records.
    package var recordSequence: UInt64 = 0

    package init(_ action: Action, user: String, roles: String) {
        self.action = action
        self.user = user
        self.roles = roles
    }
}

package final class AuditLog: Sendable {
    static let format: UInt32 = 1
    /// Records named in one entry; what names more goes on in the next ones.
    package static let recordsMax = 1_000
    /// A journal of so many bytes that audit.lmdb lacks is taken over by whoever appends to it.
    private static let takenOverAtBytes = 512 << 10
    package let path: String
    private let environment: Environment
    private let meta: Table
    private let entries: Table
    private let journal: AuditJournal

    package struct Stored: Sendable {
        package var number: UInt64
        package var json: JSONObject
        package var hash: String
    }

    package struct Head: Hashable, Sendable {
        package var number: UInt64
        package var hash: [UInt8]
        package var text: String { "\(number):\(hexText(hash[...]))" }

        package var encoded: [UInt8] { [UInt8](bigEndian: number) + hash }
        package init?(decoding bytes: [UInt8]) {
            guard bytes.count == 40, let number: UInt64 = bytes.span.number(bigEndianAt: 0) else { return nil }
            self.number = number
            hash = Array(bytes[8...])
        }
        init(number: UInt64, hash: [UInt8]) {
            self.number = number
            self.hash = hash
        }
    }

    package init(in folder: ArchiveFolder, archiveID: [UInt8], readOnly: Bool = false) throws {
        path = folder.auditPath
        var options = Environment.Options()
        options.readOnly = readOnly
        // What is taken over stays in the journal until it is on disk here.
        options.newestDurable = false
        journal = AuditJournal(at: folder.auditJournalPath, archiveID: archiveID, ownerPath: path)
        environment = try Environment(at: path, options: options)
        meta = try environment.table("meta")
        entries = try environment.table("entries")
        let key = Array("archiveID".utf8)
        let known = try environment.read { [meta] in try $0.checkedValue(in: meta, for: key) { $0.bytesCopied } }
        if let known {
            guard known == archiveID else { throw ArchiveError.foreignFile(path: path) }
        } else if !readOnly {
            try environment.write { [meta] transaction in
                try transaction.checkedPut(in: meta, key: Array("format".utf8), payload: [UInt8](bigEndian: Self.format))
                try transaction.checkedPut(in: meta, key: key, payload: archiveID)
            }
        }
    }

    package func close() {
        journal.close()
        environment.close()
    }

    package func compactCopy(to path: String) throws {
        try takeOver()
        try environment.compactCopy(to: path)
    }

    package var head: Head { get throws { try journal.head(newest: newest) ?? newest() } }

    /// An entry that is on disk when this returns, the newest one that this program has synced: what holds it cannot name an entry
    /// that a power failure took.
    package var syncedHead: Head { get throws { try journal.syncedHead(newest: newest) ?? newest() } }

    /// The newest entry of audit.lmdb.
    private func newest() throws -> Head { try environment.read { try newest($0) } }

    private func newest(_ transaction: borrowing some Transaction & ~Copyable) throws -> Head {
        guard let last = try transaction.lastKey(in: entries), let number: UInt64 = last.span.number(bigEndianAt: 0),
            let payload = try transaction.checkedValue(in: entries, for: last, { $0.bytesCopied }), payload.count > 32
        else { return Head(number: 0, hash: [UInt8](repeating: 0, count: 32)) }
        return Head(number: number, hash: Array(payload[..<32]))
    }

    private static func hash(_ previous: [UInt8], _ number: UInt64, _ json: ArraySlice<UInt8>) -> [UInt8] {
        var hasher = SHA256()
        hasher.update(data: previous)
        hasher.update(data: [UInt8](bigEndian: number))
        hasher.update(data: json)
        return Array(hasher.finalize())
    }

    /// - Parameter durable: on disk when this returns; else call `sync` within a second.
    @discardableResult
    package func append(_ entry: AuditEntry, durable: Bool) throws -> Head { try append([entry], durable: durable)[0] }

    /// Entries one after the other, nobody else's between them.
    ///
    /// - Parameter durable: on disk when this returns; else a killed program loses none, a power failure those that were not
    ///   synced. Call `sync` within a second.
    /// - Returns: the head after the first part of each.
    @discardableResult
    package func append(_ given: [AuditEntry], durable: Bool) throws -> [Head] {
        var heads: [Head] = []
        let waitingBytes = try journal.append(newest: newest) { head in
            var (frames, head) = ([JournalFrame](), head)
            let seconds = RecordStore.nowMilliseconds / 1_000
            func put(_ entry: AuditEntry) {
                let frame = Self.frame(entry, seconds: seconds, after: head)
                frames.append(frame)
                head = frame.head
            }
            for entry in given {
                var rest = entry.records.dropFirst(Self.recordsMax)
                var first = entry
                first.records = Array(entry.records.prefix(Self.recordsMax))
                put(first)
                heads.append(head)
                // What follows names the records alone.
                var more = AuditEntry(entry.action, user: entry.user, roles: entry.roles)
                (more.verb, more.recordSequence) = (entry.verb, entry.recordSequence)
                more.continues = entry.continues ?? head.number
                while !rest.isEmpty {
                    more.records = Array(rest.prefix(Self.recordsMax))
                    rest = rest.dropFirst(Self.recordsMax)
                    put(more)
                }
            }
            return frames
        }
        if durable {
            try journal.sync()
            // Whatever hinders it, the entry is there; the next one tries again.
            if waitingBytes >= Self.takenOverAtBytes { try? takeOver() }
        }
        return heads
    }

    /// Waits until every entry is on disk.
    package func sync() throws { try journal.sync() }

    /// Bytes of the journal that audit.lmdb has not taken over.
    package var waitingBytes: Int { get throws { try journal.waitingBytes(newest: newest) } }

    /// Puts the journal's entries into audit.lmdb; on disk when this returns.
    package func takeOver() throws {
        try journal.takeOver(newest: newest) { frames in
            try environment.write { transaction in
                let known = try newest(transaction).number
                for frame in frames where frame.number > known {
                    try transaction.checkedPut(in: entries, key: [UInt8](bigEndian: frame.number), payload: frame.hash + frame.json, append: true)
                }
                try noteClock(frames.map(\.seconds).max() ?? 0, transaction)
            }
            try environment.sync()
        }
    }

    private static func frame(_ entry: AuditEntry, seconds: Int64, after head: Head) -> JournalFrame {
        var object = JSONObject()
        // A clock set back shows in the entries; their order is that of their numbers.
        object.set("at", to: .string(Timestamp(seconds: seconds)?.text ?? ""))
        object.set("action", to: .string(entry.action.rawValue))
        if let verb = entry.verb { object.set("verb", to: .string(verb)) }
        object.set("user", to: .string(entry.user))
        if !entry.roles.isEmpty { object.set("roles", to: .string(entry.roles)) }
        if let purpose = entry.purpose { object.set("purpose", to: .string(purpose)) }
        if let query = entry.query { object.set("query", to: .string(query)) }
        if !entry.records.isEmpty { object.set("records", to: .array(entry.records.map { .string($0) })) }
        if let count = entry.count { object.set("count", to: .number(String(count))) }
        if let detail = entry.detail { object.set("detail", to: .string(detail)) }
        if let failure = entry.failure { object.set("failure", to: .string(failure)) }
        if let continues = entry.continues { object.set("continues", to: .number(String(continues))) }
        object.set("recordSequence", to: .number(String(entry.recordSequence)))
        var json: [UInt8] = []
        JSONValue.object(object).write(into: &json)
        return JournalFrame(number: head.number + 1, seconds: seconds, hash: hash(head.hash, head.number + 1, json[...]), json: json)
    }

    // MARK: The clock

    private static let clockKey = Array("clock".utf8)
    /// A clock that is put right by the network moves by less.
    package static let clockToleranceSeconds: Int64 = 300

    /// The latest moment at which anything was noted, seconds since 1970; the clock should not be before it.
    package var latestSeconds: Int64 {
        get throws { max(try environment.read { try latestSeconds($0) }, try journal.latestSeconds(newest: newest) ?? 0) }
    }

    private func latestSeconds(_ transaction: borrowing some Transaction & ~Copyable) throws -> Int64 {
        let known = try transaction.checkedValue(in: meta, for: Self.clockKey) { $0.number(bigEndianAt: 0, as: UInt64.self) }
        return Int64(bitPattern: (known ?? nil) ?? 0)
    }

    /// Once a minute is enough.
    private func noteClock(_ seconds: Int64, _ transaction: borrowing WriteTransaction) throws {
        guard seconds >= (try latestSeconds(transaction)) + 60 else { return }
        try transaction.checkedPut(in: meta, key: Self.clockKey, payload: [UInt8](bigEndian: UInt64(bitPattern: seconds)))
    }

    /// The clock as it is now counts as right: it ran ahead when the latest moment was noted.
    package func acceptClock() throws {
        try takeOver()
        try environment.write { transaction in
            let now = RecordStore.nowMilliseconds / 1_000
            try transaction.checkedPut(in: meta, key: Self.clockKey, payload: [UInt8](bigEndian: UInt64(bitPattern: now)))
        }
        try environment.sync()
    }

    /// Visits the entries in which a text stands.
    ///
    /// - Parameter texts: as JSON writes them; entries with none of them are not read further. Empty visits all.
    package func forEach(holding texts: [[UInt8]], reverse: Bool = false, _ body: (Stored) throws -> Bool) throws {
        try takeOver()
        try environment.read { transaction in
            try transaction.forEachChecked(in: entries, reverse: reverse) { key, payload in
                let bytes = payload.extracting(min(32, payload.count)...)
                guard texts.isEmpty || texts.contains(where: { bytes.place(of: $0) != nil }) else { return true }
                guard let number: UInt64 = key.number(bigEndianAt: 0), payload.count > 32, let json = try? JSONValue.parse(bytes).objectValue
                else { throw transaction.damagedError(in: entries, key: key) }
                return try body(Stored(number: number, json: json, hash: hexText(payload.bytesCopied[..<32])))
            }
        }
    }

    package func forEach(reverse: Bool = false, _ body: (Stored) throws -> Bool) throws {
        try forEach(holding: [], reverse: reverse, body)
    }

    /// Walks the whole chain.
    ///
    /// - Parameter anchors: heads noted elsewhere (in the records, on paper): each must be in the chain.
    /// - Returns: what is wrong, in both languages; empty when the chain is whole.
    package func verify(anchors: [Head]) throws -> [(chinese: String, english: String)] {
        try takeOver()
        var problems = journal.setAsideNames.map { name in
            (chinese: "审计日志有一段无法读取，已另存为 \(name)", english: "a piece of the audit log could not be read, and was kept as \(name)")
        }
        var previous = [UInt8](repeating: 0, count: 32)
        var expected: UInt64 = 1
        var open = Dictionary(grouping: anchors.filter { $0.number > 0 }, by: \.number)
        var lastRecordSequence: UInt64 = 0
        try environment.read { transaction in
            try transaction.forEach(in: entries) { key, value in
                guard let number: UInt64 = key.number(bigEndianAt: 0) else { return true }
                if number != expected {
                    problems.append(("第 \(expected) 至 \(number - 1) 条审计记录缺失", "audit entries \(expected) to \(number - 1) are missing"))
                }
                expected = number + 1
                let bytes = value.bytesCopied
                guard bytes.count > 40, Checked.holds(value, key: key) else {
                    problems.append(("第 \(number) 条审计记录已损坏", "audit entry \(number) is damaged"))
                    previous = bytes.count >= 40 ? Array(bytes[8..<40]) : previous
                    return true
                }
                let hash = Array(bytes[8..<40])
                if hash != Self.hash(previous, number, bytes[40...]) {
                    problems.append(("第 \(number) 条审计记录与前一条不相连：被改动、替换或插入", "audit entry \(number) does not follow from the one before it: edited, swapped or put in"))
                }
                if let json = try? JSONValue.parse(value.extracting(40...)), let digits = json["recordSequence"]?.number, let sequence = UInt64(digits) {
                    // A restore goes back to what the backup held, and says so.
                    if json["detail"]?.string == "restore" { lastRecordSequence = sequence }
                    if sequence < lastRecordSequence {
                        problems.append(("第 \(number) 条审计记录早于前一条所载的记录版本", "audit entry \(number) knows fewer record versions than the one before it"))
                    }
                    lastRecordSequence = max(lastRecordSequence, sequence)
                }
                if let noted = open.removeValue(forKey: number), noted.contains(where: { $0.hash != hash }) {
                    problems.append(("第 \(number) 条审计记录与别处留存的校验值不符", "audit entry \(number) differs from the hash noted elsewhere"))
                }
                previous = hash
                return true
            }
        }
        for number in open.keys.sorted() {
            problems.append(("别处留存的第 \(number) 条审计记录已不在：日志尾部被截去", "entry \(number), noted elsewhere, is gone: the log was cut"))
        }
        return problems
    }
}
