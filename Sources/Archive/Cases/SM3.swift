// SM3 (GB/T 32905-2016), the hash that domestic archive rules name beside SHA-256. For fixity alone: nothing here is sealed
// or signed with it, and SHA-256 stands beside every value.

package struct SM3: Sendable {
    private var state: [UInt32] = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]

    /// Message words of a block; kept, so that a block costs no allocation.
    private var w = [UInt32](repeating: 0, count: 68)
    /// What does not fill a block yet.
    private var rest: [UInt8] = []
    private var byteCount = 0

    package init() {}

    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var hasher = SM3()
        hasher.update(bytes[...])
        return hasher.finalized()
    }

    package mutating func update(_ bytes: ArraySlice<UInt8>) {
        byteCount += bytes.count
        var bytes = bytes
        if !rest.isEmpty {
            let part = bytes.prefix(64 - rest.count)
            rest += part
            bytes = bytes.dropFirst(part.count)
            guard rest.count == 64 else { return }
            take(rest[...])
            rest.removeAll(keepingCapacity: true)
        }
        while bytes.count >= 64 {
            take(bytes.prefix(64))
            bytes = bytes.dropFirst(64)
        }
        rest += bytes
    }

    /// The hash of everything that was given.
    package consuming func finalized() -> [UInt8] {
        var tail = rest + [0x80]
        while tail.count % 64 != 56 { tail.append(0) }
        let bits = UInt64(byteCount) * 8
        for shift in stride(from: 56, through: 0, by: -8) { tail.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift))) }
        for start in stride(from: 0, to: tail.count, by: 64) { take(tail[start..<(start + 64)]) }
        return state.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) } }
    }

    private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
        let count = count & 31
        return count == 0 ? word : word << count | word >> (32 - count)
    }

    private mutating func take(_ block: ArraySlice<UInt8>) {
        let start = block.startIndex
        for i in 0..<16 {
            let at = start + 4 * i
            w[i] = UInt32(block[at]) << 24 | UInt32(block[at + 1]) << 16 | UInt32(block[at + 2]) << 8 | UInt32(block[at + 3])
        }
        for i in 16..<68 {
            let x = w[i - 16] ^ w[i - 9] ^ Self.rotated(w[i - 3], 15)
            w[i] = x ^ Self.rotated(x, 15) ^ Self.rotated(x, 23) ^ Self.rotated(w[i - 13], 7) ^ w[i - 6]
        }
        var (a, b, c, d, e, f, g, h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7])
        for i in 0..<64 {
            let t: UInt32 = i < 16 ? 0x79CC4519 : 0x7A879D8A
            let ss1 = Self.rotated(Self.rotated(a, 12) &+ e &+ Self.rotated(t, UInt32(i)), 7)
            let ss2 = ss1 ^ Self.rotated(a, 12)
            let ff = i < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c)
            let gg = i < 16 ? e ^ f ^ g : (e & f) | (~e & g)
            let tt1 = ff &+ d &+ ss2 &+ (w[i] ^ w[i + 4])
            let tt2 = gg &+ h &+ ss1 &+ w[i]
            (d, c, b, a) = (c, Self.rotated(b, 9), a, tt1)
            (h, g, f, e) = (g, Self.rotated(f, 19), e, tt2 ^ Self.rotated(tt2, 9) ^ Self.rotated(tt2, 17))
        }
        for (i, word) in [a, b, c, d, e, f, g, h].enumerated() { state[i] ^= word }
    }
}
