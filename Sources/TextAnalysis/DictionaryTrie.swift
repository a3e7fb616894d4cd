// Reads ICU's dictionary of Chinese and Japanese words: a UCharsTrie with values (ICU's ucharstrie.h states the format).

import CICU

/// The words of the dictionary as a plain tree of characters.
struct DictionaryTrie {
    struct Node {
        /// Cost of the word that ends here, negative when none does.
        var value: Int32 = -1
        /// The edges of this node: `edges[edgeStart ..< edgeStart + edgeCount]`.
        var edgeStart: Int32 = 0
        var edgeCount: Int32 = 0
    }

    /// Node 0 is the root.
    private(set) var nodes: [Node] = []
    private(set) var edges: [(unit: UInt16, node: Int32)] = []

    /// The trie itself, copied: reading it must not run past its end.
    private var units: [UInt16] = []

    /// ICU's own limits: nothing in the dictionary is longer.
    static let wordLengthMax = 20
    static let costMax = 255

    /// Calls `body` with the bytes of ICU's dictionary; nil when ICU has none.
    static func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result?) -> Result? {
        guard let dictionary = unsafe cicu_openDictionary() else { return nil }
        defer { unsafe cicu_closeDictionary(dictionary) }
        // DictionaryData: offset of the trie, two reserved, total size, type (1: UCharsTrie), transform, …
        let header = unsafe cicu_dictionaryStart(dictionary)
        let byteCount = unsafe Int(header[3])
        guard byteCount > 32 else { return nil }
        return unsafe body(UnsafeRawBufferPointer(start: header, count: byteCount))
    }

    /// - Parameter takes: whether words with this unit are wanted; others are left out.
    /// Nil when the dictionary is none that we can read.
    init?(_ bytes: UnsafeRawBufferPointer, takes: (UInt16) -> Bool) {
        let offset = unsafe Int(bytes.load(fromByteOffset: 0, as: Int32.self))
        let type = unsafe bytes.load(fromByteOffset: 16, as: Int32.self)
        let transform = unsafe bytes.load(fromByteOffset: 20, as: Int32.self)
        // Type 1 with bit 3: a UCharsTrie with values.
        guard type == 9, transform == 0, offset >= 32, offset < bytes.count, offset % 2 == 0 else { return nil }
        units = (0..<(bytes.count - offset) / 2).map {
            unsafe bytes.loadUnaligned(fromByteOffset: offset + 2 * $0, as: UInt16.self)
        }
        nodes.reserveCapacity(400_000)
        edges.reserveCapacity(400_000)
        guard read(0, takes, depth: 0) != nil else { return nil }
    }

    /// Unit `place` of the trie; 0 past its end, which no walk of a sound trie reaches.
    private func unit(_ place: Int) -> Int { place >= 0 && place < units.count ? Int(units[place]) : 0 }

    /// Reads the node at `place` and all below it. Returns its number.
    private mutating func read(_ place: Int, _ takes: (UInt16) -> Bool, depth: Int) -> Int32? {
        let node = Int32(nodes.count)
        nodes.append(Node())
        var place = place
        var lead = unit(place)
        place += 1
        guard place <= units.count, depth <= 64 else { return nil }
        if lead >= 0x40 {
            if lead & 0x8000 != 0 {
                nodes[Int(node)].value = Int32(truncatingIfNeeded: finalValue(place, lead & 0x7FFF))
                return node
            }
            let (value, size) = nodeValue(place, lead)
            nodes[Int(node)].value = Int32(truncatingIfNeeded: value)
            place += size
            lead &= 0x3F
        }
        var found: [(unit: UInt16, node: Int32)] = []
        if lead >= 0x30 {
            // A linear match of `lead - 0x2F` units; the nodes inside it hold no values.
            let unit = UInt16(self.unit(place))
            guard takes(unit) else { return node }
            guard let child = readLinear(place + 1, rest: lead - 0x30, takes, depth: depth + 1) else { return nil }
            found.append((unit, child))
        } else {
            if lead == 0 {
                lead = unit(place)
                place += 1
            }
            guard readBranch(place, lead + 1, &found, takes, depth: depth + 1) else { return nil }
        }
        nodes[Int(node)].edgeStart = Int32(edges.count)
        nodes[Int(node)].edgeCount = Int32(found.count)
        edges += found
        return node
    }

    private mutating func readLinear(_ place: Int, rest: Int, _ takes: (UInt16) -> Bool, depth: Int) -> Int32? {
        if rest == 0 { return read(place, takes, depth: depth) }
        let node = Int32(nodes.count)
        nodes.append(Node())
        let unit = UInt16(self.unit(place))
        guard takes(unit) else { return node }
        guard let child = readLinear(place + 1, rest: rest - 1, takes, depth: depth + 1) else { return nil }
        nodes[Int(node)].edgeStart = Int32(edges.count)
        nodes[Int(node)].edgeCount = 1
        edges.append((unit, child))
        return node
    }

    private mutating func readBranch(
        _ place: Int, _ length: Int, _ found: inout [(unit: UInt16, node: Int32)], _ takes: (UInt16) -> Bool, depth: Int
    ) -> Bool {
        var place = place
        var length = length
        guard place < units.count else { return false }
        while length > 5 {
            // A unit to compare with, then how far the smaller half is away.
            let (delta, size) = jump(place + 1)
            let after = place + 1 + size
            guard readBranch(after + delta, length >> 1, &found, takes, depth: depth) else { return false }
            length -= length >> 1
            place = after
        }
        while true {
            let unit = UInt16(self.unit(place))
            place += 1
            guard place <= units.count else { return false }
            length -= 1
            var target = place
            if length > 0 {
                let lead = self.unit(place)
                let size = 1 + (lead & 0x7FFF < 0x4000 ? 0 : lead & 0x7FFF < 0x7FFF ? 1 : 2)
                // Not final: the value says how far the next node is away.
                if lead & 0x8000 == 0 { target = place + size + finalValue(place + 1, lead) }
                place += size
            }
            if takes(unit) {
                guard let child = read(target, takes, depth: depth) else { return false }
                found.append((unit, child))
            }
            if length == 0 { return true }
        }
    }

    private func finalValue(_ place: Int, _ lead: Int) -> Int {
        if lead < 0x4000 { return lead }
        if lead < 0x7FFF { return (lead - 0x4000) << 16 | unit(place) }
        return unit(place) << 16 | unit(place + 1)
    }

    private func nodeValue(_ place: Int, _ lead: Int) -> (value: Int, size: Int) {
        if lead < 0x4040 { return ((lead >> 6) - 1, 0) }
        if lead < 0x7FC0 { return (((lead & 0x7FC0) - 0x4040) << 10 | unit(place), 1) }
        return (unit(place) << 16 | unit(place + 1), 2)
    }

    private func jump(_ place: Int) -> (delta: Int, size: Int) {
        let lead = unit(place)
        if lead < 0xFC00 { return (lead, 1) }
        if lead == 0xFFFF { return (unit(place + 1) << 16 | unit(place + 2), 3) }
        return ((lead - 0xFC00) << 16 | unit(place + 1), 2)
    }
}
