// The script that measures: what fails ends it with its message, before anything is taken for a result.

import Glibc
import Records
import TestSupport
import Testing

@Suite struct BenchmarkScriptTests {
    private static let script: String = {
        let here = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return "/\(here)/Benchmarks/run"
    }()

    /// The script's functions, with a stand-in for our own programs and without making a corpus.
    private static func lead(_ folder: TemporaryFolder, _ arguments: [String], _ program: String) -> String {
        """
        import importlib.machinery, importlib.util, pathlib, sys
        sys.dont_write_bytecode = True
        loader = importlib.machinery.SourceFileLoader("run", "\(script)")
        run = importlib.util.module_from_spec(importlib.util.spec_from_loader("run", loader))
        sys.argv = ["run"] + \(arguments)
        loader.exec_module(run)
        run.built = lambda name: pathlib.Path("\(program)")
        run.records = lambda options: pathlib.Path("\(folder.file("records.jsonl"))")
        run.main()
        """
    }

    // It went on, printed "results:" and ended with 0.
    @Test func `a step of ours that fails ends the run, and the results of the last one stay`() {
        let folder = TemporaryFolder()
        FileBytes.write(Array("#!/bin/sh\necho '{\"measure\":\"text\"}'\necho 'no archive here' >&2\nexit 2\n".utf8), to: folder.file("micro"), mode: 0o700)
        FileBytes.makeFolder(folder.file("results"))
        FileBytes.write(Array("before\n".utf8), to: folder.file("results/micro-10.jsonl"))
        let arguments = ["micro", "--records", "10", "--work", folder.file("work"), "--results", folder.file("results")]
        let outcome = Program.start(["-c", Self.lead(folder, arguments, folder.file("micro"))], program: "/usr/bin/python3").wait()
        #expect(outcome.exitCode == 1 && outcome.noticeText.contains("ended with 2") && !outcome.noticeText.contains("results: "), "\(outcome)")
        #expect(String(decoding: FileBytes.read(folder.file("results/micro-10.jsonl")), as: UTF8.self) == "before\n")
    }

    // It installed and built for minutes, and then asked an index that was not there.
    @Test func `without an index of an earlier run no-build says so before it starts`() {
        let folder = TemporaryFolder()
        let outcome = Program.start(
            [Self.script, "peers", "--no-build", "--records", "10", "--only", "juanzong", "tantivy-words", "scan-grep", "--work", folder.file("work"), "--results", folder.file("results")],
            program: "/usr/bin/python3"
        ).wait()
        #expect(outcome.exitCode == 2 && outcome.noticeText.contains("juanzong, tantivy-words in") && outcome.noticeText.contains("run once without --no-build"), "\(outcome)")
        #expect(FileBytes.read(folder.file("results/peers-10.jsonl")).isEmpty)
    }
}
