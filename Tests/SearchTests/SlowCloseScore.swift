// The close look, unit by unit over decoded texts: slow and plain, what `CloseScore` must equal to the last bit.

import Glibc
import Index
import Records

@testable import Search

/// As `CloseScore`.
final class SlowCloseScore {
    /// Characters of a passage; one begins every half of that.
    private static let passageLength = 80
    /// Characters between those of a gapped pair at most.
    private static let gapMax = 3

    /// One pair, word or character of the query.
    private struct Slot {
        /// Times in the query × inverse document frequency.
        var weight: Float
        /// The same with the frequency among titles.
        var titleWeight: Float = 0
        var kind: Kind
        var isHeld = false
        /// Occurrences, early ones of words counting more.
        var frequency: Float = 0
        var gappedFrequency: Float = 0
        var titleFrequency: Float = 0
        /// The last passages of even and odd number that held it.
        var passages: (Int32, Int32) = (-1, -1)
    }

    private enum Kind { case pair, word, character }

    private let weights: RankingWeights
    private let meanLength: Float
    private let titleMeanLength: Float
    private var slots: [Slot] = []
    private var touched: [Int] = []

    /// For each unit the number of the query's character it is, from 1 on; 0: none.
    private var numbers = [UInt16](repeating: 0, count: 1 << 16)
    /// By number: the slot of the character (-1: none), of the word that is this character, and whether a word begins.
    private var characterSlots: [Int32] = [-1]
    private var shortWordSlots: [Int32] = [-1]
    private var pairs: SlowPairTable
    private var words: [[(units: [UInt16], slot: Int)]] = []

    // Of the document at hand.
    private var units: [UInt16] = []
    private var found: [UInt16] = []
    private var titleUnits = 0
    /// Sums over the passages being read, of even and of odd number: pairs and words.
    private var passageSums: [(pairs: Float, words: Float)] = [(0, 0), (0, 0)]
    private var openPassages: (Int32, Int32) = (-1, -1)
    /// Passages are numbered on over zones and documents, so that no slot has to forget.
    private var passageBase = 0
    private var bestPassage: (pairs: Float, words: Float) = (0, 0)

    private static let gainCount = 400
    private static let gapGains: [Float] = (0..<gainCount).map { 1 + 3 * Glibc.expf(-Float($0) / 40) }
    private static let wordGains: [Float] = (0..<gainCount).map { 1 + 3 * Glibc.expf(-Float($0) / 15) }

    init(_ terms: QueryTerms, meanLength: Float, titles: TitleSample, weights: RankingWeights) {
        self.weights = weights
        self.meanLength = meanLength
        titleMeanLength = titles.meanLength
        pairs = SlowPairTable(capacity: terms.pairs.count + terms.words.count)
        for term in terms.characters {
            characterSlots[Int(number(of: term.units[0]))] = Int32(slots.count)
            slots.append(Slot(weight: term.weight, kind: .character))
        }
        for term in terms.pairs {
            let entry = pairs.entry(number(of: term.units[0]), number(of: term.units[1]))
            pairs[entry].slot = Int32(slots.count)
            slots.append(Slot(weight: term.weight, kind: .pair))
        }
        for term in terms.words {
            let first = number(of: term.units[0])
            if term.units.count == 1 {
                shortWordSlots[Int(first)] = Int32(slots.count)
            } else {
                let entry = pairs.entry(first, number(of: term.units[1]))
                if pairs[entry].words < 0 {
                    pairs[entry].words = Int32(words.count)
                    words.append([])
                }
                words[Int(pairs[entry].words)].append((term.units, slots.count))
            }
            slots.append(Slot(weight: term.weight, kind: .word))
        }
        if titles.count > 0 { weighTitles(terms, titles) }
    }

    /// Numbers a character of the query. Beyond 65,535 different ones, which no text has, further ones share the last.
    private func number(of unit: UInt16) -> UInt16 {
        if numbers[Int(unit)] != 0 { return numbers[Int(unit)] }
        guard characterSlots.count < 1 << 16 else { return .max }
        numbers[Int(unit)] = UInt16(characterSlots.count)
        characterSlots.append(-1)
        shortWordSlots.append(-1)
        return numbers[Int(unit)]
    }

    private func weighTitles(_ terms: QueryTerms, _ titles: TitleSample) {
        var counts = [Int](repeating: 0, count: slots.count)
        var last = [Int](repeating: -1, count: slots.count)
        func count(_ slot: Int32, _ title: Int) {
            guard slot >= 0, last[Int(slot)] != title else { return }
            last[Int(slot)] = title
            counts[Int(slot)] += 1
        }
        var title = 0
        var before: UInt16 = 0
        for unit in titles.units {
            if unit == 0xFFFF {
                title += 1
                before = 0
                continue
            }
            let number = numbers[Int(unit)]
            if number != 0 {
                count(characterSlots[Int(number)], title)
                if before != 0 { count(pairs.slot(before, number), title) }
            }
            before = number
        }
        for (slot, term) in (terms.characters + terms.pairs).enumerated() {
            let frequency = Float(counts[slot])
            let inverse = Glibc.logf(1 + (Float(titles.count) - frequency + 0.5) / (frequency + 0.5))
            slots[slot].titleWeight = Float(term.count) * inverse
        }
    }

    /// - Parameter text: as `SegmentReader.text(of:)` gives it.
    func score(_ text: StoredText) -> Float { (features(text) * weights.close).sum() }

    /// By `CloseFeature`.
    func features(_ text: StoredText) -> SIMD8<Float> {
        var position = 0
        titleUnits = 0
        bestPassage = (0, 0)
        for (zone, text) in DocumentZones(text) { read(text, isTitle: zone == .title, &position) }
        let length = Float(position) / meanLength
        let titleLength = Float(titleUnits) / titleMeanLength
        var sums = SIMD8<Float>(repeating: 0)
        for slot in touched {
            let entry = slots[slot]
            switch entry.kind {
            case .pair:
                if entry.isHeld { sums[CloseFeature.heldPairs.rawValue] += entry.weight }
                if entry.gappedFrequency > 0 {
                    sums[CloseFeature.gappedPairs.rawValue] += entry.weight * Self.gain(entry.gappedFrequency, length)
                }
                if entry.titleFrequency > 0 {
                    sums[CloseFeature.titlePairs.rawValue] += entry.titleWeight * Self.gain(entry.titleFrequency, titleLength)
                }
            case .word: sums[CloseFeature.words.rawValue] += entry.weight * Self.gain(entry.frequency, length)
            case .character:
                sums[CloseFeature.characters.rawValue] += entry.weight * Self.gain(entry.frequency, length)
                if entry.titleFrequency > 0 {
                    sums[CloseFeature.titleCharacters.rawValue] +=
                        entry.titleWeight * Self.gain(entry.titleFrequency, titleLength)
                }
            }
            slots[slot].isHeld = false
            slots[slot].frequency = 0
            slots[slot].gappedFrequency = 0
            slots[slot].titleFrequency = 0
        }
        touched.removeAll(keepingCapacity: true)
        sums[CloseFeature.passagePairs.rawValue] = bestPassage.pairs
        sums[CloseFeature.passageWords.rawValue] = bestPassage.words
        return sums
    }

    private static func gain(_ frequency: Float, _ length: Float) -> Float {
        QueryTerms.gain(frequency, relativeLength: length) - QueryTerms.delta
    }

    /// One zone.
    private func read(_ text: StoredText, isTitle: Bool, _ position: inout Int) {
        text.decode(into: &units)
        if isTitle { titleUnits = units.count }
        let lead = Self.gapMax + 1
        found.removeAll(keepingCapacity: true)
        found.append(contentsOf: repeatElement(0, count: lead))
        for unit in units { found.append(numbers[Int(unit)]) }
        for place in units.indices {
            let number = found[place + lead]
            guard number != 0 else { continue }
            let p = min(position + place, Self.gainCount - 1)
            enterPassages(at: place)
            let slot = characterSlots[Int(number)]
            if slot >= 0 { see(Int(slot), 1, isTitle) }
            let word = shortWordSlots[Int(number)]
            if word >= 0 { see(Int(word), Self.wordGains[p], isTitle) }
            for distance in 2...lead {
                let other = found[place + lead - distance]
                guard other != 0 else { continue }
                let slot = pairs.slot(other, number)
                if slot >= 0 { seeGapped(Int(slot), Self.gapGains[p]) }
            }
            guard place + 1 < units.count, found[place + lead + 1] != 0,
                let entry = pairs.find(number, found[place + lead + 1])
            else { continue }
            if pairs[entry].slot >= 0 { see(Int(pairs[entry].slot), 1, isTitle) }
            guard pairs[entry].words >= 0 else { continue }
            for word in words[Int(pairs[entry].words)] where units[place...].starts(with: word.units) {
                see(word.slot, Self.wordGains[p], isTitle)
            }
        }
        closePassages()
        passageBase += units.count / (Self.passageLength / 2) + 3
        position += units.count
    }

    private func see(_ slot: Int, _ gain: Float, _ isTitle: Bool) {
        touch(slot)
        slots[slot].isHeld = true
        slots[slot].frequency += gain
        if isTitle { slots[slot].titleFrequency += 1 }
        guard slots[slot].kind != .character else { return }
        let (weight, isPair) = (slots[slot].weight, slots[slot].kind == .pair)
        if slots[slot].passages.0 != openPassages.0 {
            slots[slot].passages.0 = openPassages.0
            if isPair { passageSums[0].pairs += weight } else { passageSums[0].words += weight }
        }
        if slots[slot].passages.1 != openPassages.1 {
            slots[slot].passages.1 = openPassages.1
            if isPair { passageSums[1].pairs += weight } else { passageSums[1].words += weight }
        }
    }

    private func seeGapped(_ slot: Int, _ gain: Float) {
        touch(slot)
        slots[slot].gappedFrequency += gain
    }

    private func touch(_ slot: Int) {
        if slots[slot].frequency == 0, slots[slot].gappedFrequency == 0 { touched.append(slot) }
    }

    // MARK: Passages

    /// A place lies in two passages, one of even and one of odd number.
    private func enterPassages(at place: Int) {
        let number = passageBase + 1 + place / (Self.passageLength / 2)
        let (even, odd) = number % 2 == 0 ? (number, number - 1) : (number - 1, number)
        if openPassages.0 != Int32(truncatingIfNeeded: even) {
            close(0)
            openPassages.0 = Int32(truncatingIfNeeded: even)
        }
        if openPassages.1 != Int32(truncatingIfNeeded: odd) {
            close(1)
            openPassages.1 = Int32(truncatingIfNeeded: odd)
        }
    }

    private func close(_ side: Int) {
        let sums = passageSums[side]
        let (pairWeight, wordWeight) = (weights[.passagePairs], weights[.passageWords])
        if sums.pairs * pairWeight + sums.words * wordWeight
            > bestPassage.pairs * pairWeight + bestPassage.words * wordWeight
        { bestPassage = sums }
        passageSums[side] = (0, 0)
    }

    private func closePassages() {
        close(0)
        close(1)
        openPassages = (-1, -1)
    }
}

/// From two numbers of characters to what the query has of them: open addressing, a quarter full at most.
private struct SlowPairTable {
    struct Entry {
        /// Both numbers; 0: free.
        var key: UInt32 = 0
        /// Of the pair; -1: the query has no such pair.
        var slot: Int32 = -1
        /// The list of words that begin with it; -1: none.
        var words: Int32 = -1
    }

    private var entries: [Entry]
    private let mask: Int

    init(capacity: Int) {
        var size = 16
        while size < 4 * capacity { size *= 2 }
        entries = Array(repeating: Entry(), count: size)
        mask = size - 1
    }

    private static func key(_ a: UInt16, _ b: UInt16) -> UInt32 { UInt32(a) << 16 | UInt32(b) }

    /// Multiplicative hashing (Knuth, vol. 3, 6.4) by the golden ratio.
    private func place(_ key: UInt32) -> Int { Int(UInt64(key) &* 0x9E37_79B9_7F4A_7C15 >> 32) & mask }

    /// The entry, made if there is none.
    mutating func entry(_ a: UInt16, _ b: UInt16) -> Int {
        let key = Self.key(a, b)
        var at = place(key)
        while entries[at].key != 0, entries[at].key != key { at = (at + 1) & mask }
        entries[at].key = key
        return at
    }

    func find(_ a: UInt16, _ b: UInt16) -> Int? {
        let key = Self.key(a, b)
        var at = place(key)
        while entries[at].key != key {
            if entries[at].key == 0 { return nil }
            at = (at + 1) & mask
        }
        return at
    }

    func slot(_ a: UInt16, _ b: UInt16) -> Int32 { find(a, b).map { entries[$0].slot } ?? -1 }

    subscript(entry: Int) -> Entry {
        get { entries[entry] }
        set { entries[entry] = newValue }
    }
}
