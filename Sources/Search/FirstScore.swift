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
        var block = PostingBlock()
        var scores = [Float](repeating: 0, count: docs.count)
        for term in terms.pairs + terms.characters {
            try statistics.postings(of: term.key)[number]?.intersect(docs, using: &block) { index, _ in
                scores[index] += term.weight
            }
        }
        var lengths: [Float] = []
        lengths.reserveCapacity(docs.count)
        var units = segment.lengthColumn
        for (index, doc) in docs.enumerated() {
            let length = Float(try units.number(of: doc)) / statistics.meanLength
            lengths.append(length)
            scores[index] *= QueryTerms.gain(1, relativeLength: length)
        }
        let weights = WordWeight.weights
        for term in terms.words {
            try statistics.postings(of: term.key)[number]?.intersect(docs, using: &block) { index, level in
                scores[index] += term.weight * QueryTerms.gain(weights[Int(level)], relativeLength: lengths[index])
            }
        }
        return scores
    }
}
