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
        return Postings(docs: docs, weights: weighted ? docs.map { _ in UInt8.random(in: 0...15, using: &seed) } : [])
    }

    /// The bytes of the list; two documents or more.
    var encoded: [UInt8] {
        var encoder = PostingEncoder()
        var bytes: [UInt8] = []
        encoder.encode(docs[...], weights: weights[...], into: &bytes)
        return bytes
    }

    /// Lends the list as the index reads it.
    func withList<Result>(_ body: (PostingList) throws -> Result) rethrows -> Result {
        if docs.count == 1 {
            return try body(PostingList(single: docs[0], weight: weights.first ?? 0, hasWeights: !weights.isEmpty))
        }
        return try Self.withList(encoded, docCount: docs.count, hasWeights: !weights.isEmpty, body)
    }

    static func withList<Result>(
        _ bytes: [UInt8], docCount: Int, hasWeights: Bool, _ body: (PostingList) throws -> Result
    ) rethrows -> Result {
        // Holds: the array outlives the closure, and no test keeps the list.
        try unsafe bytes.withUnsafeBytes { buffer in
            try body(PostingList(unsafe Bytes(buffer), docCount: docCount, hasWeights: hasWeights))
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
    let hasWeights: Bool

    func read() -> Postings { docCount < 256 ? readShort() : readLong() }

    private func readShort() -> Postings {
        var found = Postings(docs: [])
        var at = 0
        var base: UInt64 = 0
        for _ in 0..<docCount {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            repeat {
                value += UInt64(bytes[at] & 0x7F) << shift
                shift += 7
                at += 1
            } while bytes[at - 1] >= 0x80
            found.docs.append(UInt32(base + value))
            base += value + 1
        }
        if hasWeights { found.weights = nibbles(at: at, docCount) }
        return found
    }

    private func readLong() -> Postings {
        let blocks = (docCount + 255) / 256
        var found = Postings(docs: [])
        var base: UInt64 = 0
        for block in 0..<blocks {
            let size = min(256, docCount - block * 256)
            let from = 8 * blocks + (block == 0 ? 0 : number(4 * blocks + 4 * (block - 1)))
            var at = from + 1
            if bytes[from] == 0xFF {
                let last = UInt64(number(4 * block))
                for doc in base...last {
                    let bit = Int(doc - base)
                    if bytes[at + bit / 8] >> UInt8(bit % 8) & 1 == 1 { found.docs.append(UInt32(doc)) }
                }
                at += (Int(last - base) / 64 + 1) * 8
            } else {
                let bits = Int(bytes[from])
                let wordsPerLane = (bits * ((size + 7) / 8) + 31) / 32
                for value in 0..<size {
                    var gap: UInt64 = 0
                    for i in 0..<bits {
                        // Bit `i` of value `value`: lane value % 8, and in that lane's stream of bits number:
                        let stream = value / 8 * bits + i
                        let word = number(at + (stream / 32 * 8 + value % 8) * 4)
                        gap += UInt64(word >> (stream % 32) & 1) << UInt64(i)
                    }
                    found.docs.append(UInt32(base + gap))
                    base += gap + 1
                }
                at += wordsPerLane * 32
            }
            base = UInt64(found.docs.last!) + 1
            if hasWeights { found.weights += nibbles(at: at, size) }
        }
        return found
    }

    private func number(_ at: Int) -> Int { (0..<4).reduce(0) { $0 + Int(bytes[at + $1]) << (8 * $1) } }

    private func nibbles(at: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { bytes[at + $0 / 2] >> ($0 % 2 == 0 ? 0 : 4) & 15 }
    }
}
