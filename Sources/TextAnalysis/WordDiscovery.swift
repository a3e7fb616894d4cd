// Words of an archive that the dictionary lacks: pieces of text that stand together firmly and turn up among many
// different neighbours.
//
// Three measures decide, as in the literature on new words (Pearl, "new word discovery"; Feng et al., "Accessor variety
// criteria for Chinese word extraction", 2004): how many texts hold the piece; how much oftener its parts stand
// together than chance has it (cohesion); how many different characters stand before and behind it (entropy).

/// Gathers texts, then says which pieces look like words.
///
/// - Shape: every place of the texts as a run of up to eight units, sorted: equal pieces stand together, and the units
///   that follow a piece stand in order behind it.
/// - Units: UTF-16 units of folded text; counts are of texts, not of occurrences, where so named.
/// - Limit: `unitsMax` units, 24 bytes each; what comes later is not looked at.
package struct WordDiscovery {
    package struct Candidate: Hashable, Sendable {
        package let units: [UInt16]
        /// Texts that hold it.
        package let textCount: Int
        package let occurrenceCount: Int
        /// Binary logarithm of how much oftener the parts stand together than by chance, at the weakest seam.
        package let cohesion: Double
        /// Bits: the lesser of the two sides.
        package let neighbourEntropy: Double
        /// Where it stands, a few places: text number and first unit.
        package let samples: [(text: Int, start: Int)]

        package static func == (a: Candidate, b: Candidate) -> Bool { a.units == b.units }
        package func hash(into hasher: inout Hasher) { hasher.combine(units) }
    }

    package struct Limits: Sendable {
        package var textCountMin = 5
        /// 2⁴: the parts stand together sixteen times oftener than chance has it.
        package var cohesionMin = 4.0
        /// Bits; two neighbours of equal frequency on either side have 1.
        package var entropyMin = 1.0
        package init() {}
    }

    package static let lengthMax = 6
    package static let unitsMax = 12 << 20
    /// Candidates that are looked at in context.
    private static let samplesMax = 24

    private var units: [UInt16] = []
    private var textEnds: [Int] = []

    package init() {}

    package var isFull: Bool { units.count >= Self.unitsMax }
    package var textCount: Int { textEnds.count }

    /// Adds one text; zones of a record are texts of their own.
    package mutating func add(_ text: some Sequence<UInt16>) {
        guard !isFull else { return }
        units.append(contentsOf: text)
        units.append(0)
        textEnds.append(units.count)
    }

    package static func bits(_ count: Int) -> Double { binaryLogarithm(Double(max(count, 1))) }

    package func text(_ number: Int) -> ArraySlice<UInt16> {
        units[(number == 0 ? 0 : textEnds[number - 1])..<(textEnds[number] - 1)]
    }

    /// A place: its next eight units, so that sorting needs no look at the text.
    private struct Place {
        var high: UInt64
        var low: UInt64
        var start: UInt32
    }

    /// Pieces of two to six Han characters that pass the limits, most texts first.
    package func candidates(_ limits: Limits) -> [Candidate] {
        let places = sortedPlaces()
        guard !places.isEmpty else { return [] }
        var counts = Counts(total: places.count)
        // Counts of all lengths first: cohesion asks for those of the parts.
        for length in 1...Self.lengthMax {
            forEachRun(of: length, in: places) { run in
                if run.count >= limits.textCountMin { counts.set(key(places[run.lowerBound], length), length, run.count) }
            }
        }
        var found: [Candidate] = []
        for length in 2...Self.lengthMax {
            forEachRun(of: length, in: places) { run in
                guard run.count >= limits.textCountMin else { return }
                let piece = key(places[run.lowerBound], length)
                let cohesion = counts.cohesion(of: piece, length)
                guard cohesion >= limits.cohesionMin else { return }
                let entropy = neighbourEntropy(places[run], length)
                guard entropy >= limits.entropyMin else { return }
                let texts = textNumbers(places[run])
                guard texts.count >= limits.textCountMin else { return }
                found.append(candidate(places[run], length, texts, cohesion, entropy))
            }
        }
        return found.sorted { ($0.textCount, $1.units.count) > ($1.textCount, $0.units.count) }
    }

    // MARK: Places

    private func sortedPlaces() -> [Place] {
        var places: [Place] = []
        places.reserveCapacity(units.count)
        for start in units.indices where Self.isHan(units[start]) {
            func packed(_ from: Int) -> UInt64 {
                var value: UInt64 = 0
                for offset in 0..<4 { value = value << 16 | UInt64(from + offset < units.count ? units[from + offset] : 0) }
                return value
            }
            places.append(Place(high: packed(start), low: packed(start + 4), start: UInt32(start)))
        }
        places.sort { $0.high != $1.high ? $0.high < $1.high : $0.low != $1.low ? $0.low < $1.low : $0.start < $1.start }
        return places
    }

    /// The first `length` units of a place as one number.
    private func key(_ place: Place, _ length: Int) -> Key {
        length <= 4
            ? Key(high: place.high >> UInt64(16 * (4 - length)), low: 0)
            : Key(high: place.high, low: place.low >> UInt64(16 * (8 - length)))
    }

    fileprivate struct Key: Hashable {
        var high: UInt64
        var low: UInt64
    }

    /// Runs of places whose first `length` units are the same and all Han.
    private func forEachRun(of length: Int, in places: [Place], _ body: (Range<Int>) -> Void) {
        var start = 0
        while start < places.count {
            let first = key(places[start], length)
            var end = start + 1
            while end < places.count, key(places[end], length) == first { end += 1 }
            let begin = Int(places[start].start)
            if begin + length <= units.count, units[begin..<begin + length].allSatisfy(Self.isHan) { body(start..<end) }
            start = end
        }
    }

    private struct Counts {
        private var byLength: [[Key: Int]] = Array(repeating: [:], count: WordDiscovery.lengthMax + 1)
        private let total: Double

        init(total: Int) { self.total = Double(total) }

        mutating func set(_ key: Key, _ length: Int, _ count: Int) { byLength[length][key] = count }

        func cohesion(of key: Key, _ length: Int) -> Double {
            let units = key.units(length)
            let whole = Double(byLength[length][key] ?? 0)
            var weakest = Double.infinity
            for seam in 1..<length {
                guard let left = byLength[seam][Key(units[..<seam])], let right = byLength[length - seam][Key(units[seam...])]
                else { return 0 }
                weakest = min(weakest, whole * total / (Double(left) * Double(right)))
            }
            return binaryLogarithm(weakest)
        }
    }

    // MARK: Neighbours

    /// Bits of the units before and behind, the lesser of both; the end of a text or a sign is a neighbour of its own
    /// each time.
    private func neighbourEntropy(_ run: ArraySlice<Place>, _ length: Int) -> Double {
        var before: [UInt16: Int] = [:]
        var behind: [UInt16: Int] = [:]
        var borders = (before: 0, behind: 0)
        for place in run {
            let start = Int(place.start)
            if start > 0, Self.isHan(units[start - 1]) { before[units[start - 1], default: 0] += 1 } else { borders.before += 1 }
            let end = start + length
            if end < units.count, Self.isHan(units[end]) { behind[units[end], default: 0] += 1 } else { borders.behind += 1 }
        }
        return min(Self.entropy(before, borders.before), Self.entropy(behind, borders.behind))
    }

    private static func entropy(_ counts: [UInt16: Int], _ borders: Int) -> Double {
        let total = Double(counts.values.reduce(0, +) + borders)
        guard total > 0 else { return 0 }
        var bits = 0.0
        for count in counts.values.sorted() {
            let share = Double(count) / total
            bits -= share * binaryLogarithm(share)
        }
        return bits + Double(borders) / total * binaryLogarithm(total)
    }

    private func textNumbers(_ run: ArraySlice<Place>) -> Set<Int> { Set(run.map { textNumber(of: Int($0.start)) }) }

    private func textNumber(of place: Int) -> Int {
        var low = 0
        var high = textEnds.count
        while low < high {
            let middle = (low + high) / 2
            if textEnds[middle] <= place { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func candidate(
        _ run: ArraySlice<Place>, _ length: Int, _ texts: Set<Int>, _ cohesion: Double, _ entropy: Double
    ) -> Candidate {
        let start = Int(run.first!.start)
        let step = max(1, run.count / Self.samplesMax)
        let samples = stride(from: run.startIndex, to: run.endIndex, by: step).prefix(Self.samplesMax).map { place in
            let place = Int(run[place].start)
            let text = textNumber(of: place)
            return (text: text, start: place - (text == 0 ? 0 : textEnds[text - 1]))
        }
        return Candidate(
            units: Array(units[start..<start + length]), textCount: texts.count, occurrenceCount: run.count, cohesion: cohesion,
            neighbourEntropy: entropy, samples: samples)
    }

    /// Letters, digits and Han characters: what an example goes on with; signs end it.
    package static func isText(_ unit: UInt16) -> Bool {
        isHan(unit) || (0x30...0x39).contains(unit) || (0x61...0x7A).contains(unit)
    }

    package static func isHan(_ unit: UInt16) -> Bool { (0x4E00...0x9FFF).contains(unit) || (0x3400...0x4DBF).contains(unit) }
}

extension WordDiscovery.Key {
    init(_ units: ArraySlice<UInt16>) {
        var high: UInt64 = 0
        for unit in units.prefix(4) { high = high << 16 | UInt64(unit) }
        var low: UInt64 = 0
        for unit in units.dropFirst(4) { low = low << 16 | UInt64(unit) }
        self.init(high: high, low: low)
    }

    func units(_ length: Int) -> [UInt16] {
        (0..<length).map { place in
            place < 4
                ? UInt16(truncatingIfNeeded: high >> UInt64(16 * (min(length, 4) - 1 - place)))
                : UInt16(truncatingIfNeeded: low >> UInt64(16 * (length - 1 - place)))
        }
    }
}
