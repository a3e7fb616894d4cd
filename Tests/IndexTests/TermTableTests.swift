import Records
import TestSupport
import Testing

@testable import Index

@Suite struct TermTableTests {
    /// What the table does, written slowly.
    private struct PlainTable {
        var lists: [TermKey: [(doc: UInt32, level: UInt8)]] = [:]
        var postingCount: Int { lists.values.reduce(0) { $0 + $1.count } }
    }

    /// Documents as a thread hands them over, from lists that need not come from any text.
    private static func gathered(_ lists: [TermKey: [(doc: UInt32, level: UInt8)]], docCount: Int) -> GatheredDocuments {
        var gathered = GatheredDocuments()
        for _ in 0..<docCount {
            gathered.documents.append(
                DocumentColumns(sequence: RecordSequence(0), recordNumber: RecordNumber(0), receivedAtSeconds: 0))
            gathered.textEnds.append(0)
            gathered.unitCounts.append(0)
        }
        for (key, list) in lists {
            gathered.runs.append(
                GatheredDocuments.Run(
                    term: key.rawValue, rest: UInt32(gathered.postings.count), count: UInt16(list.count),
                    first: UInt16(list[0].doc), last: UInt16(list.last!.doc), firstLevel: list[0].level))
            for (before, posting) in zip(list, list.dropFirst()) {
                gathered.postings.appendVarint(UInt64(posting.doc - before.doc - 1) << 1 | (posting.level > 0 ? 1 : 0))
                if posting.level > 0 { gathered.postings.append(posting.level) }
            }
            gathered.postingCount += list.count
        }
        return gathered
    }

    @Test(arguments: Seed.sample(12)) func `the table holds the lists of a plain dictionary`(seed: Seed) {
        var seed = seed
        var table = TermTable()
        var plain = PlainTable()
        let kinds: [TermKey.Kind] = [.unigram, .bigram, .word]
        let vocabulary = [3, 60, 20_000].randomElement(using: &seed)!
        var base: UInt32 = 0
        for _ in 0..<Int.random(in: 1...30, using: &seed) {
            let docCount = Int.random(in: 1...600, using: &seed)
            var lists: [TermKey: [(doc: UInt32, level: UInt8)]] = [:]
            for doc in 0..<UInt32(docCount) {
                for _ in 0..<Int.random(in: 0...12, using: &seed) {
                    let key = TermKey(kinds.randomElement(using: &seed)!, UInt64.random(in: 0..<UInt64(vocabulary), using: &seed))
                    if lists[key]?.last?.doc == doc { continue }
                    lists[key, default: []].append((doc, [0, 0, 1, 7, 15].randomElement(using: &seed)!))
                }
            }
            table.add(Self.gathered(lists, docCount: docCount), base: base, facetNumbers: [])
            for (key, list) in lists {
                plain.lists[key, default: []] += list.map { (base + $0.doc, $0.level) }
            }
            // Mostly one after the other; a wide gap takes several bytes.
            base += UInt32(docCount) + [0, 0, 0, 70_000, 30_000_000].randomElement(using: &seed)!
        }
        #expect(table.termCount == plain.lists.count)
        #expect(table.postingCount == plain.postingCount)
        let places = table.sortedPlaces()
        #expect(places.map { TermKey(rawValue: $0.key) } == plain.lists.keys.sorted())
        var list = TermTable.ReadList()
        for place in places {
            let key = TermKey(rawValue: place.key)
            table.lists.read(place.place, into: &list)
            let (docs, weights) = unsafe (Array(list.docs), Array(list.weights))
            #expect(docs == plain.lists[key]!.map(\.doc), "\(seed)")
            #expect(weights == plain.lists[key]!.map(\.level), "\(seed)")
            let words = list.wordCount
            #expect(words == weights.count { $0 > 0 })
            #expect(table.place(of: key) == place.place)
        }
        #expect(table.place(of: TermKey(.bigram, 1 << 40)) == nil)
    }

    @Test(arguments: Seed.sample(8)) func `documents left out are as if they had never been gathered`(seed: Seed) {
        var seed = seed
        var random = RandomDocuments(Seed(seed.next()))
        let documents = (0..<Int.random(in: 1...40, using: &seed)).map { _ in random.document() }
        let isKept = documents.map { _ in Int.random(in: 0..<4, using: &seed) > 0 }
        let gatherer = DocumentGatherer()
        for document in documents { gatherer.add(document) }
        let named = gatherer.finish().named(
            zip(documents, isKept).map { document, isKept in isKept ? (document.sequence, document.recordNumber) : nil })
        for (document, isKept) in zip(documents, isKept) where isKept { gatherer.add(document) }
        let expected = gatherer.finish()
        #expect(named.texts == expected.texts && named.textEnds == expected.textEnds)
        #expect(named.documents.map(\.sequence) == expected.documents.map(\.sequence))
        #expect(named.quantities.map(\.value) == expected.quantities.map(\.value))
        #expect(named.postingCount == expected.postingCount)
        #expect(Self.lists(named) == Self.lists(expected), "\(seed)")
    }

    /// Postings by name of the term: facets by theirs, since their numbers may differ.
    private static func lists(_ gathered: GatheredDocuments) -> [[UInt8]: [UInt32]] {
        var lists: [[UInt8]: [UInt32]] = [:]
        for run in gathered.runs.indices {
            let key = TermKey(rawValue: gathered.runs[run].term)
            let name = key.kind == .facet ? Array(gathered.facets.name(Int(key.value))) : [UInt8](bigEndian: key.rawValue)
            gathered.forEachPosting(of: run) { lists[name, default: []].append(UInt32($0) << 8 | UInt32($1)) }
        }
        return lists
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

    @Test(arguments: Seed.sample(6)) func `entries of a band stand by hash, then document`(seed: Seed) {
        var seed = seed
        let count = [0, 1, 40, 3_000].randomElement(using: &seed)!
        // Few hashes, so that many documents share one; bits above those that are kept do not count.
        let hashes = (0..<30).map { _ in UInt32.random(in: 0...UInt32.max, using: &seed) }
        var bands = GatheredBands()
        var plain: [[UInt64]] = Array(repeating: [], count: BandLayout.bandCount)
        for doc in 0..<UInt32(count) where Bool.random(using: &seed) {
            let sketch = (0..<BandLayout.bandCount).map { _ in hashes.randomElement(using: &seed)! }
            bands.append(sketch, doc)
            for (band, hash) in sketch.enumerated() { plain[band].append(UInt64(hash & 0x0FFF_FFFF) << 32 | UInt64(doc)) }
        }
        for band in 0..<BandLayout.bandCount { #expect(bands.sortedEntries(ofBand: band) == plain[band].sorted()) }
    }
}
