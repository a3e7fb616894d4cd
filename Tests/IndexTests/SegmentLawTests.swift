// Whatever is added, replaced, merged and reopened at random: the index holds what a plain list of documents holds.

import Records
import TestSupport
import Testing

@testable import Index

@Suite struct SegmentLawTests {
    @Test(arguments: Seed.sample(32)) func `the index equals a plain list of its documents`(start: Seed) throws {
        var random = RandomDocuments(start)
        let archive = try IndexArchive()
        for _ in 0..<random.number(3...25) {
            var documents: [IndexableDocument] = []
            for _ in 0..<random.number(0...8) { documents.append(random.document()) }
            // Versions of this batch too: a record may change twice in one import.
            let known = (Array(archive.live.keys) + documents.map(\.sequence.rawValue)).sorted()
            let replaced = known.filter { _ in random.number(0...9) == 0 }.map { RecordSequence($0) }
            try archive.add(documents, replacing: replaced)
            switch random.number(0...7) {
            case 0: _ = try archive.generation.mergeOnce(all: true)
            case 1: try archive.generation.mergeAsNeeded()
            case 2: try archive.reopen()
            case 3: try archive.generation.removeGarbage()
            default: break
            }
            if random.number(0...2) == 0 { try archive.check() }
        }
        try archive.check()
        _ = try archive.generation.mergeOnce(all: true)
        try archive.check()
        #expect(try archive.generation.snapshot().segments.count <= 1)
        try archive.reopen()
        try archive.check()
        #expect(try archive.storedSegments() == Set(archive.generation.snapshot().segments.map(\.id)))
    }

    @Test(arguments: Seed.sample(8)) func `look-ups find what is there and nothing else`(start: Seed) throws {
        var random = RandomDocuments(start)
        let archive = try IndexArchive()
        for _ in 0..<6 { try archive.add((0..<40).map { _ in random.document() }) }
        try archive.add([], replacing: archive.live.keys.filter { _ in random.number(0...9) == 0 }.map { RecordSequence($0) })
        let expected = archive.expected
        let snapshot = try archive.generation.snapshot()
        try withExtendedLifetime(snapshot) {
            func sequences(_ list: (SegmentReader) throws -> PostingList?) throws -> [UInt64] {
                var found: [UInt64] = []
                var block = PostingBlock()
                for segment in snapshot.segments {
                    var docs: [UInt32] = []
                    try list(segment)?.forEach(using: &block) { doc, _ in docs.append(doc) }
                    for doc in docs where !segment.dead.contains(doc) { found.append(try segment.sequence(of: doc).rawValue) }
                }
                return found
            }
            for term in expected.terms.keys {
                for near in [term &- 1, term, term &+ 1] {
                    let wanted = expected.terms[near].map { $0.keys.sorted() } ?? []
                    #expect(try sequences { try $0.postings(of: TermKey(rawValue: near)) } == wanted)
                }
            }
            for name in expected.facets.keys {
                #expect(try sequences { try $0.postings(ofFacet: name) } == expected.facets[name]!)
                let missing = name + [0x21]
                #expect(try sequences { try $0.postings(ofFacet: missing) } == expected.facets[missing] ?? [])
                for segment in snapshot.segments {
                    let prefix = Array(name.prefix(random.number(0...name.count)))
                    let wanted = try (0..<segment.facetNameCount).filter { try segment.facetName($0).starts(with: prefix) }
                    #expect(try Array(segment.facetOrdinals(prefix: prefix)) == wanted)
                }
            }
            for sequence in 0...(archive.watermark.rawValue + 1) {
                let place = try snapshot.place(of: RecordSequence(sequence))
                #expect((place != nil) == (expected.documents[sequence] != nil))
                if let place { #expect(try snapshot.segments[place.segment].sequence(of: place.doc).rawValue == sequence) }
            }
        }
    }

    @Test func `a snapshot goes on reading what a merge has replaced`() throws {
        var random = RandomDocuments(Seed(5))
        let archive = try IndexArchive()
        for _ in 0..<12 { try archive.add((0..<20).map { _ in random.document() }) }
        let before = archive.expected
        let snapshot = try archive.generation.snapshot()
        try archive.add([random.document()], replacing: archive.live.keys.prefix(50).map { RecordSequence($0) })
        _ = try archive.generation.mergeOnce(all: true)
        // New values take the pages that the merge set free, unless the snapshot holds them.
        for _ in 0..<12 { try archive.add((0..<20).map { _ in random.document() }) }
        try archive.generation.mergeAsNeeded()
        try withExtendedLifetime(snapshot) {
            let found = try IndexContents(snapshot)
            #expect(found == before)
        }
        try archive.check()
    }

    @Test func `chunks of a segment that was never published are removed`() throws {
        var random = RandomDocuments(Seed(6))
        let archive = try IndexArchive()
        try archive.add((0..<20).map { _ in random.document() })
        // A writer died after its slices, before the manifest named them.
        for (key, value) in try archive.rows(of: "chunk") {
            try archive.set("chunk", key: Chunk.prefix(of: 2) + key.dropFirst(4), value: value)
            try archive.set("chunk", key: Chunk.prefix(of: .max) + key.dropFirst(4), value: value)
        }
        try archive.reopen()
        #expect(try archive.storedSegments() == [1, 2, .max])
        try archive.check()
        try archive.generation.removeGarbage()
        #expect(try archive.storedSegments() == [1])
        // The number is taken again, as it was never published.
        try archive.add((0..<20).map { _ in random.document() })
        #expect(try archive.storedSegments() == [1, 2])
        try archive.check()
    }

    @Test func `an index of nothing is an index`() throws {
        let archive = try IndexArchive()
        try archive.check()
        #expect(try archive.generation.mergeOnce(all: true) == false)
        try archive.generation.removeGarbage()
        try archive.add([], replacing: [RecordSequence(3)])
        try archive.check()
        var random = RandomDocuments(Seed(7))
        let document = random.document()
        try archive.add([document], replacing: [document.sequence])
        try archive.check()
        #expect(try archive.generation.mergeOnce(all: true))
        #expect(try archive.generation.snapshot().segments.isEmpty)
        try archive.check()
    }
}
