// Where any of some units stand in a stored text, found in its bytes: whoever looks at few characters of a text need not
// decode it.

import CFind
import Records

/// Units that are looked for, each with a number of the caller's.
package struct UnitNumbers {
    /// By code, as in FORMAT.md, "Text": 1 … 222, then the codes of two bytes.
    fileprivate var byCode = [UInt16](repeating: 0, count: TextCode.oneByteCount + TextCode.twoByteCount)
    /// Which bytes begin one of them, see cmarks.h.
    fileprivate var beginnings = [UInt8](repeating: 0, count: 32)
    /// Unit and number by turns, of codes of three bytes.
    fileprivate var others: [UInt16] = []

    package init() {}

    /// - Precondition: numbers are above 0.
    package mutating func set(_ number: UInt16, of unit: UInt16) {
        precondition(number > 0)
        var bytes: [UInt8] = []
        TextCode.append([unit], to: &bytes)
        beginnings[Int(bytes[0] & 0x0F) + (bytes[0] >= 0x80 ? 16 : 0)] |= 1 << (bytes[0] >> 4 & 7)
        if let place = Self.place(bytes) {
            byCode[place] = number
        } else if let known = stride(from: 0, to: others.count, by: 2).first(where: { others[$0] == unit }) {
            others[known + 1] = number
        } else {
            others += [unit, number]
        }
    }

    /// 0: not looked for.
    package subscript(unit: UInt16) -> UInt16 {
        var bytes: [UInt8] = []
        TextCode.append([unit], to: &bytes)
        if let place = Self.place(bytes) { return byCode[place] }
        return stride(from: 0, to: others.count, by: 2).first { others[$0] == unit }.map { others[$0 + 1] } ?? 0
    }

    private static func place(_ bytes: [UInt8]) -> Int? {
        switch bytes.count {
        case 1: Int(bytes[0]) - 1
        case 2: TextCode.oneByteCount * (Int(bytes[0]) - TextCode.firstLead + 1) + Int(bytes[1]) - 1
        default: nil
        }
    }
}

/// The marks of one text, in memory that is used again and again.
@safe package struct TextMarks: ~Copyable {
    package struct Mark {
        /// Units of the document before it; heads of zones are none.
        package var place: Int
        /// 0: here begins a zone.
        package var number: UInt16
        package var zone: TextZone?
    }

    private var memory: UnsafeMutablePointer<cmarks_mark>
    private var room: Int
    package private(set) var count = 0
    /// Units of the document.
    package private(set) var unitCount = 0

    package init() {
        room = 4_096
        unsafe memory = .allocate(capacity: room)
    }

    deinit { unsafe memory.deallocate() }

    /// Replaces what was found before.
    package mutating func find(_ numbers: borrowing UnitNumbers, in text: StoredText) { unsafe find(numbers, in: text, cmarks_find) }

    /// The same a byte at a time, for tests.
    mutating func findPlainly(_ numbers: borrowing UnitNumbers, in text: StoredText) {
        unsafe find(numbers, in: text, cmarks_findPlain)
    }

    private mutating func find(
        _ numbers: borrowing UnitNumbers, in text: StoredText,
        _ function: (UnsafePointer<UInt8>, Int, UnsafePointer<cmarks_table>, UnsafeMutablePointer<cmarks_mark>, UnsafeMutablePointer<UInt32>) -> Int
    ) {
        if text.byteCount > room {
            unsafe memory.deallocate()
            room = 2 * text.byteCount
            unsafe memory = .allocate(capacity: room)
        }
        var units: UInt32 = 0
        let marks = unsafe memory
        count = unsafe text.bytes.withBuffer { bytes in
            guard let start = bytes.baseAddress, bytes.count > 0 else { return 0 }
            return unsafe numbers.byCode.withUnsafeBufferPointer { byCode in
                unsafe numbers.beginnings.withUnsafeBufferPointer { beginnings in
                    unsafe numbers.others.withUnsafeBufferPointer { others in
                        var table = unsafe cmarks_table(
                            numbers: byCode.baseAddress!, beginnings: beginnings.baseAddress!, others: others.baseAddress,
                            othersCount: others.count / 2)
                        // Holds: there is room for a mark a byte, and the table has a number for each code of one and two.
                        return unsafe function(start.assumingMemoryBound(to: UInt8.self), bytes.count, &table, marks, &units)
                    }
                }
            }
        }
        unitCount = Int(units)
    }

    @inline(__always)
    package subscript(index: Int) -> Mark {
        precondition(index >= 0 && index < count)
        // Holds: the index was checked in the line above.
        let mark = unsafe memory[index]
        return Mark(place: Int(mark.place), number: mark.number, zone: mark.number == 0 ? TextZone(rawValue: UInt8(truncatingIfNeeded: mark.zone)) : nil)
    }

    @inline(__always)
    package func number(_ index: Int) -> UInt16 {
        precondition(index >= 0 && index < count)
        // Holds: the index was checked in the line above.
        return unsafe memory[index].number
    }

    @inline(__always)
    package func place(_ index: Int) -> Int {
        precondition(index >= 0 && index < count)
        // Holds: the index was checked in the line above.
        return unsafe Int(memory[index].place)
    }
}
