import Archive
import Records
import Store
import TestSupport
import Testing

@Suite struct RecordStoreTests {
    let temporary = TemporaryFolder()

    /// What a record store is, said slowly.
    private struct Model {
        struct Version: Equatable {
            var number: UInt64
            var json: [UInt8]
            var isWithdrawn: Bool
            var previous: UInt64?
        }
        var versions: [Version] = []
        var numbers: [String: UInt64] = [:]
        var heads: [UInt64: UInt64] = [:]
        var aliases: [UInt64: Set<String>] = [:]
        var formerAliases: [UInt64: Set<String>] = [:]

        mutating func add(_ new: NewVersion) -> AppendOutcome {
            let known = numbers[new.id]
            let number = known ?? UInt64(numbers.count + 1)
            let head = heads[number]
            if let head {
                let old = versions[Int(head) - 1]
                if old.json == new.json, old.isWithdrawn == new.isWithdrawn {
                    return .unchanged(sequence: RecordSequence(head), recordNumber: RecordNumber(number))
                }
            }
            versions.append(Version(number: number, json: new.json, isWithdrawn: new.isWithdrawn, previous: head))
            numbers[new.id] = number
            let sequence = UInt64(versions.count)
            heads[number] = sequence
            aliases[number] = Set(new.aliases)
            formerAliases[number, default: []].formUnion(new.aliases)
            return head.map {
                .changed(sequence: RecordSequence(sequence), previous: RecordSequence($0), recordNumber: RecordNumber(number))
            } ?? .added(sequence: RecordSequence(sequence), recordNumber: RecordNumber(number))
        }
    }

    @Test(arguments: Seed.sample(8)) func `a record store behaves as lists and dictionaries`(start: Seed) throws {
        var seed = start
        let folder = try Made.archive(in: temporary)
        var archive = try Archive(folder, forWriting: true)
        var model = Model()
        // Long ids share their first 2 KB, so that a cut key would confuse them.
        let ids = (0..<60).map { $0 % 9 == 0 ? String(repeating: "长", count: 700) + "\($0)" : "T\($0)" } + [""]
        let aliases = (0..<12).map { $0 % 5 == 0 ? String(repeating: "9", count: 2_000) + "\($0)" : String(repeating: "1", count: $0) }
        for _ in 0..<12 {
            let batch = (0..<Int.random(in: 0...30, using: &seed)).map { _ in
                let id = ids.randomElement(using: &seed)!
                // Few contents an id, so that unchanged ones come.
                var content = Seed(UInt64.random(in: 0..<3, using: &seed))
                return NewVersion(
                    id: id, aliases: (0..<Int.random(in: 0...3, using: &seed)).map { _ in aliases.randomElement(using: &seed)! },
                    json: Made.json(id, &content), isWithdrawn: Int.random(in: 0..<6, using: &seed) == 0)
            }
            let outcomes = try archive.append(batch.map { Archive.Filing($0) })
            #expect(outcomes == batch.map { model.add($0) })
            if Bool.random(using: &seed) {
                archive.close()
                archive = try Archive(folder, forWriting: false)
                try compare(archive, model, ids, aliases, &seed)
                archive.close()
                archive = try Archive(folder, forWriting: true)
            }
        }
        try compare(archive, model, ids, aliases, &seed)
        #expect(try archive.verify() == [])
    }

    private func compare(
        _ archive: Archive, _ model: Model, _ ids: [String], _ aliases: [String], _ seed: inout Seed
    ) throws {
        let records = archive.records
        #expect(try records.lastSequence.rawValue == UInt64(model.versions.count))
        #expect(try records.liveCount == UInt64(model.heads.values.count { !model.versions[Int($0) - 1].isWithdrawn }))
        for id in ids { #expect(try records.recordNumber(id: id)?.rawValue == model.numbers[id]) }
        for alias in aliases {
            let expected = model.aliases.filter { $0.value.contains(alias) }.keys.sorted()
            #expect(try records.recordNumbers(alias: alias).map(\.rawValue) == expected)
            let former = model.formerAliases.filter { $0.value.contains(alias) }.keys.sorted()
            #expect(try records.read { try $0.recordNumbers(alias: alias, includingFormer: true) }.map(\.rawValue) == former)
        }
        var seen: [Model.Version] = []
        let first = UInt64.random(in: 1...UInt64(model.versions.count + 1), using: &seed)
        try records.forEachVersion(from: RecordSequence(first)) { version in
            #expect(version.sequence.rawValue == first + UInt64(seen.count))
            seen.append(
                Model.Version(
                    number: version.recordNumber.rawValue, json: version.json, isWithdrawn: version.header.isWithdrawn,
                    previous: version.header.previous?.rawValue))
            return true
        }
        #expect(seen == Array(model.versions[(Int(first) - 1)...]))
        for (number, head) in model.heads {
            let history = try records.history(of: RecordNumber(number))
            let expected = model.versions.indices.filter { model.versions[$0].number == number }
            #expect(history.map(\.sequence.rawValue) == expected.map { UInt64($0 + 1) })
            #expect(history.map(\.header.versionNumber) == (1...UInt32(expected.count)).map(\.self))
            #expect(try records.latest(of: RecordNumber(number))?.sequence.rawValue == head)
            for place in expected {
                #expect(try records.isHead(RecordSequence(UInt64(place + 1))) == (UInt64(place + 1) == head))
            }
            let asOf = UInt64.random(in: 1...UInt64(model.versions.count), using: &seed)
            let then = try records.read { try $0.version(of: RecordNumber(number), asOf: RecordSequence(asOf)) }
            #expect(then?.sequence.rawValue == expected.last { $0 < Int(asOf) }.map { UInt64($0 + 1) })
        }
        #expect(try records.version(at: RecordSequence(0)) == nil)
        #expect(try records.version(at: RecordSequence(UInt64(model.versions.count + 1))) == nil)
    }

    @Test(arguments: Seed.sample(8)) func `a batch in pieces is stored as the batch in one, ids in any order and any of them twice`(seed: Seed) throws {
        var seed = seed
        let batches = (0..<3).map { _ in
            (0..<Int.random(in: 0...40, using: &seed)).map { _ in
                // A long one stands in its key by its hash.
                let id = (Bool.random(using: &seed) ? "" : String(repeating: "长", count: 200)) + "\(Int.random(in: 0..<30, using: &seed))"
                return NewVersion(id: id, aliases: [id, "共有"], json: Made.json(id, &seed))
            }
        }
        func stored(_ append: (RecordStore, [NewVersion]) throws -> [AppendOutcome]) throws -> ([[AppendOutcome]], [[UInt8]]) {
            let folder = TemporaryFolder()
            let archive = try Archive(Made.archive(in: folder), forWriting: true)
            defer { archive.close() }
            let outcomes = try batches.map { try append(archive.records, $0) }
            #expect(try archive.verify() == [], "\(seed)")
            var rows: [[UInt8]] = []
            let environment = try Environment(at: archive.folder.recordsPath)
            for name in ["ids", "aliases", "heads", "versions"] {
                let table = try environment.table(name)
                try environment.read { transaction in
                    try transaction.forEach(in: table) { key, value in
                        rows.append(key.bytesCopied + value.bytesCopied)
                        return true
                    }
                }
            }
            return (outcomes, rows)
        }
        let whole = try stored { try $0.append($1, recordedAtMilliseconds: 1) }
        let pieces = try stored { records, batch in
            let cut = Int.random(in: 0...batch.count, using: &seed)
            return try records.append(pieces: [Array(batch[..<cut]), [], Array(batch[cut...])], recordedAtMilliseconds: 1)
        }
        #expect(whole.0 == pieces.0, "\(seed)")
        #expect(whole.1 == pieces.1, "\(seed)")
    }

    @Test func `progress is kept with its batch, and only with it`() throws {
        struct Stop: Error {}
        let archive = try Archive(Made.archive(in: temporary), forWriting: true)
        let file = bytes("file")
        #expect(try archive.records.progress(ofImport: file) == nil)
        try archive.append([], progress: ImportProgress(file: file, state: [1]))
        #expect(throws: Stop.self) {
            try archive.records.append(
                [NewVersion(id: "1", json: bytes("{}"))], progress: { _ in ImportProgress(file: file, state: [2]) }
            ) { _ in throw Stop() }
        }
        #expect(try archive.records.progress(ofImport: file) == [1])
        #expect(try archive.records.lastSequence.rawValue == 0)
        #expect(try archive.records.recordNumber(id: "1") == nil)
    }

    @Test func `a dictionary is learned once there are records enough, and all stay readable`() throws {
        var seed = Seed(5)
        let folder = try Made.archive(in: temporary)
        let archive = try Archive(folder, forWriting: true)
        let texts = (0..<5_000).map { Made.json("T\($0)", &seed) }
        func filings(_ range: Range<Int>) -> [Archive.Filing] {
            range.map { Archive.Filing(NewVersion(id: "T\($0)", json: texts[$0])) }
        }
        try archive.append(filings(0..<1_500))
        let before = try storedBytes(archive)
        // A batch that learns the dictionary and then fails must leave no trace of it.
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            try archive.records.append(filings(2_500..<5_000).map(\.version), beforeCommit: { _ in throw Stop() })
        }
        try archive.append(filings(1_500..<3_000))
        let after = try storedBytes(archive) - before
        #expect(after < before * 3 / 4)
        archive.close()
        let again = try Archive(folder, forWriting: true)
        try again.append(filings(3_000..<5_000))
        for (place, text) in texts.enumerated() {
            #expect(try again.records.version(at: RecordSequence(UInt64(place + 1)))?.json == text)
        }
        #expect(try again.verify() == [])
    }

    private func storedBytes(_ archive: Archive) throws -> Int {
        let environment = try Environment(at: archive.folder.recordsPath)
        let table = try environment.table("versions")
        return try environment.read { transaction in
            var bytes = 0
            try transaction.forEach(in: table) { _, value in
                bytes += value.count
                return true
            }
            return bytes
        }
    }

    @Test func `a record past the limit is refused with the whole batch`() throws {
        let archive = try Archive(Made.archive(in: temporary), forWriting: true)
        let big = [UInt8](repeating: 0x20, count: RecordStore.recordBytesMax + 1)
        #expect(throws: ArchiveError.self) {
            try archive.append([.init(NewVersion(id: "a", json: [])), .init(NewVersion(id: "b", json: big))])
        }
        #expect(try archive.records.lastSequence.rawValue == 0)
        // An empty one is not past any limit.
        try archive.append([.init(NewVersion(id: "a", json: []))])
        #expect(try archive.records.version(at: RecordSequence(1))?.json == [])
    }
}
