import Records
import TestSupport
import Testing

@testable import Index

@Suite struct TermTableTests {
    /// What the table does, written slowly.
    private struct PlainTable {
        var lists: [TermKey: [(doc: UInt32, weight: Float)]] = [:]

        mutating func add(_ key: TermKey, _ doc: UInt32, _ gain: Float) {
            if let newest = lists[key]?.last, newest.doc == doc {
                lists[key]![lists[key]!.count - 1].weight += gain
            } else {
                lists[key, default: []].append((doc, gain))
            }
        }
    }

    @Test(arguments: Seed.sample(12)) func `the table holds the lists of a plain dictionary`(seed: Seed) {
        var seed = seed
        var table = TermTable()
        var plain = PlainTable()
        let kinds: [TermKey.Kind] = [.unigram, .bigram, .word, .facet]
        let vocabulary = [3, 60, 20_000].randomElement(using: &seed)!
        var doc: UInt32 = 0
        for _ in 0..<Int.random(in: 1...4_000, using: &seed) {
            // Small gaps mostly, so that lists of several slices and gaps of several bytes both come up.
            doc += [1, 1, 1, 2, 40, 300, 70_000].randomElement(using: &seed)!
            for _ in 0..<Int.random(in: 1...12, using: &seed) {
                let key = TermKey(kinds.randomElement(using: &seed)!, UInt64.random(in: 0..<UInt64(vocabulary), using: &seed))
                let gain: Float = key.kind == .facet ? 0 : [0, 0, 1, 2.5, 4].randomElement(using: &seed)!
                table.add(key, doc, gain: gain)
                plain.add(key, doc, gain)
            }
        }
        #expect(table.termCount == plain.lists.count)
        #expect(table.postingCount == plain.lists.values.reduce(0) { $0 + $1.count })
        let places = table.sortedPlaces()
        #expect(places.map(\.key) == plain.lists.keys.sorted())
        var docs: [UInt32] = []
        var weights: [UInt8] = []
        for (key, place) in places {
            let isWord = table.read(place, docs: &docs, weights: &weights)
            #expect(docs == plain.lists[key]!.map(\.doc), "\(seed)")
            #expect(weights == plain.lists[key]!.map { WordWeight.slowLevel(of: $0.weight) }, "\(seed)")
            #expect(isWord == weights.contains { $0 > 0 })
            #expect(table.place(of: key) == place)
        }
        #expect(table.place(of: TermKey(.bigram, 1 << 40)) == nil)
    }

    @Test func `a list of a million documents and gaps of all lengths come back`() {
        var table = TermTable()
        let key = TermKey.bigram(0x5DE5, 0x8D44)
        var expected: [UInt32] = []
        var doc: UInt32 = 5
        for step in 0..<1_000_000 {
            table.add(key, doc)
            expected.append(doc)
            doc += 1 + (step % 1_000 == 0 ? UInt32(step) : UInt32(step % 3))
        }
        var docs: [UInt32] = []
        var weights: [UInt8] = []
        let isWord = table.read(table.place(of: key)!, docs: &docs, weights: &weights)
        #expect(docs == expected && !isWord)
    }

    @Test(arguments: Seed.sample(20)) func `levels of weights are those of the logarithm`(seed: Seed) {
        var seed = seed
        for _ in 0..<20_000 {
            let weight = Float.random(in: 1...(Bool.random(using: &seed) ? 3 : 40), using: &seed)
            #expect(WordWeight.level(of: weight) == WordWeight.slowLevel(of: weight), "\(weight)")
        }
        #expect(WordWeight.level(of: 0) == 0)
    }

    @Test(arguments: Seed.sample(10)) func `facet numbers name each value once, and paths their ancestors`(seed: Seed) {
        var seed = seed
        var numbers = FacetNumbers()
        var plain: [[UInt8]: UInt32] = [:]
        for _ in 0..<3_000 {
            let field: Field = Bool.random(using: &seed) ? .category : .respondent
            let parts = (0..<Int.random(in: 1...3, using: &seed)).map { _ in "部\(Int.random(in: 0..<40, using: &seed))" }
            var value = parts.joined(separator: "/")
            if Int.random(in: 0..<50, using: &seed) == 0 { value = String(repeating: "长", count: 200) + value }
            var expected = [FacetName.bytes(field, value)]
            if field == .category {
                for end in 1..<parts.count where value.utf8.count < 200 {
                    expected.append(FacetName.bytes(field, parts[..<end].joined(separator: "/")))
                }
                if value.utf8.count >= 200 { expected = [] }
            }
            var seen: [UInt32] = []
            numbers.forEachNumber(of: IndexedRecord.FacetValue(field, value)) { seen.append($0) }
            let found = seen.map { Array(numbers.name(Int($0))) }
            if !expected.isEmpty { #expect(Set(found) == Set(expected), "\(seed)") }
            for (number, name) in zip(seen, found) {
                #expect(plain[name, default: number] == number)
                plain[name] = number
            }
        }
        #expect(numbers.count == plain.count)
    }
}
