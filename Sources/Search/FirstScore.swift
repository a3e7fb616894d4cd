// The first, cheap score of every match: which terms stand in the document (for words also how often and how
// early), and how long it is. The best of these are then looked at closely (`CloseScore`).

import Index
import Records

struct FirstScore {
    private let terms: QueryTerms
    private let statistics: IndexStatistics

    init(_ terms: QueryTerms, _ statistics: IndexStatistics) {
        self.terms = terms
        self.statistics = statistics
    }

    /// Scores of `docs` of one segment, in their order.
    func scores(_ docs: [UInt32], inSegment number: Int) throws(IndexError) -> [Float] {
        let segment = statistics.snapshot.segments[number]
        var scores = [Float](repeating: 0, count: docs.count)
        for (kind, weight) in [(terms.pairs, QueryTerms.pairWeight), (terms.characters, QueryTerms.characterWeight)] {
            for term in kind {
                try statistics.postings(of: term.key)[number]?
                    .add(weight * term.weight, to: &scores, of: docs, using: &statistics.block)
            }
        }
        var column = segment.lengthColumn
        let lengths = try column.numbers(of: docs)
        for index in docs.indices {
            scores[index] *= QueryTerms.gain(1, relativeLength: Float(lengths[index]) / statistics.meanLength)
        }
        let weights = WordWeight.weights
        for term in terms.words {
            guard let list = try statistics.postings(of: term.key)[number], list.hasWeights else { continue }
            list.intersect(docs, using: &statistics.block) { index, level in
                guard level > 0 else { return }
                let length = Float(lengths[index]) / statistics.meanLength
                scores[index] += QueryTerms.wordWeight * term.weight * QueryTerms.gain(weights[Int(level)], relativeLength: length)
            }
        }
        return scores
    }
}
