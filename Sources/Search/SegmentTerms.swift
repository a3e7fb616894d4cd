// The posting lists that a query touches, looked up once, and how many live documents of the whole index hold each
// term. Exact counts, so that scores and matches never depend on how documents lie in segments.

import Index
import Records

/// What a query needs to know of the whole index.
final class IndexStatistics {
    let snapshot: IndexSnapshot
    let docCount: Int
    /// Mean units of text of a live document; at least 1.
    let meanLength: Float
    private var frequencies: [TermKey: Int] = [:]
    private var lists: [TermKey: [PostingList?]] = [:]
    private let deadDocs: [[UInt32]]

    init(_ snapshot: IndexSnapshot) throws(IndexError) {
        self.snapshot = snapshot
        docCount = snapshot.liveDocCount
        meanLength = max(1, Float(try snapshot.liveTextUnits()) / Float(max(docCount, 1)))
        deadDocs = snapshot.segments.map(\.dead.docs)
    }

    /// The term's posting list in each segment.
    func postings(of term: TermKey) throws(IndexError) -> [PostingList?] {
        if let known = lists[term] { return known }
        var found: [PostingList?] = []
        for segment in snapshot.segments { found.append(try segment.postings(of: term)) }
        lists[term] = found
        return found
    }

    /// Live documents that hold the term.
    func docFrequency(of term: TermKey) throws(IndexError) -> Int {
        if let known = frequencies[term] { return known }
        var total = 0
        var block = PostingBlock()
        for (number, list) in try postings(of: term).enumerated() {
            guard let list else { continue }
            total += list.docCount
            list.intersect(deadDocs[number], using: &block) { _, _ in total -= 1 }
        }
        frequencies[term] = total
        return total
    }

    /// `ln(1 + (N − df + ½) / (df + ½))`.
    func inverseDocFrequency(of term: TermKey) throws(IndexError) -> Float {
        let df = Float(try docFrequency(of: term))
        return naturalLogarithm(1 + (Float(docCount) - df + 0.5) / (df + 0.5))
    }
}
