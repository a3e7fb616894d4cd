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
    /// Heaviest (rarest) first.
    private let pairs: [Pair]
    /// `rest[i]`: weight of `pairs[i...]`.
    private let rest: [Int]
    let needed: Int

    /// What a weight of 1 is as a whole number.
    static let weightUnit: Float = 256
    /// Weight of all pairs.
    var weight: Int { rest[0] }

    init(_ units: [UInt16], _ statistics: IndexStatistics) throws(IndexError) {
        self.statistics = statistics
        var seen: Set<TermKey> = []
        var pairs: [Pair] = []
        for i in 1..<units.count {
            let term = TermKey.bigram(units[i - 1], units[i])
            guard seen.insert(term).inserted else { continue }
            let weight = Int((try statistics.inverseDocFrequency(of: term) * Self.weightUnit).rounded())
            pairs.append(Pair(term: term, weight: max(weight, 1)))
        }
        pairs.sort { ($0.weight, $1.term.rawValue) > ($1.weight, $0.term.rawValue) }
        self.pairs = pairs
        var rest = [Int](repeating: 0, count: pairs.count + 1)
        for i in pairs.indices.reversed() { rest[i] = rest[i + 1] + pairs[i].weight }
        self.rest = rest
        needed = max(1, Int((Double(rest[0]) * Self.share).rounded(.up)))
    }

    /// Documents of one segment that hold enough, dead ones included, ascending.
    func matches(inSegment number: Int) throws(IndexError) -> [UInt32] {
        var found: [UInt32] = []
        try forEachWindow(ofSegment: number, atLeast: { needed }) { docs, _, _ in found += docs }
        return found
    }

    /// Documents of a window: their sums and the conditions of the next are seen together.
    private static let windowDocs: UInt32 = 8_192

    /// Visits the documents whose pairs weigh at least `least()`, window by window, with the sums of all documents
    /// of the window.
    ///
    /// A record without any of the leading pairs cannot reach the least with all the others: those are added up for
    /// every document, the others only for what can still reach it.
    ///
    /// - Source: Turtle & Flood, "Query evaluation: strategies and optimizations", 1995 (MAXSCORE).
    func forEachWindow(
        ofSegment number: Int, atLeast least: () -> Int,
        _ body: (_ docs: [UInt32], _ sums: [Int32], _ base: UInt32) throws(IndexError) -> Void
    ) throws(IndexError) {
        let docCount = UInt32(statistics.snapshot.segments[number].docCount)
        var cursors: [PostingCursor?] = []
        for pair in pairs { cursors.append(try statistics.postings(of: pair.term)[number].map { PostingCursor($0) }) }
        var sums = [Int32](repeating: 0, count: Int(min(docCount, Self.windowDocs)))
        var candidates: [UInt32] = []
        var base: UInt32 = 0
        while base < docCount {
            let window = base..<min(docCount, base + Self.windowDocs)
            let needed = max(1, least())
            let leading = rest.firstIndex { $0 < needed } ?? pairs.count
            for i in sums.indices { sums[i] = 0 }
            for i in 0..<leading { cursors[i]?.add(Int32(pairs[i].weight), to: &sums, window: window) }
            candidates.removeAll(keepingCapacity: true)
            Self.collect(&candidates, sums, window, atLeast: Int32(max(1, needed - rest[leading])))
            for i in leading..<pairs.count where !candidates.isEmpty {
                // A look-up costs as much as some twenty postings that are passed on the way.
                let passed = (cursors[i]?.docCount ?? 0) * window.count / Int(docCount)
                if candidates.count * 20 > passed {
                    cursors[i]?.add(Int32(pairs[i].weight), to: &sums, window: window)
                } else {
                    cursors[i]?.add(Int32(pairs[i].weight), to: &sums, of: candidates, base: base)
                }
                let least = Int32(needed - rest[i + 1])
                candidates.removeAll { sums[Int($0 - base)] < least }
            }
            if !candidates.isEmpty { try body(candidates, sums, base) }
            base += Self.windowDocs
        }
    }

    private static func collect(
        _ candidates: inout [UInt32], _ sums: [Int32], _ window: Range<UInt32>, atLeast least: Int32
    ) {
        for i in 0..<window.count where sums[i] >= least { candidates.append(window.lowerBound + UInt32(i)) }
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
