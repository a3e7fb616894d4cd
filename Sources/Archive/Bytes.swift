// Fixed little-endian fields of stored values: written in order, read at the offsets FORMAT.md gives.

import Store

struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func put<Number: FixedWidthInteger>(_ number: Number) {
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    mutating func put(_ more: [UInt8]) { bytes += more }
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
