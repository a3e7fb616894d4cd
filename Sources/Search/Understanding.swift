// The rule for unquoted parts of four characters and more: a record matches when the part's pairs of characters
// that stand in it carry at least a fixed share of the part's weight. No dictionary is asked.

import Index
import Records

struct Understanding {
    /// τ: the share of the part's weight that a record must hold: the largest that still leaves what is asked for
    /// among the first ten often enough on every judged set. By τ = .02, .03, .05, success@10 of the customers' questions
    /// is .695, .693, .688; letters and encyclopaedic text do not change. A larger one finds fewer records that share
    /// little with the query.
    static let share = 0.03

    /// Of a part of so many pairs and more only the rarest count: all but `commonShare` of its weight. The others stand
    /// in so many records that they tell nothing of a long text, and their lists are most of the work.
    static let longPairCount = 64
    static let commonShare = 0.2

    /// A part this short matches literally only.
    static let literalLengthMax = 3

    static func isLiteralOnly(_ units: [UInt16]) -> Bool { characterCount(units) <= literalLengthMax }

    private static func characterCount(_ units: [UInt16]) -> Int {
        units.reduce(0) { $0 + ($1 & 0xFC00 == 0xDC00 ? 0 : 1) }
    }

    /// Weights are whole numbers, so that sums do not depend on their order and the border is sharp.
    private struct Pair {
        var term: TermKey
        var weight: Int
    }

    private let statistics: IndexStatistics
    /// Those that count, heaviest (rarest) first.
    private let pairs: [Pair]
    let needed: Int
    var countedPairs: Int { pairs.count }

    /// What a weight of 1 is as a whole number.
    static let weightUnit: Float = 256
    /// Weight of all pairs.
    let weight: Int

    static func whole(_ weight: Float) -> Int { max(1, Int((weight * weightUnit).rounded())) }

    init(_ units: [UInt16], _ statistics: IndexStatistics) throws(IndexError) {
        self.statistics = statistics
        var seen: Set<TermKey> = []
        var pairs: [Pair] = []
        for i in 1..<units.count {
            let term = TermKey.bigram(units[i - 1], units[i])
            guard seen.insert(term).inserted else { continue }
            pairs.append(Pair(term: term, weight: Self.whole(try statistics.inverseDocFrequency(of: term))))
        }
        pairs.sort { ($0.weight, $1.term.rawValue) > ($1.weight, $0.term.rawValue) }
        weight = pairs.reduce(0) { $0 + $1.weight }
        if pairs.count >= Self.longPairCount {
            var left = Int(Double(weight) * Self.commonShare)
            while let last = pairs.last, last.weight <= left {
                left -= last.weight
                pairs.removeLast()
            }
        }
        self.pairs = pairs
        needed = max(1, Int((Double(weight) * Self.share).rounded(.up)))
    }

    /// Documents of one segment that hold enough; dead ones may be among them.
    func matches(inSegment number: Int) throws(IndexError) -> DocSet {
        let docCount = statistics.snapshot.segments[number].docCount
        if isDecidedBySome { return DocSet(bits: try bits(inSegment: number), docCount: docCount) }
        var found: [UInt32] = []
        try forEachWindow(ofSegment: number, atLeast: { needed }) { docs, _ in found += docs }
        return DocSet(sorted: found, docCount: docCount)
    }

    // MARK: One pair that is enough

    /// Pairs each of which is enough, if those that are not are not enough together: then no sums are needed to know
    /// who holds enough. So it is of all parts but long ones.
    private var deciding: ArraySlice<Pair> { pairs.prefix { $0.weight >= needed } }

    var isDecidedBySome: Bool { pairs.dropFirst(deciding.count).reduce(0) { $0 + $1.weight } < needed }

    /// A bit for each document that holds one of `deciding`.
    private func bits(inSegment number: Int) throws(IndexError) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: (statistics.snapshot.segments[number].docCount + 63) / 64)
        for pair in deciding { try statistics.postings(of: pair.term)[number]?.fill(&words, using: &statistics.block) }
        return words
    }

    /// How many live documents of a segment hold enough.
    ///
    /// - Precondition: `isDecidedBySome`.
    /// - Parameter set: of live documents; nil is all.
    func count(inSegment number: Int, among set: DocSet?) throws(IndexError) -> Int {
        if let set, set.isEmpty { return 0 }
        var words = try bits(inSegment: number)
        if let set {
            if case .array(let docs) = set.form {
                return docs.reduce(0) { $0 + Int(words[Int($1 >> 6)] >> UInt64($1 & 63) & 1) }
            }
            let others = set.words
            for place in words.indices { words[place] &= others[place] }
        } else {
            statistics.snapshot.segments[number].dead.remove(from: &words)
        }
        var count = 0
        for word in words { count &+= word.nonzeroBitCount }
        return count
    }

    /// Documents of a window: their sums and the conditions of the next are seen together.
    private static let windowDocs: UInt32 = 16_384

    /// Visits the live documents whose pairs weigh at least `least()`, window by window, with their sums.
    ///
    /// Every list is added up for every document. Leaving the frequent pairs to those documents that can still reach the least
    /// (MAXSCORE; Turtle & Flood, 1995) took 3.4 ms for a pasted text where this takes 1.6, 200,000 records: a
    /// text has a hundred pairs of much the same weight, so that few lists can be left, and a look-up costs more than a sum.
    ///
    /// - Parameter counting: told of each window how many of its live documents hold enough of the part; those that are
    ///   not among some are left out.
    func forEachWindow(
        ofSegment number: Int, atLeast least: () -> Int,
        counting: (within: DocSet?, add: (Int) -> Void)? = nil,
        _ body: (_ docs: [UInt32], _ sums: [Int32]) throws(IndexError) -> Void
    ) throws(IndexError) {
        let segment = statistics.snapshot.segments[number]
        let docCount = UInt32(segment.docCount)
        var cursors: [(cursor: PostingCursor, weight: Int32)] = []
        for pair in pairs {
            guard let list = try statistics.postings(of: pair.term)[number] else { continue }
            cursors.append((PostingCursor(list), Int32(pair.weight)))
        }
        var sums = SumWindow(room: Int(min(docCount, Self.windowDocs)))
        let enough = Int32(clamping: needed)
        var base: UInt32 = 0
        while base < docCount {
            let window = base..<min(docCount, base + Self.windowDocs)
            for (cursor, weight) in cursors { sums.add(weight, of: cursor, window: window) }
            if !segment.dead.isEmpty { sums.clear(segment.dead, window: window) }
            if let counting, let within = counting.within { counting.add(count(sums, window, among: within)) }
            let count = sums.take(window, atLeast: Int32(clamping: max(1, least())), counting: enough)
            if let counting, counting.within == nil { counting.add(count) }
            if !sums.docs.isEmpty { try body(sums.docs, sums.taken) }
            base += Self.windowDocs
        }
    }

    /// How many documents of a set hold enough in a window.
    private func count(_ sums: borrowing SumWindow, _ window: Range<UInt32>, among set: DocSet) -> Int {
        let enough = Int32(clamping: needed)
        var count = 0
        set.forEach(in: window) { if sums.sum(Int($0 - window.lowerBound)) >= enough { count += 1 } }
        return count
    }

    /// What the pairs weigh that a piece of text holds.
    func weight(of text: StoredText) -> Int {
        var sum = 0
        for (piece, pair) in zip(pieces, pairs) where text.contains(piece) { sum += pair.weight }
        return sum
    }

    private var pieces: [TextPiece] { pairs.map { TextPiece($0.term.pairUnits) } }

    /// The same rule on one piece of text, for a part bound to a zone.
    func holds(_ text: StoredText) -> Bool {
        var sum = 0
        for pair in pairs {
            if text.contains(TextPiece(pair.term.pairUnits)) { sum += pair.weight }
            if sum >= needed { return true }
        }
        return false
    }
}

extension TermKey {
    /// The two units of a bigram.
    var pairUnits: [UInt16] { [UInt16(truncatingIfNeeded: value >> 16), UInt16(truncatingIfNeeded: value)] }
}
