// SM3 (GB/T 32905-2016), the hash that domestic archive rules name beside SHA-256. For fixity alone: nothing here is sealed
// or signed with it, and SHA-256 stands beside every value.

package struct SM3: Sendable {
    private var state: [UInt32] = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]

    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var hasher = SM3()
        var rest = bytes[...]
        while rest.count >= 64 {
            hasher.take(rest.prefix(64))
            rest = rest.dropFirst(64)
        }
        var tail = Array(rest) + [0x80]
        while tail.count % 64 != 56 { tail.append(0) }
        let bits = UInt64(bytes.count) * 8
        for shift in stride(from: 56, through: 0, by: -8) { tail.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift))) }
        for start in stride(from: 0, to: tail.count, by: 64) { hasher.take(tail[start..<(start + 64)]) }
        return hasher.state.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) } }
    }

    private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
        let count = count & 31
        return count == 0 ? word : word << count | word >> (32 - count)
    }

    private mutating func take(_ block: ArraySlice<UInt8>) {
        var w = [UInt32](repeating: 0, count: 68)
        let start = block.startIndex
        for i in 0..<16 {
            w[i] = (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(block[start + 4 * i + $1]) }
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
