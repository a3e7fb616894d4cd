// Memory that runs out at any moment of an import: it ends, it says so, and nothing that was stored is lost.

import TestSupport
import Testing

@Suite struct ExhaustedMemoryTests {
    @Test(.timeLimit(.minutes(Patience.minutes))) func `an import that finds no memory ends with a notice and can be run again`() throws {
        let archive = try TestArchive()
        let file = archive.folder.file("records.jsonl")
        FileBytes.write(try Sample.synthetic(2_500), to: file)
        var failures = 0
        // From less than the stacks of two threads take to what is enough.
        for mebibytes in [18, 24, 30, 40, 52, 64, 80] {
            let running = Program.start(
                ["import", file, "--memory", "64"], environment: ["JUANZONG_ARCHIVE": archive.path], dataKiBMax: mebibytes << 10)
            let outcome = running.wait()
            #expect(outcome.exitCode == 0 || outcome.exitCode == 2, "\(mebibytes) MiB: \(outcome)")
            if outcome.exitCode == 2 {
                failures += 1
                #expect(outcome.noticeText.contains("memory") && outcome.noticeText.contains("Remedy"), "\(mebibytes) MiB: \(outcome)")
            }
        }
        #expect(failures > 0)
        #expect(archive.run("import", file).exitCode == 0)
        #expect(archive.countAll() == 2_500)
        let checked = archive.run("verify", "--json")
        #expect(checked.exitCode == 0, "\(checked.text)")
    }
}
