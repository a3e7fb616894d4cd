// Makes the table from the ICU in use, in a fraction of a second.

import CGNU
import CICU
import Records

extension BreakTable {
    /// What the tables of one ICU are known by.
    struct Source {
        let rules: BreakRules
        let checksum: UInt64

        /// Nil when this ICU is not laid out as we know it.
        init?(of iterator: OpaquePointer) {
            guard let rules = unsafe BreakRules(of: iterator) else { return nil }
            guard let dictionary = unsafe DictionaryTrie.withBytes({ unsafe Checksum.of($0) }) else { return nil }
            let version = unsafe Array(String(cString: cicu_version()).utf8)
            let sums = [rules.checksum, dictionary] + version.map(UInt64.init)
            self.rules = rules
            checksum = unsafe sums.withUnsafeBytes { unsafe Checksum.of($0) }
        }
    }

    /// A table in memory, made from the ICU in use.
    package static func make() -> BreakTable? {
        guard let iterator = unsafe cicu_openWords("zh") else { return nil }
        defer { unsafe cicu_closeWords(iterator) }
        guard let source = unsafe Source(of: iterator) else { return nil }
        return build(source)
    }

    /// Nil when this ICU is not laid out as we know it.
    static func build(_ source: Source) -> BreakTable? {
        let rules = source.rules
        let hanCategory = rules.categories[0x4E00]
        guard Int(hanCategory) >= rules.firstDictionaryCategory, rules.keepsHanTogether else { return nil }
        let isPlainHan = (0..<0x10000).map { unit in
            rules.isHan(unit) && cicu_isPlainHan(UInt32(unit))
        }
        let trie = unsafe DictionaryTrie.withBytes { bytes in unsafe DictionaryTrie(bytes) { isPlainHan[Int($0)] } }
        guard let trie, !trie.nodes.isEmpty else { return nil }

        let numbering = CharacterNumbering(trie, isPlainHan: isPlainHan)
        var array = PackedDictionary(trie, numbering)
        guard array.pack() else { return nil }
        let far = FarCategories(rules)

        var header = Header()
        header.source = source.checksum
        header.stateCount = UInt32(rules.statuses.count)
        header.farBlockCount = UInt32(far.blocks.count / 128)
        header.codeCount = UInt32(array.firsts.count)
        header.pairCount = UInt32(array.pairs.count)
        header.deepCount = UInt32(array.deep.count)
        header.firstDictionaryCategory = UInt16(rules.firstDictionaryCategory)
        header.hanCategory = UInt16(hanCategory)
        let layout = header.layout
        header.totalBytes = UInt64(layout.end)

        guard let block = unsafe LargeBlock.take(layout.end) else { return nil }
        unsafe header.write(to: block)
        func copy<Element>(_ elements: [Element], to offset: Int) {
            unsafe elements.withUnsafeBytes { bytes in
                // Holds: the layout was computed from these counts.
                unsafe UnsafeMutableRawBufferPointer(rebasing: block[offset..<offset + bytes.count]).copyMemory(from: bytes)
            }
        }
        copy(isPlainHan.indices.map { unit in
            if unit & 0xFC00 == 0xD800 { return Code.surrogate }
            guard isPlainHan[unit] else { return Code.notHan }
            return numbering.codes[unit] | (rules.categories[unit] == hanCategory ? 0 : Code.isRare)
        }, to: layout.codes)
        copy(Array(rules.categories[..<0x10000]), to: layout.categories)
        copy(far.index, to: layout.farBlocks)
        copy(far.blocks, to: layout.farCategories)
        copy(rules.next, to: layout.next)
        copy(rules.statuses, to: layout.statuses)
        copy(array.firsts, to: layout.firsts)
        copy(array.pairs, to: layout.pairs)
        copy(array.pairBases, to: layout.pairBases)
        copy(array.deep, to: layout.deep)
        let sum = unsafe checksum(of: UnsafeRawBufferPointer(block))
        unsafe block.storeBytes(of: sum, toByteOffset: Layout.checksum, as: UInt64.self)
        return unsafe BreakTable(UnsafeRawBufferPointer(block)) { unsafe LargeBlock.give(block) }
    }

    /// Over the header without the checksum, and over all parts.
    static func checksum(of block: UnsafeRawBufferPointer) -> UInt64 {
        let head = unsafe Checksum.of(UnsafeRawBufferPointer(rebasing: block[..<Layout.checksum]))
        return unsafe head ^ Checksum.of(UnsafeRawBufferPointer(rebasing: block[Header.byteCount...])) &* 3
    }
}

/// Memory in large pages: a table is looked up in no order.
private enum LargeBlock {
    private static func wholePages(_ byteCount: Int) -> Int { (byteCount + Int(CGNU_LARGE_PAGE) - 1) & ~(Int(CGNU_LARGE_PAGE) - 1) }

    /// Zero bits; nil when there is no memory.
    static func take(_ byteCount: Int) -> UnsafeMutableRawBufferPointer? {
        unsafe cgnu_takeLarge(wholePages(byteCount)).map { unsafe UnsafeMutableRawBufferPointer(start: $0, count: byteCount) }
    }

    static func give(_ block: UnsafeMutableRawBufferPointer) {
        if let start = block.baseAddress { unsafe cgnu_giveLarge(start, wholePages(block.count)) }
    }
}

extension BreakRules {
    fileprivate func isHan(_ codePoint: Int) -> Bool { Int(categories[codePoint]) >= firstDictionaryCategory }

    /// True when a run of ideographs is one piece of the rules and ends in the state of two of them, however long it is.
    fileprivate var keepsHanTogether: Bool {
        let han = Int(categories[0x4E00])
        let one = Int(next[BreakRules.start * BreakRules.rowLength + han])
        let two = Int(next[one * BreakRules.rowLength + han])
        return two != BreakRules.stop && statuses[one] >= 0 && statuses[two] >= 0
            && Int(next[two * BreakRules.rowLength + han]) == two
    }
}

/// Categories beyond U+FFFF: blocks of 128, equal blocks once.
private struct FarCategories {
    var index: [UInt16] = []
    var blocks: [UInt8] = []

    init(_ rules: BreakRules) {
        var known: [[UInt8]: UInt16] = [:]
        for start in stride(from: 0x10000, to: 0x110000, by: 128) {
            let block = (start..<start + 128).map { codePoint in
                let category = rules.categories[codePoint]
                let isHan = Int(category) >= rules.firstDictionaryCategory && cicu_isPlainHan(UInt32(codePoint))
                return category | (isHan ? BreakTable.farHan : 0)
            }
            if known[block] == nil {
                known[block] = UInt16(blocks.count / 128)
                blocks += block
            }
            index.append(known[block]!)
        }
    }
}

/// Numbers the Han characters of the dictionary, the frequent ones first, so that what is used together lies together.
struct CharacterNumbering {
    /// Code of each unit; `unknown` for Han characters outside the dictionary.
    private(set) var codes = [UInt16](repeating: BreakTable.Code.unknown, count: 0x10000)
    private(set) var count = Int(BreakTable.Code.known)

    init(_ trie: DictionaryTrie, isPlainHan: [Bool]) {
        // The cost of a character alone is its scaled negative log frequency.
        var costs = [Int32](repeating: Int32.max, count: 0x10000)
        for edge in trie.edges { costs[Int(edge.unit)] = Int32(DictionaryTrie.costMax) }
        let root = trie.nodes[0]
        for edge in trie.edges[Int(root.edgeStart)..<Int(root.edgeStart + root.edgeCount)] {
            let value = trie.nodes[Int(edge.node)].value
            if value >= 0 { costs[Int(edge.unit)] = value }
        }
        let units = (0..<0x10000).filter { isPlainHan[$0] && costs[$0] != Int32.max }
        for unit in units.sorted(by: { (costs[$0], $0) < (costs[$1], $1) }) {
            codes[unit] = UInt16(count)
            count += 1
        }
    }
}
