// The first, cheap score of what holds the query as written: which terms stand in the document (for words also how often
// and how early), and how long it is. The best of these are then looked at closely (`CloseScore`).

import Index
import Records

struct FirstScore {
    private let terms: QueryTerms
    private let words: [QueryTerms.Term]
    private let statistics: IndexStatistics
    /// What pairs and characters weigh of a document that holds them all.
    private let constant: Float

    init(_ terms: QueryTerms, _ statistics: IndexStatistics) {
        self.terms = terms
        self.statistics = statistics
        // Of two neighbouring characters only the word that they are: that each alone is a word somewhere tells nothing.
        let isPair = terms.pairs.count == 1 && terms.characters.count <= 2
        // What adds most comes first: then others can be left out early.
        words = (isPair ? terms.words.filter { $0.units == terms.pairs[0].units } : terms.words).sorted { $0.weight > $1.weight }
        constant = Self.kinds(terms).reduce(0) { sum, kind in
            kind.terms.reduce(sum) { $0 + kind.weight * $1.weight }
        }
    }

    private static func kinds(_ terms: QueryTerms) -> [(terms: [QueryTerms.Term], weight: Float)] {
        [(terms.pairs, QueryTerms.pairWeight), (terms.characters, QueryTerms.characterWeight)]
    }

    /// Scores of `docs` of one segment, in their order.
    func scores(_ docs: [UInt32], inSegment number: Int) throws(IndexError) -> [Float] {
        var scores = [Float](repeating: 0, count: docs.count)
        for kind in Self.kinds(terms) {
            for term in kind.terms {
                try statistics.postings(of: term.key)[number]?
                    .add(kind.weight * term.weight, to: &scores, of: docs, using: &statistics.block)
            }
        }
        try finish(&scores, docs, number)
        return scores
    }

    /// The same where every document holds all pairs and characters.
    func uniformScores(_ docs: [UInt32], inSegment number: Int) throws(IndexError) -> [Float] {
        var scores = [Float](repeating: constant, count: docs.count)
        try finish(&scores, docs, number)
        return scores
    }

    /// The length of the documents, and their words.
    private func finish(_ scores: inout [Float], _ docs: [UInt32], _ number: Int) throws(IndexError) {
        var column = statistics.snapshot.segments[number].lengthColumn
        let rests = rests(of: try column.numbers(of: docs))
        for index in docs.indices { scores[index] *= QueryTerms.gain(1, rest: rests[index]) }
        var scored = ScoredDocs(docs, sums: scores, rests: rests)
        for term in words {
            guard let list = try statistics.postings(of: term.key)[number], list.hasWeights else { continue }
            scored.add(QueryTerms.wordWeight * term.weight, Self.gains, of: list, using: &statistics.block)
        }
        scores = scored.sums
    }

    /// What stands below the line for a document, whatever the term.
    private func rests(of lengths: [UInt32]) -> [Float] {
        let meanLength = statistics.meanLength
        return lengths.map { QueryTerms.rest(relativeLength: Float($0) / meanLength) }
    }

    /// As `uniformScores`, of those documents alone that may reach `least`.
    func uniformScores(_ docs: [UInt32], lengths: [UInt32], reaching least: Float, inSegment number: Int) throws(IndexError) -> (docs: [UInt32], scores: [Float]) {
        try sums(docs, lengths, most, reaching: least, number)
    }

    /// As `scores`, of those documents alone that may reach `least`, as far as their words tell.
    func scores(
        _ docs: [UInt32], lengths: [UInt32], reaching least: Float, _ most: Most, inSegment number: Int
    ) throws(IndexError) -> (docs: [UInt32], scores: [Float]) {
        let docs = try sums(docs, lengths, most, reaching: least, number, downTo: Self.fewDocs).docs
        return (docs, try scores(docs, inSegment: number))
    }

    /// What documents score that hold all pairs and characters of `most`: word by word those are left out that cannot reach
    /// `least`, by what the words still to come add at most (MAXSCORE; Turtle & Flood, 1995).
    ///
    /// - Parameter few: of no more documents than these no word is looked up.
    private func sums(
        _ docs: [UInt32], _ lengths: [UInt32], _ most: Most, reaching least: Float, _ number: Int, downTo few: Int = 0
    ) throws(IndexError) -> (docs: [UInt32], scores: [Float]) {
        let rests = rests(of: lengths)
        var scored = ScoredDocs(docs, sums: rests.map { most.constant * QueryTerms.gain(1, rest: $0) }, rests: rests)
        var left = most.words.reduce(0) { $0 + QueryTerms.wordWeight * $1.weight }
        for term in most.words where scored.docs.count > few {
            if let list = try statistics.postings(of: term.key)[number], list.hasWeights {
                scored.add(QueryTerms.wordWeight * term.weight, Self.gains, of: list, using: &statistics.block)
            }
            left -= QueryTerms.wordWeight * term.weight
            // What is left of all words may be less than nothing.
            scored.keep(reaching: least, left: max(0, left), Self.gains)
        }
        return (scored.docs, scored.sums)
    }

    private static let gains = LevelGains(k1: QueryTerms.k1, floor: QueryTerms.delta, weights: WordWeight.weights)

    /// So few are scored before anybody knows whether they may come in.
    private static let fewDocs = 256

    // MARK: What it is at most

    /// What the documents of a group may hold at most.
    struct Most {
        /// What pairs and characters weigh.
        fileprivate var constant: Float
        fileprivate var words: [QueryTerms.Term]
    }

    /// All terms.
    var most: Most { Most(constant: constant, words: words) }

    /// All terms but those that go with what is missing.
    ///
    /// - Parameters:
    ///   - missing: texts that none of the documents holds.
    ///   - broken: texts of each of which every document lacks a pair at least.
    func most(without missing: [[UInt16]], broken: [[UInt16]]) -> Most {
        func isLeft(_ term: QueryTerms.Term) -> Bool { !missing.contains { term.units.contains($0) } }
        var most = Most(constant: 0, words: words.filter { word in isLeft(word) && !broken.contains { word.units.contains($0) } })
        for kind in Self.kinds(terms) {
            for term in kind.terms where isLeft(term) { most.constant += kind.weight * term.weight }
        }
        // The lightest pair of each, if it is certain that they lack different ones.
        var others: Set<[UInt16]> = []
        for text in broken {
            let pairs = Set(text.indices.dropFirst().map { [text[$0 - 1], text[$0]] })
            guard others.isDisjoint(with: pairs), !missing.contains(where: { text.contains($0) }) else { continue }
            others.formUnion(pairs)
            let weights = pairs.map { pair in terms.pairs.first { $0.units == pair }?.weight ?? 0 }
            most.constant -= QueryTerms.pairWeight * (weights.min() ?? 0)
        }
        return most
    }

    /// Documents as long as this and longer cannot reach `least`, whatever they hold of `most`.
    func lengthLimit(reaching least: Float, _ most: Most) -> UInt32 {
        guard least > 0 else { return .max }
        var (low, high) = (UInt32(0), UInt32(1 << 20))
        if score(most, length: high) >= least { return .max }
        while low < high {
            let middle = low + (high - low) / 2
            if score(most, length: middle) < least { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// No document scores more.
    func bound(_ most: Most) -> Float { score(most, length: 0) }

    /// No document of this length scores more: it holds every term of `most`, and every word as often and early as counts.
    private func score(_ most: Most, length: UInt32) -> Float {
        let relative = Float(length) / statistics.meanLength
        var score = most.constant * QueryTerms.gain(1, relativeLength: relative)
        for term in most.words {
            score += QueryTerms.wordWeight * term.weight * QueryTerms.gain(WordWeight.weights[15], relativeLength: relative)
        }
        return score * ScoredDocs.slack
    }

    // MARK: One term

    /// Whether `uniformScore` has all there is to know of a query of these one or two characters.
    func isWhole(_ units: [UInt16]) -> Bool { words.allSatisfy { $0.units == units } }

    /// The same of a query that is one term, which is its only word if it has one.
    ///
    /// - Parameter level: of the word in the document.
    func uniformScore(_ level: UInt8, length: UInt32) -> Float {
        let relative = Float(length) / statistics.meanLength
        var score = constant * QueryTerms.gain(1, relativeLength: relative)
        if level > 0, let word = words.first {
            score += QueryTerms.wordWeight * word.weight
                * QueryTerms.gain(WordWeight.weights[Int(level)], relativeLength: relative)
        }
        return score
    }

    /// By level, the first length from which on the score is less than `least`.
    func lengthLimits(reaching least: Float) -> [UInt32] {
        (0..<16 as Range<UInt8>).map { level in
            // As good as all are shorter than this; of what is not, none is left out.
            var (low, high) = (UInt32(0), UInt32(1 << 16))
            if uniformScore(level, length: high) >= least { return .max }
            while low < high {
                let middle = low + (high - low) / 2
                if uniformScore(level, length: middle) < least { high = middle } else { low = middle + 1 }
            }
            return low
        }
    }
}

extension IndexStatistics {
    /// For each of the documents of a segment, what those of the pairs weigh that it holds.
    func sums(of pairs: [(term: TermKey, weight: Int)], _ docs: [UInt32], inSegment number: Int) throws(IndexError) -> [Int32] {
        var sums = [Int32](repeating: 0, count: docs.count)
        for (term, weight) in pairs {
            try postings(of: term)[number]?.intersect(docs, weighted: false, using: &block) { index, _ in
                sums[index] &+= Int32(truncatingIfNeeded: weight)
            }
        }
        return sums
    }
}

extension [UInt16] {
    /// Whether these units stand in it side by side.
    fileprivate func contains(_ piece: [UInt16]) -> Bool {
        count >= piece.count && (0...(count - piece.count)).contains { self[$0...].starts(with: piece) }
    }
}
