// Words that an archive adds to ICU's: `lexicon.txt`, over the domain words that are shipped.
//
// A lexicon moves where words end and so the order of results; what is found does not change.

import Records

/// A set of words in folded form, made to find the longest one at a position fast.
///
/// - Shape: bits for units and pairs that begin a word, and two open-addressed tables. `pairKeys` tells from the first two units which word lengths are worth a try
///   (a miss, the common case, costs one probe); `slots` holds the words.
package struct Lexicon: Sendable {
    /// In units of folded text.
    package static let wordLengthMax = 31
    package static let wordCountMax = 200_000
    package static let fileBytesMax = 8 << 20

    /// A class, so that a text analysed costs one reference count of what all threads share.
    private let tables: LexiconTables

    package var count: Int { tables.count }

    /// The words shipped with the program.
    package static let domain = Lexicon(folding: DomainLexicon.words)

    /// Words in any spelling. Folded here; empty, one-unit and overlong ones are left out.
    package init(folding words: [String]) { self.init(words.map { Normalizer.shared.fold($0) }) }

    /// The domain words and those of a `lexicon.txt`: UTF-8, one word a line, `#` begins a comment.
    package init(parsing file: String, path: String, with base: [String] = DomainLexicon.words) throws(LexiconError) {
        guard file.utf8.count <= Lexicon.fileBytesMax else {
            throw .tooLarge(path: path, bytesMax: Lexicon.fileBytesMax)
        }
        var words = base.map { Normalizer.shared.fold($0) }
        for (place, line) in file.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let text = line.prefix { $0 != UInt8(ascii: "#") }
            var word = Normalizer.shared.fold(String(Substring(text)))
            while let last = word.last, last == 0x20 { word.removeLast() }
            while let first = word.first, first == 0x20 { word.removeFirst() }
            if word.isEmpty { continue }
            guard word.count >= 2 && word.count <= Lexicon.wordLengthMax && !word.contains(0x2029) else {
                throw .wordLength(path: path, line: place + 1, unitsMax: Lexicon.wordLengthMax)
            }
            words.append(word)
        }
        guard words.count <= Lexicon.wordCountMax else { throw .tooMany(path: path, wordsMax: Lexicon.wordCountMax) }
        self.init(words)
    }

    private init(_ words: [[UInt16]]) {
        tables = LexiconTables(words.filter { $0.count >= 2 && $0.count <= Lexicon.wordLengthMax })
    }

    /// The first place from `start` on where a word may begin; `limit` or more when there is none.
    @inline(__always)
    func nextStart(in units: UnsafeBufferPointer<UInt16>, from start: Int, limit: Int) -> Int {
        unsafe tables.nextStart(in: units, from: start, limit: limit)
    }

    /// End of the longest word that starts at `start`, ends at or before `limit`, and that `accepts` takes.
    @inline(__always)
    func longestMatch(in units: Span<UInt16>, at start: Int, limit: Int, accepts: (Int) -> Bool) -> Int? {
        tables.longestMatch(in: units, at: start, limit: limit, accepts: accepts)
    }

    package func contains(_ word: [UInt16]) -> Bool { tables.contains(word.span, at: 0, count: word.count) }
}

@safe private final class LexiconTables: @unchecked Sendable {
    // Unchecked, and holds for the pointers: all is written in `init` and only read from then on; the pointers have as many
    // elements as said below, and are freed once in `deinit`.

    let count: Int
    /// Bit n of the whole, 1,024 elements: a word begins with unit n. Most units of a text begin none.
    private let firstUnits: UnsafeMutablePointer<UInt64>
    /// Bit n of the whole, `firstPairMask / 64 + 1` elements: a word begins with two units of hash n. Few pairs of a text begin one,
    /// and this stays in the first cache.
    private let firstPairs: UnsafeMutablePointer<UInt64>
    private let firstPairMask: Int
    private let pairKeys: [UInt32]
    /// Bit n: a word of n units begins with this pair.
    private let pairLengths: [UInt32]
    private let pairMask: Int
    private let slotStarts: [Int32]
    private let slotLengths: [UInt8]
    private let slotMask: Int
    private let texts: [UInt16]

    init(_ words: [[UInt16]]) {
        var size = 64
        while size < words.count * 4 { size *= 2 }
        let bits = max(1 << 16, size * 2)
        (pairMask, slotMask, firstPairMask) = (size - 1, size - 1, bits - 1)
        unsafe firstUnits = .allocate(capacity: 1_024)
        unsafe firstUnits.initialize(repeating: 0, count: 1_024)
        unsafe firstPairs = .allocate(capacity: bits / 64)
        unsafe firstPairs.initialize(repeating: 0, count: bits / 64)
        var pairKeys = [UInt32](repeating: 0, count: size)
        var pairLengths = [UInt32](repeating: 0, count: size)
        var slotStarts = [Int32](repeating: -1, count: size)
        var slotLengths = [UInt8](repeating: 0, count: size)
        var texts: [UInt16] = []
        var count = 0
        for word in words {
            let key = UInt32(word[0]) << 16 | UInt32(word[1])
            var pair = Self.hash(key) & pairMask
            while pairKeys[pair] != 0 && pairKeys[pair] != key { pair = (pair + 1) & pairMask }
            pairKeys[pair] = key
            pairLengths[pair] |= 1 << UInt32(word.count)
            unsafe firstUnits[Int(word[0] >> 6)] |= 1 << UInt64(word[0] & 63)
            let bit = Self.hash(key) & firstPairMask
            unsafe firstPairs[bit >> 6] |= 1 << UInt64(bit & 63)

            var slot = Self.hash(of: word.span, at: 0, count: word.count) & slotMask
            var isKnown = false
            while slotStarts[slot] >= 0, !isKnown {
                let start = Int(slotStarts[slot])
                isKnown = Int(slotLengths[slot]) == word.count && texts[start..<start + word.count].elementsEqual(word)
                if !isKnown { slot = (slot + 1) & slotMask }
            }
            if isKnown { continue }
            slotStarts[slot] = Int32(texts.count)
            slotLengths[slot] = UInt8(word.count)
            texts += word
            count += 1
        }
        (self.pairKeys, self.pairLengths, self.slotStarts, self.slotLengths) = (pairKeys, pairLengths, slotStarts, slotLengths)
        (self.texts, self.count) = (texts, count)
    }

    deinit {
        unsafe firstUnits.deallocate()
        unsafe firstPairs.deallocate()
    }

    @inline(__always)
    func nextStart(in units: UnsafeBufferPointer<UInt16>, from start: Int, limit: Int) -> Int {
        let (firstUnits, firstPairs, firstPairMask) = unsafe (firstUnits, firstPairs, firstPairMask)
        // A word has two units. Holds: a unit shifted by six is below 1,024, a hash is masked, and `limit` is within `units`.
        let last = limit &- 1
        var place = start
        while place < last {
            let unit = unsafe units[place]
            if unsafe firstUnits[Int(unit >> 6)] &>> UInt64(unit & 63) & 1 != 0 {
                let bit = unsafe Self.hash(UInt32(unit) << 16 | UInt32(units[place &+ 1])) & firstPairMask
                if unsafe firstPairs[bit >> 6] &>> UInt64(bit & 63) & 1 != 0 { return place }
            }
            place &+= 1
        }
        return limit
    }

    @inline(__always)
    func longestMatch(in units: Span<UInt16>, at start: Int, limit: Int, accepts: (Int) -> Bool) -> Int? {
        guard start + 2 <= limit else { return nil }
        let key = UInt32(units[start]) << 16 | UInt32(units[start + 1])
        var pair = Self.hash(key) & pairMask
        while pairKeys[pair] != key {
            if pairKeys[pair] == 0 { return nil }
            pair = (pair + 1) & pairMask
        }
        var lengths = pairLengths[pair]
        while lengths != 0 {
            let length = 31 - lengths.leadingZeroBitCount
            lengths &= ~(1 << UInt32(length))
            if start + length <= limit && contains(units, at: start, count: length) && accepts(start + length) {
                return start + length
            }
        }
        return nil
    }

    func contains(_ units: Span<UInt16>, at start: Int, count: Int) -> Bool {
        var slot = Self.hash(of: units, at: start, count: count) & slotMask
        while slotStarts[slot] >= 0 {
            if holds(slot, units, at: start, count: count) { return true }
            slot = (slot + 1) & slotMask
        }
        return false
    }

    private func holds(_ slot: Int, _ units: Span<UInt16>, at start: Int, count: Int) -> Bool {
        guard Int(slotLengths[slot]) == count else { return false }
        let text = Int(slotStarts[slot])
        for place in 0..<count where texts[text + place] != units[start + place] { return false }
        return true
    }

    /// Multiplicative hashing (Knuth, vol. 3, 6.4) by the golden ratio.
    @inline(__always)
    private static func hash(_ key: UInt32) -> Int { Int((UInt64(key) &* 0x9E37_79B9_7F4A_7C15) >> 40) }

    private static func hash(of units: Span<UInt16>, at start: Int, count: Int) -> Int {
        var sum: UInt64 = UInt64(count)
        for place in start..<start + count { sum = (sum ^ UInt64(units[place])) &* 0x9E37_79B9_7F4A_7C15 }
        return Int(sum >> 40)
    }
}

package enum LexiconError: Error, Equatable {
    case tooLarge(path: String, bytesMax: Int)
    case tooMany(path: String, wordsMax: Int)
    case wordLength(path: String, line: Int, unitsMax: Int)

    /// What happened, where, what to do.
    package func notice(in language: Language) -> String {
        switch (self, language) {
        case (.tooLarge(let path, let bytesMax), .chinese):
            "错误：词表文件太大（上限 \(bytesMax) 字节）\n位置：\(path)\n处理：删减词条后重试；词表只影响排序，不影响能否查到"
        case (.tooLarge(let path, let bytesMax), .english):
            "Error: the lexicon is too large (at most \(bytesMax) bytes)\nWhere: \(path)\nRemedy: remove words and try again; a lexicon changes the order of results only"
        case (.tooMany(let path, let wordsMax), .chinese):
            "错误：词表词条太多（上限 \(wordsMax) 条）\n位置：\(path)\n处理：删减词条后重试；词表只影响排序，不影响能否查到"
        case (.tooMany(let path, let wordsMax), .english):
            "Error: the lexicon has too many words (at most \(wordsMax))\nWhere: \(path)\nRemedy: remove words and try again; a lexicon changes the order of results only"
        case (.wordLength(let path, let line, let unitsMax), .chinese):
            "错误：词条应为 2 至 \(unitsMax) 个字，每行一条\n位置：\(path):\(line)\n处理：改正该行；说明文字请写在 # 之后"
        case (.wordLength(let path, let line, let unitsMax), .english):
            "Error: a word has 2 to \(unitsMax) characters, one word a line\nWhere: \(path):\(line)\nRemedy: correct that line; put remarks after a #"
        }
    }
}
