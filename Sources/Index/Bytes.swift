// Reads numbers out of a chunk's bytes. Every access is checked against the end, so that a damaged chunk
// stops with an error or a trap, never with a read past the page.

/// A window on bytes that somebody else keeps alive.
///
/// - Invariant: whoever makes one keeps the memory mapped for as long as it is used; inside this module that is
///   the `IndexSnapshot` whose transaction pins the pages.
@safe package struct Bytes {
    private let start: UnsafeRawPointer
    package let count: Int

    package init(_ buffer: UnsafeRawBufferPointer) {
        // An empty buffer may have no address; nothing is ever read from it.
        unsafe start = buffer.baseAddress ?? UnsafeRawPointer(bitPattern: 8)!
        count = buffer.count
    }

    private init(start: UnsafeRawPointer, count: Int) {
        unsafe self.start = start
        self.count = count
    }

    package func slice(_ offset: Int, _ length: Int) -> Bytes {
        precondition(offset >= 0 && length >= 0 && offset <= count - length, "slice past the end of a chunk")
        return unsafe Bytes(start: start + offset, count: length)
    }

    package func u8(_ offset: Int) -> UInt8 { load(offset) }
    package func u16(_ offset: Int) -> UInt16 { UInt16(littleEndian: load(offset)) }
    package func u32(_ offset: Int) -> UInt32 { UInt32(littleEndian: load(offset)) }
    package func u64(_ offset: Int) -> UInt64 { UInt64(littleEndian: load(offset)) }

    @inline(__always)
    private func load<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int) -> Number {
        precondition(offset >= 0 && offset <= count - MemoryLayout<Number>.size, "read past the end of a chunk")
        // Holds: the bounds were checked in the line above.
        return unsafe start.loadUnaligned(fromByteOffset: offset, as: Number.self)
    }

    /// LEB128, at most ten bytes; moves `offset` behind the number.
    @inline(__always)
    package func varint(_ offset: inout Int) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = u8(offset)
            offset += 1
            value |= UInt64(byte & 0x7F) &<< shift
            if byte < 0x80 { return value }
            shift += 7
            precondition(shift < 64, "number too long in a chunk")
        }
    }

    /// The bytes as UTF-16 units, copied.
    package var units: [UInt16] {
        unsafe [UInt16](unsafeUninitializedCapacity: count / 2) { units, filled in
            // Holds: the capacity is `count / 2` units, and the two memories do not overlap.
            unsafe UnsafeMutableRawPointer(units.baseAddress!).copyMemory(from: start, byteCount: count / 2 * 2)
            filled = count / 2
        }
    }

    /// The bytes, copied.
    package var array: [UInt8] { unsafe withBuffer { unsafe [UInt8]($0) } }

    /// Lends the bytes as they stand in memory.
    package func withBuffer<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try unsafe body(UnsafeRawBufferPointer(start: start, count: count))
    }
}

extension [UInt8] {
    @inline(__always)
    mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        append(UInt8(rest))
    }

    mutating func appendLittleEndian<Number: FixedWidthInteger>(_ value: Number) {
        // Holds: the number lives as long as the closure, which only reads its bytes.
        unsafe Swift.withUnsafeBytes(of: value.littleEndian) { unsafe append(contentsOf: $0) }
    }

    /// Many numbers as they stand in memory, which is little-endian (FORMAT.md, "Assumes").
    @inline(__always)
    mutating func appendLittleEndian<Number: FixedWidthInteger>(all values: [Number]) {
        unsafe values.withUnsafeBytes { unsafe append(contentsOf: $0) }
    }
}
