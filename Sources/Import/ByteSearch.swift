// Finding a byte in a window at memory speed.

import Glibc

/// Index of the first `byte` in `bytes[from ..< end]`.
@inline(__always)
func firstIndex(of byte: UInt8, in bytes: [UInt8], from: Int, to end: Int) -> Int? {
    precondition(from >= 0 && from <= end && end <= bytes.count)
    // Holds: memchr reads `end - from` bytes that lie inside the array, checked above.
    return unsafe bytes.withUnsafeBytes { all -> Int? in
        guard from < end, let base = all.baseAddress,
            let hit = unsafe memchr(base + from, Int32(byte), end - from)
        else { return nil }
        return unsafe UnsafeRawPointer(hit) - base
    }
}

func countLineFeeds(in bytes: [UInt8], from: Int, to end: Int) -> Int {
    var count = 0
    var place = from
    while let hit = firstIndex(of: 0x0A, in: bytes, from: place, to: end) {
        count += 1
        place = hit + 1
    }
    return count
}

@inline(__always)
func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
