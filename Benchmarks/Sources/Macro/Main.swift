// What Benchmarks/run calls for whole archives: makes the corpus and the queries of a run, and is our runner among the
// peers. Each verb prints result lines (JSON) on standard output.

import Engine
import Glibc
import Measuring

@main struct Main {
    static func main() {
        var arguments = Array(CommandLine.arguments.dropFirst())
        guard !arguments.isEmpty else { usage() }
        let verb = arguments.removeFirst()
        do {
            let options = try Options(arguments)
            switch verb {
            case "prepare": try Preparation(options).run()
            case "draw":
                var draw = try QueryDraw(options)
                try draw.run()
            case "truth": try TruthScan(options).run()
            case "build": try BulkImport(options).run()
            case "query": try QueryRun(options).run()
            case "live": try LiveAdds(options).run()
            default: usage()
            }
        } catch let error as any NoticeError {
            fail(error.notice(in: .english))
        } catch {
            fail("Macro: \(error)")
        }
    }

    private static func usage() -> Never {
        fail(
            """
            Benchmarks/run calls this. Verbs:
              prepare --records FILE --out DIR      corpus for all runners
              draw --out DIR [--seed S] [--each N]  queries from it (needs words.txt there)
              truth --out DIR [--limit N]           how many documents match each
              build --records FILE --archive DIR [--memory MiB]
              query --queries FILE --archive DIR [--passes N] [--budget SECONDS] [--clock wall|processor] [--class C] [--mode M]
              live --queries FILE --archive DIR --scratch DIR [--adds N] [--every MILLISECONDS]
            """)
    }

    private static func fail(_ message: String) -> Never {
        let bytes = Array((message + "\n").utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
        exit(2)
    }
}
