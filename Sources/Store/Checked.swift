// Values that know when they have been damaged: LMDB 0.9 checks nothing it reads.
//
// Format: 8 bytes checksum (little-endian), then the payload. The checksum is XXH3-64 of the payload, seeded with
// XXH3-64 of the key, so that a whole value found under the wrong key is noticed too.

import CHash

package enum Checked {
    package static let overheadBytes = 8

    package static func checksum(of payload: Span<UInt8>, key: Span<UInt8>) -> UInt64 {
        let seed = unsafe key.withUnsafeBufferPointer { unsafe chash_checksum64($0.baseAddress, $0.count) }
        return unsafe payload.withUnsafeBufferPointer { unsafe chash_checksum64Seeded($0.baseAddress, $0.count, seed) }
    }

    /// Plain XXH3-64, for other modules' own formats.
    package static func checksum(of bytes: Span<UInt8>) -> UInt64 {
        unsafe bytes.withUnsafeBufferPointer { unsafe chash_checksum64($0.baseAddress, $0.count) }
    }

    /// Whether the bytes are a checksum and the payload it belongs to.
    package static func holds(_ value: Span<UInt8>, key: Span<UInt8>) -> Bool {
        guard value.count >= overheadBytes else { return false }
        var stored: UInt64 = 0
        for place in (0..<overheadBytes).reversed() { stored = stored << 8 | UInt64(value[place]) }
        return stored == checksum(of: value.extracting(overheadBytes...), key: key)
    }
}

extension WriteTransaction {
    package func checkedPut(
        in table: Table, key: Span<UInt8>, payload: Span<UInt8>, append: Bool = false
    ) throws {
        let checksum = Checked.checksum(of: payload, key: key)
        try put(in: table, key: key, count: payload.count + Checked.overheadBytes, append: append) { value in
            for place in 0..<Checked.overheadBytes { value[place] = UInt8(truncatingIfNeeded: checksum >> (8 * place)) }
            unsafe value.withUnsafeMutableBufferPointer { target in
                unsafe payload.withUnsafeBufferPointer { source in
                    // Holds: the target was reserved with room for the head and all of `source`.
                    let rest = unsafe UnsafeMutableBufferPointer(rebasing: target[Checked.overheadBytes...])
                    _ = unsafe rest.update(fromContentsOf: source)
                }
            }
        }
    }

    package func checkedPut(in table: Table, key: [UInt8], payload: [UInt8], append: Bool = false) throws {
        try checkedPut(in: table, key: key.span, payload: payload.span, append: append)
    }
}

extension Transaction where Self: ~Copyable {
    /// Lends the payload of a checked value.
    ///
    /// - Throws: `StoreError.damaged` when the checksum does not hold.
    package func checkedValue<Result>(
        in table: Table, for key: Span<UInt8>, _ body: (Span<UInt8>) throws -> Result
    ) throws -> Result? {
        guard let bytes = unsafe try access.get(table, key) else { return nil }
        return unsafe try lend(bytes) { value in
            guard Checked.holds(value, key: key) else { throw access.damaged(table, key: key) }
            return try body(value.extracting(Checked.overheadBytes...))
        }
    }

    package func checkedValue<Result>(
        in table: Table, for key: [UInt8], _ body: (Span<UInt8>) throws -> Result
    ) throws -> Result? {
        try checkedValue(in: table, for: key.span, body)
    }

    /// The mapped payload of a checked value, without a copy; holds as long as `bytes(in:for:)`.
    @unsafe package func checkedBytes(
        in table: Table, for key: Span<UInt8>
    ) throws(StoreError) -> UnsafeRawBufferPointer? {
        guard let bytes = unsafe try access.get(table, key) else { return nil }
        let holds = unsafe lend(bytes) { Checked.holds($0, key: key) }
        guard holds else { throw access.damaged(table, key: key) }
        return unsafe UnsafeRawBufferPointer(rebasing: bytes[Checked.overheadBytes...])
    }

    /// Visits checked values as `forEach` does; a damaged one throws.
    package func forEachChecked(
        in table: Table, from start: [UInt8]? = nil, prefix: [UInt8] = [], reverse: Bool = false,
        _ body: (_ key: Span<UInt8>, _ payload: Span<UInt8>) throws -> Bool
    ) throws {
        try forEach(in: table, from: start, prefix: prefix, reverse: reverse) { key, value in
            guard Checked.holds(value, key: key) else { throw access.damaged(table, key: key) }
            return try body(key, value.extracting(Checked.overheadBytes...))
        }
    }

    package func damagedError(in table: Table, key: Span<UInt8>) -> StoreError { access.damaged(table, key: key) }
}
