// The posting lists that a query touches, looked up once, and how many live documents of the whole index hold each
// term. Exact counts, so that scores and matches never depend on how documents lie in segments.

import Index
import Records

/// What every query needs to know of a snapshot.
final class IndexFacts {
    let snapshot: IndexSnapshot
    let docCount: Int
    /// Mean units of text of a live document; at least 1.
    let meanLength: Float
    fileprivate let deadDocs: [[UInt32]]

    init(_ snapshot: IndexSnapshot) throws(IndexError) {
        self.snapshot = snapshot
        docCount = snapshot.liveDocCount
        meanLength = max(1, Float(try snapshot.liveTextUnits()) / Float(max(docCount, 1)))
        deadDocs = snapshot.segments.map(\.dead.docs)
    }
}

/// What one query needs to know of the whole index.
final class IndexStatistics {
    let snapshot: IndexSnapshot
    let docCount: Int
    let meanLength: Float
    private let facts: IndexFacts
    private var frequencies: [TermKey: (docs: Int, words: Int)] = [:]
    private var lists: [TermKey: [PostingList?]] = [:]
    /// For lists short and long, one after the other.
    var block = PostingBlock()

    init(_ facts: IndexFacts) {
        self.facts = facts
        snapshot = facts.snapshot
        docCount = facts.docCount
        meanLength = facts.meanLength
    }

    /// The term's posting list in each segment.
    func postings(of term: TermKey) throws(IndexError) -> [PostingList?] {
        if let known = lists[term] { return known }
        var found: [PostingList?] = []
        found.reserveCapacity(snapshot.segments.count)
        for segment in snapshot.segments { found.append(try segment.postings(of: term)) }
        lists[term] = found
        return found
    }

    /// Live documents that hold the term, and those in which it is a word.
    private func frequency(of term: TermKey) throws(IndexError) -> (docs: Int, words: Int) {
        if let known = frequencies[term] { return known }
        var total = (docs: 0, words: 0)
        for (number, list) in try postings(of: term).enumerated() {
            guard let list else { continue }
            total.docs += list.docCount
            total.words += list.wordDocCount
            guard !facts.deadDocs[number].isEmpty else { continue }
            list.intersect(facts.deadDocs[number], using: &block) { _, weight in
                total.docs -= 1
                if weight > 0 { total.words -= 1 }
            }
        }
        frequencies[term] = total
        return total
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
