// Measures an archive: does the right record come first, is every fragment found, and how long does a query take?
//
// Input: a folder with docs.jsonl, queries.jsonl and qrels.tsv (ranking), or an archive (truth, queries).
// Output: one table row a run on standard output.

import Engine
import Glibc

@main struct QualityTool {
    static func main() {
        var arguments = Array(CommandLine.arguments.dropFirst())
        guard !arguments.isEmpty, !arguments.contains("--help"), !arguments.contains("-h") else { usage(0) }
        let verb = arguments.removeFirst()
        do {
            switch verb {
            case "ranking": try RankingRun(Options(arguments)).print()
            case "tune": try TuneRun(Options(arguments)).print()
            case "queries": try QueriesRun(Options(arguments)).print()
            case "sizes": try SizesRun(Options(arguments)).print()
            case "truth":
                var run = try TruthRun(Options(arguments))
                exit(try run.print() ? 0 : 1)
            case "breaks": exit(try BreaksRun(Options(arguments)).print() ? 0 : 1)
            case "speed": try SpeedRun(Options(arguments)).print()
            case "trends": try TrendsRun(Options(arguments)).print()
            case "live": try LiveRun(Options(arguments)).print()
            case "duplicates": try DuplicatesRun(Options(arguments)).print()
            default: usage(2)
            }
        } catch let error as any NoticeError {
            fail(error.notice(in: .english))
        } catch {
            fail("error: \(error)")
        }
    }

    private static func usage(_ code: Int32) -> Never {
        let text = """
            Measures ranking on judged queries, the truth of substring search, the time of queries, and how soon a
            single record is found.

              tools/quality ranking --set DIR --archive ARCHIVE [--limit 10] [--queries N] [--cost 1]
                  DIR has queries.jsonl (id, text) and qrels.tsv (query, document); ARCHIVE holds its documents.
                  Prints MRR, success@1 and success@10 over all queries, and the milliseconds a query took; --cost 1:
                  also the processor time of a query beside the plain order's (BM25 of pairs alone).
              tools/quality tune --sets DIR,DIR… --archives ARCHIVE,ARCHIVE… [--rounds 2] [--queries N]
                  Looks for weights of the close look that rank every set well: starts from the present ones, climbs on
                  every other query, prints the figures of the others, and what each weight is worth (tools/tune).
              tools/quality truth --archive ARCHIVE [--fragments 5000] [--seed 1]
                  Random fragments of 1 to 12 characters of the archive's own text, some of them with one side
                  traditional, full-width or with Kangxi radicals: counts must equal a scan of the normalised text.
              tools/quality queries --archive ARCHIVE [--queries 1000] [--passes 5] [--seed 1]
                                    [--classes word,piece,…] [--modes plain,count,ranked,facets,user]
                                    [--clock wall|processor]
                  Times queries of each class, drawn by the seed from the archive's own texts: the median and the 99th
                  percentile over each query's median. plain: top 10, ids and BM25 alone; count: exact number;
                  ranked: top 10 in the order of results; user: all from the line of text to titles and snippets.
              tools/quality sizes --archive ARCHIVE
                  Where the bytes of the index go, against the UTF-8 text of the records.
              tools/quality breaks --files FILE,FILE... [--variants plain,folded,joined,doubled] [--megabytes 1000]
                  Breaks every line as it is, folded, without blanks, and with each character twice: places and
                  statuses must be those of ICU's own iterator.
              tools/quality speed --files FILE,FILE... [--rounds 3] [--megabytes 4] [--steps fold,icu,breaks,analysis]
                  MB of UTF-8 a second of one core's time, the steps in turns.
              tools/quality live --archive ARCHIVE [--changes 2000] [--milliseconds 0] [--seed 1] [--journal FILE]
                  Adds, changes and withdraws records one after the other, pausing that long in between, and sees that
                  each is found, or no longer found, when the call returns. Prints the milliseconds of the call, of the
                  count that follows it, and the number of segments. The records stay in the archive: use a copy.
                  FILE gets a line for each change when its call has returned: kind, id, word of the version.
              tools/quality trends [--replicates 3] [--peers 300] [--seed 1] [--picture FILE.svg]
                                   [--archive ARCHIVE [--events FILE.tsv]]
                  The alarm of `trends` on simulated weekly series with outbreaks of 2 and 3 standard deviations: false
                  alarms, outbreaks found, how soon; the same series judged by Farrington flexible and EARS (needs R with
                  surveillance; --peers 0 leaves them out). Of ARCHIVE every week's alarms by category, and when each known
                  event (event, from, to, pattern) was raised.

              tools/quality duplicates [--parts truth,sketch,haikou,teddy,latency,matters] [--archive ARCHIVE] [--truth DIR]
                                       [--data DIR] [--records 4000] [--examples 0] [--checks 1000] [--repeats 0]
                  truth: verdicts against the truth of tools/corpus. sketch: what the stored sketch and all sources
                  together find of what an exact search finds. haikou, teddy: tickets of one case, hot topics.
                  latency: one record against the archive; the slowest fiftieth is run --repeats times again, for a
                  profiler. matters: the first grouping of it (only if named: it stays there).

            Example:
              tools/quality ranking --set corpus --archive demo-archive

            """
        write(text, to: code == 0 ? STDOUT_FILENO : STDERR_FILENO)
        exit(code)
    }

    private static func fail(_ message: String) -> Never {
        write(message + "\n", to: STDERR_FILENO)
        exit(2)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}

/// `--name value` pairs.
struct Options {
    private var values: [String: String] = [:]

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard name.hasPrefix("--"), let value = rest.popFirst() else { throw OptionError(name: name) }
            values[String(name.dropFirst(2))] = value
        }
    }

    /// These options with some others in place.
    func with(_ others: [String: String]) -> Options {
        var copy = self
        copy.values.merge(others) { $1 }
        return copy
    }

    func text(_ name: String) throws -> String {
        guard let value = values[name] else { throw OptionError(name: "--" + name) }
        return value
    }

    func number(_ name: String, default standard: Int) throws -> Int {
        guard let text = values[name] else { return standard }
        guard let number = Int(text) else { throw OptionError(name: "--" + name) }
        return number
    }

    /// A list with commas; nil when not given.
    func names<Value>(_ name: String, _ value: (String) -> Value?) throws -> [Value]? {
        guard let text = values[name] else { return nil }
        return try text.split(separator: ",").map {
            guard let value = value(String($0)) else { throw OptionError(name: "--" + name) }
            return value
        }
    }

    struct OptionError: Error { let name: String }
}
