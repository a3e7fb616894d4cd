// The folded form and class of every code point, unpacked once from the bytes in CICU.
//
// Asking ICU for each code point would take tens of milliseconds and open a transliterator; unpacking takes
// a fraction of one. Format of the bytes: `FoldTable.encoded` below is the only writer, `init` the only reader.
//
//   varint  format (1), Unicode major, Unicode minor of the ICU the table was made from
//   varint  count of class ranges; each: varint start − previous start, byte class
//   varint  count of single runs; each: varint start − end of the previous run, varint length × 2 + (step − 1),
//           zigzag varint of (target − source − that of the previous run)
//   varint  count of expansions; each: varint code point − previous one, varint length, varint code points
//
// Ranges cover 0 … 10FFFF. Absent from the singles: the code point is its own folded form.

/// A class, so that a text folded costs one reference count of what all threads share.
@safe package final class FoldTable: @unchecked Sendable {
    // Holds for the unsafe pointers: allocated for 65,536 elements in `init`, written only there, never freed
    // (the one table lives as long as the process), so sharing and reading below 65,536 is safe.

    /// Folded form of each BMP code point that folds to one BMP character, else 0.
    let singles: UnsafePointer<UInt16>
    /// Class of each BMP code point.
    let classes: UnsafePointer<UInt8>

    private let rangeStarts: [UInt32]
    private let rangeClasses: [UInt8]
    private let farSources: [UInt32]
    private let farTargets: [UInt32]
    private let expansionSources: [UInt32]
    private let expansionStarts: [Int32]
    private let expansionTexts: [UInt32]

    /// Unicode version of the ICU the table was made from, as major × 256 + minor.
    package let unicodeVersion: Int32

    package init(decoding bytes: Span<UInt8>) {
        var reader = VarintReader()
        precondition(reader.next(bytes) == 1, "unknown format of the folding table")
        unicodeVersion = Int32(reader.next(bytes)) * 256 + Int32(reader.next(bytes))

        let singles = UnsafeMutablePointer<UInt16>.allocate(capacity: 0x10000)
        let classes = UnsafeMutablePointer<UInt8>.allocate(capacity: 0x10000)
        for unit in 0..<0x10000 { unsafe singles[unit] = UInt16(truncatingIfNeeded: unit) }

        var starts: [UInt32] = []
        var kinds: [UInt8] = []
        var start: UInt32 = 0
        for _ in 0..<reader.next(bytes) {
            start += reader.next(bytes)
            starts.append(start)
            kinds.append(UInt8(reader.next(bytes)))
        }
        for (place, kind) in kinds.enumerated() where starts[place] < 0x10000 {
            let end = place + 1 < starts.count ? min(Int(starts[place + 1]), 0x10000) : 0x10000
            for unit in Int(starts[place])..<end { unsafe classes[unit] = kind }
        }
        rangeStarts = starts
        rangeClasses = kinds

        var farSources: [UInt32] = []
        var farTargets: [UInt32] = []
        var source: UInt32 = 0
        var shift: Int64 = 0
        for _ in 0..<reader.next(bytes) {
            source += reader.next(bytes)
            let lengthAndStep = reader.next(bytes)
            let step = (lengthAndStep & 1) + 1
            shift += reader.nextSigned(bytes)
            for _ in 0..<(lengthAndStep >> 1) {
                let target = UInt32(Int64(source) + shift)
                if source < 0x10000 && target < 0x10000 {
                    unsafe singles[Int(source)] = UInt16(target)
                } else {
                    if source < 0x10000 { unsafe singles[Int(source)] = 0 }
                    farSources.append(source)
                    farTargets.append(target)
                }
                source += step
            }
            source -= step - 1
        }
        self.farSources = farSources
        self.farTargets = farTargets

        var expansionSources: [UInt32] = []
        var expansionStarts: [Int32] = []
        var expansionTexts: [UInt32] = []
        source = 0
        for _ in 0..<reader.next(bytes) {
            source += reader.next(bytes)
            if source < 0x10000 { unsafe singles[Int(source)] = 0 }
            expansionSources.append(source)
            expansionStarts.append(Int32(expansionTexts.count))
            for _ in 0..<reader.next(bytes) { expansionTexts.append(reader.next(bytes)) }
        }
        expansionStarts.append(Int32(expansionTexts.count))
        self.expansionSources = expansionSources
        self.expansionStarts = expansionStarts
        self.expansionTexts = expansionTexts
        unsafe self.singles = unsafe UnsafePointer(singles)
        unsafe self.classes = unsafe UnsafePointer(classes)
    }

    package func characterClass(of codePoint: UInt32) -> CharacterClass {
        if codePoint < 0x10000 { return CharacterClass(rawValue: unsafe classes[Int(codePoint)]) }
        return CharacterClass(rawValue: rangeClasses[lastPlace(in: rangeStarts, notAbove: codePoint)])
    }

    /// Appends the folded form of one code point seen alone. White space of every kind comes out as it is.
    package func appendFolded(_ codePoint: UInt32, to text: inout [UInt32]) {
        if codePoint < 0x10000 {
            let unit = unsafe singles[Int(codePoint)]
            if unit != 0 && characterClass(of: codePoint).kind != CharacterClass.Kind.removed {
                text.append(UInt32(unit))
                return
            }
        }
        switch characterClass(of: codePoint).kind {
        case CharacterClass.Kind.removed: break
        case CharacterClass.Kind.expansion:
            let place = lastPlace(in: expansionSources, notAbove: codePoint)
            text += expansionTexts[Int(expansionStarts[place])..<Int(expansionStarts[place + 1])]
        default:
            let place = lastPlace(in: farSources, notAbove: codePoint)
            let known = place >= 0 && farSources[place] == codePoint
            text.append(known ? farTargets[place] : codePoint)
        }
    }

    /// Place of the last element that is not above `value`, or −1.
    private func lastPlace(in sorted: [UInt32], notAbove value: UInt32) -> Int {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] <= value { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }
}

extension FoldTable {
    /// The bytes that `init(decoding:)` reads. Used by the maker of the table alone.
    ///
    /// - Parameter classes: class of each code point 0 … 10FFFF.
    /// - Parameter foldings: folded form of each code point that is not its own; removed ones left out.
    package static func encoded(
        unicodeVersion: Int32, classes: [UInt8], foldings: [(source: UInt32, target: [UInt32])]
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        func append(_ value: UInt32) {
            var rest = value
            while rest >= 0x80 {
                bytes.append(UInt8(rest & 0x7F) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }
        append(1)
        append(UInt32(unicodeVersion) / 256)
        append(UInt32(unicodeVersion) % 256)

        let rangeStarts = classes.indices.filter { $0 == 0 || classes[$0] != classes[$0 - 1] }
        append(UInt32(rangeStarts.count))
        var previous = 0
        for start in rangeStarts {
            append(UInt32(start - previous))
            append(UInt32(classes[start]))
            previous = start
        }

        var runs: [(start: UInt32, step: UInt32, length: UInt32, shift: Int64)] = []
        for (source, target) in foldings where target.count == 1 {
            let shift = Int64(target[0]) - Int64(source)
            if var last = runs.popLast() {
                let gap = source - (last.start + last.step * (last.length - 1))
                if shift == last.shift && (last.length == 1 ? gap <= 2 : gap == last.step) {
                    last.step = gap
                    last.length += 1
                    runs.append(last)
                    continue
                }
                runs.append(last)
            }
            runs.append((source, 1, 1, shift))
        }
        append(UInt32(runs.count))
        var end: UInt32 = 0
        var lastShift: Int64 = 0
        for run in runs {
            append(run.start - end)
            append(run.length * 2 + (run.step - 1))
            let change = run.shift - lastShift
            append(UInt32((change << 1) ^ (change >> 63)))
            end = run.start + (run.length - 1) * run.step + 1
            lastShift = run.shift
        }

        let expansions = foldings.filter { $0.target.count > 1 }
        append(UInt32(expansions.count))
        var previousSource: UInt32 = 0
        for (source, target) in expansions {
            append(source - previousSource)
            append(UInt32(target.count))
            for codePoint in target { append(codePoint) }
            previousSource = source
        }
        return bytes
    }
}

private struct VarintReader {
    var place = 0

    mutating func next(_ bytes: Span<UInt8>) -> UInt32 {
        var value: UInt32 = 0
        var shift: UInt32 = 0
        while true {
            let byte = bytes[place]
            place += 1
            value |= UInt32(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    mutating func nextSigned(_ bytes: Span<UInt8>) -> Int64 {
        let value = Int64(next(bytes))
        return (value >> 1) ^ -(value & 1)
    }
}
