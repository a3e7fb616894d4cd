// Likeness of one text to others, one after the other: what `WeightedText.likeness` says, without sorting them.
//
// The tables that every comparison goes through are as small as the texts, so they stay close to the processor. The loops over
// letters are C (`cprobe.h`).

import CSketch

/// One text, to which others are compared.
package struct LikenessProbe: Sendable {
    typealias Own = cprobe_own
    typealias Seen = cprobe_seen

    private(set) var own = [Own()]
    /// A bit for each place that one of these may have here.
    private var ownBits = [UInt64](repeating: 0, count: cprobe_bits / 64)
    /// For each of these the round in which it was found last, and the zones: `round << 2 | zones`.
    private var ownZones: [UInt64] = [0]
    /// Of the text that is compared now: places of the pairs that the one text has too, in the order of the text, the first
    /// `sharedCount` of it …
    private var shared: [Int32] = [0]
    private var sharedCount = 0
    /// … and the others, as often as they come; those of the title first.
    private var others: [UInt32] = [0]
    /// How rare they are, each once.
    private var knownRarities: [Float] = []
    private static let noBits = [UInt64](repeating: 0, count: cprobe_bits / 64)
    /// The same for texts that are kept as vectors: a larger table of pairs alone, 0 where nothing is, as most look-ups find
    /// nothing; and weight times rarity at the same places.
    private(set) var ownPairs: [UInt32] = [0]
    private(set) var ownProducts: [Double] = [0]
    private(set) var seen = [Seen](repeating: Seen(), count: 1 << 10)
    private var round: UInt32 = 0
    /// Places in `seen`, the first `touchedCount` of it.
    private var touchedPlaces: [Int32] = [0]
    private var touchedCount = 0
    /// The pairs that were gathered last.
    var touched: ArraySlice<Int32> { touchedPlaces[..<touchedCount] }
    /// Of the text that others are compared with: its pairs as weights of a vector of length 1, with their rarities.
    private(set) var weights: [(pair: UInt32, weight: Float, rarity: Float)] = []
    private(set) var ownLength = 0.0
    private var rareFrom: Float = .infinity
    /// Of the text compared last: how many rare pairs it shares.
    package private(set) var sharedRarePairs = 0

    package init() {}

    @inline(__always)
    static func place(of pair: UInt32, _ room: Int) -> Int { Int((pair &* 0x9E37_79B1) >> 8) & (room - 1) }

    private static func room(for count: Int) -> Int {
        var room = 64
        while room < 2 * count { room *= 2 }
        return room
    }

    /// Forgets the text compared last, and has room for one of so many units.
    private mutating func begin(_ count: Int) {
        let room = Self.room(for: count)
        if room > seen.count || round == .max {
            seen = [Seen](repeating: Seen(), count: max(room, seen.count))
            for place in ownZones.indices { ownZones[place] = 0 }
            round = 0
        }
        if others.count < count {
            others = [UInt32](repeating: 0, count: 2 * count)
            touchedPlaces = [Int32](repeating: 0, count: 2 * count)
        }
        sharedCount = 0
        touchedCount = 0
        round += 1
    }

    /// The pairs of a text, each once.
    mutating func gather(_ title: Span<UInt16>, _ text: Span<UInt16>) {
        begin(title.count + text.count)
        var count = 0
        part(title, zone: 1, Self.noBits, &count)
        let titleCount = count
        part(text, zone: 2, Self.noBits, &count)
        gather(others: count, titleCount)
    }

    /// Parts the pairs of a zone into those that the one text has too and the others.
    ///
    /// - Parameter ownBits: of the one text's pairs, or no bits at all: then all are others.
    private mutating func part(_ units: Span<UInt16>, zone: UInt32, _ ownBits: [UInt64], _ othersCount: inout Int) {
        let mask = own.count - 1
        unsafe units.withUnsafeBufferPointer { units in
            guard let start = units.baseAddress else { return }
            // Holds: places found lie within the tables, each of the own is found once a round, and there is room for all others.
            unsafe cprobe_part(
                start, units.count, Shingles.classes, zone, UInt64(round), own, mask, ownBits, &ownZones, &shared, &sharedCount, &others,
                &othersCount)
        }
    }

    /// Each of the others once, in the order of the text.
    private mutating func gather(others count: Int, _ titleCount: Int) {
        let mask = seen.count - 1
        // Holds: the table has room for twice as many as there can be, and the list for all.
        touchedCount = unsafe cprobe_gather(others, count, titleCount, round, &seen, mask, &touchedPlaces)
    }

    /// A pair of the content alone, of the title alone, of both: as `WeightedText` damps them.
    @inline(__always)
    static func damped(_ zones: UInt32) -> Float { zones == 2 ? 0.693 : zones == 1 ? 1.386 : 1.609 }

    /// Takes another text as the one that others are compared with.
    ///
    /// - Parameter isRareFrom: the rarity from which on a pair is rare.
    /// - Parameter rarity: as for `WeightedText`.
    package mutating func begin(
        title: Span<UInt16>, text: Span<UInt16>, isRareFrom rareFrom: Float = .infinity, rarity: (UInt32) throws -> Float
    ) rethrows {
        self.rareFrom = rareFrom
        gather(title, text)
        weights.removeAll(keepingCapacity: true)
        var squares = 0.0
        for place in touched {
            let entry = seen[Int(place)]
            let rarity = try rarity(entry.pair)
            let weight = Self.damped(entry.zones) * rarity
            guard weight > 0 else { continue }
            weights.append((entry.pair, weight, rarity))
            squares += Double(weight) * Double(weight)
        }
        ownLength = squares.squareRoot()
        own = [Own](repeating: Own(), count: Self.room(for: weights.count))
        ownZones = [UInt64](repeating: 0, count: own.count)
        shared = [Int32](repeating: 0, count: own.count)
        for word in ownBits.indices { ownBits[word] = 0 }
        for index in weights.indices {
            weights[index].weight = Float(Double(weights[index].weight) / ownLength)
            let (pair, weight, rarity) = weights[index]
            var place = Self.place(of: pair, own.count)
            while own[place].weight > 0 { place = (place + 1) & (own.count - 1) }
            own[place] = Own(pair: pair, weight: weight, rarity: rarity)
            let bit = Int((pair &* 0x9E37_79B1) >> 19)
            ownBits[bit >> 6] |= 1 << UInt64(bit & 63)
        }
        let pairsRoom = 2 * own.count
        if ownPairs.count == pairsRoom {
            for place in ownPairs.indices { ownPairs[place] = 0 }
        } else {
            (ownPairs, ownProducts) = ([UInt32](repeating: 0, count: pairsRoom), [Double](repeating: 0, count: pairsRoom))
        }
        for (pair, weight, rarity) in weights {
            var place = Self.place(of: pair, pairsRoom)
            while ownPairs[place] != 0 { place = (place + 1) & (pairsRoom - 1) }
            (ownPairs[place], ownProducts[place]) = (pair, Double(weight) * Double(rarity))
        }
    }

    /// 0 … 1: the cosine.
    ///
    /// - Parameter least: below it the answer is 0, which is found out sooner.
    package mutating func likeness(
        title: Span<UInt16>, text: Span<UInt16>, atLeast least: Double = 0, rarity: (UInt32) throws -> Float
    ) rethrows -> Double {
        try likeness(title: title, text: text, atLeast: least) { pairs, rarities in
            for place in pairs.indices { rarities[place] = try rarity(pairs[place]) }
        }
    }

    /// - Parameter rarities: puts how rare some pairs are into the first places of an array that has room for all of them.
    package mutating func likeness(
        title: Span<UInt16>, text: Span<UInt16>, atLeast least: Double, rarities: (Span<UInt32>, inout [Float]) throws -> Void
    ) rethrows -> Double {
        begin(title.count + text.count)
        var othersCount = 0
        let ownBits = ownBits
        part(title, zone: 1, ownBits, &othersCount)
        let titleCount = othersCount
        part(text, zone: 2, ownBits, &othersCount)

        var (sum, squares, ownSquares) = (0.0, 0.0, 0.0)
        sharedRarePairs = 0
        for place in shared[..<sharedCount] {
            // What both have is as rare as the one text says; only what it has not is asked for.
            let (entry, zones) = (own[Int(place)], UInt32(truncatingIfNeeded: ownZones[Int(place)] & 3))
            let weight = Double(Self.damped(zones) * entry.rarity)
            squares += weight * weight
            sum += weight * Double(entry.weight)
            ownSquares += Double(entry.weight) * Double(entry.weight)
            if entry.rarity >= rareFrom { sharedRarePairs += 1 }
        }
        // The cosine is at most the length of that part of the one text which stands in the other (Cauchy and Schwarz).
        if ownSquares < least * least { return 0 }
        // Above this the other text is too long for what the two share.
        let squaresMax = least > 0 ? (sum / least) * (sum / least) : .infinity
        gather(others: othersCount, titleCount)
        if knownRarities.count < Self.rarityStep { knownRarities = [Float](repeating: 0, count: Self.rarityStep) }
        var start = 0
        while start < touchedCount {
            let end = min(touchedCount, start + Self.rarityStep)
            for place in start..<end { others[place] = seen[Int(touchedPlaces[place])].pair }
            let pairs = others
            try rarities(pairs.span.extracting(start..<end), &knownRarities)
            for place in start..<end {
                let weight = Double(Self.damped(seen[Int(touchedPlaces[place])].zones) * knownRarities[place - start])
                squares += weight * weight
                if squares > squaresMax { return 0 }
            }
            start = end
        }
        let likeness = squares > 0 ? min(1, sum / squares.squareRoot()) : 0
        return likeness < least ? 0 : likeness
    }

    /// So many are asked for at once: mostly it is known before the last of them that the other text is too long.
    private static let rarityStep = 32
}
