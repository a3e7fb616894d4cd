// Lays ICU's dictionary out for look-ups that touch as little memory as can be: see FORMAT.md, "Dictionary".

/// The dictionary as a double-array trie, in one array for each kind of cell.
struct PackedDictionary {
    typealias Code = BreakTable.Code
    typealias Cost = BreakTable.Cost
    typealias First = BreakTable.First
    typealias Pair = BreakTable.Pair
    typealias Deep = BreakTable.Deep

    private(set) var firsts: [UInt32]
    private(set) var pairs: [UInt32] = []
    private(set) var pairBases: [UInt32] = []
    private(set) var deep: [UInt64] = []

    private let trie: DictionaryTrie
    private let codes: [UInt16]
    private let codeCount: Int

    init(_ trie: DictionaryTrie, _ numbering: CharacterNumbering) {
        self.trie = trie
        codes = numbering.codes
        codeCount = numbering.count
        // ICU's cost of a character without a word of its own.
        firsts = [UInt32](repeating: UInt32(DictionaryTrie.costMax), count: codeCount)
    }

    /// False when something does not fit its field.
    mutating func pack() -> Bool {
        guard codeCount < Int(Pair.free >> Pair.parentShift), trie.nodes.allSatisfy({ $0.value <= DictionaryTrie.costMax }) else {
            return false
        }
        guard let pairNodes = packPairs(), packDeep(below: pairNodes) else { return false }
        // Behind the last base every code has a cell.
        pairs += [UInt32](repeating: Pair.free, count: codeCount)
        pairBases += [UInt32](repeating: 0, count: codeCount)
        deep += [UInt64](repeating: Deep.free, count: codeCount)
        return pairs.count <= Int(Deep.placeMask) && deep.count <= Int(Deep.placeMask)
    }

    /// Returns the nodes of two characters and their cells.
    private mutating func packPairs() -> [(cell: Int, node: Int)]? {
        var space = FreeSpace()
        var nodes: [(cell: Int, node: Int)] = []
        // Families of frequent characters first, not the large ones: what is used together lies together, and that is
        // worth more than the cells it leaves free.
        let ordered = edges(of: 0).map { (code: Int(codes[Int($0.unit)]), node: Int($0.node)) }.sorted { $0.code < $1.code }
        for (code, node) in ordered {
            if trie.nodes[node].value >= 0 { firsts[code] = UInt32(trie.nodes[node].value) }
            let family = family(of: node)
            if family.isEmpty { continue }
            let base = space.take(family.map(\.code))
            guard base < Int(Deep.placeMask) - codeCount else { return nil }
            firsts[code] |= UInt32(base) << First.baseShift
            for (next, child) in family {
                let cell = base + next
                if cell >= pairs.count {
                    pairBases += [UInt32](repeating: 0, count: cell + 1 - pairs.count)
                    pairs += [UInt32](repeating: Pair.free, count: cell + 1 - pairs.count)
                }
                pairs[cell] = UInt32(code) << Pair.parentShift | UInt32(cost(of: child))
                nodes.append((cell, child))
            }
        }
        return nodes
    }

    private mutating func packDeep(below pairNodes: [(cell: Int, node: Int)]) -> Bool {
        var space = FreeSpace()
        var level = pairNodes
        var isPairs = true
        while !level.isEmpty {
            var nextLevel: [(cell: Int, node: Int)] = []
            for (parent, node) in level {
                let family = family(of: node)
                if family.isEmpty { continue }
                let base = space.take(family.map(\.code))
                guard base < Int(Deep.placeMask) - codeCount else { return false }
                if isPairs {
                    pairBases[parent] = UInt32(base)
                    for (code, _) in family { pairs[parent] |= 1 << (Pair.filterShift + UInt32(code & 7)) }
                } else {
                    deep[parent] |= UInt64(base) << Deep.baseShift
                }
                for (code, child) in family {
                    let cell = base + code
                    if cell >= deep.count { deep += [UInt64](repeating: Deep.free, count: cell + 1 - deep.count) }
                    let before = UInt64(parent) | (isPairs ? 0 : Deep.afterDeep)
                    deep[cell] = before << Deep.parentShift | UInt64(cost(of: child))
                    nextLevel.append((cell, child))
                }
            }
            level = nextLevel
            isPairs = false
        }
        return true
    }

    private func edges(of node: Int) -> ArraySlice<(unit: UInt16, node: Int32)> {
        let start = Int(trie.nodes[node].edgeStart)
        return trie.edges[start..<start + Int(trie.nodes[node].edgeCount)]
    }

    /// The children of a node by code.
    private func family(of node: Int) -> [(code: Int, node: Int)] {
        edges(of: node).map { (Int(codes[Int($0.unit)]), Int($0.node)) }.sorted { $0.code < $1.code }
    }

    private func cost(of node: Int) -> Int {
        let value = Int(trie.nodes[node].value)
        return value >= 0 ? value : Cost.none
    }
}

/// Which cells of a double array are free.
private struct FreeSpace {
    /// Bit set: the cell is free.
    private var bits: [UInt64] = []
    private var firstFree = 0
    /// By size of family: where the last one was placed. A little before it there is hardly room for another.
    private var lastPlaces = [Int](repeating: 0, count: 64)
    private static let lookedBack = 2_048

    /// Takes cells for a family with these codes (rising) at the lowest base where all are free. Tries 64 bases at once.
    mutating func take(_ codes: [Int]) -> Int {
        while firstFree < bits.count && bits[firstFree] == 0 { firstFree += 1 }
        let size = min(codes.count, lastPlaces.count) - 1
        var base = max(1, max(firstFree * 64, lastPlaces[size] - Self.lookedBack) - codes[0])
        var candidates = freeBits(for: codes, from: base)
        while candidates == 0 {
            base += 64
            candidates = freeBits(for: codes, from: base)
        }
        base += candidates.trailingZeroBitCount
        lastPlaces[size] = base + codes[0]
        for code in codes { fill(base + code) }
        return base
    }

    private mutating func fill(_ cell: Int) {
        if cell / 64 >= bits.count { bits += [UInt64](repeating: ~0, count: cell / 64 + 1_024 - bits.count) }
        bits[cell / 64] &= ~(1 << UInt64(cell % 64))
    }

    /// Bit n: base `place + n` has a free cell for each of the codes.
    @inline(__always)
    private func freeBits(for codes: [Int], from place: Int) -> UInt64 {
        let (codes, bits) = (codes.span, bits.span)
        var candidates: UInt64 = ~0
        for number in codes.indices {
            let cell = place + codes[number]
            let (word, bit) = (cell >> 6, UInt64(truncatingIfNeeded: cell & 63))
            if word + 1 < bits.count {
                // Shifted twice, so that a shift by 64 leaves nothing.
                candidates &= bits[word] &>> bit | (bits[word + 1] &<< 1) &<< (63 &- bit)
            } else if word < bits.count {
                candidates &= bits[word] &>> bit | (~0 &<< 1) &<< (63 &- bit)
            }
            if candidates == 0 { break }
        }
        return candidates
    }
}
