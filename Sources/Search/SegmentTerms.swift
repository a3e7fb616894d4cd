// The posting lists that a query touches, looked up once, and how many live documents of the whole index hold each
// term. Exact counts, so that scores and matches never depend on how documents lie in segments.

import Index
import Records

/// What every query needs to know of a snapshot. The next query of the same snapshot finds the terms that it shares with
/// those before it.
package final class IndexFacts {
    package let snapshot: IndexSnapshot
    let docCount: Int
    /// Mean units of text of a live document; at least 1.
    let meanLength: Float
    private let deadDocs: [[UInt32]]
    private var terms: [TermKey: Term] = [:]
    /// Terms that are remembered, some 200 bytes each.
    private static let termsMax = 32_768

    private struct Term {
        let lists: [PostingList?]
        /// Live documents that hold the term, and those in which it is a word; negative until somebody asks.
        var docs = -1
        var words = -1
    }

    package init(_ snapshot: IndexSnapshot) throws(IndexError) {
        self.snapshot = snapshot
        docCount = snapshot.liveDocCount
        meanLength = max(1, Float(try snapshot.liveTextUnits()) / Float(max(docCount, 1)))
        deadDocs = snapshot.segments.map(\.dead.docs)
    }

    /// The term's posting list in each segment.
    fileprivate func postings(of key: TermKey) throws(IndexError) -> [PostingList?] {
        if let known = terms[key] { return known.lists }
        return try lookUp(key).lists
    }

    private func lookUp(_ key: TermKey) throws(IndexError) -> Term {
        var found: [PostingList?] = []
        found.reserveCapacity(snapshot.segments.count)
        for segment in snapshot.segments { found.append(try segment.postings(of: key)) }
        let term = Term(lists: found)
        if terms.count >= Self.termsMax { terms.removeAll() }
        terms[key] = term
        return term
    }

    fileprivate func frequency(of key: TermKey, using block: inout PostingBlock) throws(IndexError) -> (docs: Int, words: Int) {
        if let known = terms[key], known.docs >= 0 { return (known.docs, known.words) }
        var total = (docs: 0, words: 0)
        for (number, list) in try postings(of: key).enumerated() {
            guard let list else { continue }
            total.docs += list.docCount
            total.words += list.wordDocCount
            guard !deadDocs[number].isEmpty else { continue }
            list.intersect(deadDocs[number], using: &block) { _, weight in
                total.docs -= 1
                if weight > 0 { total.words -= 1 }
            }
        }
        terms[key]?.docs = total.docs
        terms[key]?.words = total.words
        return total
    }
}

/// What one query needs to know of the whole index.
final class IndexStatistics {
    let snapshot: IndexSnapshot
    let docCount: Int
    let meanLength: Float
    private let facts: IndexFacts
    /// For lists short and long, one after the other.
    var block = PostingBlock()

    init(_ facts: IndexFacts) {
        self.facts = facts
        snapshot = facts.snapshot
        docCount = facts.docCount
        meanLength = facts.meanLength
    }

    /// The term's posting list in each segment.
    func postings(of term: TermKey) throws(IndexError) -> [PostingList?] { try facts.postings(of: term) }

    private func frequency(of term: TermKey) throws(IndexError) -> (docs: Int, words: Int) {
        try facts.frequency(of: term, using: &block)
    }

    /// Live documents that hold the term.
    func docFrequency(of term: TermKey) throws(IndexError) -> Int { try frequency(of: term).docs }

    /// Live documents in which the term is a word.
    func wordFrequency(of term: TermKey) throws(IndexError) -> Int { try frequency(of: term).words }

    /// `ln(1 + (N − df + ½) / (df + ½))`.
    func inverseDocFrequency(of term: TermKey) throws(IndexError) -> Float {
        inverse(try docFrequency(of: term))
    }

    func inverse(_ frequency: Int) -> Float {
        let df = Float(frequency)
        return naturalLogarithm(1 + (Float(docCount) - df + 0.5) / (df + 0.5))
    }
}
