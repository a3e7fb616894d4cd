// The journal of the audit log: whatever a kill, a power failure or a hand does to it, what was appended whole is kept, the chain
// goes on, and damage is told.

import Glibc
import Records
import Store
import TestSupport
import Testing

@testable import Archive

@Suite struct AuditJournalTests {
    private static let archiveID = [UInt8](repeating: 7, count: 16)

    private func log(_ archive: ArchiveFolder) throws -> AuditLog { try AuditLog(in: archive, archiveID: Self.archiveID) }

    private func entry(_ number: Int) -> AuditEntry {
        var entry = AuditEntry(.search, user: "甲", roles: "handler")
        entry.query = String(repeating: "字", count: number % 40)
        entry.records = ["R\(number)"]
        return entry
    }

    private func queries(_ log: AuditLog) throws -> [String] {
        var found: [String] = []
        try log.forEach { entry in
            found.append(entry.json["records"]?.array?.first?.string ?? "")
            return true
        }
        return found
    }

    private func bytes(_ path: String) throws -> [UInt8] { try #require(Files.bytes(path)) }

    private func put(_ bytes: [UInt8], _ path: String) throws {
        FileSystem.remove(path)
        try Files.create(path, bytes)
    }

    @Test func `an entry is in the journal, readable by others, before audit.lmdb has it`() throws {
        let folder = TemporaryFolder()
        let archive = try Made.archive(in: folder)
        let (one, other) = (try log(archive), try log(archive))
        for number in 0..<30 { try (number % 2 == 0 ? one : other).append(entry(number), durable: number % 7 == 0) }
        #expect(try one.head == other.head && one.head.number == 30)
        #expect(try one.waitingBytes > 0)
        // Another program, or the same one after a kill.
        #expect(try log(archive).head == one.head)
        #expect(try queries(other) == (0..<30).map { "R\($0)" })
        #expect(try one.waitingBytes == 0 && one.verify(anchors: [one.head, one.syncedHead]).isEmpty)
        try one.append(entry(30), durable: false)
        #expect(try other.head.number == 31 && other.verify(anchors: []).isEmpty)
    }

    @Test func `cut at any byte, what was whole is kept and the chain goes on`() throws {
        let folder = TemporaryFolder()
        let archive = try Made.archive(in: folder)
        let first = try log(archive)
        try first.append(entry(0), durable: true)
        try first.takeOver()
        var ends: [Int] = []
        for number in 1...6 {
            try first.append(entry(number), durable: false)
            ends.append(try bytes(archive.auditJournalPath).count)
        }
        first.close()
        let whole = try bytes(archive.auditJournalPath)
        let start = ends[0] - (ends[1] - ends[0]) - 200
        for cut in stride(from: max(4_096, start), through: whole.count, by: 1) where cut % 23 == 0 || ends.contains(cut) || ends.contains(cut + 1) {
            for zeros in [0, 512] {
                try put(Array(whole[..<cut]) + [UInt8](repeating: 0, count: zeros), archive.auditJournalPath)
                let log = try log(archive)
                let kept = ends.count { $0 <= cut }
                #expect(try log.head.number == UInt64(1 + kept), "cut at \(cut), \(zeros) zeros")
                try log.append(entry(9), durable: true)
                #expect(try log.head.number == UInt64(2 + kept))
                log.close()
            }
        }
        // The last of them, taken over.
        let last = try log(archive)
        #expect(try last.verify(anchors: []).filter { !$0.english.contains("kept as") }.isEmpty)
        #expect(try queries(last) == (0...6).map { "R\($0)" } + ["R9"])
    }

    @Test func `an entry edited in the journal is found, and a damaged one is kept aside and told`() throws {
        let folder = TemporaryFolder()
        let archive = try Made.archive(in: folder)
        let first = try log(archive)
        var ends = [JournalHead.framesFrom]
        for number in 0..<6 {
            try first.append(entry(number + 10), durable: false)
            ends.append(try bytes(archive.auditJournalPath).count)
        }
        let head = try first.head
        first.close()
        let whole = try bytes(archive.auditJournalPath)

        // With a right checksum, as somebody would who has read the source.
        var edited = whole
        var frame = try JournalFrame.read(whole.span, at: ends[2]).frame
        frame.json[frame.json.count - 3] ^= 1
        var made: [UInt8] = []
        frame.write(into: &made)
        edited.replaceSubrange(ends[2]..<ends[3], with: made)
        try put(edited, archive.auditJournalPath)
        #expect(try log(archive).verify(anchors: []).contains { $0.english.contains("entry 3 does not follow") })

        let other = TemporaryFolder()
        let second = try Made.archive(in: other)
        for damaged in [ends[3] + 60, ends[3] + 2] {
            FileSystem.remove(second.auditPath)
            FileSystem.remove(second.auditPath + "-lock")
            var broken = whole
            broken[damaged] ^= 0x40
            try put(broken, second.auditJournalPath)
            let log = try log(second)
            try log.append(entry(7), durable: true)
            let problems = try log.verify(anchors: [head])
            #expect(problems.contains { $0.english.contains("kept as audit.journal.damaged-") }, "\(problems)")
            #expect(problems.contains { $0.english.contains("the log was cut") }, "\(problems)")
            #expect(try log.head.number == 4)
            log.close()
        }
    }

    @Test func `what is damaged while the log is open is kept aside and told, and the log goes on`() throws {
        let folder = TemporaryFolder()
        let archive = try Made.archive(in: folder)
        let log = try log(archive)
        for number in 0..<3 { try log.append(entry(number), durable: true) }
        let start = try bytes(archive.auditJournalPath).count
        for number in 3..<6 { try log.append(entry(number), durable: true) }
        let head = try log.head
        // In the file that is open, not in another one of its name.
        let descriptor = unsafe open(archive.auditJournalPath, O_RDWR)
        defer { close(descriptor) }
        let wrong = try bytes(archive.auditJournalPath)[start + 60] ^ 0x40
        #expect(unsafe [wrong].withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, 1, off_t(start + 60)) } == 1)
        let problems = try log.verify(anchors: [head])
        #expect(problems.contains { $0.english.contains("kept as audit.journal.damaged-") }, "\(problems)")
        #expect(problems.contains { $0.english.contains("the log was cut") }, "\(problems)")
        try log.append(entry(9), durable: true)
        #expect(try queries(log) == ["R0", "R1", "R2", "R9"])
    }

    @Test func `the journal of another archive is refused, and one with a damaged head begins anew`() throws {
        let folder = TemporaryFolder()
        let archive = try Made.archive(in: folder)
        let log = try log(archive)
        for number in 0..<3 { try log.append(entry(number), durable: true) }
        try log.takeOver()
        log.close()
        let whole = try bytes(archive.auditJournalPath)
        try put(JournalHead(archiveID: [UInt8](repeating: 8, count: 16), epoch: 1, taken: 4_096, head: .init(number: 0, hash: [UInt8](repeating: 0, count: 32))).encoded + [UInt8](repeating: 0, count: 4_000), archive.auditJournalPath)
        #expect(throws: ArchiveError.foreignFile(path: archive.auditJournalPath)) { try self.log(archive).append(entry(3), durable: true) }
        var broken = whole
        broken[50] ^= 1
        try put(broken, archive.auditJournalPath)
        let next = try self.log(archive)
        try next.append(entry(3), durable: true)
        #expect(try next.head.number == 4 && queries(next) == ["R0", "R1", "R2", "R3"])
    }

    @Test func `a journal that was taken over begins anew, also under those who had it open`() throws {
        let folder = TemporaryFolder()
        let archive = try Made.archive(in: folder)
        let (one, other) = (try log(archive), try log(archive))
        var count = 0
        for _ in 0..<5 {
            for _ in 0..<400 {
                try (count % 3 == 0 ? one : other).append(entry(count), durable: false)
                count += 1
            }
            #expect(try bytes(archive.auditJournalPath).count > 64 << 10)
            try other.takeOver()
            #expect(try bytes(archive.auditJournalPath).count == JournalHead.framesFrom)
        }
        #expect(try one.head.number == UInt64(count) && queries(one) == (0..<count).map { "R\($0)" } && one.verify(anchors: []).isEmpty)
    }

    @Test func `many threads append while others take over`() async throws {
        let folder = TemporaryFolder()
        let archive = try Made.archive(in: folder)
        let shared = try log(archive)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    let own = try log(archive)
                    for number in 0..<400 { try (number % 2 == 0 ? own : shared).append(entry(number), durable: false) }
                }
            }
            for _ in 0..<2 { group.addTask { for _ in 0..<30 { try shared.takeOver() } } }
            try await group.waitForAll()
        }
        #expect(try shared.head.number == 1_200 && shared.verify(anchors: []).isEmpty && queries(shared).count == 1_200)
    }

    @Test func `a journal that never rests gives its space back in long stretches`() throws {
        let folder = TemporaryFolder()
        let archive = try Made.archive(in: folder)
        try log(archive).close()
        let journal = AuditJournal(at: archive.auditJournalPath, archiveID: Self.archiveID, ownerPath: archive.auditPath)
        let none = AuditLog.Head(number: 0, hash: [UInt8](repeating: 0, count: 32))
        func append() throws {
            _ = try journal.append(newest: { none }) { head in
                [JournalFrame(number: head.number + 1, seconds: 1, hash: head.hash, json: [UInt8](repeating: 0x20, count: 256 << 10))]
            }
        }
        var usedMax = 0
        for _ in 0..<200 {
            try append()
            // One more comes while the others are taken over: so the file is never begun anew.
            try journal.takeOver(newest: { none }) { _ in try append() }
            var status = stat()
            try #require(unsafe stat(archive.auditJournalPath, &status) == 0)
            usedMax = max(usedMax, Int(status.st_blocks) * 512)
        }
        #expect(usedMax < 24 << 20)
        #expect(try journal.head(newest: { none })?.number == 400)
    }
}
