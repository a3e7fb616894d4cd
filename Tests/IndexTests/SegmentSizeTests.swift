// What is larger than usual: segments written in slices, lists and documents longer than a chunk, more facet
// values than fit one.

import Records
import Store
import TestSupport
import Testing

@testable import Index

@Suite struct SegmentSizeTests {
    private static func document(_ sequence: Int, units: [UInt16], words: Int = 0) -> IndexableDocument {
        IndexableDocument(
            sequence: RecordSequence(UInt64(sequence)), recordNumber: RecordNumber(UInt64(sequence)),
            receivedAtSeconds: Int64(sequence), units: [DocumentText.zoneMark, 2] + units,
            words: (0..<words).map { .init(start: Int32(2 + $0), length: 1) }, facets: [], quantities: [])
    }

    @Test(arguments: Seed.sample(2)) func `a large segment is written in slices and merged with small ones`(start: Seed) throws {
        var random = RandomDocuments(start)
        let archive = try IndexArchive()
        try archive.add((0..<30).map { _ in random.document() })
        try archive.add((0..<2_500).map { _ in random.document() })
        try archive.check()
        let replaced = archive.live.keys.filter { _ in random.number(0...19) == 0 }.map { RecordSequence($0) }
        try archive.add((0..<30).map { _ in random.document() }, replacing: replaced)
        try archive.check()
        try archive.reopen()
        _ = try archive.generation.mergeOnce(all: true)
        try archive.check()
    }

    @Test func `documents longer than a chunk lie between short ones`() throws {
        let archive = try IndexArchive()
        var seed = Seed(1)
        // Units per chunk: 32,756. Lengths just below, at and above it, and of several chunks.
        let lengths = [3, 32_753, 1, 32_754, 32_755, 2, 40_000, 0, 100_000, 5, 16_000, 16_000, 16_000, 0]
        let documents = lengths.enumerated().map { number, length in
            Self.document(number + 1, units: (0..<length).map { _ in UInt16.random(in: 0x4E00..<0x4E40, using: &seed) })
        }
        try archive.add(documents)
        try archive.check()
        try archive.add([Self.document(100, units: [0x4E00])], replacing: [RecordSequence(1), RecordSequence(7)])
        _ = try archive.generation.mergeOnce(all: true)
        try archive.check()
    }

    @Test func `posting lists longer than a chunk lie between short ones`() throws {
        var seed = Seed(2)
        let lists = [300, 60_000, 2, 100_000, 256, 1, 40_000, 40_000, 40_000, 255, 3].map { count in
            Postings.random(count, .sparse, weighted: false, &seed)
        }
        let source = MemoryChunks()
        var writer = SegmentWriter(segment: 1, sink: MemorySink(source))
        try unsafe writer.add(
            document: DocumentColumns(sequence: RecordSequence(1), recordNumber: RecordNumber(1), receivedAtSeconds: 0),
            encodedText: unsafe UnsafeBufferPointer(start: nil, count: 0), unitCount: 0)
        for (term, list) in lists.enumerated() {
            try writer.add(term: UInt64(term * 3), docs: list.docs[...], weights: [])
        }
        _ = try writer.finish()
        #expect(source.payloads.values.contains { $0.count > Chunk.payloadMax })
        let reader = try SegmentReader(1, from: source, dead: DeadDocuments())
        for (term, list) in lists.enumerated() {
            let found = try reader.postings(of: TermKey(rawValue: UInt64(term * 3)))
            #expect(found.map(Postings.collected) == list)
            #expect(try reader.postings(of: TermKey(rawValue: UInt64(term * 3 + 1))) == nil)
        }
    }

    @Test func `every border of a chunk of the dictionary is crossed`() throws {
        // Enough terms for several chunks of each of its parts: 4,094 blocks of 64 terms fill one of places.
        let source = MemoryChunks()
        var writer = SegmentWriter(segment: 1, sink: MemorySink(source))
        let count: UInt64 = 64 * 8_189 + 70
        for term in 0..<count { try writer.add(term: term * 7, docs: [UInt32(term % 1_000)], weights: []) }
        _ = try writer.finish()
        let reader = try SegmentReader(1, from: source, dead: DeadDocuments())
        #expect(reader.termCount == count)
        let borders: [UInt64] = [0, 1, 63, 64, 64 * 4_094 - 1, 64 * 4_094, 64 * 4_094 + 1, 64 * 8_189 - 1, 64 * 8_189, count - 1]
        for term in borders + stride(from: 0, to: count, by: 997) {
            let found = try reader.postings(of: TermKey(rawValue: term * 7))
            #expect(found.map(Postings.collected) == Postings(docs: [UInt32(term % 1_000)]))
        }
        #expect(try reader.postings(of: TermKey(rawValue: count * 7)) == nil)
        var walk = try DictionaryWalk(reader, block: 0)
        var walked: UInt64 = 0
        while let entry = try walk.nextAcrossBlocks() {
            guard entry.term == walked * 7 else { break }
            walked += 1
        }
        #expect(walked == count)
    }

    @Test func `a word of a hundred and thirty thousand documents`() throws {
        // Weights make its list longer than a chunk; documents differ in how often they hold the word.
        let archive = try IndexArchive()
        var builder = SegmentBuilder()
        let count = 130_000
        func times(_ doc: Int) -> Int { doc % 7 == 3 ? 0 : doc % 5 + 1 }
        for doc in 0..<count {
            builder.add(Self.document(doc + 1, units: [UInt16](repeating: 0x8BC9, count: times(doc)), words: times(doc)))
        }
        try archive.generation.add(builder, replacing: [RecordSequence(1)], watermark: RecordSequence(UInt64(count)))
        for _ in 0..<2 {
            let snapshot = try archive.generation.snapshot()
            try withExtendedLifetime(snapshot) {
                let segment = snapshot.segments[0]
                let word = try #require(try segment.postings(of: .word([0x8BC9])))
                let unigram = try #require(try segment.postings(of: .unigram(0x8BC9)))
                let found = Postings.collected(word)
                let shift = segment.docCount == count ? 0 : 1  // after the merge the dead first document is gone
                let docs = (shift..<count).filter { times($0) > 0 }
                #expect(found.docs == docs.map { UInt32($0 - shift) })
                #expect(Postings.collected(unigram).docs == found.docs)
                let levels = (0...5).map { times in
                    WordWeight.level(of: (0..<times).reduce(Float(0)) { $0 + WordWeight.gain(at: $1) })
                }
                #expect(found.weights == docs.map { levels[times($0)] })
            }
            _ = try archive.generation.mergeOnce(all: true)
        }
    }

    @Test func `seventy thousand values of one facet`() throws {
        let archive = try IndexArchive()
        var builder = SegmentBuilder()
        let count = 70_000
        for number in 0..<count {
            var document = Self.document(number + 1, units: [])
            document.facets = [.init(Field.handler, "\(number % 10)人员\(number)"), .init(Field.channel, "网络")]
            builder.add(document)
        }
        try archive.generation.add(builder, replacing: [], watermark: RecordSequence(UInt64(count)))
        let snapshot = try archive.generation.snapshot()
        try withExtendedLifetime(snapshot) {
            let segment = snapshot.segments[0]
            #expect(segment.facetNameCount == count + 1)
            for number in stride(from: 0, to: count, by: 911) {
                let name = FacetName.bytes(Field.handler, "\(number % 10)人员\(number)")
                let list = try #require(try segment.postings(ofFacet: name))
                #expect(Postings.collected(list).docs == [UInt32(number)])
                #expect(try segment.postings(ofFacet: name + [0]) == nil)
            }
            #expect(try segment.facetOrdinals(prefix: [Field.handler.code]).count == count)
            #expect(try segment.facetOrdinals(prefix: FacetName.bytes(Field.handler, "3")).count == count / 10)
            let last = try segment.facetName(count)
            #expect(FacetName.value(last).hasPrefix("9"))
        }
    }

    @Test func `a facet value of more than three hundred bytes is cut at a character`() {
        for lead in 0..<4 {
            let value = String(repeating: "x", count: lead) + String(repeating: "长", count: 150)
            let name = FacetName.bytes(Field.handler, value)
            #expect(name.count - 1 == 300 - (300 - lead) % 3)
            #expect(value.hasPrefix(FacetName.value(name)))
        }
        let exact = String(repeating: "长", count: 100)
        #expect(FacetName.value(FacetName.bytes(Field.handler, exact)) == exact)
    }
}

/// Chunks in memory.
@safe final class MemoryChunks: ChunkSource {
    var payloads: [[UInt8]: [UInt8]] = [:]
    private var lent: [UnsafeMutableRawBufferPointer] = unsafe []

    func chunk(_ segment: SegmentID, _ kind: ChunkKind, _ number: Int) throws(IndexError) -> Bytes {
        guard let payload = payloads[Chunk.key(segment, kind, number)] else { throw damaged(segment, kind, number) }
        // Holds: freed only with this object, which the reader of the chunks owns.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: payload.count, alignment: 8)
        unsafe memory.copyBytes(from: payload)
        unsafe lent.append(memory)
        return unsafe Bytes(UnsafeRawBufferPointer(memory))
    }

    func damaged(_ segment: SegmentID, _ kind: ChunkKind, _ number: Int) -> IndexError {
        .damaged(path: "memory", chunk: "segment \(segment), \(kind) \(number)")
    }

    deinit { for unsafe memory in unsafe lent { unsafe memory.deallocate() } }
}

struct MemorySink: ChunkSink {
    let chunks: MemoryChunks
    init(_ chunks: MemoryChunks) { self.chunks = chunks }
    func put(key: [UInt8], payload: [UInt8]) { chunks.payloads[key] = payload }
}
