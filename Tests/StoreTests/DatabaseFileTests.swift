// A database that another one replaces while somebody has it open.

import Dispatch
import Glibc
import Store
import Synchronization
import TestSupport
import Testing

@Suite struct DatabaseFileTests {
    let folder = TemporaryFolder()

    @Test func `a database that takes another's place is read by its own lock file, and who has the other open keeps it`() throws {
        let (path, new) = (folder.file("a.lmdb"), folder.file("b.lmdb"))
        func write(_ value: UInt8, times: Int, to environment: Environment) throws {
            let table = try environment.table("t")
            for _ in 0..<times { try environment.write { try $0.put(in: table, key: [1], value: [value]) } }
        }
        let old = try Environment(at: path)
        try write(1, times: 7, to: old)
        do {
            let environment = try Environment(at: new)
            try write(2, times: 2, to: environment)
            environment.close()
        }
        func number(_ path: String) -> UInt64 {
            var status = stat()
            return unsafe stat(path, &status) == 0 ? UInt64(status.st_ino) : 0
        }
        let lock = number(path + "-lock")
        try DatabaseFile.replace(path, by: new)
        #expect(number(path + "-lock") == 0 && number(new + "-lock") == 0 && number(new) == 0)
        let fresh = try Environment(at: path)
        #expect(number(path + "-lock") != lock || lock == 0)
        let (before, after) = (try old.table("t"), try fresh.table("t"))
        #expect(try fresh.read { try $0.value(in: after, for: [1]) } == [2])
        #expect(try old.read { try $0.value(in: before, for: [1]) } == [1])
    }

    @Test func `nobody opens a database while one of its folder is replaced`() throws {
        let path = folder.file("a.lmdb")
        _ = try Environment(at: path)
        let events = Mutex<[String]>([])
        let end = DispatchSemaphore(value: 0)
        DatabaseFile.whileNobodyOpens(path) {
            DispatchQueue.global().async {
                let isOpen = (try? Environment(at: path)) != nil
                events.withLock { $0.append(isOpen ? "opened" : "failed") }
                end.signal()
            }
            usleep(100_000)
            events.withLock { $0.append("replaced") }
        }
        end.wait()
        #expect(events.withLock { $0 } == ["replaced", "opened"])
    }
}
