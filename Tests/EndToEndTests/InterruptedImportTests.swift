// An import that is killed, at any instant, and run again: all records, no doubles.
//
// JUANZONG_KILLS (5) and JUANZONG_KILL_RECORDS (5000) set how long this is tried.

import Glibc
import Records
import TestSupport
import Testing

@Suite struct InterruptedImportTests {
    private static func setting(_ name: String, _ usual: Int) -> Int { Program.environment(name).flatMap { Int($0) } ?? usual }

    private static func now() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1_000
    }

    @Test(arguments: Seed.sample(1))
    func `killed at random instants and run again, an import is whole`(seed: Seed) throws {
        var random = seed
        let killsWanted = Self.setting("JUANZONG_KILLS", 5)
        let count = Self.setting("JUANZONG_KILL_RECORDS", 5000)
        let records = try Sample.synthetic(count, seed: seed.start)

        // Undisturbed once: what must be there, and how long the killer may wait.
        let calm = try TestArchive()
        let began = Self.now()
        let answer = try calm.add(records, as: "records.jsonl")
        let duration = Self.now() - began
        try #require(answer["imported"]?.int == count)
        let queries = ["date:1900..2200", "物业", "\"投诉\"", "date:2023", "-噪音"]
        let expected = queries.map { calm.count($0) }

        var kills = 0
        var rounds = 0
        while kills < killsWanted, rounds < 3 * killsWanted {
            rounds += 1
            let archive = try TestArchive()
            let file = archive.folder.file("records.jsonl")
            FileBytes.write(records, to: file)
            while true {
                let program = archive.start(["import", file, "--json"])
                // Past the wanted number the import is left alone.
                if kills < killsWanted {
                    usleep(UInt32(UInt64.random(in: 0...duration, using: &random)))
                    program.kill()
                }
                let outcome = program.wait()
                if outcome.signal == SIGKILL {
                    kills += 1
                    // What is there between the runs is whole, too.
                    #expect(archive.run("search", "物业", "--count").exitCode <= 1)
                    continue
                }
                #expect(outcome.exitCode == 0, "\(outcome)")
                break
            }
            let statistics = try archive.run("stat", "--json").objects.first
            #expect(statistics?["records"]?.int == count, "\(seed)")
            #expect(statistics?["versions"]?.int == count, "\(seed): a version was written twice")
            #expect(queries.map { archive.count($0) } == expected, "\(seed)")
            let ids = try archive.run("export", "--to", "-").objects.compactMap { $0["id"]?.string }
            #expect(ids.count == count && Set(ids).count == count, "\(seed)")
            let checked = archive.run("verify", "--json")
            #expect(checked.exitCode == 0, "\(seed): \(checked.text)")
        }
        #expect(kills == killsWanted, "\(seed): too few imports were still running when killed")
    }

    @Test func `an import that is asked to stop continues later`() throws {
        let archive = try TestArchive()
        let file = archive.folder.file("records.jsonl")
        FileBytes.write(try Sample.synthetic(2000), to: file)
        let program = archive.start(["import", file])
        usleep(150_000)
        kill(program.pid, SIGINT)
        let outcome = program.wait()
        #expect(outcome.signal == 0 || outcome.signal == SIGINT, "\(outcome)")
        #expect(archive.run("import", file).exitCode == 0)
        #expect(archive.countAll() == 2000)
        #expect(archive.run("verify").exitCode == 0)
    }
}
