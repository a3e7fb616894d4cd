// The key of the identities: what each mishap with it says and spoils, and that a new one opens everything the old one did.

import Archive
import Engine
import Glibc
import Records
import Search
import TestSupport
import Testing

@Suite struct KeyTests {
    private static let name = "欧阳密"
    private static let phone = "13811112222"

    /// An archive with persons, a number in a text, an edited record and a document.
    private static func made(_ folder: TemporaryFolder, records count: Int = 3) throws -> EngineOptions {
        let options = EngineOptions(archivePath: folder.file("a"))
        _ = try Engine.create(options, profile: nil)
        let engine = try Engine(opening: options)
        var records: [JSONObject] = (0..<count).map { number in
            ["id": .string("R\(number)"), "receivedAt": "2024-01-02", "title": "电梯坏了", "content": .string("第\(number)次电梯坏了，请回电0571-8765432\(number % 10)"),
                "complainants": .array([.object(["name": .string(number == 0 ? name : "路人\(number)"), "phone": .string(number == 0 ? phone : "1390000000\(number % 10)")])])]
        }
        records.append(["id": "X1", "receivedAt": "2024-01-03", "title": "无名", "content": "没有号码"])
        _ = try engine.add(records)
        _ = try engine.edit("R1", note: ChangeNote()) { $0.set("title", to: "电梯又坏了") }
        _ = try engine.withdraw(["R2"])
        let paper = folder.file("paper.txt")
        FileBytes.write(Array("询问笔录，共两页".utf8), to: paper)
        let file = try engine.openCase(["R0"], title: nil)
        _ = try engine.addDocument(file.id, NewDocument(path: paper, type: "询问笔录"))
        engine.closeAll()
        return options
    }

    private static func persons(_ options: EngineOptions) throws -> [String] {
        let engine = try Engine(opening: options)
        defer { engine.closeAll() }
        var found = try engine.unmask("R0", purpose: "试验").map { "\($0.identity)" }
        for query in ["phone:\(phone)", "phone:2222", "complainant:\(name)", "phone:057187654320", "phone:4320", "phone:13900000001"] {
            found.append("\(try engine.count(SearchRequest(query: query)).count)")
        }
        let file = try engine.allCases()[0]
        found.append(String(decoding: try engine.documentBytes(file.id, number: 1).bytes, as: UTF8.self))
        return found
    }

    @Test func `a new key opens all that the old one did, the old one nothing any more`() throws {
        let folder = TemporaryFolder()
        let options = try Self.made(folder)
        let before = try Self.persons(options)
        #expect(before[1...6] == ["1", "1", "1", "1", "1", "1"], "\(before)")
        let key = options.archivePath + ".key"
        let former = FileBytes.read(key)
        let sealed = FileBytes.read(folder.file("a/identity.lmdb"))
        for round in 0..<2 {
            let change = try Engine(opening: options).rotateKey(keepingFile: round == 1, report: { _ in })
            #expect(change.identities >= 3 && change.formerID != change.keyID || round == 1)
            #expect(try Self.persons(options) == before)
            let report = try Engine(opening: options).checkKey()
            #expect(report.isWhole && report.identities == change.identities && report.documents == 1 && report.fileID != report.sealingID)
        }
        // What was sealed before lies in no file any more.
        let needle = Array(sealed.dropFirst(40_000))
        #expect(!needle.isEmpty && FileBytes.read(folder.file("a/identity.lmdb")) != sealed)
        #expect(FileBytes.names(in: folder.file("a")).allSatisfy { !$0.contains("rotating") })
        var old = options
        old.keyPath = folder.file("old.key")
        FileBytes.write(former, to: old.keyPath!)
        // Told is which file would open it, not what no file holds.
        let report = try Engine(opening: options).checkKey()
        do { _ = try Engine(opening: old).unmask("R0", purpose: "试验") } catch let error as IdentityError {
            guard case .wrongKey(_, let expected, _) = error else { throw error }
            #expect(expected == report.fileID)
        }
        // The same file again changes nothing: what a record is known by was reckoned anew.
        let rows = folder.file("rows.jsonl")
        _ = try Engine(opening: options).export(nil, to: rows, withIdentity: true, report: { _ in })
        let summary = try Engine(opening: options).importRecords(ImportRequest(path: rows), report: { _ in })
        #expect(summary.imported == 0 && summary.updated == 0 && summary.unchanged == 3, "\(summary)")
        let engine = try Engine(opening: options)
        #expect(try engine.verify(report: { _ in }).problems.isEmpty)
        #expect(try engine.verifyAudit(expected: nil).problems.isEmpty)
    }

    @Test func `a second holder opens everything, before and after a new key, and helps when the first one lost his`() throws {
        let folder = TemporaryFolder()
        let options = try Self.made(folder)
        let before = try Self.persons(options)
        var second = options
        second.keyPath = folder.file("second.key")
        _ = try Engine(opening: options).addHolder("李华", text: nil, keyFileTo: second.keyPath)
        #expect(try Self.persons(second) == before)
        // A third one, who makes his file himself.
        var third = options
        third.keyPath = folder.file("third.key")
        _ = try Engine(opening: second).addHolder("王强", text: Engine.newHolderKey(at: third.keyPath!), keyFileTo: nil)
        _ = try Engine(opening: options).rotateKey(keepingFile: false, report: { _ in })
        #expect(try Self.persons(options) == before)
        #expect(try Self.persons(second) == before)
        #expect(try Self.persons(third) == before)
        #expect(try Engine(opening: options).checkKey().holders.count == 3)
        _ = try Engine(opening: options).removeHolder("王强")
        #expect(throws: IdentityError.self) { try Self.persons(third) }
        // The first one loses his file: the second makes him another.
        FileBytes.remove(options.archivePath + ".key")
        #expect(throws: IdentityError.keyMissing(path: options.archivePath + ".key")) { try Self.persons(options) }
        _ = try Engine(opening: second).addHolder("保管员", text: nil, keyFileTo: options.archivePath + ".key")
        #expect(try Self.persons(options) == before)
        #expect(throws: IdentityError.self) { try Engine(opening: second).addHolder("坏", text: "juanzong-holder-v1 x y", keyFileTo: nil) }
    }

    @Test func `with every key lost all but identity works, and what comes is sealed with a new one`() throws {
        let folder = TemporaryFolder()
        let options = try Self.made(folder)
        let rows = folder.file("rows.jsonl")
        _ = try Engine(opening: options).export(nil, to: rows, withIdentity: true, report: { _ in })
        #expect(throws: IdentityError.keyNotLost(path: options.archivePath + ".key")) { try Engine(opening: options).replaceLostKey() }
        FileBytes.remove(options.archivePath + ".key")
        let engine = try Engine(opening: options)
        #expect(try engine.count(SearchRequest(query: "电梯")).count == 2)
        #expect(throws: IdentityError.self) { try engine.add([["id": "N1", "receivedAt": "2024-02-02", "title": "新", "complainants": .array([.object(["name": "新人"])])]]) }
        #expect(throws: IdentityError.self) { try engine.edit("R0", note: ChangeNote()) { $0.set("title", to: "改") } }
        #expect(try engine.show("R0", version: nil).first?.versionNumber == 2, "nothing is lost by trying")
        engine.closeAll()
        let done = try Engine(opening: options).replaceLostKey()
        #expect(FileBytes.exists(done.aside) && FileBytes.exists(done.keyPath))
        // The sources bring the identities back.
        let summary = try Engine(opening: options).importRecords(ImportRequest(path: rows), report: { _ in })
        #expect(summary.updated == 2 && summary.unchanged == 1, "\(summary)")
        let found = try Engine(opening: options).unmask("R0", purpose: "试验")
        #expect("\(found[0].identity)".contains(Self.name))
    }

    @Test func `a key of another archive, a broken one and one that others can read say so and spoil nothing`() throws {
        let folder = TemporaryFolder()
        let options = try Self.made(folder)
        let other = TemporaryFolder()
        let others = try Self.made(other)
        let before = try Self.persons(options)
        func notice(_ keyPath: String) -> String {
            var options = options
            options.keyPath = keyPath
            do { _ = try Engine(opening: options).unmask("R0", purpose: "试验") } catch let error as any NoticeError { return error.notice(in: .english) } catch {}
            return ""
        }
        let wrong = notice(others.archivePath + ".key")
        #expect(wrong.contains("does not fit") && wrong.contains(others.archivePath + ".key") && wrong.contains("Remedy"), "\(wrong)")
        let broken = folder.file("broken.key")
        FileBytes.write(Array("juanzong-key-v1 0123456789abcdef AAAA\n".utf8), to: broken)
        #expect(notice(broken).contains("not a key"))
        FileBytes.write(FileBytes.read(options.archivePath + ".key"), to: folder.file("open.key"), mode: 0o644)
        FileBytes.setMode(folder.file("open.key"), 0o644)
        #expect(notice(folder.file("open.key")).contains("other users"))
        #expect(notice(folder.file("nowhere.key")).contains("missing"))
        for path in [others.archivePath + ".key", broken, folder.file("nowhere.key")] {
            var options = options
            options.keyPath = path
            #expect(throws: (any Error).self) { try Engine(opening: options).rotateKey(keepingFile: false, report: { _ in }) }
        }
        #expect(try Self.persons(options) == before)
    }

    @Test func `a rotation that was broken off is finished by whoever opens next, or never was`() throws {
        for isTaken in [false, true] {
            let folder = TemporaryFolder()
            let options = try Self.made(folder)
            let before = try Self.persons(options)
            // As it is on disk between the note and the names: files put aside, then brought back.
            let archive = folder.file("a")
            let names = ["identity.lmdb", "cases.lmdb", "records.lmdb"]
            let old = names.map { FileBytes.read(archive + "/" + $0) }
            let oldKey = FileBytes.read(archive + ".key")
            _ = try Engine(opening: options).rotateKey(keepingFile: false, report: { _ in })
            for (name, bytes) in zip(names, old) {
                FileBytes.move(archive + "/" + name, to: archive + "/" + name + ".rotating")
                FileBytes.write(bytes, to: archive + "/" + name)
                FileBytes.remove(archive + "/" + name + "-lock")
            }
            FileBytes.move(archive + ".key", to: archive + ".key.new")
            FileBytes.write(oldKey, to: archive + ".key")
            if isTaken {
                let note: JSONValue = .object(["keyID": "x", "keyFile": .object(["new": .string(archive + ".key.new"), "path": .string(archive + ".key")])])
                var bytes: [UInt8] = []
                note.write(into: &bytes)
                FileBytes.write(bytes, to: archive + "/rotating.json")
            }
            #expect(try Self.persons(options) == before)
            #expect((FileBytes.read(archive + ".key") == oldKey) == !isTaken)
            // And it can be done again.
            _ = try Engine(opening: options).rotateKey(keepingFile: false, report: { _ in })
            #expect(try Self.persons(options) == before)
        }
    }
}
