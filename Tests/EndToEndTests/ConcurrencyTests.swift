// Several programs at one archive: one writer, readers who do not wait.

import Glibc
import Records
import TestSupport
import Testing

@Suite struct ConcurrencyTests {
    @Test func `a second writer is told who writes, and a search does not wait`() throws {
        let archive = try TestArchive()
        try archive.add(Sample.records)
        // An import whose input does not end holds the archive for as long as this test wants.
        let pipe = archive.folder.file("pipe")
        try #require(unsafe mkfifo(pipe, 0o600) == 0)
        let end = unsafe open(pipe, O_RDWR | O_CLOEXEC)
        try #require(end >= 0)
        let program = archive.start(["import", "-", "--format", "jsonl", "--rejects", archive.folder.file("rejects")], input: pipe)
        let more = try Sample.synthetic(50)
        _ = unsafe more.withUnsafeBytes { unsafe write(end, $0.baseAddress, min($0.count, 4096)) }
        let file = archive.folder.file("records.jsonl")
        var second = archive.run("import", file, "--wait", "0")
        for _ in 0..<50 where second.exitCode == 0 {
            usleep(100_000)
            second = archive.run("import", file, "--wait", "0")
        }
        #expect(second.exitCode == 2)
        #expect(second.noticeText.contains("\(program.pid)"), "\(second)")
        #expect(archive.run("reindex", "--wait", "0").exitCode == 2)
        #expect(archive.count("退款") == 2)
        #expect(archive.run("show", "A1").exitCode == 0)
        program.kill()
        #expect(program.wait().signal == SIGKILL)
        close(end)
        #expect(archive.run("import", file, "--wait", "0").exitCode == 0, "a dead writer holds nothing")
        #expect(archive.run("verify").exitCode == 0)
    }

    @Test func `searches during an import answer from whole states`() throws {
        let archive = try TestArchive()
        let file = archive.folder.file("records.jsonl")
        FileBytes.write(try Sample.synthetic(2000), to: file)
        let program = archive.start(["import", file])
        var last = 0
        for _ in 0..<20 {
            let outcome = archive.run("search", "date:1900..2200", "--count")
            let count = outcome.number ?? -1
            #expect(outcome.exitCode <= 1 && count >= last, "\(outcome)")
            last = count
        }
        #expect(program.wait().exitCode == 0)
        #expect(archive.countAll() == 2000)
    }
}
