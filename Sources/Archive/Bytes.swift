// Fixed little-endian fields of stored values: written in order, read at the offsets FORMAT.md gives.

import Glibc
import Store

struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func put<Number: FixedWidthInteger>(_ number: Number) {
        unsafe withUnsafeBytes(of: number.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    mutating func put(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }
}

extension [UInt8] {
    mutating func append<Number: FixedWidthInteger>(littleEndian number: Number) {
        unsafe Swift.withUnsafeBytes(of: number.littleEndian) { unsafe append(contentsOf: $0) }
    }

    mutating func append(_ bytes: Span<UInt8>) { unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) } }

    /// The order of bytes, as the tables have it.
    func precedes(_ other: [UInt8]) -> Bool { span.precedes(other.span) }
}

extension Span<UInt8> {
    func isSame(as other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for place in indices where self[place] != other[place] { return false }
        return true
    }

    /// The order of bytes, as the tables have it.
    func precedes(_ other: Span<UInt8>) -> Bool {
        if isEmpty || other.isEmpty { return count < other.count }
        let order = unsafe withUnsafeBytes { mine in
            unsafe other.withUnsafeBytes { theirs in
                // Holds: neither is empty, and both have at least that many bytes.
                unsafe memcmp(mine.baseAddress!, theirs.baseAddress!, Swift.min(mine.count, theirs.count))
            }
        }
        return order != 0 ? order < 0 : count < other.count
    }
}

extension Span where Element == UInt8 {
    /// - Precondition: the whole field is there; readers check the length of a value first.
    func field<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type = Number.self) -> Number {
        var number: Number = 0
        for place in (offset..<(offset + Number.bitWidth / 8)).reversed() {
            number = number << 8 | Number(truncatingIfNeeded: self[place])
        }
        return number
    }
}

extension Span<UInt8> {
    /// Where `text` stands first.
    func place(of text: [UInt8]) -> Int? {
        guard let first = text.first, count >= text.count else { return text.isEmpty ? 0 : nil }
        for start in 0...(count - text.count) where self[start] == first {
            var length = 1
            while length < text.count, self[start + length] == text[length] { length += 1 }
            if length == text.count { return start }
        }
        return nil
    }
}
