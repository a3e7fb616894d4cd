// Keys are compared byte by byte, so numbers inside them stand big-endian: order of bytes = order of numbers.

extension [UInt8] {
    /// A key that is one number.
    @inlinable package init<Number: FixedWidthInteger & UnsignedInteger>(bigEndian number: Number) {
        self.init()
        reserveCapacity(Number.bitWidth / 8)
        append(bigEndian: number)
    }

    /// Adds a number so that keys sort as the numbers do.
    @inlinable package mutating func append<Number: FixedWidthInteger & UnsignedInteger>(bigEndian number: Number) {
        var shift = Number.bitWidth - 8
        while shift >= 0 {
            append(UInt8(truncatingIfNeeded: number >> shift))
            shift -= 8
        }
    }
}

extension Span where Element == UInt8 {
    /// Reads back what `append(bigEndian:)` wrote, or nil when the bytes end before.
    @inlinable package func number<Number: FixedWidthInteger & UnsignedInteger>(
        bigEndianAt offset: Int, as type: Number.Type = Number.self
    ) -> Number? {
        guard offset >= 0, count - offset >= Number.bitWidth / 8 else { return nil }
        var number: Number = 0
        for place in offset..<(offset + Number.bitWidth / 8) { number = number << 8 | Number(self[place]) }
        return number
    }

    /// A copy, for those who must keep the bytes.
    @inlinable package var bytesCopied: [UInt8] {
        unsafe withUnsafeBufferPointer { unsafe [UInt8]($0) }
    }
}

/// Bytes as a person may report them.
package func hex(_ bytes: Span<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for place in bytes.indices {
        text.append(digits[Int(bytes[place] >> 4)])
        text.append(digits[Int(bytes[place] & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
