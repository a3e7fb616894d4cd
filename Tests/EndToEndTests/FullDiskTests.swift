// A disk that fills up at any moment: a clear error, an archive as whole as before, and work that goes on when there is
// room again.

import Glibc
import Records
import TestSupport
import Testing

@Suite struct FullDiskTests {
    private static func size(_ path: String) -> Int {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// The error says what, where and what to do.
    private static func check(_ outcome: Outcome, _ archive: TestArchive, place: SourceLocation = #_sourceLocation) {
        #expect(outcome.exitCode == 2, "\(outcome)", sourceLocation: place)
        #expect(outcome.noticeText.contains(archive.path), "\(outcome)", sourceLocation: place)
        #expect(outcome.noticeText.contains("Remedy: free"), "\(outcome)", sourceLocation: place)
        #expect(archive.run("search", "物业", "--count").exitCode <= 1, sourceLocation: place)
    }

    @Test func `an import that meets a full disk goes on when there is room`() throws {
        let archive = try TestArchive()
        try archive.add(Sample.synthetic(50), as: "first.jsonl")
        let records = try Sample.synthetic(700)
        let file = archive.folder.file("records.jsonl")
        FileBytes.write(records, to: file)
        let start = Self.size(archive.path + "/records.lmdb")
        var failures = 0
        for extra in [40_000, 300_000] {
            let outcome = archive.run("import", file, fileBytesMax: start + extra)
            if outcome.exitCode == 0 { break }
            failures += 1
            Self.check(outcome, archive)
        }
        #expect(failures > 0)
        #expect(archive.run("import", file).exitCode == 0)
        #expect(archive.countAll() == 700)
        let checked = archive.run("verify", "--json")
        #expect(checked.exitCode == 0, "\(checked.text)")
    }

    @Test func `reindex, compact and backup leave a full disk as it was`() throws {
        let archive = try TestArchive()
        try archive.add(Sample.synthetic(400), as: "records.jsonl")
        let expected = archive.count("物业")
        let whole = Self.size(archive.path + "/index/gen-000001.lmdb")
        for bytes in [40_000, whole / 2] {
            Self.check(archive.run("reindex", fileBytesMax: bytes), archive)
            Self.check(archive.run("compact", fileBytesMax: bytes), archive)
            let copy = archive.folder.file("copy-\(bytes)")
            #expect(archive.run("backup", copy, fileBytesMax: bytes).exitCode == 2)
            #expect(archive.count("物业") == expected)
        }
        #expect(archive.run("reindex").exitCode == 0)
        #expect(archive.count("物业") == expected)
        #expect(archive.run("compact").exitCode == 0)
        #expect(archive.count("物业") == expected)
        #expect(FileBytes.names(in: archive.path + "/index").filter { $0.contains(".lmdb") }.count <= 3)
        #expect(archive.run("verify").exitCode == 0)
    }
}
