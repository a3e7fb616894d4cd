// The inner loop of folding: UTF-8 in, units out, no allocation for ordinary text.
//
// Han and ASCII have loops of their own; everything else goes through the tables one character at a time, and
// characters that may combine go through ICU in the shortest stretch that can be normalised by itself.

import CICU

/// Where the folding of one text stands. Stops when the room is used up and goes on when given more.
///
/// - Invariant: `capacity ≥ write + (length − read) + slack` whenever `advance` runs: every byte of an ordinary
///   character gives at most one unit, and whatever gives more asks for room first.
@safe struct FoldRun {
    typealias Kind = CharacterClass.Kind

    /// Room beyond the length of the source: a pending blank, and a little more.
    static let slack = 16

    /// Combining characters kept after one character. Real text has under ten; the limit of UAX 15 (stream-safe
    /// text) is 30. Without one, a hostile text costs quadratic time.
    private static let markMax = 63

    // Holds for the pointers: `Normalizer.fold` lends them for the length of `advance`, `source` for `length`
    // bytes, `out` and `offsets` for `capacity` elements.
    private let source: UnsafePointer<UInt8>
    private let length: Int
    private let singles: UnsafePointer<UInt16>
    private let classes: UnsafePointer<UInt8>
    private let table: FoldTable
    private var out: UnsafeMutablePointer<UInt16>
    private var offsets: UnsafeMutablePointer<UInt32>?
    private var capacity = 0

    /// Units written, counted from the start of this text.
    var write = 0
    /// Units that did not fit when `advance` stopped.
    private(set) var roomNeeded = 0

    private var read = 0
    private var lastKind = Kind.border
    /// Pending white space: `Kind.space`, `Kind.lineEnd` (one), `Kind.paragraph`, or `Kind.other` for none.
    private var runKind = Kind.other
    private var runStart = 0

    init(source: UnsafePointer<UInt8>, length: Int, table: FoldTable) {
        unsafe self.source = source
        self.length = length
        self.table = table
        unsafe singles = table.singles
        unsafe classes = table.classes
        unsafe out = UnsafeMutablePointer(mutating: table.singles)  // no room yet; `advance` brings it
    }

    /// Folds on from where it stood. False: no more room, call again with `roomNeeded` more.
    @inline(__always)
    mutating func advance(
        out: UnsafeMutablePointer<UInt16>, offsets: UnsafeMutablePointer<UInt32>?, capacity: Int
    ) -> Bool {
        unsafe self.out = out
        unsafe self.offsets = offsets
        self.capacity = capacity
        while read < length {
            let byte = unsafe source[read]
            if byte < 0x80 {
                if !advanceASCII(byte) { return false }
            } else if byte >= 0xE4 && byte <= 0xE9 && advanceHan() {
                continue
            } else if !advanceAny() {
                return false
            }
        }
        resolveRun(before: Kind.border)
        return true
    }

    // MARK: Ordinary text

    /// Folds a stretch of Han characters of three bytes. False: the next character is none.
    @inline(__always)
    private mutating func advanceHan() -> Bool {
        let start = read
        var read = self.read
        guard let first = hanUnit(at: read) else { return false }
        emit(first, Kind.han, from: read)
        read += 3
        var write = self.write
        while read < length, let unit = hanUnit(at: read) {
            unsafe out[write] = unit
            if let offsets = unsafe offsets { unsafe offsets[write] = UInt32(truncatingIfNeeded: read) }
            write += 1
            read += 3
        }
        self.read = read
        self.write = write
        return read > start
    }

    /// Folded form of the three bytes at `place`, if it is one Han character of the main block.
    @inline(__always)
    private func hanUnit(at place: Int) -> UInt16? {
        guard place + 2 < length else { return nil }
        let first = unsafe UInt32(source[place])
        let second = unsafe UInt32(source[place + 1])
        let third = unsafe UInt32(source[place + 2])
        guard first &- 0xE4 < 6, (second ^ 0x80) | (third ^ 0x80) < 0x40 else { return nil }
        let unit = unsafe singles[Int((first & 0x0F) << 12 | (second ^ 0x80) << 6 | (third ^ 0x80))]
        return unit &- 0x4E00 < 0x5200 ? unit : nil
    }

    @inline(__always)
    private mutating func advanceASCII(_ byte: UInt8) -> Bool {
        let kind = unsafe classes[Int(byte)] & CharacterClass.kindMask
        if kind == Kind.space || kind == Kind.lineEnd {
            noteWhiteSpace(kind, from: read)
            // CR LF is one line end.
            if byte == 0x0D, read + 1 < length, unsafe source[read + 1] == 0x0A { read += 1 }
            read += 1
            return true
        }
        if read + 1 < length, unsafe source[read + 1] >= 0x80, joinsNext(after: read + 1) { return advanceTogether() }
        emit(unsafe singles[Int(byte)], kind, from: read)
        read += 1
        return true
    }

    /// True when the character at `place` may combine with the one before it.
    private func joinsNext(after place: Int) -> Bool {
        guard place < length, unsafe source[place] >= 0x80 else { return false }
        return table.characterClass(of: decode(at: place).codePoint).joinsBackward
    }

    // MARK: Any character

    /// Folds the next character, or the next stretch that must be normalised together. False: no room.
    private mutating func advanceAny() -> Bool {
        let (codePoint, size) = decode(at: read)
        let characterClass = table.characterClass(of: codePoint)
        if characterClass.kind == Kind.removed {
            read += size
            return true
        }
        if characterClass.joinsBackward || (characterClass.joinsForward && joinsNext(after: read + size)) {
            return advanceTogether()
        }
        var kind = characterClass.kind
        if codePoint < 0x10000 {
            let unit = unsafe singles[Int(codePoint)]
            if unit != 0 {
                emit(unit, kind, from: read)
                read += size
                return true
            }
        }
        var folded: [UInt32] = []
        table.appendFolded(codePoint, to: &folded)
        guard hasRoom(for: folded.count * 2, next: read + size) else { return false }
        for character in folded {
            kind = table.characterClass(of: character).kind
            emit(character, kind, from: read)
        }
        read += size
        return true
    }

    /// The slow path: this character and all that may combine with it, mapped one by one and composed by ICU.
    private mutating func advanceTogether() -> Bool {
        var end = read
        var folded: [UInt32] = []
        var mapped: [UInt32] = []
        var marks = 0
        while end < length {
            let (codePoint, size) = decode(at: end)
            if end > read && !table.characterClass(of: codePoint).joinsBackward { break }
            end += size
            mapped.removeAll(keepingCapacity: true)
            table.appendFolded(codePoint, to: &mapped)
            for character in mapped {
                if table.characterClass(of: character).joinsBackward {
                    if marks == FoldRun.markMax { continue }
                    marks += 1
                }
                folded.append(character)
            }
        }
        let composed = FoldRun.composed(folded)
        guard hasRoom(for: composed.count * 2, next: end) else { return false }
        for character in composed { emit(character, table.characterClass(of: character).kind, from: read) }
        read = end
        return true
    }

    private mutating func hasRoom(for units: Int, next: Int) -> Bool {
        let needed = write + units + (length - next) + FoldRun.slack
        roomNeeded = max(0, needed - capacity)
        return roomNeeded == 0
    }

    /// NFC of a few characters.
    static func composed(_ characters: [UInt32]) -> [UInt32] {
        var units: [UInt16] = []
        for character in characters { units.append(codePoint: character) }
        // Composing shortens; the few composition exclusions at most triple (UAX 15, section 12.3).
        var result = [UInt16](repeating: 0, count: units.count * 3 + 1)
        let count = unsafe cicu_nfc(&units, Int32(units.count), &result, Int32(result.count))
        precondition(count >= 0 && Int(count) <= result.count, "ICU cannot normalise")
        return result[..<Int(count)].codePoints
    }

    /// The character at `place`. Ill-formed bytes give U+FFFD for each longest piece that could begin a
    /// character, as the WHATWG decoder does.
    private func decode(at place: Int) -> (codePoint: UInt32, size: Int) {
        let first = unsafe UInt32(source[place])
        var expected = 0
        var lowest: UInt8 = 0x80
        var highest: UInt8 = 0xBF
        var codePoint: UInt32
        switch first {
        case 0..<0x80: return (first, 1)
        case 0xC2...0xDF: (expected, codePoint) = (1, first & 0x1F)
        case 0xE0...0xEF:
            (expected, codePoint) = (2, first & 0x0F)
            if first == 0xE0 { lowest = 0xA0 }
            if first == 0xED { highest = 0x9F }
        case 0xF0...0xF4:
            (expected, codePoint) = (3, first & 0x07)
            if first == 0xF0 { lowest = 0x90 }
            if first == 0xF4 { highest = 0x8F }
        default: return (0xFFFD, 1)
        }
        var size = 1
        while size <= expected {
            guard place + size < length else { return (0xFFFD, size) }
            let byte = unsafe source[place + size]
            guard byte >= lowest && byte <= highest else { return (0xFFFD, size) }
            (lowest, highest) = (0x80, 0xBF)
            codePoint = codePoint << 6 | UInt32(byte & 0x3F)
            size += 1
        }
        return (codePoint, size)
    }

    // MARK: Writing

    @inline(__always)
    private mutating func emit(_ unit: UInt16, _ kind: UInt8, from place: Int) {
        if kind != Kind.other && kind >= Kind.space && kind <= Kind.paragraph {
            noteWhiteSpace(kind, from: place)
            return
        }
        if runKind != Kind.other { resolveRun(before: kind) }
        if kind == Kind.han && lastKind != Kind.han { removeWatermark() }
        put(unit, from: place)
        lastKind = kind
    }

    private mutating func emit(_ codePoint: UInt32, _ kind: UInt8, from place: Int) {
        guard codePoint >= 0x10000 else {
            emit(UInt16(codePoint), kind, from: place)
            return
        }
        emit(UInt16(0xD7C0 + (codePoint >> 10)), kind, from: place)
        put(UInt16(0xDC00 + (codePoint & 0x3FF)), from: place)
    }

    @inline(__always)
    private mutating func put(_ unit: UInt16, from place: Int) {
        unsafe out[write] = unit
        if let offsets = unsafe offsets { unsafe offsets[write] = UInt32(truncatingIfNeeded: place) }
        write += 1
    }

    @inline(__always)
    private mutating func noteWhiteSpace(_ kind: UInt8, from place: Int) {
        if runKind == Kind.other {
            runKind = kind
            runStart = place
        } else if kind == Kind.paragraph || (kind == Kind.lineEnd && runKind == Kind.lineEnd) {
            runKind = Kind.paragraph
        } else if kind == Kind.lineEnd && runKind == Kind.space {
            runKind = Kind.lineEnd
        }
    }

    /// Decides what becomes of the pending white space, now that both neighbours are known.
    private mutating func resolveRun(before next: UInt8) {
        let kind = runKind
        runKind = Kind.other
        switch kind {
        case Kind.space:
            if lastKind == Kind.han && next == Kind.han { return }
            put(0x20, from: runStart)
            lastKind = Kind.space
        case Kind.lineEnd where !endsSentence():
            if FoldRun.joinsAcrossLineEnd(lastKind, next) { return }
            put(0x20, from: runStart)
            lastKind = Kind.space
        case Kind.lineEnd, Kind.paragraph:
            put(0x2029, from: runStart)
            lastKind = Kind.paragraph
        default: return
        }
    }

    /// A hard wrap puts no blank between Chinese characters, nor into a number; between words it stands for one.
    static func joinsAcrossLineEnd(_ left: UInt8, _ right: UInt8) -> Bool {
        func isChinese(_ kind: UInt8) -> Bool { kind == Kind.han || kind == Kind.kana }
        func mayStandBeside(_ kind: UInt8) -> Bool {
            isChinese(kind) || kind == Kind.digit || kind == Kind.punctuation
        }
        if left == Kind.digit && right == Kind.digit { return true }
        return (isChinese(left) && mayStandBeside(right)) || (isChinese(right) && mayStandBeside(left))
    }

    /// True when what stands before the white space ends a sentence: 。；：！？, perhaps with a closing mark after.
    private func endsSentence() -> Bool {
        guard write > 0 else { return false }
        let last = unsafe out[write - 1]
        if FoldRun.isSentenceEnd(last) { return true }
        return write > 1 && FoldRun.isClosing(last) && FoldRun.isSentenceEnd(unsafe out[write - 2])
    }

    /// 。 and the folded ；：！？
    static func isSentenceEnd(_ unit: UInt16) -> Bool {
        unit == 0x3002 || unit == 0x3B || unit == 0x3A || unit == 0x21 || unit == 0x3F
    }

    /// The folded ”’）】》
    static func isClosing(_ unit: UInt16) -> Bool {
        unit == 0x22 || unit == 0x27 || unit == 0x29 || unit == 0x3011 || unit == 0x300B
    }

    /// Drops a watermark that ends here, when a Han character is about to follow.
    @inline(__always)
    private mutating func removeWatermark() {
        guard lastKind != Kind.digit, lastKind != Kind.border, write > 1 else { return }
        let last = unsafe lastKind == Kind.space ? out[write - 2] : out[write - 1]
        let lastClass = unsafe classes[Int(last)] & CharacterClass.kindMask
        guard lastClass == Kind.foreign || Watermark.mayEnd(with: last) else { return }
        let written = unsafe UnsafeBufferPointer(start: out, count: write)
        write = Watermark.start(in: unsafe written.span, table: table) ?? write
    }
}

extension [UInt16] {
    mutating func append(codePoint: UInt32) {
        if codePoint < 0x10000 {
            append(UInt16(codePoint))
        } else {
            append(UInt16(0xD7C0 + (codePoint >> 10)))
            append(UInt16(0xDC00 + (codePoint & 0x3FF)))
        }
    }
}

extension Collection<UInt16> where Index == Int {
    /// The code points of well-formed UTF-16.
    package var codePoints: [UInt32] {
        var result: [UInt32] = []
        result.reserveCapacity(count)
        var place = startIndex
        while place < endIndex {
            let unit = UInt32(self[place])
            place += 1
            if unit & 0xFC00 == 0xD800 && place < endIndex {
                result.append((unit << 10) &+ UInt32(self[place]) &- 0x35F_DC00)
                place += 1
            } else {
                result.append(unit)
            }
        }
        return result
    }
}
