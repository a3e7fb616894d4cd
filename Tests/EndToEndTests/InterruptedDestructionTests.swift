// A destruction, and a restore, that are killed at any instant: the next opening goes on; nothing of what was destroyed is
// left in any file, the register and everything else is whole, and figures of before are what they were.
//
// JUANZONG_DESTRUCTION_KILLS (4) sets how many kills; the slow mode is 50 and more.

import Glibc
import Records
import TestSupport
import Testing

@Suite struct InterruptedDestructionTests {
    static let words = "紫檀笔筒被扣在仓库三号门后面的铁皮柜里"
    static let heldWords = "黄杨木雕被锁在仓库三号门后面的铁皮柜里"
    static let others = 300

    private static var killsWanted: Int { Program.environment("JUANZONG_DESTRUCTION_KILLS").flatMap { Int($0) } ?? 4 }

    private static func now() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1_000
    }

    /// Two due files, one of them on hold; a backup of them; all of it copied for each round.
    private static func template() throws -> TestArchive {
        let archive = try TestArchive()
        func run(_ arguments: String...) throws {
            let outcome = archive.start(arguments).wait()
            try #require(outcome.exitCode == 0, "\(arguments): \(outcome)")
        }
        var records: [JSONObject] = [("X1", words), ("X2", heldWords)].map { id, words in
            [
                "id": .string(id), "receivedAt": "2010-01-05", "content": .string("投诉\(id)：" + words + "，" + String(repeating: "请核实。", count: 12)),
                "complainants": .array([.object(["name": "欧阳试", "phone": "13900001111"])]), "acceptance": .object(["decision": "受理", "at": "2010-01-05"]),
                "closedAt": "2010-01-06", "satisfaction": "满意", "outcome": "已归还", "reply": .array(["已答复"]), "category": .array(["服务质量"]),
            ]
        }
        for number in 0..<others { records.append(["id": .string("N\(number)"), "receivedAt": "2010-01-06", "content": .string("路灯不亮第\(number)处，请派人维修")]) }
        try archive.add(records)
        for (id, file, words) in [("X1", "AJ000001", words), ("X2", "AJ000002", heldWords)] {
            FileBytes.write(Array("笔录：\(words)".utf8), to: archive.folder.file("d.txt"))
            try run("case", "open", id)
            try run("case", "add", file, archive.folder.file("d.txt"), "--type", "调查笔录")
            try run("case", "note", file, "--kind", "超期说明", "无")
            try run("case", "close", file)
            try run("case", "file", file, "--on", "2010-06-01")
        }
        try run("backup", archive.folder.file("backup"))
        for file in ["AJ000001", "AJ000002"] { try run("case", "appraise", file, "--decision", "destroy", "--by", "组长") }
        try run("case", "hold", "AJ000002", "--basis", "行政诉讼")
        return archive
    }

    /// One round's own copy.
    private struct Copy {
        let folder = TemporaryFolder()
        var path: String { folder.file("archive") }
        var backup: String { folder.file("backup") }

        init(of archive: TestArchive) throws {
            for name in ["archive", "archive.key", "backup"] {
                let outcome = Program.start(["-c", "cp -a \"$0\" \"$1\"", archive.folder.file(name), folder.file(name)], program: "/bin/sh").wait()
                try #require(outcome.exitCode == 0, "\(outcome)")
            }
        }

        func start(_ arguments: String...) -> RunningProgram { startList(arguments) }
        func startList(_ arguments: [String]) -> RunningProgram { Program.start(arguments, environment: ["JUANZONG_ARCHIVE": path]) }
    }

    private static func holds(_ path: String, _ text: String) -> Bool {
        TestArchive.files(under: path).contains { file in FileBytes.read(file).firstRange(of: Array(text.utf8)) != nil }
    }

    private static let destroy = ["case", "destroy", "AJ000001", "--witness", "甲", "--witness", "乙", "--approver", "丙", "--json"]

    private static func figures(_ copy: Copy, asOf snapshot: String) -> String {
        copy.start("report", "pivot", "--rows", "category", "--period", "2010-01", "--as-of", snapshot, "--json").wait().text
    }

    @Test(arguments: Seed.sample(1)) func `killed at random instants, a destruction is gone through with, and a restore is one or the other`(seed: Seed) throws {
        var random = seed
        let template = try Self.template()
        let calm = try Copy(of: template)
        let began = Self.now()
        let answer = calm.startList(Self.destroy).wait()
        let duration = Self.now() - began
        try #require(answer.exitCode == 0 && (try answer.objects.first?["proven"]?.bool) == true, "\(answer) \(answer.text)")
        let restoring = Self.now()
        try #require(calm.start("restore", calm.backup, "--json").wait().exitCode == 0)
        let restoreDuration = Self.now() - restoring
        let report = template.run("report", "pivot", "--rows", "category", "--period", "2010-01", "--json")
        let snapshot = try #require(try report.objects.first?["snapshot"]?.string)

        var kills = 0
        for round in 0..<(3 * Self.killsWanted) where kills < Self.killsWanted {
            let copy = try Copy(of: template)
            let isRestore = round % 2 == 1
            if isRestore { try #require(copy.startList(Self.destroy).wait().exitCode == 0) }
            let program = isRestore ? copy.start("restore", copy.backup) : copy.startList(Self.destroy)
            usleep(UInt32(UInt64.random(in: 0...(isRestore ? restoreDuration : duration), using: &random)))
            program.kill()
            if program.wait().signal == SIGKILL { kills += 1 }
            if isRestore {
                // The archive is the former or the restored one, and a second try goes through.
                #expect(copy.start("search", "路灯", "--count").wait().number == Self.others, "\(seed) round \(round)")
                let again = copy.start("restore", copy.backup, "--json").wait()
                #expect(again.exitCode == 0, "\(seed) round \(round): \(again)")
            }
            // Whoever opens it next goes on. A kill before the note leaves everything as it was, to be asked for again.
            let first = copy.start("search", "铁皮柜", "--count").wait()
            var left = first.number
            if left == 2, !isRestore {
                let again = copy.startList(Self.destroy).wait()
                #expect(again.exitCode == 0, "\(seed) round \(round): \(again)")
                left = copy.start("search", "铁皮柜", "--count").wait().number
            }
            #expect(left == 1, "\(seed) round \(round): \(first)")
            #expect(!FileBytes.exists(copy.path + "/destroying.json"), "\(seed) round \(round)")
            let register = copy.start("case", "register", "--json").wait()
            #expect(register.lines.count == 1 && register.text.contains("AJ000001"), "\(seed) round \(round): \(register.text)")
            #expect(copy.start("search", "路灯", "--count").wait().number == Self.others)
            #expect(copy.start("search", "phone:13900001111", "--count").wait().number == 1, "the held one")
            let verified = copy.start("verify", "--json").wait()
            #expect(verified.exitCode == 0, "\(seed) round \(round): \(verified.text)")
            // The one that is held is whole, with its document.
            let extracted = copy.start("case", "extract", "AJ000002", "1", "--to", copy.folder.file("out.txt")).wait()
            #expect(extracted.exitCode == 0 && FileBytes.read(copy.folder.file("out.txt")) == Array("笔录：\(Self.heldWords)".utf8), "\(seed) round \(round): \(extracted)")
            // Byte by byte: its words stand in no file, and no file holds a piece of it as it was packed and sealed.
            #expect(!Self.holds(copy.path, Self.words) && !Self.holds(copy.path, "紫檀笔筒"), "\(seed) round \(round)")
            let log = copy.start("audit", "--json", "--limit", "50").wait().text
            #expect(log.contains("proof: no file holds"), "\(seed) round \(round)")
            #expect(copy.startList(["case", "show", "AJ000001", "--json"]).wait().text.contains("\"state\":\"destroyed\""))
            #expect(Self.figures(copy, asOf: snapshot) == report.text, "\(seed) round \(round)")
        }
        #expect(kills == Self.killsWanted, "\(seed): too few were still running when killed")
    }

    /// The service has the old files open, with LMDB's lock files of them, while the new ones take their place.
    @Test(.timeLimit(.minutes(Patience.minutes)), arguments: [4, 5]) func `a file is destroyed beside a service that answers`(changes: Int) throws {
        let copy = try Copy(of: Self.template())
        let socket = copy.folder.file("s")
        let service = copy.start("serve", "--socket", socket)
        defer {
            kill(service.pid, SIGTERM)
            _ = service.wait()
        }
        while unsafe access(socket, F_OK) != 0 { usleep(10_000) }
        func finds(_ words: String, line: Int = #line) -> Bool {
            let outcome = copy.start("search", "\"\(words)\"", "--limit", "1").wait()
            #expect(outcome.exitCode < 2, "line \(line): \(outcome)")
            return outcome.exitCode == 0
        }
        // With an odd and an even number of states LMDB has the newest in another place.
        for number in 0..<changes {
            FileBytes.write(Array(#"{"id":"L\#(number)","receivedAt":"2024-01-06","content":"电梯停运第\#(number)次"}"#.utf8), to: copy.folder.file("one.jsonl"))
            let added = copy.start("add", copy.folder.file("one.jsonl")).wait()
            #expect(added.exitCode == 0, "\(added)")
            #expect(finds("路灯") && finds(Self.words))
        }
        func lockFile(_ name: String) -> UInt64 {
            var status = stat()
            return unsafe stat(copy.path + "/" + name + "-lock", &status) == 0 ? UInt64(status.st_ino) : 0
        }
        let stores = ["records.lmdb", "cases.lmdb", "identity.lmdb"]
        let former = stores.map(lockFile)
        // While they are open their numbers are given to no other file.
        let opened = stores.map { unsafe open(copy.path + "/" + $0 + "-lock", O_RDONLY) }
        defer { for descriptor in opened { close(descriptor) } }
        let outcome = copy.startList(Self.destroy).wait()
        #expect(outcome.exitCode == 0, "\(outcome)")
        // The service still has those of the old stores open, which say which of their states is the newest.
        for (name, former) in zip(stores, former) { #expect(former != 0 && lockFile(name) != former, "\(name)") }
        #expect(finds("路灯") && finds("电梯停运") && finds(Self.heldWords))
        #expect(!finds(Self.words))
        let verified = copy.start("verify").wait()
        #expect(verified.exitCode == 0, "\(verified)")
    }
}
