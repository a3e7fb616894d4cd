// Records changed one by one from the command line: what is found afterwards, what is kept, what is refused.

import Records
import TestSupport
import Testing

@Suite struct SingleRecordTests {
    private let person = "{\"name\":\"李无名\",\"phone\":\"13900002222\"}"

    private func add(_ archive: TestArchive, _ text: String) -> Outcome {
        let file = archive.folder.file("input.json")
        FileBytes.write(Array(text.utf8), to: file)
        return archive.run("add", "-", "--json", input: file)
    }

    private func filled() throws -> TestArchive {
        let archive = try TestArchive()
        let text = "{\"id\":\"S1\",\"receivedAt\":\"2024-01-05\",\"title\":\"停车费太贵\",\"complainants\":[\(person)]}"
        try #require(add(archive, text).exitCode == 0)
        return archive
    }

    @Test func `records go in as an object, a list and lines`() throws {
        let archive = try filled()
        let list = add(archive, "[{\"id\":\"S2\",\"receivedAt\":\"2024-01-06\",\n\"title\":\"停水\"}]")
        #expect(try list.objects.first?["change"]?.string == "added")
        let lines = add(archive, "{\"id\":\"S3\",\"receivedAt\":\"2024-01-06\",\"title\":\"停电\"}\n{\"id\":\"S2\",\"receivedAt\":\"2024-01-06\",\"title\":\"停水\"}\n")
        #expect(try lines.objects.map { $0["change"]?.string } == ["added", "unchanged"])
        #expect(archive.count("停水") == 1 && archive.count("停电") == 1)
    }

    @Test func `one bad record keeps all of them out and is named`() throws {
        let archive = try TestArchive()
        let bad = add(archive, "{\"id\":\"S1\",\"receivedAt\":\"2024-01-05\",\"title\":\"甲乙丙\"}\n{\"id\":\"S2\",\n")
        #expect(bad.exitCode == 2 && bad.noticeText.contains("line 2"))
        let incomplete = add(archive, "[{\"id\":\"S1\",\"receivedAt\":\"2024-01-05\",\"title\":\"甲乙丙\"},{\"id\":\"S2\"}]")
        #expect(incomplete.exitCode == 2)
        #expect(add(archive, " \n").exitCode == 2)
        #expect(archive.countAll() == 0)
    }

    @Test func `an edit keeps the former version, the complainant and the reason`() throws {
        let archive = try filled()
        let edit = archive.run(
            "edit", "S1", "--set", "状态=已办结", "--set", "category=城乡建设/物业", "--by", "王经办", "--reason", "回访确认", "--json")
        #expect(edit.exitCode == 0, "\(edit)")
        #expect(try edit.objects.first?["change"]?.string == "changed")
        #expect(archive.count("phone:13900002222") == 1, "who complained went over to the new version")
        #expect(archive.count("status:已办结 category:城乡建设") == 1)
        let shown = try archive.run("show", "S1", "--json").objects.first
        let note = shown?["versions"]?.array?.last
        #expect(note?["by"]?.string == "王经办" && note?["reason"]?.string == "回访确认" && note?["number"]?.int == 2)
        #expect(note?["fields"]?.array?.compactMap(\.string).sorted() == ["category", "status"])
        let before = try archive.run("show", "S1", "--version", "1", "--json").objects.first
        #expect(before?["status"] == nil && before?["title"]?.string == "停车费太贵")
        #expect(archive.run("edit", "S1", "--set", "status=已办结").exitCode == 0)
        #expect(try archive.run("show", "S1", "--json").objects.first?["archive"]?["version"]?.int == 2, "the same again is no change")
        #expect(archive.run("verify").exitCode == 0)
    }

    @Test func `an edit that cannot keep the complainant is refused`() throws {
        let archive = try filled()
        let outcome = archive.run("edit", "S1", "--set", "status=已办结", environment: ["JUANZONG_KEY": "/nonexistent.key"])
        #expect(outcome.exitCode == 2)
        #expect(archive.count("phone:13900002222") == 1)
        #expect(try archive.run("show", "S1", "--json").objects.first?["archive"]?["version"]?.int == 1)
    }

    @Test(arguments: [
        ["--set", "nosuchfield=1"], ["--set", "closedAt=yesterday"], ["--set", "id=S9"], ["--set", "title"], ["--version", "7", "--set", "title=x"],
        ["--unset", "receivedAt"], [],
    ])
    func `what would spoil a record is refused with a word on it`(change: [String]) throws {
        let archive = try filled()
        let outcome = archive.start(["edit", "S1"] + change).wait()
        #expect(outcome.exitCode == 2 && !outcome.notices.isEmpty, "\(change): \(outcome)")
        #expect(try archive.run("show", "S1", "--json").objects.first?["archive"]?["version"]?.int == 1)
        #expect(archive.run("edit", "NONE", "--set", "title=x").exitCode == 2)
    }

    @Test func `a merge patch changes, adds and removes`() throws {
        let archive = try filled()
        let patch = archive.folder.file("patch.json")
        FileBytes.write(Array("{\"title\":\"泊车费太贵\",\"ownMember\":{\"shelf\":7},\"grade\":null}".utf8), to: patch)
        #expect(archive.run("edit", "S1", "--merge", patch).exitCode == 0)
        let shown = try archive.run("show", "S1", "--json").objects.first
        #expect(shown?["title"]?.string == "泊车费太贵" && shown?["ownMember"]?["shelf"]?.int == 7)
        #expect(archive.count("停车费") == 0 && archive.count("泊车费") == 1)
    }

    @Test func `an event is found by its opinion and its kind`() throws {
        let archive = try filled()
        let outcome = archive.run(
            "event", "S1", "--type", "supervised", "--unit", "区市场监管局", "--due", "2024-03-20", "--opinion", "三日内答复", "--status", "办理中")
        #expect(outcome.exitCode == 0, "\(outcome)")
        #expect(archive.count("event:三日内答复") == 1 && archive.count("eventType:督办 status:办理中") == 1)
        #expect(archive.run("event", "S1", "--type", "closed").exitCode == 0)
        let events = try archive.run("show", "S1", "--json").objects.first?["events"]?.array
        #expect(events?.count == 2 && events?.last?["at"]?.string != nil)
    }

    @Test func `a withdrawal needs a reason, hides the record and can be taken back`() throws {
        let archive = try filled()
        #expect(archive.run("withdraw", "S1").exitCode == 2)
        #expect(archive.run("withdraw", "S1", "--reason", "重复录入", "--by", "王经办").exitCode == 0)
        #expect(archive.count("停车费") == 0 && archive.count("phone:13900002222") == 0)
        #expect(archive.run("edit", "S1", "--set", "title=x").exitCode == 2, "a withdrawn record is not changed")
        let shown = try archive.run("show", "S1", "--json").objects.first
        #expect(shown?["archive"]?["withdrawn"]?.bool == true)
        #expect(shown?["versions"]?.array?.last?["reason"]?.string == "重复录入")
        #expect(archive.run("withdraw", "S1", "--undo", "--reason", "有误").exitCode == 0)
        #expect(archive.count("停车费") == 1 && archive.count("phone:13900002222") == 1)
        #expect(archive.run("withdraw", "NONE", "--reason", "x").exitCode == 2)
        #expect(archive.run("verify").exitCode == 0)
    }
}
