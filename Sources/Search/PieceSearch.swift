// Records that share many pairs of letters with a text, exactly: by prefix filtering on the lists of the index.
//
// A text of n different pairs that stands to a share t in another has at least ⌈t·n⌉ of them there. So of any m of its
// pairs the other has at least m − (n − ⌈t·n⌉). The m rarest are cheap to count, and few other records reach the number.
// Source: Chaudhuri, Ganti, Kaushik, ICDE 2006 (prefix filter); Wang, Li, Feng, SIGMOD 2012 (longer prefixes).

import Index
import Records

/// A document that shares rare pairs with the text.
package struct PieceCandidate: Sendable {
    package var segment: Int
    package var doc: UInt32
    /// How many of the pairs that were counted it has.
    package var hits: Int
    /// The weights of those pairs, summed: logarithms of their rarity.
    package var weight: Float
    /// The hits are a good part of the whole document.
    package var isShort: Bool
}

package struct PieceSearch {
    /// Lists are read until they hold so many documents together: 60,000 found no pair more on any set measured, in twice
    /// the time …
    package var postingsMax = 8_000
    /// … but so many pairs at least, which the promise of exactness needs …
    package var share = 0.85
    /// … unless that takes more than this: a text of nothing but frequent pairs, whose copies the sketches find.
    package var postingsBound = 60_000
    /// Candidates kept for their weight alone: other words for the same matter.
    package var heaviestMax = 16
    /// Candidates kept because most of a short text of theirs stands in this one.
    package var shortMax = 32
    /// Candidates kept for the number of shared pairs.
    package var exactMax = 256

    /// All that is counted are live documents, so that nothing dead changes what is found.
    package var countsLiveOnly = false

    package init() {}

    /// - Parameter pairs: of the text, each once, `first << 16 | second`, with the number of records that have it.
    /// - Returns: what may hold the text or stand in it, then what is heavy. Dead documents are left out.
    package func candidates(
        _ pairs: [(pair: UInt32, count: Int)], in snapshot: IndexSnapshot, using counter: inout PieceCounter
    ) throws -> [PieceCandidate] {
        guard !pairs.isEmpty else { return [] }
        let total = countsLiveOnly ? snapshot.liveDocCount : snapshot.segments.reduce(0) { $0 + $1.docCount }
        let rarest = pairs.sorted { ($0.count, $0.pair) < ($1.count, $1.pair) }
        let needed = Int((share * Double(pairs.count)).rounded(.up))
        // Pairs that may be missing; one more and at least one hit is certain.
        let allowance = pairs.count - needed
        var chosen: [(pair: UInt32, weight: Float)] = []
        var postings = 0
        for entry in rarest {
            if postings + entry.count > postingsMax, chosen.count > allowance || postings + entry.count > postingsBound { break }
            postings += entry.count
            chosen.append((entry.pair, naturalLogarithm(Float(max(total, 2)) / Float(max(entry.count, 1)))))
        }
        let hitsMin = max(1, chosen.count - allowance)
        var found: [PieceCandidate] = []
        for number in snapshot.segments.indices {
            try counter.count(chosen, number, in: snapshot, hitsMin: hitsMin, heaviest: heaviestMax + (hitsMin > 1 ? exactMax / 4 : exactMax), into: &found)
        }
        var (exact, short, heavy): ([PieceCandidate], [PieceCandidate], [PieceCandidate]) = ([], [], [])
        for candidate in found {
            if candidate.hits >= hitsMin { exact.append(candidate) } else if candidate.isShort { short.append(candidate) } else { heavy.append(candidate) }
        }
        exact = Self.heaviest(exactMax, of: exact)
        return exact + Self.heaviest(shortMax, of: short) + Self.heaviest(max(0, heaviestMax - exact.count), of: heavy)
    }

    private static func isHeavier(_ a: PieceCandidate, _ b: PieceCandidate) -> Bool {
        a.weight != b.weight ? a.weight > b.weight : (a.segment, a.doc) > (b.segment, b.doc)
    }

    /// The heaviest of many, in no order that matters; only those near the limit are sorted.
    private static func heaviest(_ count: Int, of candidates: [PieceCandidate]) -> [PieceCandidate] {
        guard candidates.count > count else { return candidates }
        guard count > 0 else { return [] }
        var best = TopWeights(limit: count)
        for candidate in candidates { best.offer(candidate.weight) }
        let least = best.least
        return Array(candidates.filter { $0.weight >= least }.sorted(by: isHeavier).prefix(count))
    }

    /// The documents that share most weight of some pairs, heaviest first: for likeness in other words. Of each pair the
    /// newest documents count, so that the cost does not grow with the archive.
    ///
    /// - Parameter newest: documents of one pair, at most.
    /// - Parameter before: only documents that lie before this one; nil for all.
    /// - Parameter receivedIn: only documents received in this span of seconds.
    package func heaviest(
        _ pairs: [(pair: UInt32, weight: Float)], newest: Int, before: (segment: Int, doc: UInt32)?,
        receivedIn span: ClosedRange<Int64>, limit: Int, in snapshot: IndexSnapshot, using counter: inout WeightCounter
    ) throws -> [PieceCandidate] {
        var left = [Int](repeating: newest, count: pairs.count)
        var found: [PieceCandidate] = []
        var best = TopWeights(limit: limit)
        for (number, segment) in snapshot.segments.enumerated().reversed() {
            if let before, number > before.segment { continue }
            guard segment.earliestReceivedAt <= span.upperBound, segment.latestReceivedAt >= span.lowerBound else { continue }
            let end = before.flatMap { number == $0.segment ? $0.doc : nil } ?? .max
            counter.begin(segment.docCount)
            for (place, entry) in pairs.enumerated() where left[place] > 0 {
                guard let list = try counter.list(of: entry.pair, number, in: snapshot) else { continue }
                left[place] -= counter.addLast(left[place], of: list, below: end, entry.weight)
            }
            var receivedAt = segment.receivedAtColumn
            try counter.forEach { doc, weight in
                guard weight >= best.least, !segment.dead.contains(doc), span.contains(try receivedAt.number(of: doc)) else { return }
                best.offer(weight)
                found.append(PieceCandidate(segment: number, doc: doc, hits: 0, weight: weight, isShort: false))
            }
        }
        let least = best.least
        return Array(found.filter { $0.weight >= least }.sorted(by: Self.isHeavier).prefix(limit))
    }

    static func term(_ pair: UInt32) -> TermKey {
        .bigram(UInt16(truncatingIfNeeded: pair >> 16), UInt16(truncatingIfNeeded: pair))
    }
}

/// Sums weights by document of one segment after the other, in memory that is kept.
package struct WeightCounter: ~Copyable {
    private var weights: [Float] = []
    private var touched: [UInt32] = []
    private var block = PostingBlock()
    private var lists = KnownLists()

    package init() {}

    fileprivate mutating func list(of pair: UInt32, _ segment: Int, in snapshot: IndexSnapshot) throws -> PostingList? {
        try lists.list(of: pair, segment, in: snapshot)
    }

    fileprivate mutating func begin(_ docCount: Int) {
        clear()  // something is left only of a segment that could not be read
        if weights.count < docCount { weights = [Float](repeating: 0, count: docCount) }
    }

    /// - Returns: how many documents of the list were taken.
    fileprivate mutating func addLast(_ count: Int, of list: PostingList, below end: UInt32, _ weight: Float) -> Int {
        unsafe weights.withUnsafeMutableBufferPointer { weights in
            list.forEachLast(count, below: end, using: &block) { doc in
                // Holds: a document's number is below the segment's count, for which there is room.
                if unsafe weights[Int(doc)] == 0 { touched.append(doc) }
                unsafe weights[Int(doc)] += weight
            }
        }
    }

    /// Each document with its weight; then all is as at the beginning.
    fileprivate mutating func forEach(_ body: (UInt32, Float) throws -> Void) throws {
        for doc in touched { try body(doc, weights[Int(doc)]) }
        clear()
    }

    private mutating func clear() {
        for doc in touched { weights[Int(doc)] = 0 }
        touched.removeAll(keepingCapacity: true)
    }
}
