// The same file again, and a file with changes: nothing is doubled, the old text stays but is no longer found.

import Records
import TestSupport
import Testing

@Suite struct VersionTests {
    @Test func `the same file twice changes nothing`() throws {
        let archive = try TestArchive()
        let records = try Sample.synthetic(100)
        try archive.add(records, as: "records.jsonl")
        let before = try archive.run("stat", "--json").objects.first
        let answer = try archive.add(records, as: "under-another-name.jsonl")
        #expect(answer["imported"]?.int == 0 && answer["updated"]?.int == 0 && answer["unchanged"]?.int == 100)
        let after = try archive.run("stat", "--json").objects.first
        #expect(before?["lastSequence"] == after?["lastSequence"])
        #expect(archive.countAll() == 100)
    }

    @Test func `a changed row becomes a new version and only its new text is found`() throws {
        let archive = try TestArchive()
        try archive.add(Sample.records)
        var changed = Sample.records
        changed[0].set("content", to: .string("电梯困人无人维修。"))
        let answer = try archive.add(changed)
        #expect(answer["updated"]?.int == 1 && answer["unchanged"]?.int == 3 && answer["imported"]?.int == 0)
        #expect(archive.countAll() == 4)
        #expect(archive.count("电梯困人") == 1)
        #expect(archive.count("业主不满") == 0)
        let newest = try archive.run("show", "A1", "--json").objects.first
        #expect(newest?["content"]?.string == "电梯困人无人维修。")
        let first = try archive.run("show", "A1", "--version", "1", "--json").objects.first
        #expect(first?["content"] == Sample.records[0]["content"])
        #expect(archive.run("verify").exitCode == 0)
        #expect(archive.run("reindex").exitCode == 0)
        #expect(archive.count("业主不满") == 0 && archive.count("电梯困人") == 1)
        // Back to the first text: a third version, found again.
        try archive.add(Sample.records)
        #expect(archive.count("业主不满") == 1 && archive.count("电梯困人") == 0)
    }
}
