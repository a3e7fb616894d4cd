// A posting list gives back the documents that went in, whatever their number and spread.

import TestSupport
import Testing

@testable import Index

@Suite struct PostingListTests {
    /// Around the border between short and long lists, and between one block and two.
    static let counts = [1, 2, 3, 128, 255, 256, 257, 511, 512, 513, 2_000]

    private static func lists(_ start: Seed) -> [Postings] {
        var seed = start
        return counts.flatMap { count in
            Postings.Shape.allCases.map {
                Postings.random(count, $0, weighted: Bool.random(using: &seed), &seed)
            }
        }
    }

    @Test(arguments: Seed.sample(16)) func `what is written is read back`(start: Seed) {
        for postings in Self.lists(start) {
            postings.withList { #expect(Postings.collected($0) == postings) }
        }
    }

    @Test(arguments: Seed.sample(8)) func `the bytes are those of FORMAT.md`(start: Seed) {
        for postings in Self.lists(start) where postings.docs.count > 1 {
            let reader = SlowPostingReader(
                bytes: postings.encoded, docCount: postings.docs.count,
                wordCount: postings.weights.isEmpty ? nil : postings.wordCount, universe: UInt64(postings.universe))
            #expect(reader.read() == postings)
        }
    }

    @Test(arguments: Postings.Shape.allCases) func `a list of a hundred thousand is read back`(shape: Postings.Shape) {
        var seed = Seed(100)
        for weighted in [false, true] {
            let postings = Postings.random(100_000, shape, weighted: weighted, &seed)
            postings.withList { #expect(Postings.collected($0) == postings) }
        }
    }

    @Test(arguments: Seed.sample(8)) func `a span's documents are those of the list between its ends`(start: Seed) {
        var seed = Seed(start.start ^ 0xABCD)
        for postings in Self.lists(start) {
            let ends = (0..<4).map { _ in postings.docs.randomElement(using: &seed)! &+ UInt32.random(in: 0...2, using: &seed) &- 1 } + [0, .max]
            for first in ends {
                for end in ends {
                    var (found, read) = ([UInt32](), 0)
                    var block = PostingBlock()
                    postings.withList { list in
                        list.forEachBlock(from: first, below: end, using: &block) { docs in
                            read += docs.count
                            for place in docs.indices where docs[place] >= first && docs[place] < end { found.append(docs[place]) }
                        }
                    }
                    #expect(found == postings.docs.filter { $0 >= first && $0 < end }, "\(start) \(first) \(end)")
                    #expect(postings.docs.count < 512 || read <= found.count + 2 * 256, "\(start): blocks outside were read")
                }
            }
        }
    }

    @Test(arguments: Seed.sample(16)) func `intersection equals that of sets`(start: Seed) {
        var seed = Seed(start.start ^ 0xFFFF)
        for postings in Self.lists(start) {
            let places = Dictionary(uniqueKeysWithValues: zip(postings.docs, postings.docs.indices))
            for candidates in Self.candidates(for: postings.docs, &seed) {
                var found: [Int] = []
                var isRight = true
                var block = PostingBlock()
                postings.withList { list in
                    list.intersect(candidates, using: &block) { index, weight in
                        found.append(index)
                        let place = places[candidates[index]]
                        let expected = place.flatMap { postings.weights.isEmpty ? 0 : postings.weights[$0] }
                        isRight = isRight && weight == expected
                    }
                }
                #expect(found == candidates.indices.filter { places[candidates[$0]] != nil })
                #expect(isRight, "a weight belongs to another document")
                var levels = [UInt8](repeating: 9, count: candidates.count + 2)
                postings.withList { $0.weights(of: candidates, into: &levels, using: &block) }
                #expect(levels.prefix(candidates.count).elementsEqual(candidates.map { candidate in
                    places[candidate].map { postings.weights.isEmpty ? 0 : postings.weights[$0] } ?? 0
                }))
            }
        }
    }

    @Test(arguments: Seed.sample(16)) func `the dead documents of a list are counted as one by one`(start: Seed) {
        var seed = Seed(start.start ^ 0xDEAD)
        // A set has a bit for every document up to the last.
        for postings in Self.lists(start) where postings.universe < 1 << 22 {
            for candidates in Self.candidates(for: postings.docs, &seed) {
                var dead = DeadDocuments()
                for doc in candidates where doc < postings.universe + 100 { dead.insert(doc) }
                let places = postings.docs.indices.filter { dead.contains(postings.docs[$0]) }
                let words = postings.weights.isEmpty ? 0 : places.count { postings.weights[$0] > 0 }
                var block = PostingBlock()
                postings.withList { list in
                    #expect(list.count(of: dead, weighs: false, using: &block).docs == places.count)
                    let both = list.count(of: dead, weighs: true, using: &block)
                    #expect(both.docs == places.count)
                    // A list of one document counts it as one in which it is a word.
                    if !postings.weights.isEmpty { #expect(both.words == (list.docCount == 1 ? places.count : words)) }
                }
            }
        }
    }

    @Test(arguments: Seed.sample(8)) func `documents that count are told by their rank`(start: Seed) {
        var seed = start
        for share in [0, 1, 5, 9, 10] {
            var dead = DeadDocuments()
            for doc in 0..<UInt32(300) where Int.random(in: 0..<10, using: &seed) < share { dead.insert(doc) }
            let live = (0..<UInt32(500)).filter { !dead.contains($0) }
            for rank in live.indices { #expect(dead.live(atRank: rank) == live[rank]) }
        }
    }

    /// Ascending candidates of every kind: none, all, neighbours, a few, a run, only misses.
    @Test(arguments: Seed.sample(8)) func `the last documents below one are those of the whole list`(start: Seed) {
        var seed = Seed(start.start ^ 0xABCD)
        for postings in Self.lists(start) {
            var block = PostingBlock()
            let ends = [0, 1, .max] + (0..<6).map { _ in postings.docs.randomElement(using: &seed)! &+ UInt32.random(in: 0...1, using: &seed) }
            for end in ends {
                for count in [0, 1, 5, 256, 300, 5_000] {
                    var found: [UInt32] = []
                    var returned = 0
                    postings.withList { list in returned = list.forEachLast(count, below: end, using: &block) { found.append($0) } }
                    #expect(found == Array(postings.docs.filter { $0 < end }.suffix(count).reversed()) && returned == found.count)
                }
            }
        }
    }

    private static func candidates(for docs: [UInt32], _ seed: inout Seed) -> [[UInt32]] {
        func ascending(_ docs: some Sequence<UInt32>) -> [UInt32] { Set(docs).sorted() }
        let first = docs.first!
        let last = docs.last!
        let some = docs.filter { _ in Int.random(in: 0..<10, using: &seed) == 0 }
        let near = some.flatMap { [$0 &- 1, $0, min($0, .max - 1) + 1] }
        let middle = docs[docs.count / 2]
        let anywhere = (0..<50).map { _ in UInt32.random(in: 0...UInt32.max, using: &seed) }
        return [
            [], docs, ascending(some), ascending(near), ascending(anywhere + some),
            Array(middle...(middle + min(300, .max - middle))), [first], [last], [0], [.max],
            ascending(docs.map { $0 &+ 1 }),
        ]
    }

    @Test func `a block is found by its last document`() {
        // Two thousand documents, ten apart: eight blocks whose last documents are 2550, 5110, …
        let postings = Postings(docs: (0..<2_000).map { $0 * 10 })
        postings.withList { list in
            #expect(list.blockCount == 8)
            for from in 0...8 {
                for doc: UInt32 in [0, 2_550, 2_551, 5_110, 5_111, 12_000, 19_990, 19_991, .max] {
                    let expected = (from..<8).first { list.lastDoc(ofBlock: $0) >= doc } ?? 8
                    #expect(list.block(holding: doc, from: from) == expected)
                }
            }
        }
    }
}
