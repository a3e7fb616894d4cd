// The close look at the best documents: their text is read, occurrences are counted with early ones and those of
// the title weighing more.

import Index
import Records

/// Scores documents by reading them. One for a query; not for several threads at once.
///
/// `score = Σ weight · BM25(tf′)` over pairs, words and characters, where `tf′` sums `1 + 3·e^(−p/τ)` over the
/// occurrences, `p` the characters before it (τ = 40; words: τ = 24 words), and the title's characters count
/// `titleWeight` times more on their own.
final class CloseScore {
    /// How many of the first order are looked at closely.
    static let depth = 200
    private static let titleWeight: Float = 2
    /// Mean title length assumed where titles' lengths are not kept apart.
    private static let titleLengthMean: Float = 20
    /// Han text has about this many characters a word.
    private static let charactersPerWord: Float = 1.7

    private struct Slot {
        var weight: Float
        var tf: Float = 0
        var titleTf: Float = 0
    }

    private let meanLength: Float
    private var slots: [Slot] = []
    private var characterSlots = [UInt16](repeating: 0, count: 1 << 16)  // slot + 1
    /// Marks units that stand in any term: only they can begin one.
    private var isQueryUnit = [Bool](repeating: false, count: 1 << 16)
    private var pairSlots: [UInt32: Int] = [:]
    private var wordsByPair: [UInt32: [(units: [UInt16], slot: Int)]] = [:]
    private var characterSlotRange = 0..<0
    private var touched: [Int] = []

    private static let characterGains: [Float] = (0..<400).map { 1 + 3 * exponential(-Float($0) / 40) }
    private static let wordGains: [Float] = (0..<400).map {
        1 + 3 * exponential(-Float($0) / charactersPerWord / 24)
    }

    init(_ terms: QueryTerms, meanLength: Float) {
        self.meanLength = meanLength
        // A slot number has 16 bits; a query with more characters than that has them all looked at.
        for term in terms.characters.prefix(60_000) {
            characterSlots[Int(term.units[0])] = UInt16(slots.count + 1)
            isQueryUnit[Int(term.units[0])] = true
            slots.append(Slot(weight: term.weight))
        }
        characterSlotRange = 0..<slots.count
        for term in terms.pairs {
            pairSlots[Self.pair(term.units[0], term.units[1])] = slots.count
            for unit in term.units { isQueryUnit[Int(unit)] = true }
            slots.append(Slot(weight: term.weight))
        }
        for term in terms.words {
            for unit in term.units { isQueryUnit[Int(unit)] = true }
            if term.units.count >= 2 {
                wordsByPair[Self.pair(term.units[0], term.units[1]), default: []].append((term.units, slots.count))
            } else {
                wordsByCharacter[term.units[0], default: []].append(slots.count)
            }
            slots.append(Slot(weight: term.weight))
        }
    }

    private var wordsByCharacter: [UInt16: [Int]] = [:]

    private static func pair(_ a: UInt16, _ b: UInt16) -> UInt32 { UInt32(a) << 16 | UInt32(b) }

    /// - Parameter text: as `SegmentReader.text(of:)` gives it.
    func score(_ text: StoredText) -> Float {
        var position = 0
        for (zone, text) in DocumentZones(text) { count(text, isTitle: zone == .title, &position) }
        let length = Float(position) / meanLength
        var total: Float = 0
        for slot in touched {
            let entry = slots[slot]
            total += entry.weight * QueryTerms.gain(entry.tf, relativeLength: length)
            if entry.titleTf > 0 {
                let titleLength = Float(titleUnits) / Self.titleLengthMean
                total += Self.titleWeight * entry.weight / QueryTerms.characterWeight
                    * QueryTerms.gain(entry.titleTf, relativeLength: titleLength)
            }
            slots[slot].tf = 0
            slots[slot].titleTf = 0
        }
        touched.removeAll(keepingCapacity: true)
        titleUnits = 0
        return total
    }

    private var titleUnits = 0

    private var units: [UInt16] = []

    private func count(_ text: StoredText, isTitle: Bool, _ position: inout Int) {
        text.decode(into: &units)
        if isTitle { titleUnits = units.count }
        for i in units.indices {
            let unit = units[i]
            guard isQueryUnit[Int(unit)] else { continue }
            let p = position + i
            let characterGain = p < 400 ? Self.characterGains[p] : 1
            let slot = Int(characterSlots[Int(unit)])
            if slot > 0 {
                add(slot - 1, characterGain)
                if isTitle { slots[slot - 1].titleTf += 1 }
            }
            let wordGain = p < 400 ? Self.wordGains[p] : 1
            if let words = wordsByCharacter[unit] { for slot in words { add(slot, wordGain) } }
            guard i + 1 < units.count, isQueryUnit[Int(units[i + 1])] else { continue }
            let pair = Self.pair(unit, units[i + 1])
            if let slot = pairSlots[pair] { add(slot, characterGain) }
            if let words = wordsByPair[pair] {
                for word in words where units[i...].starts(with: word.units) { add(word.slot, wordGain) }
            }
        }
        position += units.count
    }

    private func add(_ slot: Int, _ gain: Float) {
        if slots[slot].tf == 0 { touched.append(slot) }
        slots[slot].tf += gain
    }
}
