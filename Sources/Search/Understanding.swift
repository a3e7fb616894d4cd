// The rule for unquoted parts of four characters and more: a record matches when the part's pairs of characters
// that stand in it carry at least a fixed share of the part's weight. No dictionary is asked.

import Index
import Records

struct Understanding {
    /// τ: the share of the part's weight that a record must hold: the largest that costs no more than .002 of MRR@10
    /// on any judged set. By τ = .02, .05, .1, .15, .2, every n-th development query: complaints .830 .830 .830 .829
    /// .827, questions .463 .461 .454 .426 .385, encyclopaedic text .962 .962 .961 .956 .934.
    static let share = 0.05

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

    init(_ units: [UInt16], _ statistics: IndexStatistics) throws(IndexError) {
        self.statistics = statistics
        var seen: Set<TermKey> = []
        var pairs: [Pair] = []
        for i in 1..<units.count {
            let term = TermKey.bigram(units[i - 1], units[i])
            guard seen.insert(term).inserted else { continue }
            let weight = Int((try statistics.inverseDocFrequency(of: term) * 256).rounded())
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
        // A record without any of the leading pairs cannot reach `needed` with all the others.
        let leading = rest.firstIndex { $0 < needed } ?? pairs.count
        let docCount = statistics.snapshot.segments[number].docCount
        var sums = [Int32](repeating: 0, count: docCount)
        var block = PostingBlock()
        var candidates: [UInt32] = []
        for pair in pairs[..<leading] {
            try statistics.postings(of: pair.term)[number]?.forEach(using: &block) { doc, _ in
                if sums[Int(doc)] == 0 { candidates.append(doc) }
                sums[Int(doc)] += Int32(pair.weight)
            }
        }
        candidates.sort()
        for i in leading..<pairs.count {
            candidates.removeAll { Int(sums[Int($0)]) + rest[i] < needed }
            guard let list = try statistics.postings(of: pairs[i].term)[number] else { continue }
            list.intersect(candidates, using: &block) { index, _ in
                sums[Int(candidates[index])] += Int32(pairs[i].weight)
            }
        }
        candidates.removeAll { Int(sums[Int($0)]) < needed }
        return candidates
    }

    /// The same rule on one piece of text, for a part bound to a zone.
    func holds(_ text: Bytes) -> Bool {
        var sum = 0
        for pair in pairs {
            let value = pair.term.value
            let needle = [UInt16(truncatingIfNeeded: value >> 16), UInt16(truncatingIfNeeded: value)].littleEndianBytes
            if text.contains(needle) { sum += pair.weight }
            if sum >= needed { return true }
        }
        return false
    }
}
