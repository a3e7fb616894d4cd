// Random posting lists of every shape, and a slow second reader written from FORMAT.md alone.

import TestSupport

@testable import Index

/// Documents, and a weight for each in lists of words.
struct Postings: Equatable {
    var docs: [UInt32]
    var weights: [UInt8] = []

    enum Shape: CaseIterable {
        /// Every document of a range.
        case full
        /// Most documents of a range.
        case dense
        /// Anywhere below 2³²−1.
        case sparse
        /// Runs of neighbours, far apart.
        case clustered
        /// Gaps of very different sizes in one block.
        case mixed
    }

    static let docMax = UInt32.max - 1

    static func random(_ count: Int, _ shape: Shape, weighted: Bool, _ seed: inout Seed) -> Postings {
        let room = UInt64(docMax) / UInt64(count)  // gaps up to this can never leave the range of documents
        var docs: [UInt32] = []
        var next: UInt64 = shape == .full ? UInt64.random(in: 0...3, using: &seed) : UInt64.random(in: 0..<room, using: &seed)
        for _ in 0..<count {
            docs.append(UInt32(next))
            let gap: UInt64 =
                switch shape {
                case .full: 0
                case .dense: UInt64.random(in: 0..<4, using: &seed) == 0 ? 1 : 0
                case .sparse: UInt64.random(in: 0..<room, using: &seed)
                case .clustered: UInt64.random(in: 0..<60, using: &seed) == 0 ? UInt64.random(in: 0..<room, using: &seed) : 0
                case .mixed: UInt64.random(in: 0..<room, using: &seed) >> UInt64.random(in: 0..<34, using: &seed)
                }
            next += 1 + min(gap, room - 1)
        }
        // Half of the lists end at the largest document there can be.
        if Bool.random(using: &seed), let last = docs.last { docs = docs.map { $0 + (docMax - last) } }
        return Postings(docs: docs, weights: weighted ? randomWeights(count, &seed) : [])
    }

    /// Few or most of them words.
    private static func randomWeights(_ count: Int, _ seed: inout Seed) -> [UInt8] {
        let share = Int.random(in: 0...10, using: &seed)
        return (0..<count).map { _ in
            Int.random(in: 0..<10, using: &seed) < share ? UInt8.random(in: 1...15, using: &seed) : 0
        }
    }

    /// Documents of the segment: short lists are coded by it.
    var universe: UInt32 { (docs.last ?? 0) &+ 1 }

    var wordCount: Int { weights.count { $0 > 0 } }

    /// The bytes of the list; two documents or more.
    var encoded: [UInt8] {
        var encoder = PostingEncoder()
        var bytes: [UInt8] = []
        encoder.encode(docs[...], weights: weights[...], lengths: DocumentLengths(unknown: universe), into: &bytes)
        return bytes
    }

    /// Lends the list as the index reads it.
    func withList<Result>(_ body: (PostingList) throws -> Result) rethrows -> Result {
        if docs.count == 1 {
            return try body(PostingList(single: docs[0], weight: weights.first ?? 0, hasWeights: !weights.isEmpty))
        }
        return try withList(of: encoded, body)
    }

    /// As above, from bytes at hand.
    func withList<Result>(of bytes: [UInt8], _ body: (PostingList) throws -> Result) rethrows -> Result {
        // Holds: the array outlives the closure, and no test keeps the list.
        try unsafe bytes.withUnsafeBytes { buffer in
            try body(
                PostingList(
                    unsafe Bytes(buffer), docCount: docs.count, wordDocCount: wordCount,
                    hasWeights: !weights.isEmpty, universe: universe))
        }
    }

    /// What `forEach` gives.
    static func collected(_ list: PostingList) -> Postings {
        var block = PostingBlock()
        var found = Postings(docs: [])
        list.forEach(using: &block) { doc, weight in
            found.docs.append(doc)
            if list.hasWeights { found.weights.append(weight) }
        }
        return found
    }
}

/// Reads a posting list by the letter of FORMAT.md, bit by bit.
struct SlowPostingReader {
    let bytes: [UInt8]
    let docCount: Int
    /// Documents with a weight above 0; nil in lists without weights.
    let wordCount: Int?
    let universe: UInt64

    func read() -> Postings { docCount < 256 ? readShort() : readLong() }

    private func readShort() -> Postings {
        var found = Postings(docs: [])
        let at = rice(0, docCount, parameter(docCount, universe), base: 0, &found)
        if let wordCount { weights(at, docCount, sparse: 4 * wordCount + docCount < 4 * docCount, &found) }
        return found
    }

    /// The largest power of two that is at most 11/16 of the mean gap.
    private func parameter(_ count: Int, _ universe: UInt64) -> Int {
        let mean = universe * 11 / (UInt64(count) * 16)
        var parameter = 0
        while mean >> UInt64(parameter + 1) > 0 { parameter += 1 }
        return parameter
    }

    private func readLong() -> Postings {
        let blocks = (docCount + 255) / 256
        var found = Postings(docs: [])
        var base: UInt64 = 0
        for block in 0..<blocks {
            let size = min(256, docCount - block * 256)
            let from = 10 * blocks + (block == 0 ? 0 : number(4 * blocks + 4 * (block - 1)))
            var at = from + 1
            switch bytes[from] {
            case 0xFF: at = bitSet(at, base, last: UInt64(number(4 * block)), &found)
            case 0x80...: at = rice(at, size, Int(bytes[from]) - 0x80, base: base, &found)
            default: at = packed(at, bits: Int(bytes[from] & 0x3F), exceptions: bytes[from] >= 0x40, base, &found)
            }
            base = UInt64(found.docs.last!) + 1
            if wordCount != nil { weights(at + 1, size, sparse: bytes[at] == 1, &found) }
        }
        return found
    }

    private func bitSet(_ at: Int, _ base: UInt64, last: UInt64, _ found: inout Postings) -> Int {
        for doc in base...last where bit(8 * at + Int(doc - base)) == 1 { found.docs.append(UInt32(doc)) }
        return at + (Int(last - base) / 64 + 1) * 8
    }

    private func packed(_ at: Int, bits: Int, exceptions: Bool, _ base: UInt64, _ found: inout Postings) -> Int {
        var gaps = [UInt64](repeating: 0, count: 256)
        for value in 0..<256 {
            for i in 0..<bits {
                // Bit `i` of value `value`: lane value % 8, and in that lane's stream of bits number:
                let stream = value / 8 * bits + i
                let word = number(at + (stream / 32 * 8 + value % 8) * 4)
                gaps[value] += UInt64(word >> (stream % 32) & 1) << UInt64(i)
            }
        }
        var end = at + 32 * bits
        if exceptions {
            let count = Int(bytes[end])
            for i in 0..<count {
                gaps[Int(bytes[end + 1 + i])] += UInt64(bytes[end + 1 + count + i]) << UInt64(bits)
            }
            end += 1 + 2 * count
        }
        var next = base
        for gap in gaps {
            found.docs.append(UInt32(next + gap))
            next += gap + 1
        }
        return end
    }

    private func rice(_ at: Int, _ count: Int, _ parameter: Int, base: UInt64, _ found: inout Postings) -> Int {
        var place = 8 * at
        func take(_ bits: Int) -> UInt64 {
            defer { place += bits }
            return (0..<bits).reduce(0) { $0 + UInt64(bit(place + $1)) << UInt64($1) }
        }
        var next = base
        for _ in 0..<count {
            var zeros = 0
            while take(1) == 0 { zeros += 1 }
            let gap = zeros < 24 ? UInt64(zeros) << UInt64(parameter) + take(parameter) : take(32)
            found.docs.append(UInt32(next + gap))
            next += gap + 1
        }
        return (place + 7) / 8
    }

    private func weights(_ at: Int, _ count: Int, sparse: Bool, _ found: inout Postings) {
        var nibble = 2 * (sparse ? at + (count + 7) / 8 : at)
        for i in 0..<count {
            if sparse, bit(8 * at + i) == 0 {
                found.weights.append(0)
            } else {
                found.weights.append(bytes[nibble / 2] >> (nibble % 2 == 0 ? 0 : 4) & 15)
                nibble += 1
            }
        }
    }

    private func bit(_ place: Int) -> UInt8 { bytes[place / 8] >> UInt8(place % 8) & 1 }

    private func number(_ at: Int) -> Int { (0..<4).reduce(0) { $0 + Int(bytes[at + $1]) << (8 * $1) } }
}
