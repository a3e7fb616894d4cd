// The posting lists that a query touches, looked up once, and how many live documents of the whole index hold each
// term. Exact counts, so that scores and matches never depend on how documents lie in segments.

import Index
import Records

/// How many live documents hold a term. A merge changes nothing in it: what was found out for one snapshot serves the
/// next, as long as the same records count.
package final class TermFrequencies {
    /// A generation's records up to the watermark, less those that were taken out for good.
    fileprivate let watermark: RecordSequence
    fileprivate let docCount: Int
    /// Units of text of all live documents.
    fileprivate let textUnits: UInt64
    private var known: [TermKey: (docs: Int32, words: Int32)] = [:]
    /// Terms that are remembered, some 40 bytes each.
    private static let termsMax = 65_536

    fileprivate init(_ snapshot: IndexSnapshot) throws(IndexError) {
        watermark = snapshot.watermark
        docCount = snapshot.liveDocCount
        textUnits = try snapshot.liveTextUnits()
    }

    fileprivate func hold(for snapshot: IndexSnapshot) -> Bool {
        snapshot.transaction != nil && watermark == snapshot.watermark && docCount == snapshot.liveDocCount
    }

    fileprivate subscript(key: TermKey, isWord isWord: Bool) -> Int? {
        get {
            guard let both = known[key] else { return nil }
            let count = isWord ? both.words : both.docs
            return count < 0 ? nil : Int(count)
        }
        set {
            guard let newValue else { return }
            if known.count >= Self.termsMax { known.removeAll(keepingCapacity: true) }
            var both = known[key] ?? (-1, -1)
            if isWord { both.words = Int32(clamping: newValue) } else { both.docs = Int32(clamping: newValue) }
            known[key] = both
        }
    }
}

/// What every query needs to know of a snapshot. The next query of the same snapshot finds the terms that it shares with
/// those before it.
package final class IndexFacts {
    package let snapshot: IndexSnapshot
    let docCount: Int
    /// Units of text of all live documents, and of one in the mean; that at least 1.
    let liveTextUnits: UInt64
    let meanLength: Float
    package let frequencies: TermFrequencies
    private var terms: [TermKey: [PostingList?]] = [:]
    /// Terms that are remembered, some 200 bytes each.
    private static let termsMax = 32_768

    /// - Parameter earlier: of an earlier snapshot of the same generation; used if the same records count.
    package init(_ snapshot: IndexSnapshot, earlier: TermFrequencies? = nil) throws(IndexError) {
        self.snapshot = snapshot
        frequencies = if let earlier, earlier.hold(for: snapshot) { earlier } else { try TermFrequencies(snapshot) }
        docCount = frequencies.docCount
        liveTextUnits = frequencies.textUnits
        meanLength = max(1, Float(liveTextUnits) / Float(max(docCount, 1)))
    }

    /// The term's posting list in each segment.
    fileprivate func postings(of key: TermKey) throws(IndexError) -> [PostingList?] {
        if let known = terms[key] { return known }
        var found: [PostingList?] = []
        found.reserveCapacity(snapshot.segments.count)
        for segment in snapshot.segments { found.append(try segment.postings(of: key)) }
        if terms.count >= Self.termsMax { terms.removeAll() }
        terms[key] = found
        return found
    }

    /// Live documents that hold the term; with `isWord`, in which it is a word.
    fileprivate func frequency(of key: TermKey, isWord: Bool, using block: inout PostingBlock) throws(IndexError) -> Int {
        if let known = frequencies[key, isWord: isWord] { return known }
        var total = 0
        for (number, list) in try postings(of: key).enumerated() {
            guard let list else { continue }
            let gone = list.count(of: snapshot.segments[number].dead, weighs: isWord, using: &block)
            total += isWord ? list.wordDocCount - gone.words : list.docCount - gone.docs
        }
        frequencies[key, isWord: isWord] = total
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
