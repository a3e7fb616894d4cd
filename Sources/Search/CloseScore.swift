// The close look at the best documents: their text is gone through once, and what is seen there is weighed and summed.
//
// What is looked for is in `CloseFeature`; how much it counts, in `RankingWeights`. Only the places where characters
// of the query stand are looked at (`TextMarks`): some hundred texts for each search, so that nothing here allocates
// after `init`, and loops run over raw memory.

import Index
import Records

/// Scores documents by reading them. One for a query; not for several threads at once.
@safe struct CloseScore: ~Copyable {
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

    private enum Kind: UInt8 { case pair, word, character }

    private let weights: RankingWeights
    private let meanLength: Float
    private let titleMeanLength: Float
    private let passageWeights: (pairs: Float, words: Float)

    /// One a pair, word and character of the query.
    private let slots: UnsafeMutableBufferPointer<Slot>
    /// Slots that the document at hand has touched, in the order in which it did.
    private let touched: UnsafeMutablePointer<Int32>
    private var touchedCount = 0
    private var slotCountMade = 0

    /// Numbers of the query's characters, from 1 on.
    private var numbers = UnitNumbers()
    /// By number: the slot of the character (-1: none), and of the word that is this character.
    private var characterSlots: [Int32] = [-1]
    private var shortWordSlots: [Int32] = [-1]
    private var pairs: PairTable
    /// Words by their first two characters, as numbers.
    private var words: [[(numbers: [UInt16], slot: Int)]] = []

    // Of the document at hand.
    private var marks = TextMarks()
    private var titleUnits = 0
    /// Sums over the passages being read, of even and of odd number: pairs and words.
    private var evenSums: (pairs: Float, words: Float) = (0, 0)
    private var oddSums: (pairs: Float, words: Float) = (0, 0)
    private var openPassages: (Int32, Int32) = (-1, -1)
    /// Passages are numbered on over zones and documents, so that no slot has to forget.
    private var passageBase = 0
    private var bestPassage: (pairs: Float, words: Float) = (0, 0)

    private static let gainCount = 400
    private static let gapGains: [Float] = (0..<gainCount).map { 1 + 3 * exponential(-Float($0) / 40) }
    private static let wordGains: [Float] = (0..<gainCount).map { 1 + 3 * exponential(-Float($0) / 15) }
    private let gapGains = CloseScore.gapGains
    private let wordGains = CloseScore.wordGains

    init(_ terms: QueryTerms, meanLength: Float, titles: TitleSample, weights: RankingWeights) {
        self.weights = weights
        self.meanLength = meanLength
        titleMeanLength = titles.meanLength
        passageWeights = (weights[.passagePairs], weights[.passageWords])
        pairs = PairTable(capacity: terms.pairs.count + terms.words.count)
        let slotCount = terms.characters.count + terms.pairs.count + terms.words.count
        unsafe slots = .allocate(capacity: max(1, slotCount))
        unsafe touched = .allocate(capacity: max(1, slotCount))
        for term in terms.characters {
            characterSlots[Int(number(of: term.units[0]))] = Int32(slotCountMade)
            add(Slot(weight: term.weight, titleWeight: titles.weight(of: term), kind: .character))
        }
        for term in terms.pairs {
            let entry = pairs.entry(number(of: term.units[0]), number(of: term.units[1]))
            pairs[entry].slot = Int32(slotCountMade)
            add(Slot(weight: term.weight, titleWeight: titles.weight(of: term), kind: .pair))
        }
        for term in terms.words {
            var numbers: [UInt16] = []
            for unit in term.units { numbers.append(number(of: unit)) }
            if numbers.count == 1 {
                shortWordSlots[Int(numbers[0])] = Int32(slotCountMade)
            } else {
                let entry = pairs.entry(numbers[0], numbers[1])
                if pairs[entry].words < 0 {
                    pairs[entry].words = Int32(words.count)
                    words.append([])
                }
                words[Int(pairs[entry].words)].append((numbers, slotCountMade))
            }
            add(Slot(weight: term.weight, kind: .word))
        }
    }

    private mutating func add(_ slot: Slot) {
        // Holds: there are as many slots as terms.
        unsafe slots.initializeElement(at: slotCountMade, to: slot)
        slotCountMade += 1
    }

    deinit {
        unsafe slots.deallocate()
        unsafe touched.deallocate()
    }

    /// Numbers a character of the query. Beyond 65,535 different ones, which no text has, further ones share the last.
    private mutating func number(of unit: UInt16) -> UInt16 {
        let known = numbers[unit]
        if known != 0 { return known }
        guard characterSlots.count < 1 << 16 else { return .max }
        let number = UInt16(characterSlots.count)
        numbers.set(number, of: unit)
        characterSlots.append(-1)
        shortWordSlots.append(-1)
        return number
    }

    /// - Parameter text: as `SegmentReader.text(of:)` gives it.
    mutating func score(_ text: StoredText) -> Float { (features(text) * weights.close).sum() }

    /// By `CloseFeature`.
    mutating func features(_ text: StoredText) -> SIMD8<Float> {
        marks.find(numbers, in: text)
        bestPassage = (0, 0)
        titleUnits = 0
        var index = 0
        while index < marks.count {
            // A zone goes from its head to the next one.
            let head = marks[index]
            var end = index + 1
            while end < marks.count, marks.number(end) != 0 { end += 1 }
            let unitCount = (end < marks.count ? marks.place(end) : marks.unitCount) - head.place
            let isTitle = head.zone == .title
            if isTitle { titleUnits = unitCount }
            read(index + 1..<end, from: head.place, isTitle: isTitle)
            passageBase += unitCount / (Self.passageLength / 2) + 3
            index = end
        }
        return sums(length: Float(marks.unitCount) / meanLength, titleLength: Float(titleUnits) / titleMeanLength)
    }

    private mutating func sums(length: Float, titleLength: Float) -> SIMD8<Float> {
        var sums = SIMD8<Float>(repeating: 0)
        for place in 0..<touchedCount {
            // Holds: what was touched is a slot.
            let slot = unsafe Int(touched[place])
            let entry = unsafe slots[slot]
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
            // Holds: as above.
            unsafe slots[slot].isHeld = false
            unsafe slots[slot].frequency = 0
            unsafe slots[slot].gappedFrequency = 0
            unsafe slots[slot].titleFrequency = 0
        }
        touchedCount = 0
        sums[CloseFeature.passagePairs.rawValue] = bestPassage.pairs
        sums[CloseFeature.passageWords.rawValue] = bestPassage.words
        return sums
    }

    @inline(__always)
    private static func gain(_ frequency: Float, _ length: Float) -> Float {
        QueryTerms.gain(frequency, relativeLength: length) - QueryTerms.delta
    }

    /// The marks of one zone, which begins behind `zoneStart` units of the document.
    private mutating func read(_ zone: Range<Int>, from zoneStart: Int, isTitle: Bool) {
        let lead = Self.gapMax + 1
        for index in zone {
            let (number, place) = (marks.number(index), marks.place(index))
            let p = min(place, Self.gainCount - 1)
            enterPassages(at: place - zoneStart)
            let slot = characterSlots[Int(number)]
            if slot >= 0 { see(Int(slot), 1, isTitle) }
            let word = shortWordSlots[Int(number)]
            if word >= 0 { see(Int(word), wordGains[p], isTitle) }
            var before = index - 1
            while before >= zone.lowerBound, place - marks.place(before) <= lead {
                if place - marks.place(before) > 1 {
                    let slot = pairs.slot(marks.number(before), number)
                    if slot >= 0 { seeGapped(Int(slot), gapGains[p]) }
                }
                before -= 1
            }
            guard index + 1 < zone.upperBound, marks.place(index + 1) == place + 1,
                let entry = pairs.find(number, marks.number(index + 1))
            else { continue }
            if entry.slot >= 0 { see(Int(entry.slot), 1, isTitle) }
            guard entry.words >= 0 else { continue }
            for word in words[Int(entry.words)] where stands(word.numbers, at: index, before: zone.upperBound) {
                see(word.slot, wordGains[p], isTitle)
            }
        }
        close(even: true)
        close(even: false)
        openPassages = (-1, -1)
    }

    /// Whether a word whose first two characters stand here goes on.
    private func stands(_ numbers: [UInt16], at index: Int, before end: Int) -> Bool {
        guard index + numbers.count <= end else { return false }
        let place = marks.place(index)
        for i in 2..<max(2, numbers.count)
        where marks.place(index + i) != place + i || marks.number(index + i) != numbers[i] { return false }
        return true
    }

    @inline(__always)
    private mutating func see(_ slot: Int, _ gain: Float, _ isTitle: Bool) {
        precondition(unsafe slot < slots.count)
        touch(slot)
        // Holds: the slot was checked in the line above; nothing else holds it.
        unsafe slots[slot].isHeld = true
        unsafe slots[slot].frequency += gain
        if isTitle { unsafe slots[slot].titleFrequency += 1 }
        let kind = unsafe slots[slot].kind
        guard kind != .character else { return }
        let weight = unsafe slots[slot].weight
        let passages = unsafe slots[slot].passages
        if passages.0 != openPassages.0 {
            if kind == .pair { evenSums.pairs += weight } else { evenSums.words += weight }
        }
        if passages.1 != openPassages.1 {
            if kind == .pair { oddSums.pairs += weight } else { oddSums.words += weight }
        }
        unsafe slots[slot].passages = openPassages
    }

    @inline(__always)
    private mutating func seeGapped(_ slot: Int, _ gain: Float) {
        precondition(unsafe slot < slots.count)
        touch(slot)
        // Holds: the slot was checked above.
        unsafe slots[slot].gappedFrequency += gain
    }

    @inline(__always)
    private mutating func touch(_ slot: Int) {
        // Holds: callers check the slot; each is touched once, and there is room for all.
        let slotIsNew = unsafe slots[slot].frequency == 0 && slots[slot].gappedFrequency == 0
        guard slotIsNew else { return }
        unsafe touched[touchedCount] = Int32(truncatingIfNeeded: slot)
        touchedCount += 1
    }

    // MARK: Passages

    /// A place of a zone lies in two passages, one of even and one of odd number.
    @inline(__always)
    private mutating func enterPassages(at place: Int) {
        let number = passageBase + 1 + place / (Self.passageLength / 2)
        let (even, odd) = number % 2 == 0 ? (number, number - 1) : (number - 1, number)
        if openPassages.0 != Int32(truncatingIfNeeded: even) {
            close(even: true)
            openPassages.0 = Int32(truncatingIfNeeded: even)
        }
        if openPassages.1 != Int32(truncatingIfNeeded: odd) {
            close(even: false)
            openPassages.1 = Int32(truncatingIfNeeded: odd)
        }
    }

    private mutating func close(even isEven: Bool) {
        let sums = isEven ? evenSums : oddSums
        if sums.pairs * passageWeights.pairs + sums.words * passageWeights.words
            > bestPassage.pairs * passageWeights.pairs + bestPassage.words * passageWeights.words
        { bestPassage = sums }
        if isEven { evenSums = (0, 0) } else { oddSums = (0, 0) }
    }
}

/// From two numbers of characters to what the query has of them: open addressing, an eighth full at most.
private struct PairTable {
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
        while size < 8 * capacity { size *= 2 }
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

    @inline(__always)
    func find(_ a: UInt16, _ b: UInt16) -> Entry? {
        let key = Self.key(a, b)
        var at = place(key)
        while entries[at].key != key {
            if entries[at].key == 0 { return nil }
            at = (at + 1) & mask
        }
        return entries[at]
    }

    @inline(__always)
    func slot(_ a: UInt16, _ b: UInt16) -> Int32 { find(a, b)?.slot ?? -1 }

    subscript(entry: Int) -> Entry {
        get { entries[entry] }
        set { entries[entry] = newValue }
    }
}
