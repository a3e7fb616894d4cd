// Likeness of one text to others, one after the other: what `WeightedText.likeness` says, without sorting them.
//
// The tables that every comparison goes through are as small as the texts, so they stay close to the processor.

/// One text, to which others are compared.
package struct LikenessProbe: Sendable {
    struct Own {
        var pair: UInt32 = 0
        /// 0 where nothing is.
        var weight: Float = 0
        var rarity: Float = 0
    }
    struct Seen {
        var pair: UInt32 = 0
        var round: UInt32 = 0
        /// 1: the title has it, 2: the content has it.
        var zones: UInt32 = 0
    }

    private(set) var own: [Own] = []
    /// The same for texts that are kept as vectors: a larger table of pairs alone, 0 where nothing is, as most look-ups find
    /// nothing; and weight times rarity at the same places.
    private(set) var ownPairs: [UInt32] = [0]
    private(set) var ownProducts: [Double] = [0]
    private(set) var seen = [Seen](repeating: Seen(), count: 1 << 10)
    private var round: UInt32 = 0
    private(set) var touched: [Int32] = []
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

    /// The pairs of a text, each once.
    mutating func gather(_ title: Span<UInt16>, _ text: Span<UInt16>) {
        let room = Self.room(for: title.count + text.count)
        if room > seen.count {
            seen = [Seen](repeating: Seen(), count: room)
            round = 0
        } else if round == .max {
            for place in seen.indices { seen[place].round = 0 }
            round = 0
        }
        round += 1
        var found: [Int32] = []
        swap(&found, &touched)
        found.removeAll(keepingCapacity: true)
        let round = round
        var table = seen.mutableSpan
        Self.gather(title, zone: 1, round, &table, &found)
        Self.gather(text, zone: 2, round, &table, &found)
        touched = found
    }

    @inline(__always)
    private static func gather(
        _ units: Span<UInt16>, zone: UInt32, _ round: UInt32, _ table: inout MutableSpan<Seen>, _ touched: inout [Int32]
    ) {
        var (before, wasCounted): (UInt16, Bool) = (0, false)
        for index in units.indices {
            let unit = units[index]
            let isCounted = WeightedText.isCounted(unit)
            defer { (before, wasCounted) = (unit, isCounted) }
            guard isCounted, wasCounted else { continue }
            let pair = CommonPairs.key(before, unit)
            var place = Self.place(of: pair, table.count)
            while table[place].round == round, table[place].pair != pair { place = (place + 1) & (table.count - 1) }
            if table[place].round == round {
                table[place].zones |= zone
            } else {
                table[place] = Seen(pair: pair, round: round, zones: zone)
                touched.append(Int32(truncatingIfNeeded: place))
            }
        }
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
        for index in weights.indices {
            weights[index].weight = Float(Double(weights[index].weight) / ownLength)
            let (pair, weight, rarity) = weights[index]
            var place = Self.place(of: pair, own.count)
            while own[place].weight > 0 { place = (place + 1) & (own.count - 1) }
            own[place] = Own(pair: pair, weight: weight, rarity: rarity)
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
        gather(title, text)
        let measured = try measured(atLeast: least, rarity)
        sharedRarePairs = measured.rare
        return measured.likeness
    }

    private func measured(
        atLeast least: Double, _ rarity: (UInt32) throws -> Float
    ) rethrows -> (likeness: Double, rare: Int) {
        var (sum, squares, ownSquares) = (0.0, 0.0, 0.0)
        var rare = 0
        let (own, seen) = (own.span, seen.span)
        var others: [Int32] = []
        for seenPlace in touched {
            let entry = seen[Int(seenPlace)]
            var place = Self.place(of: entry.pair, own.count)
            while own[place].weight > 0, own[place].pair != entry.pair { place = (place + 1) & (own.count - 1) }
            let shared = own[place]
            guard shared.weight > 0 else {
                others.append(seenPlace)
                continue
            }
            // What both have is as rare as the one text says; only what it has not is asked for.
            let weight = Double(Self.damped(entry.zones) * shared.rarity)
            squares += weight * weight
            sum += weight * Double(shared.weight)
            ownSquares += Double(shared.weight) * Double(shared.weight)
            if shared.rarity >= rareFrom { rare += 1 }
        }
        // The cosine is at most the length of that part of the one text which stands in the other (Cauchy and Schwarz).
        if ownSquares < least * least { return (0, rare) }
        // Above this the other text is too long for what the two share.
        let squaresMax = least > 0 ? (sum / least) * (sum / least) : .infinity
        for place in others {
            let entry = seen[Int(place)]
            let weight = Double(Self.damped(entry.zones) * (try rarity(entry.pair)))
            squares += weight * weight
            if squares > squaresMax { return (0, rare) }
        }
        let likeness = squares > 0 ? min(1, sum / squares.squareRoot()) : 0
        return (likeness < least ? 0 : likeness, rare)
    }
}
