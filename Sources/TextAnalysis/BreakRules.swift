// ICU's word rules as the state machine ICU compiled them to, so that our breaks are ICU's for every script.
//
// `ubrk_getBinaryRules` is public; what it returns is laid out as in ICU's rbbidata.h, format 6 (ICU 68 and later).
// Anything not expected here means another machine: `init` returns nil and all text goes to ICU's own iterator.

import CICU

struct BreakRules {
    /// A row of `next` has this many entries; ICU's word rules have 31 categories.
    static let rowLength = 64
    static let start = 1
    static let stop: UInt8 = 0

    /// The state after `state` met `category`: `next[state * rowLength + category]`. `stop` ends the piece.
    private(set) var next: [UInt8] = []
    /// Rule status of a piece that ends in the state; negative where no piece can end.
    private(set) var statuses: [Int16] = []
    /// Category of each code point from U+0000 to U+10FFFF.
    private(set) var categories: [UInt8] = []
    /// Categories from this one on ask for a dictionary.
    private(set) var firstDictionaryCategory = 0
    /// Checksum of the compiled rules.
    private(set) var checksum: UInt64 = 0

    init?(of iterator: OpaquePointer) {
        let length = unsafe Int(cicu_breakRules(iterator, nil, 0))
        guard length > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: length)
        guard unsafe cicu_breakRules(iterator, &bytes, Int32(length)) == Int32(length) else { return nil }
        let data = NativeBytes(bytes)
        // RBBIDataHeader: magic, format, length, categories, then start and length of each part.
        guard data.int(0) == 0xB1A0, bytes[4] == 6, let table = data.int(16), let statusTable = data.int(48) else { return nil }
        guard readStates(data, at: table, statusTable: statusTable) else { return nil }
        guard readCategories(data) else { return nil }
        checksum = unsafe bytes.withUnsafeBytes { unsafe Checksum.of($0) }
    }

    /// RBBIStateTable: states, bytes of a row, first dictionary category, look-ahead results, flags; then the rows.
    private mutating func readStates(_ data: NativeBytes, at table: Int, statusTable: Int) -> Bool {
        guard let stateCount = data.int(table), let rowBytes = data.int(table + 4), let dictionary = data.int(table + 8),
            let flags = data.int(table + 16), stateCount > BreakRules.start, stateCount < 256
        else { return false }
        // Bit 2: rows of bytes. Look-ahead rules and rules bound to the start of text would need more than `next`.
        guard flags & ~4 == 0 else { return false }
        let width = flags & 4 != 0 ? 1 : 2
        let categoryCount = rowBytes / width - 3
        guard categoryCount > 2, categoryCount < BreakRules.rowLength, dictionary <= categoryCount else { return false }
        firstDictionaryCategory = dictionary
        next = [UInt8](repeating: BreakRules.stop, count: stateCount * BreakRules.rowLength)
        for state in 0..<stateCount {
            let row = table + 20 + state * rowBytes
            guard let accepting = data.value(row, width), accepting <= 1, data.value(row + width, width) == 0,
                let tags = data.value(row + 2 * width, width), let status = data.lastStatus(statusTable, tags)
            else { return false }
            statuses.append(accepting == 1 ? status : -1)
            for category in 0..<categoryCount {
                guard let target = data.value(row + (3 + category) * width, width), target < stateCount else { return false }
                // Category 1 is the end of the text: no rule may wait for it.
                guard category != 1 || target == 0 else { return false }
                next[state * BreakRules.rowLength + category] = UInt8(target)
            }
        }
        return statuses[Int(BreakRules.stop)] < 0
    }

    private mutating func readCategories(_ data: NativeBytes) -> Bool {
        guard let start = data.int(32), let length = data.int(36), start >= 0, length > 0, start + length <= data.bytes.count
        else { return false }
        // ICU wants the map aligned to four bytes.
        var words = [UInt32](repeating: 0, count: (length + 3) / 4)
        unsafe words.withUnsafeMutableBytes { unsafe $0.copyBytes(from: data.bytes[start..<start + length]) }
        return unsafe words.withUnsafeBytes { words in
            guard let map = unsafe cicu_openCodePointMap(words.baseAddress.unsafelyUnwrapped, Int32(length)) else { return false }
            defer { unsafe cicu_closeCodePointMap(map) }
            categories = [UInt8](repeating: 0, count: 0x110000)
            for codePoint in 0..<0x110000 {
                let category = unsafe cicu_mappedValue(map, UInt32(codePoint))
                guard category < BreakRules.rowLength else { return false }
                categories[codePoint] = UInt8(category)
            }
            return true
        }
    }
}

/// Integers of this machine's byte order in bytes of any alignment. Outside the bytes there is nil.
private struct NativeBytes {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func int(_ place: Int) -> Int? { value(place, 4) }

    func value(_ place: Int, _ width: Int) -> Int? {
        guard place >= 0, place + width <= bytes.count else { return nil }
        // Holds: the guard keeps the load inside the array.
        return unsafe bytes.withUnsafeBytes { bytes in
            switch width {
            case 1: unsafe Int(bytes[place])
            case 2: unsafe Int(bytes.loadUnaligned(fromByteOffset: place, as: UInt16.self))
            default: unsafe Int(bytes.loadUnaligned(fromByteOffset: place, as: Int32.self))
            }
        }
    }

    /// The largest status of an entry of the status table: a count, then that many statuses in order.
    func lastStatus(_ table: Int, _ tags: Int) -> Int16? {
        guard let count = int(table + 4 * tags), count >= 1, let status = int(table + 4 * (tags + count)) else { return nil }
        return Int16(exactly: status)
    }
}

enum Checksum {
    /// A fast checksum against decay, not against forgery: four lanes of multiply and rotate (after XXH64, Collet).
    static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let prime: UInt64 = 0x9E37_79B1_85EB_CA87
        var lanes = SIMD4<UInt64>(prime &+ 1, 2, 3, 0 &- prime)
        var place = 0
        while place + 32 <= bytes.count {
            // Holds: 32 bytes are left.
            let words = unsafe bytes.loadUnaligned(fromByteOffset: place, as: SIMD4<UInt64>.self)
            lanes = (lanes &+ words &* 0xC2B2_AE3D_27D4_EB4F)
            lanes = ((lanes &<< 31) | (lanes &>> 33)) &* prime
            place += 32
        }
        var sum = UInt64(bytes.count)
        for lane in 0..<4 { sum = (sum ^ lanes[lane]) &* prime; sum ^= sum >> 29 }
        while place < bytes.count {
            unsafe sum = (sum ^ UInt64(bytes[place])) &* prime
            sum ^= sum >> 29
            place += 1
        }
        return sum
    }
}
