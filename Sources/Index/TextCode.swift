// How stored text is written: frequent units in one byte, nearly all others in two. The code is fixed, so that a merge
// copies texts and a piece of a query is encoded once; it is specified in FORMAT.md, "Text".
//
// A piece is looked for as it stands in bytes: no unit's code is found inside another's unless it begins behind a
// lead byte, and that is one look at the two bytes before.

import CFind
import Records

/// Bytes of units, and units of bytes.
package enum TextCode {
    /// Begins a zone; the zone's number follows. In no unit's code.
    static let zoneMark: UInt8 = 0
    /// Codes of one byte, and the bytes behind a lead byte: 1 … 222.
    static let oneByteCount = 222
    /// Lead bytes of two-byte codes: 223 … 253.
    static let firstLead = 223
    static let twoByteCount = 31 * oneByteCount
    /// Lead bytes of three-byte codes: 254 and 255, for every unit by its number.
    static let firstLongLead: UInt8 = 254
    private static let unitsPerLongLead = oneByteCount * oneByteCount

    /// 1 … for units of one byte, 223 … for those of two, in the order of the tables; 0 for all others.
    private static let numbers: [UInt16] = {
        precondition(oneByteUnits.count == oneByteCount && twoByteUnits.count == twoByteCount)
        var numbers = [UInt16](repeating: 0, count: 1 << 16)
        for (place, unit) in (oneByteUnits + twoByteUnits).enumerated() { numbers[Int(unit)] = UInt16(place + 1) }
        return numbers
    }()

    /// By unit: its code, the first byte lowest, and in the highest byte how many bytes that are.
    private static let codes: [UInt32] = (0..<(1 << 16)).map { unit in
        let number = Int(numbers[unit])
        let bytes =
            if number > oneByteCount {
                [firstLead + (number - oneByteCount - 1) / oneByteCount, 1 + (number - oneByteCount - 1) % oneByteCount]
            } else if number > 0 {
                [number]
            } else {
                [
                    Int(firstLongLead) + unit / unitsPerLongLead, 1 + unit % unitsPerLongLead / oneByteCount,
                    1 + unit % unitsPerLongLead % oneByteCount,
                ]
            }
        return bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) } | UInt32(bytes.count) << 24
    }

    /// Appends the code of units without zone marks.
    static func append(_ units: ArraySlice<UInt16>, to bytes: inout [UInt8]) { append(units, marked: false, to: &bytes) }

    /// Appends a document: its zones, each led by `DocumentText.zoneMark` and its number.
    static func append(document units: ArraySlice<UInt16>, to bytes: inout [UInt8]) { append(units, marked: true, to: &bytes) }

    @inline(__always)
    private static func append(_ units: ArraySlice<UInt16>, marked: Bool, to bytes: inout [UInt8]) {
        let start = bytes.count
        unsafe bytes.withRoom(for: 3 * units.count + 1) { output in
            unsafe codes.withUnsafeBufferPointer { codes in
                unsafe units.withUnsafeBufferPointer { units in
                    var end = start
                    var place = 0
                    // Holds: there is a code for every unit, and room for three bytes of each and one more, which is written
                    // with each code and not kept.
                    while place < units.count {
                        let unit = unsafe units[place]
                        if marked, unit == DocumentText.zoneMark, place &+ 1 < units.count {
                            unsafe output[end] = zoneMark
                            unsafe output[end &+ 1] = UInt8(truncatingIfNeeded: units[place &+ 1])
                            end &+= 2
                            place &+= 2
                            continue
                        }
                        let code = unsafe codes[Int(unit)]
                        unsafe UnsafeMutableRawPointer(output + end).storeBytes(of: code.littleEndian, as: UInt32.self)
                        end &+= Int(truncatingIfNeeded: code &>> 24)
                        place &+= 1
                    }
                    return end
                }
            }
        }
    }

    /// The units of a document or a part of one, zone marks as in `append(document:)`; replaces what `units` held.
    ///
    /// - Parameter last: zones behind this one are left out; they stand in the order of their numbers.
    static func decode(_ bytes: Bytes, through last: UInt8 = .max, into units: inout [UInt16]) {
        units.removeAll(keepingCapacity: true)
        units.append(addingCapacity: bytes.count) { output in
            unsafe output.withUnsafeMutableBufferPointer { room, filled in
                unsafe bytes.withBuffer { source in
                    guard let to = room.baseAddress else { return }
                    unsafe decoded.withUnsafeBufferPointer { table in
                        var (at, end) = (0, 0)
                        let count = source.count
                        defer { filled = end }
                        // Holds: `at` and the bytes behind a lead are checked against the count; a table entry exists for
                        // each of the numbers that two bytes can make; no code is shorter than what it stands for, but for the
                        // head of a zone, which is two bytes for two units.
                        while at < count {
                            let first = unsafe Int(source[at])
                            if first >= firstLead, first < Int(firstLongLead) {
                                precondition(at &+ 1 < count, "damaged text")
                                let second = unsafe max(Int(source[at &+ 1]), 1)
                                precondition(second <= oneByteCount, "damaged text")
                                unsafe to[end] = table[(first &- firstLead &+ 1) &* oneByteCount &+ second &- 1]
                                at &+= 2
                            } else if first == 0 {
                                at &+= 1
                                if unsafe at < count && source[at] > last { return }
                                unsafe to[end] = DocumentText.zoneMark
                                if at < count {
                                    end &+= 1
                                    unsafe to[end] = UInt16(source[at])
                                }
                                at &+= 1
                            } else if first < firstLead {
                                unsafe to[end] = table[first &- 1]
                                at &+= 1
                            } else {
                                precondition(at &+ 2 < count, "damaged text")
                                let high = unsafe Int(source[at &+ 1]) - 1
                                let low = unsafe Int(source[at &+ 2]) - 1
                                let lead = first - Int(firstLongLead)
                                unsafe to[end] = UInt16(truncatingIfNeeded: lead * unitsPerLongLead + high * oneByteCount + low)
                                at &+= 3
                            }
                            end &+= 1
                        }
                    }
                }
            }
        }
    }

    private static let decoded: [UInt16] = oneByteUnits + twoByteUnits
}

extension [UInt8] {
    /// Lends the bytes with room for so many more behind them; `body` returns how many there are then.
    fileprivate mutating func withRoom(for count: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int) {
        let start = self.count
        append(addingCapacity: count) { output in
            unsafe output.withUnsafeMutableBufferPointer { room, filled in
                // Holds: `body` is lent the place where the array's first byte would be and writes behind its last alone.
                filled = unsafe body(room.baseAddress.unsafelyUnwrapped - start) - start
            }
        }
    }
}

/// A piece of text to look for in stored texts.
package struct TextPiece: Sendable {
    let bytes: [UInt8]
    package let unitCount: Int
    /// Places of the two bytes that texts are looked through for: those that stand in texts least often.
    let probes: (Int, Int)

    package init(_ units: [UInt16]) {
        var bytes: [UInt8] = []
        TextCode.append(units[...], to: &bytes)
        self.bytes = bytes
        unitCount = units.count
        probes = Self.probes(bytes)
    }

    /// Lends it for looking through many texts.
    func withFinder<Result>(_ body: (cfind_piece) -> Result) -> Result {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            // Holds: the piece is used inside the closure only; an empty one is never looked for.
            unsafe body(
                cfind_piece(
                    bytes: bytes.baseAddress!, count: bytes.count, placeA: probes.0, placeB: probes.1,
                    firstLead: UInt8(TextCode.firstLead), firstLongLead: TextCode.firstLongLead))
        }
    }

    private static func probes(_ bytes: [UInt8]) -> (Int, Int) {
        var costs: [(cost: Int, place: Int)] = []
        var isLead = false
        for (place, byte) in bytes.enumerated() {
            let isSecond = isLead
            isLead = Int(byte) >= TextCode.firstLead
            // Every second byte of a text is a lead; units of one byte stand in the order of how common they are.
            costs.append((isLead ? 1_000 : isSecond ? 4 : 4 + 400 / max(1, Int(byte)), place))
        }
        costs.sort { $0 < $1 }
        let first = costs.first?.place ?? 0
        return (first, costs.dropFirst().first?.place ?? first)
    }
}

/// Text as a segment holds it: a whole document, or one zone of it without its head.
package struct StoredText {
    let bytes: Bytes

    package var isEmpty: Bool { bytes.count == 0 }
    package var byteCount: Int { bytes.count }

    /// Zone heads as in `IndexableDocument.units`.
    package var units: [UInt16] {
        var units: [UInt16] = []
        TextCode.decode(bytes, into: &units)
        return units
    }

    /// Replaces what `units` held.
    package func decode(into units: inout [UInt16]) { TextCode.decode(bytes, into: &units) }

    /// The same without the zones behind one.
    package func decode(through last: TextZone, into units: inout [UInt16]) {
        TextCode.decode(bytes, through: last.rawValue, into: &units)
    }

    /// Has the text on its way to the processor.
    package func prefetch() { bytes.prefetch() }

    package func contains(_ piece: TextPiece) -> Bool { firstOffset(of: piece) != nil }

    /// Where the piece first stands at or after byte `from`.
    func firstOffset(of piece: TextPiece, from: Int = 0) -> Int? {
        var at = from
        while let offset = bytes.firstByteOffset(of: piece, from: at) {
            if beginsUnit(offset) { return offset }
            at = offset + 1
        }
        return nil
    }

    /// Whether a unit's code begins here: not behind a lead byte, nor two behind a long one, nor in a zone's head.
    private func beginsUnit(_ offset: Int) -> Bool {
        guard offset > 0 else { return true }
        let before = bytes.u8(offset - 1)
        guard before > 0, before < TextCode.firstLead else { return false }
        return offset < 2 || bytes.u8(offset - 2) < TextCode.firstLongLead
    }
}
