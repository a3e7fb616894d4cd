// The posting lists that a query touches, looked up once, and how many live documents of the whole index hold each
// term. Exact counts, so that scores and matches never depend on how documents lie in segments.

import Index
import Records

/// What every query needs to know of a snapshot. The next query of the same snapshot finds the terms that it shares with
/// those before it.
package final class IndexFacts {
    package let snapshot: IndexSnapshot
    let docCount: Int
    /// Units of text of all live documents, and of one in the mean; that at least 1.
    let liveTextUnits: UInt64
    let meanLength: Float
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
        liveTextUnits = try snapshot.liveTextUnits()
        meanLength = max(1, Float(liveTextUnits) / Float(max(docCount, 1)))
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

    /// Live documents that hold the term; with `isWord`, in which it is a word.
    fileprivate func frequency(of key: TermKey, isWord: Bool, using block: inout PostingBlock) throws(IndexError) -> Int {
        if let known = terms[key], (isWord ? known.words : known.docs) >= 0 { return isWord ? known.words : known.docs }
        var total = 0
        for (number, list) in try postings(of: key).enumerated() {
            guard let list else { continue }
            let gone = list.count(of: snapshot.segments[number].dead, weighs: isWord, using: &block)
            total += isWord ? list.wordDocCount - gone.words : list.docCount - gone.docs
        }
        if isWord { terms[key]?.words = total } else { terms[key]?.docs = total }
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

    /// Live documents that hold the term.
    func docFrequency(of term: TermKey) throws(IndexError) -> Int { try facts.frequency(of: term, isWord: false, using: &block) }

    /// Live documents in which the term is a word.
    func wordFrequency(of term: TermKey) throws(IndexError) -> Int { try facts.frequency(of: term, isWord: true, using: &block) }

    /// `ln(1 + (N − df + ½) / (df + ½))`.
    func inverseDocFrequency(of term: TermKey) throws(IndexError) -> Float {
        inverse(try docFrequency(of: term))
    }

    func inverse(_ frequency: Int) -> Float {
        let df = Float(frequency)
        return naturalLogarithm(1 + (Float(docCount) - df + 0.5) / (df + 0.5))
    }
}
