// The table of all pairs says what the lists of the index say, out of memory and out of its file, and is thrown away in doubt.

import Glibc
import Records
import TestSupport
import Testing

@testable import Index

@Suite struct PairCountsTests {
    private static func weight(_ count: Int, _ total: Int) -> Float { Float(total) / Float(count) }

    @Test(arguments: Seed.sample(8)) func `the table counts what the lists count`(start: Seed) throws {
        var random = RandomDocuments(start)
        let archive = try IndexArchive()
        for _ in 0..<random.number(1...5) { try archive.add((0..<random.number(1...40)).map { _ in random.document() }) }
        let snapshot = try archive.generation.snapshot()
        let total = snapshot.segments.reduce(0) { $0 + $1.docCount }
        let learnt = try PairCounts(snapshot, source: 7, commonAbove: 3, weight: Self.weight)
        let folder = TemporaryFolder()
        let path = folder.file("pairs.table")
        learnt.write(to: path)
        let mapped = try #require(PairCounts.map(path, source: 7) { $0 == total })
        let pairs = Set(archive.live.values.flatMap { document in
            zip(document.units, document.units.dropFirst()).map { UInt32($0) << 16 | UInt32($1) }
        })
        var common: [UInt32] = []
        for pair in pairs.union([0x1234_5678]).sorted() {
            let term = TermKey.bigram(UInt16(pair >> 16), UInt16(truncatingIfNeeded: pair))
            let count = try snapshot.segments.reduce(0) { try $0 + ($1.postings(of: term)?.docCount ?? 0) }
            if count > 3 { common.append(pair) }
            for table in [learnt, mapped] {
                #expect(table.count(of: pair) == (count < 2 ? nil : count))
                #expect(table.weight(of: pair) == (count < 2 ? nil : Self.weight(count, total)))
            }
        }
        #expect(learnt.common == common && mapped.common == common && mapped.docCount == total)
        #expect(PairCounts.map(path, source: 8) { _ in true } == nil)
        #expect(PairCounts.map(path, source: 7) { _ in false } == nil)
        #expect(PairCounts.map(folder.file("none"), source: 7) { _ in true } == nil)
    }

    @Test func `a damaged file is not used`() throws {
        var random = RandomDocuments(Seed.sample(1)[0])
        let archive = try IndexArchive()
        try archive.add((0..<30).map { _ in random.document() })
        let folder = TemporaryFolder()
        let path = folder.file("pairs.table")
        try PairCounts(archive.generation.snapshot(), source: 7, commonAbove: 3, weight: Self.weight).write(to: path)
        let descriptor = unsafe open(path, O_RDWR)
        defer { close(descriptor) }
        let byteCount = Int(lseek(descriptor, 0, SEEK_END))
        for place in Array(0..<48) + stride(from: 48, to: byteCount, by: max(1, byteCount / 97)) {
            var byte: UInt8 = 0
            unsafe pread(descriptor, &byte, 1, off_t(place))
            var wrong = byte ^ 0x10
            unsafe pwrite(descriptor, &wrong, 1, off_t(place))
            #expect(PairCounts.map(path, source: 7) { _ in true } == nil, "byte \(place)")
            unsafe pwrite(descriptor, &byte, 1, off_t(place))
        }
        #expect(PairCounts.map(path, source: 7) { _ in true } != nil)
        ftruncate(descriptor, off_t(byteCount - 8))
        #expect(PairCounts.map(path, source: 7) { _ in true } == nil)
    }
}
