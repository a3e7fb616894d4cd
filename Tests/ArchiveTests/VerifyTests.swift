// Whatever is damaged, `verify` names it, and nothing crashes.

import Archive
import Records
import Store
import TestSupport
import Testing

@Suite struct VerifyTests {
    let temporary = TemporaryFolder()

    /// 60 records, some changed, with aliases, identities and import progress.
    private func filled() throws -> ArchiveFolder {
        var seed = Seed(3)
        let folder = try Made.archive(in: temporary, "archive\(UInt64.random(in: 0..<UInt64.max))")
        let archive = try Archive(folder, forWriting: true)
        let key = try archive.identities.requireKey()
        for round in 0..<2 {
            let batch = (0..<(round == 0 ? 60 : 20)).map { number in
                let identity = bytes(#"{"phone":"1380013\#(1_000 + number)"}"#)
                let terms = IdentityTerm.phone("1380013\(1_000 + number)", role: .complainant)
                return Archive.Filing(
                    NewVersion(id: "T\(number)", aliases: ["A\(number / 2)"], json: Made.json("T\(number)", &seed)),
                    identity: IdentityDraft(json: identity, hashes: terms.map { key.hash($0) }))
            }
            try archive.append(batch, progress: ImportProgress(file: bytes("f"), state: [UInt8(round)]))
        }
        #expect(try archive.verify() == [])
        archive.close()
        return folder
    }

    private static let tables = [
        "records.lmdb": ["meta", "versions", "heads", "ids", "aliases", "imports"],
        "identity.lmdb": ["meta", "sealed", "hashes"],
    ]

    @Test(arguments: Seed.sample(1)) func `a flipped bit in any value of any table is named`(start: Seed) throws {
        var seed = start
        let folder = try filled()
        for (file, names) in Self.tables {
            let path = folder.path + "/" + file
            for name in names {
                let environment = try Environment(at: path)
                let table = try environment.table(name)
                var rows: [([UInt8], [UInt8])] = []
                try environment.read { transaction in
                    try transaction.forEach(in: table) { key, value in
                        rows.append((key.bytesCopied, value.bytesCopied))
                        return true
                    }
                }
                for (key, value) in rows.shuffled(using: &seed).prefix(5) {
                    var flipped = value
                    flipped[Int.random(in: 0..<value.count, using: &seed)] ^= 1 << UInt8.random(in: 0..<8, using: &seed)
                    try environment.write { try $0.put(in: table, key: key, value: flipped) }
                    let problems = try Archive.verify(folder)
                    let named = Problem(.damaged, path: path, table: name, keyHex: hex(key.span))
                    #expect(problems.contains(named), "\(file) \(name): \(problems)")
                    exercise(folder)
                    try environment.write { try $0.put(in: table, key: key, value: value) }
                }
            }
        }
        #expect(try Archive.verify(folder) == [])
    }

    @Test(arguments: Seed.sample(1)) func `a lost or misplaced row is noticed`(start: Seed) throws {
        var seed = start
        let folder = try filled()
        let environment = try Environment(at: folder.recordsPath)
        for name in ["meta", "versions", "heads", "ids"] {
            let table = try environment.table(name)
            var rows: [([UInt8], [UInt8])] = []
            try environment.read { transaction in
                try transaction.forEach(in: table) { key, value in
                    rows.append((key.bytesCopied, value.bytesCopied))
                    return true
                }
            }
            for (key, value) in rows.shuffled(using: &seed).prefix(5) {
                try environment.write { _ = try $0.delete(in: table, key: key) }
                do { #expect(try !Archive.verify(folder).isEmpty, "lost from \(name)") } catch is ArchiveError {}
                exercise(folder)
                if let other = rows.randomElement(using: &seed), other.0 != key {
                    try environment.write { try $0.put(in: table, key: key, value: other.1) }
                    do { #expect(try !Archive.verify(folder).isEmpty, "misplaced in \(name)") } catch is ArchiveError {}
                    exercise(folder)
                }
                try environment.write { try $0.put(in: table, key: key, value: value) }
            }
        }
        #expect(try Archive.verify(folder) == [])
    }

    @Test(arguments: Seed.sample(1)) func `a flipped bit anywhere in the files never crashes and is never believed`(start: Seed) throws {
        var seed = start
        let folder = try filled()
        for path in [folder.recordsPath, folder.identityPath] {
            let whole = FileBytes.read(path)
            for _ in 0..<40 {
                var damaged = whole
                let page = Int.random(in: 0..<(whole.count / 4_096), using: &seed) * 4_096
                damaged[page + Int.random(in: 0..<(Bool.random(using: &seed) ? 64 : 4_096), using: &seed)] ^=
                    1 << UInt8.random(in: 0..<8, using: &seed)
                FileBytes.remove(path)
                FileBytes.write(damaged, to: path)
                do {
                    if try Archive.verify(folder).isEmpty { exercise(folder) }
                } catch is StoreError {} catch is ArchiveError {} catch is IdentityError {}
            }
            FileBytes.remove(path)
            FileBytes.write(whole, to: path)
        }
        #expect(try Archive.verify(folder) == [])
    }

    /// Uses everything; errors are fine, traps are not.
    private func exercise(_ folder: ArchiveFolder) {
        guard let archive = try? Archive(folder, forWriting: false) else { return }
        let records = archive.records
        for number in 0..<62 as Range<UInt64> {
            _ = try? records.history(of: RecordNumber(number))
            _ = try? records.latest(of: RecordNumber(number))
            _ = try? records.isHead(RecordSequence(number))
            _ = try? records.recordNumber(id: "T\(number)")
            _ = try? records.recordNumbers(alias: "A\(number)")
            _ = try? archive.identities.identity(of: RecordSequence(number))
        }
        _ = try? records.forEachVersion { _ in true }
        for term in IdentityTerm.phone("13800131001", role: .inText) {
            _ = try? archive.identities.matches(term, upTo: RecordSequence(80))
        }
        archive.close()
    }

    @Test func `problems are told in both languages without content`() {
        let kinds: [Problem.Kind] = [.damagedPages, .damaged, .unreadable, .missing, .contradictory]
        for kind in kinds {
            let problem = Problem(kind, path: "records.lmdb", table: "versions", keyHex: "00")
            #expect(problem.line(in: .chinese).hasPrefix("records.lmdb versions 00: "))
            #expect(problem.line(in: .english) != problem.line(in: .chinese))
        }
    }
}
