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

extension String {
    /// Whether `piece` stands in the text. By bytes: the library's own search by a text loads its regular expressions,
    /// which a one-shot command would pay for at every start.
    func holds(_ piece: String) -> Bool {
        let wanted = Array(piece.utf8)
        let bytes = Array(utf8)
        guard let first = wanted.first else { return true }
        var place = 0
        while let hit = firstIndex(of: first, in: bytes, from: place, to: bytes.count), hit + wanted.count <= bytes.count {
            if bytes[hit..<hit + wanted.count].elementsEqual(wanted) { return true }
            place = hit + 1
        }
        return false
    }

    private func firstIndex(of byte: UInt8, in bytes: [UInt8], from: Int, to end: Int) -> Int? {
        Import.firstIndex(of: byte, in: bytes, from: from, to: end)
    }
}
