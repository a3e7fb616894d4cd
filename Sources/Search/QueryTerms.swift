// What of a query counts for the order of results: its pairs of characters, its words and its single characters,
// each with its weight. Three kinds of evidence summed rank better than any of them alone.

import Index
import Records

/// Finds the words of folded text, as ranges of units; the same way that documents are cut.
package typealias WordFinder = (_ units: [UInt16]) -> [Range<Int>]

struct QueryTerms {
    struct Term {
        var key: TermKey
        var units: [UInt16]
        /// Times in the query.
        var count: Int
        /// Times in the query × inverse document frequency.
        var weight: Float
    }

    /// Weights of the kinds, and BM25 constants: measured on complaints, questions and encyclopaedic text in one
    /// setting for all three.
    static let (pairWeight, wordWeight, characterWeight): (Float, Float, Float) = (1, 1.35, 1.1)
    static let (k1, b, delta): (Float, Float, Float) = (1.2, 0.75, 0.5)

    private(set) var pairs: [Term] = []
    private(set) var words: [Term] = []
    private(set) var characters: [Term] = []

    var isEmpty: Bool { pairs.isEmpty && words.isEmpty && characters.isEmpty }

    /// - Parameter parts: the parts that a hit may hold, `QueryNode.positiveParts`. What only variants have counts once,
    ///   however many of them have it.
    init(_ parts: [QueryPart], _ statistics: IndexStatistics, words find: WordFinder) throws(IndexError) {
        var counts = Counts()
        for part in parts where part.variant == nil { counts.add(part.units, words: find(part.units)) }
        if parts.contains(where: { $0.variant != nil }) {
            var others = Counts()
            for part in parts where part.variant != nil { others.add(part.units, words: find(part.units)) }
            counts.addOnce(others)
        }
        pairs = try Self.terms(counts.pairs, statistics, statistics.docFrequency)
        words = try Self.terms(counts.words, statistics, statistics.wordFrequency)
        characters = try Self.terms(counts.characters, statistics, statistics.docFrequency)
    }

    private struct Counts {
        typealias Count = (units: [UInt16], count: Int)
        var pairs: [TermKey: Count] = [:]
        var words: [TermKey: Count] = [:]
        var characters: [TermKey: Count] = [:]

        mutating func add(_ units: [UInt16], words ranges: [Range<Int>]) {
            for i in units.indices {
                if !QueryTerms.isASCIIAlphanumeric(units[i]) {
                    characters[.unigram(units[i]), default: ([units[i]], 0)].count += 1
                }
                if i > 0 { pairs[.bigram(units[i - 1], units[i]), default: ([units[i - 1], units[i]], 0)].count += 1 }
            }
            for range in ranges {
                let word = Array(units[range])
                words[.word(word), default: (word, 0)].count += 1
            }
        }

        mutating func addOnce(_ others: Counts) {
            for (key, value) in others.pairs where pairs[key] == nil { pairs[key] = (value.units, 1) }
            for (key, value) in others.words where words[key] == nil { words[key] = (value.units, 1) }
            for (key, value) in others.characters where characters[key] == nil { characters[key] = (value.units, 1) }
        }
    }

    private static func terms(
        _ counts: [TermKey: (units: [UInt16], count: Int)], _ statistics: IndexStatistics,
        _ frequency: (TermKey) throws(IndexError) -> Int
    ) throws(IndexError) -> [Term] {
        var terms: [Term] = []
        for (key, (units, count)) in counts.sorted(by: { $0.key < $1.key }) {
            let frequency = try frequency(key)
            guard frequency > 0 else { continue }
            let weight = Float(count) * statistics.inverse(frequency)
            terms.append(Term(key: key, units: units, count: count, weight: weight))
        }
        return terms
    }

    static func isASCIIAlphanumeric(_ unit: UInt16) -> Bool {
        (0x30...0x39).contains(unit) || (0x61...0x7A).contains(unit)
    }

    /// BM25 with a floor (δ) for one term: `tf` weighted occurrences in a text of relative length `length`.
    @inline(__always)
    static func gain(_ tf: Float, relativeLength length: Float) -> Float {
        gain(tf, rest: rest(relativeLength: length))
    }

    /// What `gain` has of a document, for many terms.
    @inline(__always)
    static func rest(relativeLength length: Float) -> Float { k1 * (1 - b + b * length) }

    @inline(__always)
    static func gain(_ tf: Float, rest: Float) -> Float { (k1 + 1) * tf / (tf + rest) + delta }
}
