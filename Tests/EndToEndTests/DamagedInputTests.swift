// Input as it must not be: rejects or a clear notice, never a crash, and the good rows go in.

import Glibc
import Records
import TestSupport
import Testing

@Suite struct DamagedInputTests {
    private static func good(_ number: Int) -> [UInt8] {
        Array(#"{"id":"G\#(number)","receivedAt":"2024-01-05","title":"好行","content":"内容"}"#.utf8) + [0x0A]
    }

    /// Imports a file that has `good` readable rows and `bad` others.
    private func check(_ bytes: [UInt8], as name: String, good: Int, bad: Int) throws {
        let archive = try TestArchive()
        let answer = try archive.add(bytes, as: name)
        #expect(answer["imported"]?.int == good, "\(name): \(answer.text)")
        #expect(answer["rejected"]?.int == bad, "\(name): \(answer.text)")
        let rejects = String(decoding: FileBytes.read(archive.folder.file(name + ".rejects.jsonl")), as: UTF8.self)
        let lines = try rejects.split(separator: "\n").map { try JSONValue.parse(String($0)) }
        #expect(lines.count == bad)
        #expect(lines.allSatisfy { $0["line"]?.int != nil && $0["reason"]?.string?.isEmpty == false })
        #expect(archive.countAll() == good)
        #expect(archive.run("verify").exitCode == 0)
    }

    @Test func `JSON that ends too early`() throws {
        try check(Self.good(1) + Array(#"{"id":"X","receivedAt":"2024-01"#.utf8), as: "cut.jsonl", good: 1, bad: 1)
    }

    @Test func `NUL bytes in lines and tables`() throws {
        let line = Array(#"{"id":"N","receivedAt":"2024-01-05","title":"a"#.utf8) + [0] + Array(#"b"}"#.utf8) + [0x0A]
        try check(Self.good(1) + [0, 0, 0, 0x0A] + line + Self.good(2), as: "nul.jsonl", good: 2, bad: 2)
        let table = Array("id,receivedAt,title\nN1,2024-01-02,a".utf8) + [0] + Array("b\nN2,2024-01-02,ok\n".utf8)
        try check(table, as: "nul.csv", good: 1, bad: 1)
    }

    @Test func `quotes that do not match`() throws {
        let table = "id,receivedAt,title,content\nQ1,2024-01-02,好,好\nQ2,2024-01-02,\"未闭合,x\nQ3,2024-01-02,好,好\n"
        let archive = try TestArchive()
        let answer = try archive.add(Array(table.utf8), as: "quotes.csv")
        #expect((answer["imported"]?.int ?? 0) >= 1 && (answer["rejected"]?.int ?? 0) >= 1, "\(answer.text)")
    }

    @Test func `days the calendar does not have`() throws {
        var lines = Self.good(1)
        let dates = [
            #""2024-02-30""#, #""2024-13-01""#, #""0000-00-00""#, "1e400", "null", "true", "[]", "{}", #""""#,
            #""2024-01-05T25:61:61""#, "-1", #""9223372036854775808""#,
        ]
        for (number, date) in dates.enumerated() {
            lines += Array("{\"id\":\"D\(number)\",\"receivedAt\":\(date),\"title\":\"t\"}\n".utf8)
        }
        try check(lines, as: "dates.jsonl", good: 1, bad: dates.count)
        let table = "id,receivedAt,title\nD1,2024-02-30,t\nD2,2023/2/29,t\nD3,,t\nD4,2024-02-29,t\n"
        try check(Array(table.utf8), as: "dates.csv", good: 1, bad: 3)
    }

    @Test func `two encodings in one file`() throws {
        // 停车 in GB18030.
        let foreign = Array(#"{"id":"E","receivedAt":"2024-01-05","title":""#.utf8) + [0xCD, 0xA3, 0xB3, 0xB5] + Array("\"}\n".utf8)
        try check(Self.good(1) + foreign + Self.good(2), as: "mixed.jsonl", good: 2, bad: 1)
    }

    @Test func `values of the wrong kind, and nesting without end`() throws {
        let lines = [
            "[]", "1", #""x""#, "null", "{}", #"{"id":1,"receivedAt":"2024-01-05","title":{"a":1}}"#,
            #"{"id":"Z","receivedAt":"2024-01-05","title":"t","x":"# + String(repeating: "[", count: 100_000)
                + String(repeating: "]", count: 100_000) + "}",
        ]
        var bytes = Self.good(1)
        for line in lines.dropFirst() { bytes += Array(line.utf8) + [0x0A] }
        try check(bytes, as: "kinds.jsonl", good: 1, bad: lines.count - 1)
    }

    @Test(arguments: ["empty.jsonl", "empty.csv", "empty.xlsx"])
    func `an empty file`(name: String) throws {
        let archive = try TestArchive()
        let file = archive.folder.file(name)
        FileBytes.write([], to: file)
        let outcome = archive.run("import", file, "--json")
        #expect(outcome.signal == 0 && outcome.exitCode <= 2, "\(outcome)")
        #expect(!outcome.output.isEmpty || !outcome.notices.isEmpty)
        #expect(archive.countAll() == 0)
    }

    @Test func `a folder and a missing file are errors`() throws {
        let archive = try TestArchive()
        let folder = archive.folder.file("folder.jsonl")
        FileBytes.makeFolder(folder)
        for path in [folder, archive.folder.file("missing.jsonl")] {
            let outcome = archive.run("import", path)
            #expect(outcome.exitCode == 2, "\(outcome)")
            #expect(outcome.noticeText.contains(path))
            #expect(outcome.noticeText.split(separator: "\n").count >= 3, "what, where, remedy")
        }
    }

    @Test(arguments: Seed.sample(2))
    func `bytes that mean nothing, under every name`(seed: Seed) throws {
        var random = seed
        let archive = try TestArchive()
        let junk = (0..<50_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        for (name, head) in [("j.jsonl", ""), ("j.csv", ""), ("j.xlsx", "PK\u{3}\u{4}"), ("j.bin", ""), ("k.csv", "id,receivedAt,title\n")] {
            let file = archive.folder.file(name)
            FileBytes.write(Array(head.utf8) + junk, to: file)
            for format in [[], ["--format", "csv"], ["--format", "jsonl"], ["--format", "xlsx"]] {
                let outcome = archive.start(["import", file] + format).wait()
                #expect(outcome.signal == 0 && [0, 2].contains(outcome.exitCode), "\(seed), \(name), \(format): \(outcome)")
                #expect(!outcome.notices.isEmpty)
            }
        }
        #expect(archive.run("verify").exitCode == 0)
    }

    @Test func `a line of 100 MB`() throws {
        let archive = try TestArchive()
        let file = archive.folder.file("long.jsonl")
        let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        func append(_ bytes: [UInt8]) {
            let count = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            #expect(count == bytes.count)
        }
        append(Self.good(1) + Array(#"{"id":"L","receivedAt":"2024-01-05","title":"t","content":""#.utf8))
        let block = Array(String(repeating: "长", count: 350_000).utf8)
        for _ in 0..<100 { append(block) }
        append(Array("\"}\n".utf8) + Self.good(2))
        close(descriptor)
        let outcome = archive.run("import", file, "--json")
        #expect(outcome.exitCode == 0, "\(outcome)")
        #expect(archive.count("好行") == 2)
        #expect(archive.run("verify").exitCode == 0)
    }

    // Bytes of chance under the name of a table were taken for an empty one: nothing imported, nothing said, exit 0.
    @Test func `what is no table is refused, and an empty file is said to be empty`() throws {
        let archive = try TestArchive()
        var random = Seed(7)
        let file = archive.folder.file("junk.csv")
        FileBytes.write([0x22, 0xFF, 0x00] + (0..<3_000).map { _ in UInt8.random(in: 0x23...0xFF, using: &random) }, to: file)
        for arguments in [["import", file], ["import", "--dry-run", file]] {
            let refused = archive.start(arguments).wait()
            #expect(refused.exitCode == 2 && refused.noticeText.contains("Error: ") && refused.noticeText.contains("Remedy: "), "\(arguments) \(refused)")
        }
        for name in ["empty.csv", "empty.jsonl"] {
            let empty = archive.folder.file(name)
            FileBytes.write([], to: empty)
            let outcome = archive.run("import", empty)
            #expect(outcome.exitCode == 0 && outcome.noticeText.contains("holds no records"), "\(outcome)")
        }
    }

    // `--to cases.docx` was filled with lines of JSON, which Word refuses to open.
    @Test func `an export is not written under the name of a kind of file that it is not`() throws {
        let archive = try TestArchive()
        try archive.add(Sample.records)
        for name in ["a.docx", "a.xls", "a.PDF"] {
            let refused = archive.run("export", "--to", archive.folder.file(name))
            #expect(refused.exitCode == 2 && refused.noticeText.contains(".xlsx (Excel, WPS), .csv or .jsonl"), "\(refused)")
            #expect(!FileBytes.names(in: archive.folder.path).contains(name))
        }
        for name in ["a.jsonl", "a.csv", "a.xlsx", "a", "2024.03"] { #expect(archive.run("export", "--to", archive.folder.file(name)).exitCode == 0, "\(name)") }
    }
}
