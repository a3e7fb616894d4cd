// Who complained is nowhere in the clear: in no file of the archive, no reject, no output that did not ask with the key.

import Glibc
import Records
import TestSupport
import Testing

@Suite struct ConfidentialityTests {
    /// Nobody's: made up for this test.
    private static let name = "欧阳隐秘"
    private static let phone = "13898765432"
    private static let idNumber = "11010519491231002X"
    private static let address = "秘密路88弄9号"
    private static var secrets: [String] { [name, phone, idNumber, address] }

    private static let complainant: JSONValue = [
        "name": .string(name), "phone": .string(phone), "idNo": .string(idNumber), "address": .string(address),
    ]

    private static let records: [JSONObject] = [
        [
            "id": "S1", "receivedAt": "2024-01-05", "title": "电梯困人", "content": "物业不维修电梯。",
            "complainants": [complainant], "formerSystem": ["投诉人电话": .string(phone), "complainantName": .string(name), "who": .string(name)],
        ],
        // The telephone in running text belongs to whoever reads it with the key only.
        ["id": "S2", "receivedAt": "2024-01-06", "title": "路灯不亮", "content": .string("请回电\(phone)，证号\(idNumber)。")],
        ["id": "S3", "receivedAt": "no day", "title": "坏行", "content": .string("请回电\(phone)"), "complainants": [complainant]],
    ]

    private func filled() throws -> TestArchive {
        let archive = try TestArchive()
        let answer = try archive.add(Self.records)
        try #require(answer["imported"]?.int == 2 && answer["rejected"]?.int == 1)
        return archive
    }

    private func found(_ secret: String, in bytes: [UInt8]) -> Bool {
        let little = secret.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big = secret.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        return [Array(secret.utf8), little, big].contains { needle in
            var start = 0
            while let place = bytes[start...].firstIndex(of: needle[0]) {
                if bytes[place...].starts(with: needle) { return true }
                start = place + 1
            }
            return false
        }
    }

    @Test func `no file of the archive holds a complainant's identity`() throws {
        let archive = try TestArchive()
        // Without the record whose running text has the numbers: that text is kept as it came.
        try archive.add([Self.records[0], Self.records[2]])
        #expect(archive.run("reindex").exitCode == 0)
        let copy = archive.folder.file("copy")
        #expect(archive.run("backup", copy).exitCode == 0)
        let files = archive.files() + TestArchive.files(under: copy) + [archive.folder.file("records.jsonl.rejects.jsonl")]
        for file in files {
            let bytes = FileBytes.read(file)
            if bytes.isEmpty { continue }
            let held = Self.secrets.filter { found($0, in: bytes) }
            #expect(held.isEmpty, "\(file)")
        }
    }

    @Test func `neither index nor rejects hold a number of running text`() throws {
        let archive = try filled()
        for file in TestArchive.files(under: archive.path + "/index") + [archive.folder.file("records.jsonl.rejects.jsonl")] {
            let bytes = FileBytes.read(file)
            if bytes.isEmpty { continue }
            let held = [Self.phone, Self.idNumber].filter { found($0, in: bytes) }
            #expect(held.isEmpty, "\(file)")
        }
    }

    @Test func `no output holds an identity that was not asked for with the key`() throws {
        let archive = try filled()
        let outcomes = [
            archive.run("search", "date:1900..2200", "--json"), archive.run("search", "电梯 OR 路灯", "--explain"), archive.run("show", "S1"),
            archive.run("show", "S1", "--json"), archive.run("show", "S2", "--json"), archive.run("export", "--to", "-"),
            archive.run("search", "phone:" + Self.phone, "--json"), archive.run("similar", "S1", "--json"),
            archive.run("stat"), archive.run("verify"), archive.run("import", archive.folder.file("records.jsonl")),
        ]
        for outcome in outcomes {
            for secret in Self.secrets {
                #expect(!found(secret, in: outcome.output) && !found(secret, in: outcome.notices))
            }
        }
        let whole = archive.run("export", "--to", "-", "--with-identity")
        for secret in Self.secrets { #expect(found(secret, in: whole.output), "with the key everything comes back") }
    }

    @Test func `with the key a telephone finds its records, whole or by its tail`() throws {
        let archive = try filled()
        for query in ["phone:" + Self.phone, "phone:98765432", "phone:5432"] { #expect(archive.count(query) == 2, "\(query)") }
        #expect(archive.count("phone:13800000000") == 0)
        #expect(archive.count("complainant:" + Self.name) == 1)
        #expect(archive.count("\"" + Self.phone + "\"") == 0, "the general index has mask characters only")
    }

    @Test func `without the key everything but identity works`() throws {
        let archive = try filled()
        FileBytes.move(archive.keyPath, to: archive.folder.file("elsewhere"))
        #expect(archive.count("电梯") == 1)
        #expect(archive.run("show", "S1").exitCode == 0)
        #expect(archive.run("export", "--to", "-").exitCode == 0)
        #expect(archive.run("stat").exitCode == 0)
        #expect(archive.run("verify").exitCode == 0)
        for arguments in [["search", "phone:" + Self.phone], ["export", "--to", "-", "--with-identity"]] {
            refuses(archive.start(arguments).wait(), naming: archive.keyPath)
        }
        let elsewhere = archive.run("search", "phone:5432", "--count", "--key", archive.folder.file("elsewhere"))
        #expect(elsewhere.number == 2)
    }

    @Test func `a key that others can read, or another archive's, is refused`() throws {
        let archive = try filled()
        let other = try TestArchive(in: archive.folder, name: "other")
        let query = ["search", "phone:" + Self.phone, "--count"]
        refuses(archive.start(query + ["--key", other.keyPath]).wait(), naming: other.keyPath)
        FileBytes.setMode(archive.keyPath, 0o644)
        refuses(archive.start(query).wait(), naming: archive.keyPath)
        #expect(archive.count("电梯") == 1, "what needs no key is not concerned")
        FileBytes.setMode(archive.keyPath, 0o600)
        #expect(archive.start(query).wait().number == 2)
    }

    private func refuses(_ outcome: Outcome, naming path: String) {
        #expect(outcome.exitCode == 2 && outcome.output.isEmpty, "\(outcome)")
        #expect(outcome.noticeText.contains(path), "\(outcome)")
        #expect(!outcome.noticeText.contains("unforeseen"), "\(outcome)")
    }
}
