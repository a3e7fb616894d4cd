// A sound file always passes, a damaged one never crashes the reader.

import Store
import TestSupport
import Testing

@Suite struct PageCheckTests {
    let folder = TemporaryFolder()

    private func change(_ environment: Environment, _ tables: [Table], _ seed: inout Seed) throws {
        try environment.write { transaction in
            for _ in 0..<Int.random(in: 1...60, using: &seed) {
                let table = tables.randomElement(using: &seed)!
                let number = UInt16.random(in: 0..<400, using: &seed)
                let key = [UInt8](bigEndian: number) + Array(repeating: 7, count: Int.random(in: 0...400, using: &seed))
                if Int.random(in: 0..<5, using: &seed) < 3 {
                    let count = [0, 1, 10, 100, 1_000, 2_031, 5_000, 70_000].randomElement(using: &seed)!
                    try transaction.checkedPut(in: table, key: key, payload: [UInt8](repeating: 1, count: count))
                } else {
                    try transaction.deleteAll(in: table, prefix: Array(key.prefix(2)))
                }
            }
            if Int.random(in: 0..<10, using: &seed) == 0 { try transaction.drop(tables[0]) }
        }
    }

    private func contents(_ environment: Environment, _ tables: [Table]) throws -> [[UInt8]: Int] {
        var contents: [[UInt8]: Int] = [:]
        try environment.read { transaction in
            for (place, table) in tables.enumerated() {
                try transaction.forEachChecked(in: table) { key, payload in
                    contents[[UInt8(place)] + key.bytesCopied] = payload.count
                    return true
                }
            }
        }
        return contents
    }

    @Test(arguments: Seed.sample(8)) func `sound files pass, also short ones`(start: Seed) throws {
        var seed = start
        let path = folder.file("\(start.start).lmdb")
        for _ in 0..<10 {
            let environment = try Environment(at: path)
            let tables = try (0..<3).map { try environment.table("t\($0)") }
            for _ in 0..<5 {
                try change(environment, tables, &seed)
                let problems = try environment.checkPages()
                #expect(problems == [], "\(problems)")
            }
        }
    }

    /// LMDB never writes a page that was taken and freed again in one transaction, so the file can end before
    /// the last page it counts.
    @Test func `a file shorter than its last page number is no damage by itself`() throws {
        let path = folder.file("a.lmdb")
        do {
            let environment = try Environment(at: path)
            let table = try environment.table("t")
            // Free pages for the list of free pages itself, so that it need not go behind the run.
            for number in 0..<8 as Range<UInt8> {
                try environment.write { try $0.put(in: table, key: [1], value: [number]) }
            }
            try environment.write { transaction in
                try transaction.put(in: table, key: [1], value: [1])
                try transaction.put(in: table, key: [2], value: [UInt8](repeating: 1, count: 400_000))
                try transaction.delete(in: table, key: [2])
            }
            let statistics = try environment.statistics
            let pages = statistics.usedPages + statistics.freePages
            #expect(statistics.fileBytes < UInt64(pages * statistics.pageSize))
        }
        let environment = try Environment(at: path)
        let table = try environment.table("t")
        #expect(try environment.read { try $0.value(in: table, for: [1]) } == [1])
    }

    @Test(arguments: Seed.sample(4)) func `a cut file is refused or loses nothing`(start: Seed) throws {
        var seed = start
        let path = folder.file("whole\(start.start).lmdb")
        let environment = try Environment(at: path)
        let tables = try (0..<3).map { try environment.table("t\($0)") }
        for _ in 0..<6 { try change(environment, tables, &seed) }
        let expected = try contents(environment, tables)
        let whole = FileBytes.read(path)
        var refused = 0
        for pages in stride(from: 0, to: whole.count / 4_096, by: Int.random(in: 1...9, using: &seed)) {
            let count = pages * 4_096 + [0, 1, 100, 2_048].randomElement(using: &seed)!
            let cut = folder.file("cut\(start.start)-\(pages).lmdb")
            FileBytes.write(Array(whole[..<min(count, whole.count)]), to: cut)
            do {
                let environment = try Environment(at: cut, options: .readOnly)
                let tables = try (0..<3).map { try environment.table("t\($0)") }
                #expect(try environment.checkPages() == [])
                #expect(try contents(environment, tables) == expected)
            } catch let error as StoreError {
                refused += 1
                switch error {
                case .truncated, .notADatabase, .damagedPages: break
                default: Issue.record("\(error) for a cut file")
                }
            }
        }
        #expect(refused > 0)
    }

    /// The first 4 KiB pages hold the heads of the trees; nearly every flipped bit there or in a page's head is
    /// structure. LMDB alone dies of some of them (SIGSEGV, assertion).
    @Test(arguments: Seed.sample(4)) func `a flipped bit is found or does no harm`(start: Seed) throws {
        var seed = start
        let path = folder.file("whole\(start.start).lmdb")
        let environment = try Environment(at: path)
        let tables = try (0..<3).map { try environment.table("t\($0)") }
        for _ in 0..<6 { try change(environment, tables, &seed) }
        let expected = try contents(environment, tables)
        let whole = FileBytes.read(path)
        for round in 0..<60 {
            var damaged = whole
            let page = Int.random(in: 0..<(whole.count / 4_096), using: &seed) * 4_096
            // Half the time in the head of a page, where it hurts.
            let place = page + Int.random(in: 0..<(Bool.random(using: &seed) ? 64 : 4_096), using: &seed)
            guard place < whole.count else { continue }
            damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &seed)
            let copy = folder.file("flip\(start.start)-\(round).lmdb")
            FileBytes.write(damaged, to: copy)
            do {
                let environment = try Environment(at: copy, options: .readOnly)
                guard try environment.checkPages().isEmpty else { continue }
                let tables = try (0..<3).map { try environment.table("t\($0)") }
                let found = try contents(environment, tables)
                // The older of the two heads may win: an earlier state, whole.
                let isOlder = try environment.statistics.lastTransaction != self.transaction(of: path)
                #expect(found == expected || isOlder, "byte \(place)")
            } catch is StoreError {
                // Refused by name.
            }
        }
    }

    /// A page size of 64 MiB in the newer of the two heads once sent LMDB past the end of the file (SIGBUS).
    @Test func `every single bit of both heads may flip`() throws {
        var seed = Seed(7)
        let path = folder.file("whole.lmdb")
        let environment = try Environment(at: path)
        let tables = try (0..<3).map { try environment.table("t\($0)") }
        for _ in 0..<3 { try change(environment, tables, &seed) }
        let expected = try contents(environment, tables)
        let whole = FileBytes.read(path)
        let copy = folder.file("flip.lmdb")
        for place in [Array(0..<152), Array(4_096..<4_248)].joined() {
            for bit in 0..<8 as Range<UInt8> {
                var damaged = whole
                damaged[place] ^= 1 << bit
                FileBytes.remove(copy)
                FileBytes.write(damaged, to: copy)
                do {
                    let environment = try Environment(at: copy, options: .readOnly)
                    guard try environment.checkPages().isEmpty else { continue }
                    let tables = try (0..<3).map { try environment.table("t\($0)") }
                    // Only a changed transaction number goes unseen: the other head, one commit older, then counts.
                    let isNumber = [144, 4_240].contains { ($0..<($0 + 8)).contains(place) }
                    #expect(try isNumber || contents(environment, tables) == expected, "byte \(place) bit \(bit)")
                } catch is StoreError {
                    // Refused by name.
                }
            }
        }
    }

    private func transaction(of path: String) throws -> UInt64 { try Environment(at: path).statistics.lastTransaction }
}
