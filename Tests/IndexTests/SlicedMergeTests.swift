// Merges in slices: whatever is added, withdrawn, merged elsewhere or broken off between two slices, the index holds
// what a plain list holds, and nothing is left over.

import Dispatch
import Glibc
import Records
import Store
import Synchronization
import TestSupport
import Testing

@testable import Index

/// What the index held, one state after the other.
private final class History: Sendable {
    private let states: Mutex<(all: [IndexContents], isDone: Bool, looks: Int)>

    init(_ first: IndexContents) { states = Mutex(([first], false, 0)) }

    var isDone: Bool { states.withLock { $0.isDone } }
    var count: Int { states.withLock { $0.all.count } }
    func append(_ state: IndexContents) { states.withLock { $0.all.append(state) } }
    func end() { states.withLock { $0.isDone = true } }
    /// How often a reader looked.
    var looks: Int { states.withLock { $0.looks } }

    func contains(_ state: IndexContents, from first: Int) -> Bool {
        states.withLock { states in
            states.looks += 1
            return states.all[first...].contains(state)
        }
    }
}

@Suite struct SlicedMergeTests {
    /// The same file opened a second time, as another program would: its merges are its own.
    private static func open(_ archive: IndexArchive) throws -> IndexGeneration {
        try IndexGeneration(at: archive.path, stamp: IndexArchive.stamp, durable: false)
    }

    @Test(arguments: Seed.sample(10)) func `adds and withdrawals between the slices of a merge are kept`(start: Seed) throws {
        var random = RandomDocuments(start)
        let archive = try IndexArchive()
        var second = try Self.open(archive)
        for _ in 0..<random.number(20...60) {
            let documents = (0..<random.number(0...30)).map { _ in random.document() }
            let known = (Array(archive.live.keys) + documents.map(\.sequence.rawValue)).sorted()
            let replaced = known.filter { _ in random.number(0...12) == 0 }.map { RecordSequence($0) }
            try archive.add(documents, replacing: replaced)
            for _ in 0..<random.number(0...4) {
                // Zero: one posting list or one document a slice, or nearly.
                let budget = Duration.microseconds([0, 0, 50, 500].randomElement(using: &random.seed)!)
                switch random.number(0...9) {
                case 0...5: _ = try archive.generation.mergeStep(for: budget)
                case 6, 7: _ = try second.mergeStep(for: budget)
                case 8: _ = try archive.generation.mergeStep(for: budget, joiningAllUpTo: archive.watermark)
                default: try archive.generation.removeGarbage()
                }
            }
            switch random.number(0...15) {
            case 0: second = try Self.open(archive)  // what it had begun is dropped
            case 1: try second.mergeAsNeeded()
            case 2: try archive.check()
            default: break
            }
        }
        try archive.check()
        try archive.generation.mergeAll()
        try archive.check()
        second.close()
        try archive.reopen()
        try archive.generation.removeGarbage()
        try archive.check()
        #expect(try archive.storedSegments() == Set(archive.generation.snapshot().segments.map(\.id)))
        #expect(try archive.rows(of: "meta").count == 1)
        #expect(try Set(archive.rows(of: "dead").map { $0.key.span.number(bigEndianAt: 0)! as SegmentID }).isSubset(of: archive.storedSegments()))
    }

    @Test(arguments: Seed.sample(2)) func `what a dead program wrote of a large segment is removed`(start: Seed) throws {
        var random = RandomDocuments(start)
        let archive = try IndexArchive()
        try archive.add((0..<50).map { _ in random.document() })
        for role in [PendingRole.adding, .merging] {
            var gone: SegmentSink? = SegmentSink(archive.generation, role)
            for number in 0..<200 { try gone!.put(key: Chunk.key(0, .text, number), payload: [UInt8](repeating: 7, count: 60_000)) }
            let segment = try #require(gone!.reserved?.segment)
            #expect(try archive.storedSegments().contains(segment))
            // Somebody else does not take it for garbage as long as its maker lives.
            try archive.generation.removeGarbage()
            #expect(try archive.storedSegments().contains(segment))
            gone = nil
            try archive.generation.removeGarbage()
            #expect(try !archive.storedSegments().contains(segment))
        }
        #expect(try archive.rows(of: "meta").count == 1)
        try archive.add((0..<50).map { _ in random.document() })
        try archive.check()
    }

    /// Every snapshot equals the plain list at some moment between the reader's look before and its look after.
    @Test(arguments: Seed.sample(4)) func `readers see one state while adds and merges go on`(start: Seed) throws {
        var random = RandomDocuments(start)
        let archive = try IndexArchive()
        let history = History(archive.expected)
        let path = archive.path
        // Threads of their own: the test's pool may have none to spare.
        let readers = DispatchGroup()
        for _ in 0..<3 {
            DispatchQueue(label: "reader").async(group: readers) {
                do { try Self.read(path, history) } catch { Issue.record(error) }
            }
        }
        for _ in 0..<60 {
            let documents = (0..<random.number(1...12)).map { _ in random.document() }
            let replaced = archive.live.keys.sorted().filter { _ in random.number(0...9) == 0 }.map { RecordSequence($0) }
            let after = archive.expected(adding: documents, replacing: replaced)
            history.append(after)
            try archive.add(documents, replacing: replaced)
            _ = try archive.generation.mergeStep(
                for: .milliseconds(2), joiningAllUpTo: random.number(0...3) == 0 ? archive.watermark : nil)
        }
        while history.looks < 3 { usleep(1_000) }
        history.end()
        readers.wait()
        try archive.check()
    }

    private static func read(_ path: String, _ history: History) throws {
        let generation = try IndexGeneration(at: path, stamp: IndexArchive.stamp, durable: false)
        defer { generation.close() }
        while !history.isDone {
            // A state is noted before it is written, so the one before the newest may still be what is there.
            let first = max(0, history.count - 2)
            let snapshot = try generation.snapshot()
            let found = try withExtendedLifetime(snapshot) { try IndexContents(snapshot) }
            #expect(history.contains(found, from: first), "a snapshot that never was")
        }
    }
}
