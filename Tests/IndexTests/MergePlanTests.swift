// Merging ends, joins neighbours only, and never makes a segment that the format cannot hold.

import TestSupport
import Testing

@testable import Index

@Suite struct MergePlanTests {
    private static func plan(_ chunks: [Int], dead: Set<Int> = []) -> MergePlan {
        MergePlan(
            segments: chunks.enumerated().map { number, chunks in
                .init(liveDocs: chunks * 60, deadDocs: dead.contains(number) ? 1 : 0, textChunks: chunks)
            })
    }

    /// A document's place names one of 2¹⁷ chunks of text. Joining all segments of an archive with more text than
    /// that (8 GiB) once wrapped around, and the last documents took the texts of the first.
    @Test func `a joined segment holds no more text than places can name`() {
        let half = SegmentLayout.textChunksMax / 2
        #expect(Self.plan([half, half]).nextOfAll == 0..<2)
        #expect(Self.plan([half, half + 1]).nextOfAll == nil)
        #expect(Self.plan([half, half + 1, 5, 5]).nextOfAll == 1..<4)
        #expect(Self.plan([half, half + 1, 5, 5], dead: [0]).nextOfAll == 0..<1)
        #expect(Self.plan([Int](repeating: half + 1, count: 20)).next == nil)
        #expect(Self.plan([Int](repeating: half, count: 11)).next == 0..<2)
        #expect(Self.plan([Int](repeating: half + 1, count: 20) + [Int](repeating: 3, count: 10)).next == nil)
        #expect(Self.plan([Int](repeating: half + 1, count: 20) + [Int](repeating: 3, count: 11)).next == 20..<28)
    }

    @Test func `few segments stay, and equal neighbours go first`() {
        #expect(Self.plan([]).next == nil)
        #expect(Self.plan([]).nextOfAll == nil)
        #expect(Self.plan([7]).nextOfAll == nil)
        #expect(Self.plan([7], dead: [0]).nextOfAll == 0..<1)
        #expect(Self.plan([Int](repeating: 1, count: 10)).next == nil)
        #expect(Self.plan([90, 50, 9, 8, 7, 1, 1, 1, 1, 1, 1]).next == 5..<11)
        #expect(Self.plan([1, 1, 1, 1, 1, 1, 9, 9, 9, 9, 9]).next == 0..<6)
        // Each twice as large as the next: joining any run would write a large one again for a few small ones.
        #expect(Self.plan((0..<15).map { 1 << (14 - $0) }).next == nil)
    }

    @Test func `a segment with more dead than live documents is written again alone`() {
        let plan = MergePlan(segments: [
            .init(liveDocs: 50, deadDocs: 50, textChunks: 1), .init(liveDocs: 49, deadDocs: 51, textChunks: 1),
        ])
        #expect(plan.next == 1..<2)
    }

    /// Joining whatever run was cheapest wrote the new documents again and again: behind a large segment it took the
    /// one just made each time.
    @Test(arguments: [[1_000_000], [Int](repeating: 150_000, count: 7), []])
    func `single records are written again few times, and segments stay few`(start: [Int]) {
        var docs = start
        var written = 0
        var most = 0
        for _ in 0..<5_000 {
            docs.append(1)
            while true {
                let plan = MergePlan(segments: docs.map { .init(liveDocs: $0, deadDocs: 0, textChunks: 1 + $0 / 60) })
                guard let run = plan.next else { break }
                let sum = docs[run].reduce(0, +)
                // What the first merge of the large ones costs is not due to the new records.
                if sum < 100_000 { written += sum }
                docs.replaceSubrange(run, with: [sum])
            }
            most = max(most, docs.count)
        }
        #expect(written < 5_000 * 12)
        #expect(most <= 16)
    }

    @Test(arguments: Seed.sample(32)) func `merging ends with few segments, or with full ones`(start: Seed) {
        var seed = start
        var chunks = (0..<Int.random(in: 0...60, using: &seed)).map { _ in
            SegmentLayout.textChunksMax >> Int.random(in: 0...17, using: &seed)
        }
        let total = chunks.reduce(0, +)
        while let run = Self.plan(chunks).next {
            #expect(run.count > 1)
            chunks.replaceSubrange(run, with: [chunks[run].reduce(0, +)])
        }
        #expect(chunks.reduce(0, +) == total && chunks.allSatisfy { $0 <= SegmentLayout.textChunksMax })
        let isSettled = chunks.map { $0 > SegmentLayout.textChunksMax / 2 }
        let areApart = zip(isSettled, isSettled.dropFirst()).allSatisfy { $0 || $1 }
        #expect(isSettled.count { !$0 } <= MergePlan.segmentsLimit || areApart)
        while let run = Self.plan(chunks).nextOfAll { chunks.replaceSubrange(run, with: [chunks[run].reduce(0, +)]) }
        #expect(zip(chunks, chunks.dropFirst()).allSatisfy { $0 + $1 > SegmentLayout.textChunksMax })
    }
}
