// Which words of an archive may stand for each other: learned from the archive itself, for a person to judge.
//
// Three kinds of evidence. Words used alike have the same neighbours. Of two texts about one matter (a title and its
// body, two linked complaints) the one may use this word and the other that. An abbreviation is made of characters of
// the long form, in their order.

/// Counts words in texts, then proposes pairs.
///
/// - Units: words are numbers of a vocabulary; counts are of texts or of pairs of texts.
/// - Source: for the neighbours, positive pointwise mutual information with a smoothed context distribution (Levy,
///   Goldberg & Dagan, "Improving distributional similarity with lessons learned from word embeddings", TACL 2015).
package struct WordAssociation {
    package struct Proposal: Hashable, Sendable {
        package let left: [UInt16]
        package let right: [UInt16]
        package let leftTextCount: Int
        package let rightTextCount: Int
        /// Cosine of the neighbours, 0 to 1.
        package let likeness: Double
        /// Pairs of texts in which one has the one word only and the other the other only, and what chance would give.
        package let exchangeCount: Int
        package let exchangeExpected: Double
        package let isAbbreviation: Bool
        package let score: Double
    }

    package struct Limits: Sendable {
        package var textCountMin = 5
        /// Words in a larger share of the texts mean nothing in particular.
        package var textShareMax = 0.15
        package init() {}
    }

    package static let vocabularyMax = 6_000
    private static let featuresMax = 80
    /// Common neighbours at which the likeness counts half.
    private static let doubt = 6.0
    /// How far apart words see each other.
    private static let reach = 2

    /// Every word seen, by number.
    private var numbers: [[UInt16]: Int32] = [:]
    private var words: [[UInt16]] = []
    private var textCounts: [Int32] = []
    private var textCount = 0
    /// Words in a row, −1 where a sign or the end of a text parts them.
    private var row: [Int32] = []
    private var pairings: [(left: [Int32], right: [Int32])] = []
    /// Words of a row kept: 4 bytes each.
    package static let rowMax = 8 << 20

    package init() {}

    package var isFull: Bool { row.count >= Self.rowMax }

    private mutating func number(_ word: [UInt16]) -> Int32 {
        if let number = numbers[word] { return number }
        let number = Int32(words.count)
        numbers[word] = number
        words.append(word)
        textCounts.append(0)
        return number
    }

    /// Adds one text: its words in their order; an empty word parts what is not adjacent.
    ///
    /// - Returns: the different words, for `pair`.
    package mutating func add(_ text: [[UInt16]]) -> [Int32] {
        var seen: Set<Int32> = []
        for word in text {
            if word.isEmpty {
                row.append(-1)
                continue
            }
            let number = number(word)
            row.append(number)
            seen.insert(number)
        }
        row.append(-1)
        return seen.sorted()
    }

    /// Counts the words of one record, whatever texts it has.
    package mutating func count(_ record: [Int32]) {
        textCount += 1
        for number in Set(record) { textCounts[Int(number)] += 1 }
    }

    /// Notes that two texts are about one matter.
    package mutating func pair(_ left: [Int32], _ right: [Int32]) { pairings.append((left, right)) }

    /// Pairs that may stand for each other, the surest first.
    package func proposals(_ limits: Limits) -> [Proposal] {
        let vocabulary = vocabulary(limits)
        guard vocabulary.count > 1 else { return [] }
        var place: [Int32: Int] = [:]
        for (number, word) in vocabulary.enumerated() { place[word] = number }
        let likeness = likeness(vocabulary, place)
        let exchanges = exchanges(place)
        var found: [Proposal] = []
        var candidates = Set(likeness.keys)
        for (pair, count) in exchanges.counts where count >= 3 { candidates.insert(pair) }
        for pair in candidates.sorted(by: { ($0.a, $0.b) < ($1.a, $1.b) }) {
            let (a, b) = (Int(vocabulary[pair.a]), Int(vocabulary[pair.b]))
            let alike = likeness[pair] ?? 0
            let count = exchanges.counts[pair] ?? 0
            let expected = exchanges.expected(pair)
            let short = Self.isAbbreviation(words[a], words[b])
            let lift = count >= 3 && expected > 0 ? Double(count) / expected : 0
            if Self.isSibling(words[a], words[b]) { continue }
            // One word inside the other is a kind of it, not another word for it; the search finds those by themselves.
            if Self.contains(words[a], words[b]) || Self.contains(words[b], words[a]) { continue }
            let score = alike + (lift > 1 ? min(0.3, 0.1 * binaryLogarithm(lift)) : 0) + (short ? 0.3 : 0)
            guard short ? alike >= 0.05 || lift >= 2 : alike >= 0.3 || (alike >= 0.12 && lift >= 1.5) else { continue }
            let isSwapped = textCounts[b] > textCounts[a]
            let (left, right) = isSwapped ? (b, a) : (a, b)
            found.append(
                Proposal(
                    left: words[left], right: words[right], leftTextCount: Int(textCounts[left]),
                    rightTextCount: Int(textCounts[right]), likeness: alike, exchangeCount: count, exchangeExpected: expected,
                    isAbbreviation: short, score: score))
        }
        return found.sorted { ($0.score, $0.leftTextCount) > ($1.score, $1.leftTextCount) }
    }

    private func vocabulary(_ limits: Limits) -> [Int32] {
        let most = Double(textCount) * limits.textShareMax
        let usual = words.indices.filter { number in
            let count = Int(textCounts[number])
            return count >= limits.textCountMin && Double(count) <= most && words[number].count >= 2
                && words[number].allSatisfy(WordDiscovery.isHan)
        }
        return usual.sorted { (textCounts[$0], $1) > (textCounts[$1], $0) }.prefix(Self.vocabularyMax).map { Int32($0) }
    }

    // MARK: Neighbours

    fileprivate struct Pair: Hashable {
        var a: Int
        var b: Int
        init(_ a: Int, _ b: Int) { (self.a, self.b) = a < b ? (a, b) : (b, a) }
    }

    /// Cosine of the neighbours of the pairs that are among each other's nearest.
    private func likeness(_ vocabulary: [Int32], _ place: [Int32: Int]) -> [Pair: Double] {
        let vectors = vectors(vocabulary, place)
        var holders: [Int32: [(word: Int, weight: Double)]] = [:]
        for (word, vector) in vectors.enumerated() {
            for (feature, weight) in vector { holders[feature, default: []].append((word, weight)) }
        }
        var nearest: [[(word: Int, cosine: Double)]] = []
        var sums = [Double](repeating: 0, count: vocabulary.count)
        var shared = [Double](repeating: 0, count: vocabulary.count)
        for (word, vector) in vectors.enumerated() {
            var touched: [Int] = []
            for (feature, weight) in vector {
                for (other, otherWeight) in holders[feature]! where other != word {
                    if sums[other] == 0 { touched.append(other) }
                    sums[other] += weight * otherWeight
                    shared[other] += 1
                }
            }
            // Few common neighbours, as in a set phrase with two endings, say little.
            var best = touched.map { (word: $0, cosine: sums[$0] * shared[$0] / (shared[$0] + Self.doubt)) }
                .filter { $0.cosine >= 0.05 }
            best.sort { ($0.cosine, $1.word) > ($1.cosine, $0.word) }
            nearest.append(Array(best.prefix(10)))
            for other in touched { (sums[other], shared[other]) = (0, 0) }
        }
        var likeness: [Pair: Double] = [:]
        for (word, others) in nearest.enumerated() {
            for (other, cosine) in others where nearest[other].contains(where: { $0.word == word }) {
                likeness[Pair(word, other)] = cosine
            }
        }
        return likeness
    }

    /// Of each word its heaviest neighbours, as a vector of length 1. A neighbour and its side and distance are a feature.
    private func vectors(_ vocabulary: [Int32], _ place: [Int32: Int]) -> [[(feature: Int32, weight: Double)]] {
        var counts = [[Int32: Int32]](repeating: [:], count: vocabulary.count)
        var featureCounts: [Int32: Double] = [:]
        let sides = Int32(2 * Self.reach)
        for (position, number) in row.enumerated() where number >= 0 {
            guard let word = place[number] else { continue }
            for (side, step) in [-1, 1].enumerated() {
                var at = position
                for distance in 1...Self.reach {
                    at += step
                    guard at >= 0, at < row.count, row[at] >= 0 else { break }
                    let feature = row[at] * sides + Int32(side * Self.reach + distance - 1)
                    counts[word][feature, default: 0] += 1
                    featureCounts[feature, default: 0] += 1
                }
            }
        }
        // Rare neighbours are taken less at their word: 0.75 as in the source.
        var smoothedTotal = 0.0
        for (feature, count) in featureCounts.sorted(by: { $0.key < $1.key }) {
            let smoothed = power(count, 0.75)
            featureCounts[feature] = smoothed
            smoothedTotal += smoothed
        }
        return counts.map { counts in
            let total = Double(counts.values.reduce(0, +))
            var vector: [(feature: Int32, weight: Double)] = []
            for (feature, count) in counts where count >= 2 {
                let information = binaryLogarithm(Double(count) / total * smoothedTotal / featureCounts[feature]!)
                if information > 0 { vector.append((feature, information)) }
            }
            vector.sort { ($0.weight, $1.feature) > ($1.weight, $0.feature) }
            vector = Array(vector.prefix(Self.featuresMax))
            let length = squareRoot(vector.reduce(0) { $0 + $1.weight * $1.weight })
            return length > 0 ? vector.map { ($0.feature, $0.weight / length) } : []
        }
    }

    // MARK: Exchanges

    private struct Exchanges {
        var counts: [Pair: Int] = [:]
        var onlyLeft: [Int: Int] = [:]
        var onlyRight: [Int: Int] = [:]
        var total = 0

        func expected(_ pair: Pair) -> Double {
            guard total > 0 else { return 0 }
            func product(_ a: Int, _ b: Int) -> Double { Double(onlyLeft[a] ?? 0) * Double(onlyRight[b] ?? 0) / Double(total) }
            return product(pair.a, pair.b) + product(pair.b, pair.a)
        }
    }

    private func exchanges(_ place: [Int32: Int]) -> Exchanges {
        var exchanges = Exchanges()
        for (left, right) in pairings {
            let (leftSet, rightSet) = (Set(left), Set(right))
            let onlyLeft = left.filter { !rightSet.contains($0) }.compactMap { place[$0] }
            let onlyRight = right.filter { !leftSet.contains($0) }.compactMap { place[$0] }
            exchanges.total += 1
            for word in onlyLeft { exchanges.onlyLeft[word, default: 0] += 1 }
            for word in onlyRight { exchanges.onlyRight[word, default: 0] += 1 }
            // A body has hundreds of words: what a title of a dozen leaves out is still a few thousand pairs.
            for a in onlyLeft { for b in onlyRight where a != b { exchanges.counts[Pair(a, b), default: 0] += 1 } }
        }
        return exchanges
    }

    // MARK: Forms

    /// Whether one is made of characters of the other, in order, with the same first one: 业委会 of 业主委员会.
    static func isAbbreviation(_ a: [UInt16], _ b: [UInt16]) -> Bool {
        let (short, long) = a.count < b.count ? (a, b) : (b, a)
        guard short.count < long.count, short.first == long.first else { return false }
        var next = 0
        for unit in long where next < short.count && unit == short[next] { next += 1 }
        return next == short.count
    }

    private static let counting = Set("一二三四五六七八九十百千万亿零〇两第".utf16)
    private static let directions = Set("东南西北中前后左右上下早晚".utf16)

    /// 十条 and 十七条, 中山路 and 中山北路: things of one kind, not one thing.
    static func isSibling(_ a: [UInt16], _ b: [UInt16]) -> Bool {
        if a.contains(where: counting.contains) || b.contains(where: counting.contains) { return true }
        let (left, right) = (a.filter { !directions.contains($0) }, b.filter { !directions.contains($0) })
        return left == right && a != b
    }

    private static func contains(_ whole: [UInt16], _ piece: [UInt16]) -> Bool {
        guard whole.count >= piece.count else { return false }
        return (0...(whole.count - piece.count)).contains { whole[$0...].starts(with: piece) }
    }
}
