// The scripts that load an export into a search cluster: sent with a stand-in for curl, since no such server can be had here. What
// they send, in which order, and that they stop at the first answer that is no success.

import Glibc
import Records
import TestSupport
import Testing

@Suite struct ClusterScriptTests {
    /// Notes its arguments and prints what the environment says for the address; `--head` fails until something was put.
    private static let curl = #"""
        #!/bin/sh
        printf '%s\n' "$*" >>"$CURL_LOG"
        case "$*" in
        *--head*) grep -q 'X PUT' "$CURL_LOG" || exit 22 ;;
        *_bulk*) printf '%s' "$BULK_ANSWER" ;;
        *_count*) printf '%s' "$COUNT_ANSWER" ;;
        *_stream_load*) printf '%s' "$LOAD_ANSWER" ;;
        esac
        """#

    private static func run(_ folder: TemporaryFolder, _ script: String, _ more: [String: String]) -> (outcome: Outcome, sent: [String]) {
        FileBytes.makeFolder(folder.file("bin"))
        FileBytes.write(Array(curl.utf8), to: folder.file("bin/curl"), mode: 0o700)
        FileBytes.remove(folder.file("sent"))
        let variables = [
            "PATH": folder.file("bin") + ":" + (Program.environment("PATH") ?? ""), "CURL_LOG": folder.file("sent"), "OPENSEARCH": "https://search.example:9200",
            "DORIS": "http://doris.example:8030", "DATABASE": "office", "CURL_CONFIG": "curl.conf",
        ].merging(more) { $1 }
        let outcome = Program.start([folder.file(script)], environment: variables, program: "/bin/sh").wait()
        return (outcome, String(decoding: FileBytes.read(folder.file("sent")), as: UTF8.self).split(separator: "\n").map(String.init))
    }

    @Test func `parts go over one by one, and what is no success ends it`() throws {
        let archive = try TestArchive()
        for (cluster, folder) in [("opensearch", "o"), ("doris", "d")] {
            let answer = try archive.run("export", "--to", cluster, "--folder", archive.folder.file(folder), "--name", "cases", "--json").objects.first
            #expect(answer?["exported"]?.int == 0 && answer?["parts"]?.int == 0)
        }
        // Parts as large archives have them.
        for part in ["o/part-000001.ndjson", "o/part-000002.ndjson", "d/part-000001.jsonl", "d/part-000002.jsonl"] { FileBytes.write([0x7B, 0x7D, 0x0A], to: archive.folder.file(part)) }
        let good = Self.run(archive.folder, "o/load.sh", ["BULK_ANSWER": #"{"errors":false}"#, "COUNT_ANSWER": #"{"count":0}"#])
        #expect(good.outcome.exitCode == 0, "\(good.outcome.notices)")
        #expect(good.sent.count == 6 && good.sent.allSatisfy { $0.contains("--config curl.conf") && $0.contains("https://search.example:9200/cases-") })
        #expect(good.sent[0].contains("--head") && good.sent[1].contains("/o/index.json") && good.sent[2].contains("part-000001") && good.sent[3].contains("part-000002"))
        #expect(good.sent[4].contains("_refresh") && good.sent[5].contains("_count"))
        let failed = Self.run(archive.folder, "o/load.sh", ["BULK_ANSWER": #"{"errors":true,"items":[{"index":{"error":{"type":"x"}}}]}"#, "COUNT_ANSWER": #"{"count":0}"#])
        #expect(failed.outcome.exitCode == 1 && failed.sent.count == 3, "it stops at the first part")
        let few = Self.run(archive.folder, "o/load.sh", ["BULK_ANSWER": #"{"errors":false}"#, "COUNT_ANSWER": #"{"count":7}"#])
        #expect(few.outcome.exitCode == 1)

        let loaded = Self.run(archive.folder, "d/load.sh", ["LOAD_ANSWER": #"{"Status": "Success"}"#])
        #expect(loaded.outcome.exitCode == 0 && loaded.sent.count == 2, "\(loaded.outcome.notices)")
        #expect(loaded.sent.allSatisfy { $0.contains("http://doris.example:8030/api/office/cases/_stream_load") && $0.contains("read_json_by_line: true") && $0.contains("--location-trusted") })
        #expect(Set(loaded.sent.compactMap { $0.split(separator: " ").first { $0.hasPrefix("cases-") } }).count == 2, "a label each")
        #expect(Self.run(archive.folder, "d/load.sh", ["LOAD_ANSWER": #"{"Status": "Label Already Exists", "ExistingJobStatus": "FINISHED"}"#]).outcome.exitCode == 0)
        let bad = Self.run(archive.folder, "d/load.sh", ["LOAD_ANSWER": #"{"Status": "Fail", "Message": "too many filtered rows"}"#])
        #expect(bad.outcome.exitCode == 1 && bad.sent.count == 1)
        #expect(Self.run(archive.folder, "d/load.sh", ["DORIS": ""]).outcome.exitCode != 0)
    }

    @Test func `options that do not go together are refused`() throws {
        let archive = try TestArchive()
        for arguments in [
            ["--to", "opensearch", "--with-identity"], ["--to", "a.jsonl", "--folder", "x"], ["--to", "doris", "--part-size", "0"], ["--to", "doris", "--part-size", "91"],
            ["--to", "-", "--recipient", "x"], ["--to", "doris", "--columns", "id"], ["--to", "doris", "--folder", archive.folder.file("n"), "--name", "A"],
        ] {
            #expect(Program.start(["export", "--archive", archive.path] + arguments).wait().exitCode == 2, "\(arguments)")
        }
    }
}
