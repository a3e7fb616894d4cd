// What the help says can be typed as it stands, and a mistake is told where it was made, in one language.

import Records
import TestSupport
import Testing

@Suite struct HelpTests {
    /// Every command, by the words that name it.
    private static let commands: [[String]] = {
        let parts = [
            "case": ["open", "add", "close", "file", "show", "list", "check", "print", "hold", "hand-out", "keep", "due", "appraise", "destroy", "register"], "report": ["monthly", "annual", "pivot", "compare", "corrections", "ladder", "repeats", "overdue", "loops"],
            "profile": ["list", "show", "check", "new"], "lexicon": ["suggest", "add"], "synonyms": ["suggest", "add"], "query": ["save", "list"], "key": ["check", "add"], "token": ["new", "list"],
            "transfer": ["export", "check", "import", "confirm"],
        ]
        let verbs = [
            "init", "import", "add", "edit", "event", "withdraw", "search", "similar", "check", "link", "unlink", "matters", "analyze", "show", "export", "completion", "trends", "stat", "verify", "reindex", "compact",
            "backup", "audit", "unmask", "status", "restore", "serve", "build-shard", "manifest", "bands", "pairs", "edges", "cluster", "series", "batch",
        ]
        return verbs.map { [$0] } + parts.flatMap { verb, parts in [[verb]] + parts.map { [verb, $0] } }
    }()

    // Where a line is too long the parser breaks it anywhere, and what is pasted are two commands.
    @Test(arguments: ["en_US.UTF-8", "zh_CN.UTF-8"]) func `an example can be pasted as it stands`(locale: String) {
        let running = Self.commands.map { ($0, Program.start($0 + ["--help"], environment: ["LANG": locale])) }
        for (command, program) in running {
            let outcome = program.wait()
            #expect(outcome.exitCode == 0, "\(command) \(outcome)")
            let lines = outcome.text.split(separator: "\n", omittingEmptySubsequences: false)
            guard let first = lines.firstIndex(where: { $0.hasPrefix("Example: ") || $0.hasPrefix("例：") }) else { continue }
            for line in lines[(first + 1)...].prefix(while: { !$0.isEmpty }) { #expect(line.hasPrefix("    "), "\(command): \(line)") }
        }
    }

    @Test func `an archive is made as the help says`() throws {
        let folder = TemporaryFolder()
        let help = Program.start(["init", "--help"]).wait().text
        let line = try #require(help.split(separator: "\n").first { $0.hasPrefix("Example: juanzong ") })
        let words = line.dropFirst("Example: juanzong ".count).split(separator: " ").map { $0 == "./12345" ? folder.file("12345") : String($0) }
        let outcome = Program.start(words).wait()
        #expect(outcome.exitCode == 0, "\(outcome)")
    }

    @Test func `a mistake in the arguments of a part is told with that part`() throws {
        let archive = try TestArchive()
        for (words, place, remedy) in [
            (["case", "hold"], "Where: juanzong case hold", "see 'juanzong case hold --help'"), (["report", "pivot", "--filter"], "Where: juanzong report pivot", "juanzong report pivot --help"),
            (["token", "new"], "Where: juanzong token new", "juanzong token new --help"), (["search"], "Where: juanzong search", "juanzong search --help"),
            (["query", "run", "x"], "'juanzong query' has no part 'run'", "save list remove"), (["report", "nosuch"], "no part 'nosuch'", "monthly"),
        ] {
            let outcome = archive.start(words).wait()
            #expect(outcome.exitCode == 2 && outcome.noticeText.contains(place) && outcome.noticeText.contains(remedy), "\(words) \(outcome)")
        }
    }

    @Test func `the archive may be named before a verb of two words`() throws {
        let archive = try TestArchive()
        for words in [["transfer", "export", "--receiver", "馆", "--to", archive.folder.file("p")], ["case", "list"], ["query", "list"]] {
            let outcome = Program.start(["--archive", archive.path] + words).wait()
            #expect(!outcome.noticeText.contains("Unknown option"), "\(words) \(outcome)")
        }
    }

    @Test func `a Chinese notice has no English in it, an English one no Chinese`() throws {
        let archive = try TestArchive()
        try archive.add(Sample.records)
        let none = archive.folder.file("none/there")
        for words in [
            ["backup", none], ["key", "add", "x", "--to", none], ["transfer", "check", none], ["search", "x", "--sort", "foo"], ["query", "save"], ["serve", "--socket", none], ["export", "小区", "--to", none + ".csv"],
            ["transfer", "export", "--to", archive.folder.file("p"), "--receiver", "x", "--year", "1999"], ["search", "x", "--limt", "3"], ["profile", "list", "x", "y"],
        ] {
            let chinese = archive.start(words, environment: ["LANG": "zh_CN.UTF-8"]).wait()
            let told = chinese.noticeText.split(separator: "\n").first { $0.hasPrefix("错误：") }.map(String.init) ?? ""
            #expect(chinese.exitCode == 2 && told.contains("："), "\(words) \(chinese)")
            for word in ["No such", "Please", "unexpected", "Did you", "Permission", "expected", "file or"] { #expect(!told.contains(word), "\(words) \(told)") }
            let english = archive.start(words).wait()
            #expect(english.exitCode == 2 && !english.noticeText.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }, "\(words) \(english)")
        }
    }

    @Test func `what is written wrongly is told as what it is`() throws {
        let archive = try TestArchive()
        try archive.add(Sample.records)
        #expect(archive.run("case", "open", "A1").exitCode == 0)
        for (words, told) in [
            (["audit", "--verify", "--expect", "abc"], "--expect"), (["audit", "--limit", "0"], "--limit takes 1"), (["show", "A1", "--version", "9"], "A1 has no version 9"),
            (["case", "destroy", "AJ000001", "--witness", "a", "--witness", "b", "--approver", "c"], "this needs filed"), (["case", "hold", "AJ000001", "--basis", "x", "--review", "abc"], "Where: abc"),
            (["restore", archive.folder.path], "no backup here"), (["case", "due", "--on", "abc"], "Where: abc"), (["trends", "--to", "x.docx"], "end the name in .csv or .xlsx"),
        ] {
            let outcome = archive.start(words).wait()
            #expect(outcome.exitCode != 0 && outcome.output.isEmpty && outcome.noticeText.contains(told), "\(words) \(outcome)")
        }
    }

    // A broken file of rules was told as a role that lacks a right.
    @Test func `rules that cannot be read are told to everybody as that`() throws {
        let archive = try TestArchive()
        FileBytes.write(FileBytes.read(archive.path + "/profile.yaml") + Array("\nusers: [broken\n".utf8), to: archive.path + "/profile.yaml")
        let outcome = archive.run("search", "x")
        #expect(outcome.exitCode == 2 && outcome.noticeText.contains("profile check") && outcome.noticeText.contains("profile.yaml"), "\(outcome)")
    }

    // An empty screen and exit 1 told nobody anything.
    @Test(arguments: [["case", "list"], ["case", "list", "--limit", "5"], ["case", "due"], ["case", "register"], ["case", "summary", "NO-SUCH"]])
    func `a list of files that is empty says so`(words: [String]) throws {
        let archive = try TestArchive()
        let outcome = archive.start(words).wait()
        #expect(outcome.exitCode == 1 && outcome.output.isEmpty && !outcome.notices.isEmpty, "\(outcome)")
    }

    @Test func `where nothing is filed there is nothing to transfer, and it is said how to file`() throws {
        let archive = try TestArchive()
        let outcome = archive.run("transfer", "export", "--year", "2023", "--receiver", "x", "--to", archive.folder.file("p"))
        #expect(outcome.exitCode == 2 && outcome.noticeText.contains("2023") && outcome.noticeText.contains("juanzong case file"), "\(outcome)")
    }
}
