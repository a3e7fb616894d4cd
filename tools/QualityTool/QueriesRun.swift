// How long do queries of each class take?
//
// One process, one thread, warm: each query is asked several times and its median taken; then the median and the
// 99th percentile over the queries of a class are shown, in microseconds. On a shared machine `--clock processor`
// counts what this thread has computed.

import Engine
import Glibc
import Records
import Search

struct QueriesRun {
    /// What is timed of a query.
    private enum Mode: String, CaseIterable {
        /// Ids and plain BM25 scores of the top 10; query parsed, index open.
        case plain
        /// The exact count; query parsed, index open.
        case count
        /// Ids and scores of the top 10 in the order that users see, with the exact count; query parsed, index open.
        case ranked
        /// The matches counted by the values of a facet; query parsed, index open.
        case facets
        /// Everything from the line of text to titles and snippets of ten hits.
        case user
    }

    private let engine: Engine
    private let searcher: Searcher
    private let count: Int
    private let passes: Int
    private let classes: [QueryClass]
    private let modes: [Mode]
    private let seed: UInt64
    private let usesProcessorTime: Bool

    init(_ options: Options) throws {
        engine = try Engine(opening: EngineOptions(archivePath: options.text("archive")))
        searcher = try engine.searcher()
        count = try options.number("queries", default: 1_000)
        passes = try options.number("passes", default: 5)
        seed = UInt64(try options.number("seed", default: 1))
        usesProcessorTime = (try? options.text("clock")) == "processor"
        classes = try options.names("classes", QueryClass.init(rawValue:)) ?? QueryClass.allCases
        modes = try options.names("modes", Mode.init(rawValue:)) ?? Mode.allCases
    }

    func print() throws {
        Swift.print("| class | mode | queries | hits p50 | p50 µs | p99 µs | mean µs | a second |")
        Swift.print("|---|---|---:|---:|---:|---:|---:|---:|")
        for kind in classes {
            var draw = QueryDraw(engine, searcher, seed: seed &* 1_000 &+ UInt64(QueryClass.allCases.firstIndex(of: kind)!))
            let queries = try draw.queries(kind, count: count)
            guard !queries.isEmpty else { continue }
            var hits: [Int] = []
            for query in queries { hits.append(try searcher.count(query.node)) }
            for mode in modes {
                let times = try times(queries, mode)
                let mean = times.reduce(0, +) / Double(times.count)
                Swift.print(
                    "| \(kind.rawValue) | \(mode.rawValue) | \(queries.count) | \(hits.sorted()[hits.count / 2]) | "
                        + "\(Self.tenths(times[times.count / 2])) | \(Self.tenths(times[times.count * 99 / 100])) | "
                        + "\(Self.tenths(mean)) | \(Int(1e6 / mean)) |")
                fflush(nil)
            }
        }
    }

    /// Each query's median over the passes, in microseconds, ascending.
    private func times(_ queries: [DrawnQuery], _ mode: Mode) throws -> [Double] {
        var samples = [[Double]](repeating: [], count: queries.count)
        let clock = ContinuousClock()
        var found = 0
        for pass in 0...passes {
            for (number, query) in queries.enumerated() {
                let start = clock.now
                let processorStart = SpeedRun.cpuNanoseconds()
                found &+= try ask(query, mode)
                let processorTime = Double(SpeedRun.cpuNanoseconds() - processorStart) * 1e-3
                let elapsed = clock.now - start
                let time = Double(elapsed.components.attoseconds) * 1e-12 + Double(elapsed.components.seconds) * 1e6
                // The first pass warms up.
                if pass > 0 { samples[number].append(usesProcessorTime ? processorTime : time) }
            }
        }
        if found == .min { Swift.print("") }  // what was found is used
        return samples.map { $0.sorted()[$0.count / 2] }.sorted()
    }

    private func ask(_ query: DrawnQuery, _ mode: Mode) throws -> Int {
        switch mode {
        case .plain:
            return try searcher.search(
                query.node, sort: query.request.sort, ranking: .plain, isCounted: false, limit: 10
            ).hits.count
        case .count: return try searcher.count(query.node)
        case .ranked: return try searcher.search(query.node, sort: query.request.sort, limit: 10).hits.count
        case .facets: return try searcher.facets(query.node, by: .category).counts.count
        case .user: return try engine.search(query.request).hits.count
        }
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
