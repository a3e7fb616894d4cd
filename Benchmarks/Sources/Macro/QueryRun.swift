// Our archive asked the queries of a run, in this process, as the peers are asked in theirs: queries prepared before the
// clock starts, one thread, warm.

import Engine
import Measuring
import Records
import Search

struct QueryRun {
    /// What is timed of a query.
    private enum Mode: String, CaseIterable {
        /// Ids and plain BM25 scores of the best ten: what peers give.
        case top10
        /// The exact count.
        case count
        /// Ids and scores of the first ten in the order that users see, with the exact count.
        case ranked
    }

    private let engine: Engine
    private let classes: [(kind: QueryClass, nodes: [QueryNode])]
    private let passes: Int
    private let budgetSeconds: Double
    private let clock: Stopwatch.Kind
    private let modes: [Mode]

    init(_ options: Options) throws {
        engine = try Engine(opening: EngineOptions(archivePath: options.text("archive")))
        let queries = try AskedQuery.all(in: options.text("queries"))
        let only = try options.text("class", default: "")
        classes = QueryClass.allCases.filter { only.isEmpty || $0.rawValue == only }
            .map { kind in (kind, queries.filter { $0.kind == kind }.map(\.node)) }
        passes = try options.number("passes", default: 3)
        budgetSeconds = Double(try options.number("budget", default: 20))
        clock = Stopwatch.Kind(rawValue: try options.text("clock", default: "wall")) ?? .wall
        let asked = try options.text("mode", default: "")
        modes = Mode.allCases.filter { asked.isEmpty || $0.rawValue == asked }
    }

    func run() throws {
        for (kind, nodes) in classes where !nodes.isEmpty {
            for mode in modes where mode != .count || kind.isCounted { try measure(kind, nodes, mode) }
            guard kind.isCounted else { continue }
            let searcher = try engine.searcher()
            var line = ResultLine("counts")
            line.set("class", kind.rawValue)
            line["counts"] = .array(try nodes.map { .number("\(try searcher.count($0))") })
            line.print()
        }
    }

    /// One pass to warm up, which also finds how many queries fit the budget; then the median of each over the passes.
    private func measure(_ kind: QueryClass, _ nodes: [QueryNode], _ mode: Mode) throws {
        let watch = Stopwatch()
        let warm = try engine.searcher()
        var count = 0
        var hits = 0
        for node in nodes {
            hits &+= try ask(node, kind, mode, warm)
            count += 1
            if watch.seconds > budgetSeconds / Double(passes + 1) { break }
        }
        var times = [[Double]](repeating: [], count: count)
        for _ in 0..<passes {
            // A searcher remembers what it looked up for its queries; each pass asks each query once, as new.
            let searcher = try engine.searcher()
            for number in 0..<count {
                let watch = Stopwatch(clock)
                hits &+= try ask(nodes[number], kind, mode, searcher)
                times[number].append(watch.microseconds)
            }
        }
        let medians = times.map(\.median).sorted()
        var line = ResultLine("query")
        line.set("class", kind.rawValue)
        line.set("mode", mode.rawValue)
        line.set("clock", clock.rawValue)
        line.set("queries", count)
        line.set("p50Us", medians.percentile(0.5))
        line.set("p99Us", medians.percentile(0.99))
        line.set("meanUs", medians.mean)
        line.set("answers", hits)
        line.print()
    }

    private func ask(_ node: QueryNode, _ kind: QueryClass, _ mode: Mode, _ searcher: Searcher) throws -> Int {
        let sort: SortOrder = kind == .newest ? .newest : .relevance
        switch mode {
        case .top10: return try searcher.search(node, sort: sort, ranking: .plain, isCounted: false, limit: 10).hits.count
        case .count: return try searcher.count(node)
        case .ranked: return try searcher.search(node, sort: sort, limit: 10).hits.count
        }
    }
}
