// An archive opened from shards answers as one archive into which the same files were imported: ids, order, scores, counts,
// facets, trends. A shard is made again to the same name, whatever it was made beside.

import Engine
import Glibc
import Records
import Store
import SyntheticCorpus
import TestSupport
import Testing

/// The same files as one archive and as shards.
private struct Halves {
    let folder = TemporaryFolder()
    let whole: Engine
    let view: Engine
    let lines: [ShardDescription]

    init(_ count: Int, files: Int, seed: UInt64, withChanges: Bool = true) throws {
        let generator = try Generator(seed: seed, plan: Plan(records: count))
        let options = EngineOptions(archivePath: folder.file("whole"))
        _ = try Engine.create(options, profile: nil)
        whole = try Engine(opening: options)
        var lines: [ShardDescription] = []
        for file in 0..<files {
            let range = file * count / files..<(file + 1) * count / files
            var bytes: [UInt8] = []
            for number in range { generator.recordJSON(number, into: &bytes) }
            if withChanges {
                // A record that comes twice, changed, in one file.
                bytes += Array(#"{"id":"Z\#(file)","receivedAt":"2022-03-05","title":"路灯不亮","content":"三号路口的路灯不亮"}"#.utf8) + [10]
                bytes += Array(#"{"id":"Z\#(file)","receivedAt":"2022-03-05","title":"路灯已修","content":"三号路口恢复照明，停车费照收"}"#.utf8) + [10]
            }
            let path = folder.file("part-\(file).jsonl")
            FileBytes.write(bytes, to: path)
            _ = try whole.importRecords(ImportRequest(path: path), report: { _ in })
            lines.append(try Self.build(path, in: folder))
        }
        _ = try Engine.makeManifest(
            lines.reversed(), in: folder.file("shards"), archive: EngineOptions(archivePath: folder.file("view")), profile: nil, lexicon: nil, isDeep: true,
            report: { _ in })
        view = try Engine(opening: EngineOptions(archivePath: folder.file("view")))
        self.lines = lines
    }

    static func build(_ path: String, in folder: TemporaryFolder, to shards: String = "shards") throws -> ShardDescription {
        var request = ShardRequest(input: ImportRequest(path: path), output: folder.file(shards))
        request.workFolder = folder.path
        return try Engine.buildShard(request, report: { _ in })
    }

    static let queries = [
        "停车费 物业", "\"退款\"", "小区停车费乱收费没有人管理", "噪音 -装修", "欠薪 OR 工资", "水", "电梯", "date:2022 电梯", "category:城乡建设 \"物业\"",
        "\"停车\" NEAR/10 \"收费\"", "region:99", "exists:reply 退费", "三千元", "路灯", "恢复照明", "tingchefei",
        "市民来电反映小区物业停车费乱涨价，没有公示，多次投诉无人处理，要求核实并退还多收的费用。",
    ]

    static func screen(_ engine: Engine, _ query: String, sort: Int) throws -> String {
        var request = SearchRequest(query: query)
        request.limit = 30
        request.sort = sort == 0 ? .relevance : sort == 1 ? .newest : .oldest
        request.facets = ["category", "region", "channel"]
        request.explains = sort == 0 && query.count < 8
        let answer = try engine.search(request)
        let hits = answer.hits.map { "\($0.id) \($0.score) \($0.snippet.text) \($0.explanation.map(\.english))" }
        return (["\(answer.total)"] + hits + answer.facets.map { "\($0.counts)" } + answer.notices.map(\.english)).joined(separator: "\n")
    }
}

@Suite struct ShardTests {
    @Test(arguments: Seed.sample(1)) func `shards answer as one archive does`(seed: Seed) throws {
        var draw = seed
        let halves = try Halves(260, files: Int.random(in: 2...5, using: &draw), seed: seed.start)
        for query in Halves.queries {
            for sort in query.count > 20 ? 0...0 : 0...2 { #expect(try Halves.screen(halves.view, query, sort: sort) == Halves.screen(halves.whole, query, sort: sort), "\(query)") }
            let request = SearchRequest(query: query)
            #expect(try halves.view.count(request).count == halves.whole.count(request).count)
        }
        var trends: [String] = []
        for engine in [halves.view, halves.whole] {
            let answer = try engine.trends(TrendRequest())
            trends.append("\(answer.total) \(answer.records) \(answer.alarms.map(\.key))")
        }
        #expect(trends[0] == trends[1])
        for id in ["Z0", "Z1", "C000000007"] {
            let (seen, expected) = (try halves.view.show(id, version: nil), try halves.whole.show(id, version: nil))
            #expect(seen.map(\.record.text) == expected.map(\.record.text))
            #expect(seen.map(\.versions.count) == expected.map(\.versions.count))
            #expect(seen.map(\.sequence) == expected.map(\.sequence))
        }
        // By edges of equal texts, from bands on.
        func edges(_ engine: Engine) throws -> [String] {
            var groups: [String: [(UInt64, String)]] = [:]
            _ = try engine.duplicateBands { key, order, id in groups[key, default: []].append((order, id)) }
            var pairs: [String: Int] = [:]
            for group in groups.values {
                let sorted = group.sorted { $0 < $1 }
                BandPairs.forEachPair(of: sorted.count) { pairs["\(sorted[$1].1) \(sorted[$0].1)", default: 0] += 1 }
            }
            let given = pairs.filter { $0.value >= BandPairs.bandsMin }.keys.sorted().map { pair in
                let names = pair.split(separator: " ").map(String.init)
                return (names[0], names[1])
            }
            return try engine.duplicateEdges(given).map { "\($0.0) \($0.1)" }
        }
        #expect(try edges(halves.view) == edges(halves.whole))
        func counts(_ engine: Engine) throws -> [String] {
            var lines: [String] = []
            try engine.monthlyCounts(by: ["region", "category"]) { lines.append("\($0) \($1) \($2) \($3)") }
            return lines
        }
        let all = try counts(halves.whole)
        #expect(all.count > 10)
        #expect(try counts(halves.view) == all)
        var sums: [String: Int] = [:]
        for shard in halves.lines {
            var options = EngineOptions(archivePath: halves.folder.file("view"))
            options.shards = shard.label
            try Engine(opening: options).monthlyCounts(by: ["region", "category"]) { sums["\($0) \($1) \($2)", default: 0] += $3 }
        }
        #expect(sums.map { "\($0.key) \($0.value)" }.sorted() == all.sorted())
        #expect(try halves.view.verify(report: { _ in }).problems.isEmpty)
        #expect(try halves.view.export(nil, to: halves.folder.file("a.jsonl"), withIdentity: false, report: { _ in }) == halves.whole.export(nil, to: halves.folder.file("b.jsonl"), withIdentity: false, report: { _ in }))
        #expect(FileBytes.read(halves.folder.file("a.jsonl")) == FileBytes.read(halves.folder.file("b.jsonl")))
    }

    @Test(arguments: Seed.sample(1)) func `a shard made again has the same name and holds no person`(seed: Seed) throws {
        let halves = try Halves(240, files: 2, seed: seed.start)
        let path = halves.folder.file("part-0.jsonl")
        let again = try Halves.build(path, in: halves.folder, to: "others")
        #expect(again == halves.lines[0])
        for file in ["records.lmdb", "index.lmdb", "shard.json"] {
            let places = ["shards", "others"].map { halves.folder.file("\($0)/\(again.name)/\(file)") }
            #expect(FileBytes.read(places[0]) == FileBytes.read(places[1]), "\(file)")
            var status = stat()
            #expect(unsafe stat(places[0], &status) == 0 && status.st_mode & 0o777 == 0o600)
        }
        #expect(FileBytes.names(in: halves.folder.file("others")) == [again.name])
        // A second making where it is already changes nothing and leaves nothing.
        #expect(try Halves.build(path, in: halves.folder, to: "others") == again)
        #expect(FileBytes.names(in: halves.folder.file("others")) == [again.name])
        // Where something else stands under that name, it is told and left alone.
        FileBytes.remove(halves.folder.file("others/\(again.name)/index.lmdb"))
        do {
            _ = try Halves.build(path, in: halves.folder, to: "others")
            Issue.record("half a shard was taken for one")
        } catch ShardError.damaged(let place) { #expect(place.hasSuffix(again.name)) }
        #expect(FileBytes.names(in: halves.folder.file("others")) == [again.name])
        let names = String(decoding: FileBytes.read(path), as: UTF8.self).split(separator: "\n").compactMap { line -> String? in
            (try? JSONValue.parse(String(line)))?["complainants"]?.array?.first?["name"]?.string
        }
        #expect(names.count > 20)
        var view: [String] = []
        for id in 0..<120 { view += try halves.view.show("C" + String(String(1_000_000_000 + id).dropFirst()), version: nil).map(\.record.text) }
        #expect(view.count > 100)
        #expect(!view.contains { $0.contains("complainants") })
        #expect(throws: ShardError.self) { try halves.view.count(SearchRequest(query: "phone:13800000000")) }
    }

    @Test func `what a killed maker left is removed by the next, and what a living one has is not`() throws {
        let folder = TemporaryFolder()
        let (dead, living, unlocked) = (folder.file("juanzong-shard-1-dead"), folder.file("juanzong-shard-2-living"), folder.file("juanzong-shard-3-unlocked"))
        for path in [dead, living, unlocked] {
            FileBytes.makeFolder(path)
            FileBytes.makeFolder(path + "/archive")
            FileBytes.write([1], to: path + "/archive/records.lmdb")
        }
        FileBytes.write([], to: dead + "/lock")
        let lock = try FileLock.take(living + "/lock", .exclusive, creating: true)
        #expect(lock != nil)
        let path = folder.file("one.jsonl")
        FileBytes.write(Array(#"{"id":"Z1","receivedAt":"2022-03-05","content":"路灯不亮"}"#.utf8), to: path)
        _ = try withExtendedLifetime(lock) { try Halves.build(path, in: folder) }
        #expect(FileBytes.names(in: folder.path).filter { $0.hasPrefix("juanzong-shard-") } == ["juanzong-shard-2-living", "juanzong-shard-3-unlocked"])
    }

    @Test func `a part of the shards is the archive of its records`() throws {
        let halves = try Halves(150, files: 3, seed: 5, withChanges: false)
        var options = EngineOptions(archivePath: halves.folder.file("view"))
        options.shards = "part-1,part-2"
        let part = try Engine(opening: options)
        let own = EngineOptions(archivePath: halves.folder.file("own"))
        _ = try Engine.create(own, profile: nil)
        let alone = try Engine(opening: own)
        for file in 1...2 { _ = try alone.importRecords(ImportRequest(path: halves.folder.file("part-\(file).jsonl")), report: { _ in }) }
        for query in Halves.queries { #expect(try Halves.screen(part, query, sort: 0) == Halves.screen(alone, query, sort: 0)) }
        options.shards = "2099*"
        #expect(throws: ShardError.self) { try Engine(opening: options) }
    }

    @Test func `shards are only read`() throws {
        let halves = try Halves(60, files: 2, seed: 8)
        #expect(throws: (any Error).self) { try halves.view.add([["id": "N", "receivedAt": "2024-01-04", "content": "新来的"]]) }
        #expect(throws: (any Error).self) { try halves.view.importRecords(ImportRequest(path: halves.folder.file("part-0.jsonl")), report: { _ in }) }
        #expect(throws: (any Error).self) { try halves.view.reindex(report: { _ in }) }
        #expect(throws: (any Error).self) { try halves.view.withdraw(["Z0"]) }
        #expect(try halves.view.count(SearchRequest(query: "no:Z*")).count == 2)
    }

    @Test func `a shard of another ICU, or of any other version, is refused by the name of what differs`() throws {
        let halves = try Halves(40, files: 2, seed: 12)
        let names = halves.lines[0].versions.map(\.name)
        #expect(names == ["juanzong", "ICU", "Unicode", "LMDB", "index format", "lexicon", "profile"])
        func refused(_ shards: [ShardDescription]) -> ShardError? {
            do {
                _ = try Engine.makeManifest(
                    shards, in: halves.folder.file("shards"), archive: EngineOptions(archivePath: halves.folder.file("again")), profile: nil, lexicon: nil,
                    isDeep: false, report: { _ in })
                return nil
            } catch { return error as? ShardError }
        }
        for (place, name) in names.enumerated() {
            var other = halves.lines[1]
            other.versions[place].value = "71.1"
            guard case .mixed(let label, let part, let found, let expected)? = refused([halves.lines[0], other]) else {
                Issue.record("\(name) was let in")
                continue
            }
            #expect(label == other.label && part == name && found == "71.1" && expected == halves.lines[0].versions[place].value)
        }
        #expect(!FileBytes.exists(halves.folder.file("again/manifest.json")))
        #expect(refused(halves.lines) == nil)
        // All of one making, which is not this program's: nothing opens it.
        let manifest = halves.folder.file("view/manifest.json")
        let text = String(decoding: FileBytes.read(manifest), as: UTF8.self)
        let icu = halves.lines[0].versions[1].value
        FileBytes.write(Array(text.replacing(#""ICU":"\#(icu)""#, with: #""ICU":"71.1""#).utf8), to: manifest)
        do {
            _ = try Engine(opening: EngineOptions(archivePath: halves.folder.file("view")))
            Issue.record("opened")
        } catch ShardError.foreign(_, let part, let found, let expected) {
            #expect(part == "ICU" && found == "71.1" && expected == icu)
        }
    }

    @Test func `mixtures, doubles and damage are refused`() throws {
        let halves = try Halves(60, files: 2, seed: 9)
        let shards = halves.folder.file("shards")
        func make(_ lines: [ShardDescription], deep: Bool = true) throws {
            _ = try Engine.makeManifest(
                lines, in: shards, archive: EngineOptions(archivePath: halves.folder.file("again")), profile: nil, lexicon: nil, isDeep: deep, report: { _ in })
        }
        var other = halves.lines[1]
        other.label = halves.lines[0].label
        #expect(throws: ShardError.self) { try make([halves.lines[0], other]) }
        other = halves.lines[0]
        other.label = "twin"
        #expect(throws: ShardError.self) { try make([halves.lines[0], other]) }
        #expect(throws: ShardError.self) { try make([]) }
        // One record in two files.
        let path = halves.folder.file("double.jsonl")
        FileBytes.write(Array(#"{"id":"Z1","receivedAt":"2022-03-05","content":"另一个文件里的同一记录"}"#.utf8), to: path)
        let double = try Halves.build(path, in: halves.folder)
        #expect(throws: ShardError.self) { try make(halves.lines + [double]) }
        let index = shards + "/" + halves.lines[0].name + "/records.lmdb"
        var bytes = FileBytes.read(index)
        for place in stride(from: bytes.count / 2, to: bytes.count / 2 + 64, by: 1) { bytes[place] ^= 0x55 }
        FileBytes.write(bytes, to: index)
        #expect(throws: (any Error).self) { try make(halves.lines) }
        #expect(!FileBytes.exists(halves.folder.file("again/manifest.json")))
        let empty = halves.folder.file("empty.jsonl")
        FileBytes.write(Array("{}\n".utf8), to: empty)
        #expect(throws: ShardError.self) { try Halves.build(empty, in: halves.folder) }
    }
}
