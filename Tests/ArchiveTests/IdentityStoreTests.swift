import Archive
import Glibc
import Records
import Store
import TestSupport
import Testing

@Suite struct IdentityStoreTests {
    let temporary = TemporaryFolder()

    private func filing(
        _ id: String, _ key: SealingKey, phone: String, name: String = "欧阳测试", role: IdentityRole = .complainant
    ) -> Archive.Filing {
        let json = bytes(#"{"name":"\#(name)","phone":"\#(phone)"}"#)
        let terms = IdentityTerm.phone(phone, role: role) + IdentityTerm.name(name, role: role)
        let open = bytes(#"{"id":"\#(id)"}"#)
        let version = NewVersion(
            id: id, json: open, contentHash: ContentHash(json: open, identityHash: key.hash(ofIdentity: json)))
        return Archive.Filing(version, identity: IdentityDraft(json: json, hashes: terms.map { key.hash($0) }))
    }

    @Test func `an identity comes back with the key, and by every part of the number`() throws {
        let archive = try Archive(Made.archive(in: temporary), forWriting: true)
        let key = try archive.identities.requireKey()
        try archive.append([
            filing("a", key, phone: "13800138000"), filing("b", key, phone: "+86 139-0013-8000", role: .inText),
            .init(NewVersion(id: "c", json: bytes("{}"))),
        ])
        let last = try archive.records.lastSequence
        #expect(try archive.identities.identity(of: RecordSequence(1)) == bytes(#"{"name":"欧阳测试","phone":"13800138000"}"#))
        #expect(try archive.identities.identity(of: RecordSequence(3)) == nil)
        func found(_ term: IdentityTerm?) throws -> [UInt64] {
            try archive.identities.recordNumbers(matching: #require(term), upTo: last).map(\.rawValue)
        }
        let whole = IdentityTerm.phone("１３８ ００１３ ８０００", role: .complainant)
        #expect(whole.map(\.kind) == [.phone, .phoneLast8, .phoneLast4])
        #expect(try found(whole[0]) == [1])
        #expect(try found(whole[1]) == [1, 2])
        #expect(try found(IdentityTerm.phone("****8000", role: .complainant).first) == [1, 2])
        #expect(try found(IdentityTerm.name("欧阳 测试", role: .agent).first) == [1, 2])
        #expect(try found(IdentityTerm.phone("13800138001", role: .complainant).first) == [])
        let roles = try archive.identities.matches(whole[1], upTo: last).map(\.role)
        #expect(roles == [.complainant, .inText])
        #expect(try archive.identities.matches(whole[1], upTo: RecordSequence(1)).count == 1)
    }

    @Test(arguments: Seed.sample(3)) func `the newest of many filings are the last of all`(start: Seed) throws {
        var seed = start
        let archive = try Archive(Made.archive(in: temporary), forWriting: true)
        let key = try archive.identities.requireKey()
        let roles: [IdentityRole] = [.complainant, .principal, .inText]
        try archive.append((0..<90).map { filing("\($0)", key, phone: "13800138000", role: roles.randomElement(using: &seed)!) })
        let term = try #require(IdentityTerm.phone("13800138000", role: .complainant).first)
        let hash = key.hash(term)
        let wanted: [IdentityRole] = [.complainant, .principal]
        for last in [1, 17, 60, 90] as [UInt64] {
            let all = try archive.identities.matches(hash, upTo: RecordSequence(last)).filter { wanted.contains($0.role) }
            for limit in [1, 5, 20, 44, 45, 100] {
                let newest = try archive.identities.newestMatches(hash, roles: wanted, upTo: RecordSequence(last), limit: limit)
                #expect(newest.map(\.sequence) == all.suffix(limit).map(\.sequence), "\(last) \(limit)")
            }
            let known = try archive.identities.mentions(hash, roles: wanted, among: (1...last).map { RecordSequence($0) })
            #expect(known == Set(all.map(\.sequence)))
        }
    }

    @Test func `spellings of one number meet, different numbers do not`() {
        func kinds(_ text: String) -> [[UInt8]] { IdentityTerm.phone(text, role: .inText).map(\.value) }
        #expect(kinds("138 0013 8000") == kinds("8613800138000"))
        #expect(kinds("0086-13800138000") == kinds("１３８００１３８０００"))
        #expect(kinds("138****8000") == [bytes("8000")])
        #expect(kinds("12") == [])
        #expect(IdentityTerm.idNumber("11010119900307765x", role: .agent) == IdentityTerm.idNumber("１１０１０１１９９００３０７７６５Ｘ", role: .agent))
        #expect(IdentityTerm.idNumber("110***********765X", role: .agent).map(\.kind) == [.idNumberLast4])
        #expect(IdentityTerm.name(" 张 三", role: .agent) == IdentityTerm.name("张三", role: .agent))
        #expect(IdentityTerm.name("张", address: "三路", role: .agent) != IdentityTerm.name("张三", address: "路", role: .agent))
        #expect(IdentityTerm.name("张三", address: " ", role: .agent) == [])
    }

    @Test func `no name or number can be read in the files`() throws {
        let folder = try Made.archive(in: temporary)
        let archive = try Archive(folder, forWriting: true)
        let key = try archive.identities.requireKey()
        try archive.append((0..<300).map { filing("T\($0)", key, phone: "139\(10_000_000 + $0)") })
        archive.close()
        for path in [folder.identityPath, folder.recordsPath, folder.path + "/identity.lmdb-lock"] {
            let file = FileBytes.read(path)
            for needle in ["欧阳测试", "13910000", "10000123", #""phone""#].map(bytes) {
                #expect(!contains(file, needle))
            }
        }
    }

    private func contains(_ file: [UInt8], _ needle: [UInt8]) -> Bool {
        guard file.count >= needle.count else { return false }
        return (0...(file.count - needle.count)).contains { start in
            file[start] == needle[0] && file[start..<(start + needle.count)].elementsEqual(needle)
        }
    }

    @Test func `without the key everything but identities works`() throws {
        let folder = try Made.archive(in: temporary)
        let writer = try Archive(folder, forWriting: true)
        let key = try writer.identities.requireKey()
        try writer.append([filing("a", key, phone: "13800138000")])
        writer.close()
        let hidden = temporary.file("elsewhere.key")
        FileBytes.move(folder.defaultKeyPath, to: hidden)

        let reader = try Archive(folder, forWriting: false)
        let missing = IdentityError.keyMissing(path: folder.defaultKeyPath)
        #expect(!reader.identities.hasKey)
        #expect(try reader.records.recordNumber(id: "a")?.rawValue == 1)
        #expect(try reader.verify() == [])
        #expect(throws: missing) { try reader.identities.identity(of: RecordSequence(1)) }
        let term = try #require(IdentityTerm.phone("13800138000", role: .complainant).first)
        #expect(throws: missing) { try reader.identities.recordNumbers(matching: term, upTo: RecordSequence(1)) }
        let named = try Archive(folder, keyPath: hidden, forWriting: false)
        #expect(try named.identities.identity(of: RecordSequence(1)) != nil)
    }

    @Test func `a wrong, exposed or damaged key is refused, and none is ever replaced`() throws {
        let folder = try Made.archive(in: temporary)
        let right = try KeyFile.read(at: folder.defaultKeyPath)
        let other = temporary.file("other.key")
        let wrong = try KeyFile.create(at: other)
        #expect(right.id != wrong.id)
        #expect(throws: IdentityError.wrongKey(path: other, expected: right.id, found: wrong.id)) {
            try Archive(folder, keyPath: other, forWriting: false)
        }
        #expect(throws: IdentityError.keyExists(path: other)) { try KeyFile.create(at: other) }
        for mode in [0o644, 0o640, 0o604] as [mode_t] {
            FileBytes.setMode(other, mode)
            #expect(throws: IdentityError.keyExposed(path: other)) { try KeyFile.read(at: other) }
        }
        FileBytes.setMode(other, 0o600)
        let text = FileBytes.read(other)
        for place in text.indices {
            var changed = text
            changed[place] = changed[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            FileBytes.write(changed, to: other)
            #expect(throws: IdentityError.keyUnreadable(path: other)) { try KeyFile.read(at: other) }
            FileBytes.write(Array(text[..<place]), to: other)
            if place < text.count - 1 {
                #expect(throws: IdentityError.keyUnreadable(path: other)) { try KeyFile.read(at: other) }
            }
        }
        FileBytes.write(text, to: other)
        #expect(try KeyFile.read(at: other).id == wrong.id)
    }

    @Test func `a sealed value moved to another record does not open`() throws {
        let folder = try Made.archive(in: temporary)
        let archive = try Archive(folder, forWriting: true)
        let key = try archive.identities.requireKey()
        try archive.append([filing("a", key, phone: "13800138000"), filing("b", key, phone: "13900139000")])
        let environment = try Environment(at: folder.identityPath)
        let sealed = try environment.table("sealed")
        let first = try #require(
            try environment.read { try $0.checkedValue(in: sealed, for: [UInt8](bigEndian: UInt64(1))) { $0.bytesCopied } })
        try environment.write { try $0.checkedPut(in: sealed, key: [UInt8](bigEndian: UInt64(2)), payload: first) }
        #expect(throws: IdentityError.unreadable(path: folder.identityPath, sequence: 2)) {
            try archive.identities.identity(of: RecordSequence(2))
        }
        #expect(try archive.verify().map(\.kind) == [.unreadable])
    }

    /// An import was killed after its identities were on disk and before its records were.
    @Test func `identities left without records do no harm`() throws {
        let folder = try Made.archive(in: temporary)
        let archive = try Archive(folder, forWriting: true)
        let key = try archive.identities.requireKey()
        try archive.append([filing("a", key, phone: "13800138000")])
        let lost = filing("lost", key, phone: "13700137000", name: "别人")
        let entries = (2...40).map {
            SealedEntry(sequence: RecordSequence($0), recordNumber: RecordNumber($0), draft: lost.identity!)
        }
        try archive.identities.append(entries, lastRecordSequence: RecordSequence(1))
        let term = try #require(IdentityTerm.phone("13700137000", role: .complainant).first)
        #expect(try archive.identities.recordNumbers(matching: term, upTo: archive.records.lastSequence) == [])
        #expect(try archive.verify() == [])

        // The same process goes on with other records.
        try archive.append([filing("b", key, phone: "13600136000"), .init(NewVersion(id: "c", json: bytes("{}")))])
        #expect(try archive.identities.recordNumbers(matching: term, upTo: archive.records.lastSequence) == [])
        #expect(try archive.identities.identity(of: RecordSequence(3)) == nil)
        #expect(try archive.verify() == [])

        // Or with records that name nobody, which must not inherit a stranger.
        try archive.identities.append(
            (4...9).map { SealedEntry(sequence: RecordSequence($0), recordNumber: RecordNumber($0), draft: lost.identity!) },
            lastRecordSequence: RecordSequence(3))
        try archive.append([.init(NewVersion(id: "d", json: bytes("{}")))])
        #expect(try archive.identities.identity(of: RecordSequence(4)) == nil)
        #expect(try archive.identities.recordNumbers(matching: term, upTo: archive.records.lastSequence) == [])

        // Or another one opens the archive.
        try archive.identities.append(
            (5...40).map { SealedEntry(sequence: RecordSequence($0), recordNumber: RecordNumber($0), draft: lost.identity!) },
            lastRecordSequence: RecordSequence(4))
        archive.close()
        let again = try Archive(folder, forWriting: true)
        #expect(try again.identities.recordNumbers(matching: term, upTo: RecordSequence(100)) == [])
        #expect(try again.identities.identity(of: RecordSequence(5)) == nil)
        #expect(try again.identities.identity(of: RecordSequence(2)) != nil)
    }

    @Test func `a changed complainant makes a new version`() throws {
        let archive = try Archive(Made.archive(in: temporary), forWriting: true)
        let key = try archive.identities.requireKey()
        let first = filing("a", key, phone: "13800138000")
        try archive.append([first])
        #expect(try archive.append([first]).map(\.isStored) == [false])
        #expect(try archive.append([filing("a", key, phone: "13800138001")]).map(\.isStored) == [true])
        #expect(try archive.identities.identity(of: RecordSequence(2)) != archive.identities.identity(of: RecordSequence(1)))
        #expect(try archive.verify() == [])
    }

    @Test func `batches from several threads keep their identities`() async throws {
        let archive = try Archive(Made.archive(in: temporary), forWriting: true)
        let key = try archive.identities.requireKey()
        let filings = (0..<80).map { filing("T\($0)", key, phone: "138\(20_000_000 + $0)") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for start in stride(from: 0, to: 80, by: 5) {
                group.addTask { try archive.append(Array(filings[start..<start + 5])) }
            }
            try await group.waitForAll()
        }
        for (number, filing) in filings.enumerated() {
            let record = try #require(try archive.records.recordNumber(id: "T\(number)"))
            let sequence = try #require(try archive.records.latest(of: record)?.sequence)
            #expect(try archive.identities.identity(of: sequence) == filing.identity?.json)
        }
        #expect(try archive.verify() == [])
    }
}
