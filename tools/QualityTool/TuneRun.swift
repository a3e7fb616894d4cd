// Chooses the weights of the close look on judged queries of several sets at once, and says what each is worth.
//
// Input: judged sets and their archives. Output: a table on standard output (`Sources/Search/TUNING.md` keeps one).

import Search

/// One query: what the close look saw of its best records, in the order they came in.
struct JudgedQuery {
    struct Candidate {
        var isRight: Bool
        var isLiteral: Bool
        var features: SIMD8<Float>
    }

    var candidates: [Candidate]

    /// The place of the best right record under these weights, from 1 on; nil where none is among the candidates.
    func rank(_ weights: RankingWeights) -> Int? {
        var best: (isLiteral: Bool, score: Float)?
        for candidate in candidates where candidate.isRight {
            let score = (candidate.features * weights.close).sum()
            if let best, (best.isLiteral ? 1 : 0, best.score) >= (candidate.isLiteral ? 1 : 0, score) { continue }
            best = (candidate.isLiteral, score)
        }
        guard let best else { return nil }
        var rank = 1
        for candidate in candidates where !candidate.isRight {
            if candidate.isLiteral != best.isLiteral {
                if candidate.isLiteral { rank += 1 }
            } else if (candidate.features * weights.close).sum() > best.score {
                rank += 1
            }
        }
        return rank
    }
}

struct TuneRun {
    private struct Figures {
        var reciprocal = 0.0
        var first = 0.0
        var found = 0.0
        var text: String { "\(rounded(reciprocal))/\(rounded(first))/\(rounded(found))" }

        private func rounded(_ value: Double) -> String {
            let digits = String(1_000 + Int((value * 1_000).rounded()))
            return value >= 0.9995 ? "1.000" : "." + digits.dropFirst()
        }
    }

    private let names: [String]
    private let sets: [[JudgedQuery]]
    private let rounds: Int

    init(_ options: Options) throws {
        let folders = try options.names("sets") { $0 } ?? []
        let archives = try options.names("archives") { $0 } ?? []
        guard !folders.isEmpty, folders.count == archives.count else { throw Options.OptionError(name: "--archives") }
        rounds = try options.number("rounds", default: 2)
        names = folders.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        sets = try zip(folders, archives).map { folder, archive in
            try RankingRun(options.with(["set": folder, "archive": archive])).judgedQueries()
        }
    }

    /// Of every query, or of those with an even or odd number.
    private func figures(_ set: [JudgedQuery], _ weights: RankingWeights, parity: Int? = nil) -> Figures {
        var figures = Figures()
        var count = 0.0
        for (number, query) in set.enumerated() where parity == nil || number % 2 == parity {
            count += 1
            guard let rank = query.rank(weights), rank <= 10 else { continue }
            figures.reciprocal += 1 / Double(rank)
            figures.found += 1
            if rank == 1 { figures.first += 1 }
        }
        figures.reciprocal /= max(count, 1)
        figures.first /= max(count, 1)
        figures.found /= max(count, 1)
        return figures
    }

    /// Sets count alike, whatever their size.
    private func worth(_ weights: RankingWeights) -> Double {
        sets.reduce(0) { sum, set in
            let figures = figures(set, weights, parity: 0)
            return sum + figures.reciprocal + 0.3 * figures.first + 0.2 * figures.found
        }
    }

    func print() {
        row("weights", names.map { $0 })
        row("present, all queries", sets.map { figures($0, .standard).text })
        row("present, odd queries", sets.map { figures($0, .standard, parity: 1).text })
        for feature in CloseFeature.allCases {
            var weights = RankingWeights.standard
            weights[feature] = 0
            row("without \(feature)", sets.map { figures($0, weights).text })
        }
        var weights = RankingWeights.standard
        var best = worth(weights)
        for _ in 0..<rounds {
            for feature in CloseFeature.allCases {
                let start = weights[feature]
                for factor: Float in [0.6, 0.8, 1.25, 1.6] {
                    var tried = weights
                    tried[feature] = start * factor
                    let worth = worth(tried)
                    if worth > best + 1e-5 { (best, weights) = (worth, tried) }
                }
            }
        }
        row("climbed, even queries", sets.map { figures($0, weights, parity: 0).text })
        row("climbed, odd queries", sets.map { figures($0, weights, parity: 1).text })
        let found = CloseFeature.allCases.map { "\($0) \(weights[$0])" }.joined(separator: ", ")
        Swift.print("\nclimbed weights: \(found)")
    }

    private func row(_ name: String, _ cells: [String]) {
        Swift.print("| \(name) | \(cells.joined(separator: " | ")) |")
    }
}
