// Asks an archive every judged query and looks at what rank the right record comes.

import Engine
import Glibc
import Records
import Search

struct RankingRun {
    private let engine: Engine
    private let queries: [(id: String, text: String)]
    private let answers: [String: Set<String>]
    private let limit: Int
    private let depth: Int?
    private let name: String
    private let showsCost: Bool

    init(_ options: Options) throws {
        let folder = try options.text("set")
        name = folder.split(separator: "/").last.map(String.init) ?? folder
        limit = try options.number("limit", default: 10)
        depth = try options.names("depth") { Int($0) }?.first
        showsCost = try options.number("cost", default: 0) > 0
        engine = try Engine(opening: EngineOptions(archivePath: options.text("archive")))
        var answers: [String: Set<String>] = [:]
        for line in try Lines.of(folder + "/qrels.tsv") {
            let parts = line.split(separator: "\t")
            if parts.count >= 2 { answers[String(parts[0]), default: []].insert(String(parts[1])) }
        }
        self.answers = answers
        var queries: [(id: String, text: String)] = []
        for line in try Lines.of(folder + "/queries.jsonl") {
            let row = try JSONValue.parse(line)
            guard let id = row["id"]?.string, let text = row["text"]?.string else { continue }
            if answers[id] != nil { queries.append((id, text)) }
        }
        let most = try options.number("queries", default: queries.count)
        // Every n-th, so that a part stands for the whole.
        let step = max(1, queries.count / max(1, most))
        self.queries = stride(from: 0, to: queries.count, by: step).map { queries[$0] }
    }

    func print() throws {
        var (reciprocal, first, found) = (0.0, 0, 0)
        let clock = ContinuousClock()
        let start = clock.now
        for query in queries {
            // As a person would paste it: quotation marks and brackets of a title are text, not operators.
            let ids = try engine.rankedIDs(text: query.text, limit: limit, depth: depth)
            guard let rank = ids.firstIndex(where: { answers[query.id]!.contains($0) }) else { continue }
            reciprocal += 1 / Double(rank + 1)
            found += 1
            if rank == 0 { first += 1 }
        }
        let elapsed = clock.now - start
        let count = Double(max(queries.count, 1))
        let milliseconds = Double(elapsed.components.seconds) * 1e3 + Double(elapsed.components.attoseconds) * 1e-15
        Swift.print(
            "\(name): \(queries.count) queries  MRR@\(limit) \(rounded(reciprocal / count))  "
                + "success@1 \(rounded(Double(first) / count))  success@\(limit) \(rounded(Double(found) / count))  "
                + "\(rounded(milliseconds / count)) ms a query")
        if showsCost { try printCost() }
    }

    /// What the order costs beside the plain one on the same queries: processor time, each query's median of three.
    private func printCost() throws {
        let searcher = try engine.searcher()
        let nodes = queries.compactMap { Engine.pasted($0.text) }
        for isCounted in [false, true] {
            var medians: [[Double]] = []
            for ranking in [Ranking.plain, .full] {
                var times = [[Double]](repeating: [], count: nodes.count)
                for pass in 0...3 {
                    for (number, node) in nodes.enumerated() {
                        let start = SpeedRun.cpuNanoseconds()
                        _ = try searcher.search(node, sort: .relevance, ranking: ranking, isCounted: isCounted, limit: limit)
                        // The first pass warms up.
                        if pass > 0 { times[number].append(Double(SpeedRun.cpuNanoseconds() - start) * 1e-6) }
                    }
                }
                medians.append(times.map { $0.sorted()[1] }.sorted())
            }
            let (plain, full) = (medians[0], medians[1])
            guard !plain.isEmpty else { return }
            func column(_ times: [Double]) -> String {
                "p50 \(rounded(times[times.count / 2])) p99 \(rounded(times[times.count * 99 / 100])) ms"
            }
            Swift.print(
                "  \(isCounted ? "with the exact count" : "the best \(limit) alone"): plain \(column(plain)), ranked \(column(full)), "
                    + "p99 \(rounded(full[full.count * 99 / 100] / plain[plain.count * 99 / 100])) of the plain one's")
        }
    }

    /// What the close look saw of the best records of each query.
    func judgedQueries() throws -> [JudgedQuery] {
        let searcher = try engine.searcher()
        var ids: [RecordSequence: String] = [:]
        var judged: [JudgedQuery] = []
        for query in queries {
            let right = answers[query.id]!
            var candidates: [JudgedQuery.Candidate] = []
            searcher.observe = { sequence, isLiteral, features in
                if ids[sequence] == nil { ids[sequence] = (try? engine.archiveID(at: sequence)) ?? "" }
                candidates.append(
                    .init(isRight: right.contains(ids[sequence]!), isLiteral: isLiteral, features: features))
            }
            if let root = Engine.pasted(query.text) {
                _ = try searcher.search(root, sort: .relevance, isCounted: false, limit: limit)
            }
            judged.append(JudgedQuery(candidates: candidates))
        }
        return judged
    }

    private func rounded(_ value: Double) -> String {
        let thousandths = Int((value * 1_000).rounded())
        let fraction = String(thousandths % 1_000)
        return "\(thousandths / 1_000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }
}

enum Lines {
    static func of(_ path: String) throws -> [String] {
        guard let file = unsafe fopen(path, "r") else { throw FileError(path: path) }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe part.withUnsafeMutableBytes { unsafe fread($0.baseAddress, 1, $0.count, file) }
            if count == 0 { break }
            bytes.append(contentsOf: part[..<count])
        }
        return bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    }

    struct FileError: Error { var path: String }
}
