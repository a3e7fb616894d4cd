import Glibc
import Store
import TestSupport
import Testing

@Suite struct ConcurrencyTests {
    let folder = TemporaryFolder()

    /// Two rows always change together: whoever sees them differ has seen half a commit.
    @Test func `readers and writers on many threads see whole commits only`() async throws {
        let environment = try Environment(at: folder.file("a.lmdb"))
        let table = try environment.table("t")
        try environment.write { transaction in
            for key in [1, 2] as [UInt8] { try transaction.put(in: table, key: [key], value: [0]) }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    for number in 1...60 as ClosedRange<UInt8> {
                        try environment.write { transaction in
                            for key in [1, 2] as [UInt8] { try transaction.put(in: table, key: [key], value: [number]) }
                        }
                    }
                }
            }
            for _ in 0..<6 {
                group.addTask {
                    for _ in 0..<500 {
                        try environment.read { transaction in
                            let (one, two) = (try transaction.value(in: table, for: [1]), try transaction.value(in: table, for: [2]))
                            #expect(one == two)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try environment.statistics.readers <= 16 + 6)
    }

    @Test func `opening and closing on many threads keeps one mapping`() async throws {
        let path = folder.file("a.lmdb")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 as Range<UInt8> {
                group.addTask {
                    for round in 0..<20 as Range<UInt8> {
                        let environment = try Environment(at: path)
                        let table = try environment.table("t")
                        try environment.write { try $0.put(in: table, key: [task, round], value: []) }
                        environment.close()
                    }
                }
            }
            try await group.waitForAll()
        }
        let environment = try Environment(at: path)
        let table = try environment.table("t")
        #expect(try environment.read { try $0.entryCount(in: table) } == 160)
    }
}
