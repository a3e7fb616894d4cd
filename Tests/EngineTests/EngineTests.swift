// The use cases together: what was imported is found, whatever way the index came about.

import Engine
import Glibc
import Records
import SyntheticCorpus
import TestSupport
import Testing

/// An archive in a folder of its own, filled with made records.
private final class Fixture {
    let folder: TemporaryFolder
    let engine: Engine

    init() throws {
        folder = TemporaryFolder()
        let options = EngineOptions(archivePath: folder.path + "/archive")
        _ = try Engine.create(options, profile: nil)
        engine = try Engine(opening: options)
    }

    func write(_ bytes: [UInt8], as name: String) throws -> String {
        let path = folder.path + "/" + name
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        try #require(count == bytes.count)
        return path
    }

    func add(_ bytes: [UInt8], as name: String) throws -> ImportSummary {
        try engine.importRecords(ImportRequest(path: write(bytes, as: name)), report: { _ in })
    }

    static func records(_ range: Range<Int>, of count: Int, seed: UInt64) throws -> [UInt8] {
        let generator = try Generator(seed: seed, plan: Plan(records: count))
        var bytes: [UInt8] = []
        for number in range { generator.recordJSON(number, into: &bytes) }
        return bytes
    }

    /// What a search shows: numbers, order and scores.
    func screen(_ query: String) throws -> [String] {
        var request = SearchRequest(query: query)
        request.limit = 20
        let answer = try engine.search(request)
        return ["\(answer.total)"] + answer.hits.map { "\($0.id) \($0.score) \($0.snippet.text)" }
    }

    static let queries = [
        "停车费 物业", "\"退款\"", "小区停车费乱收费", "噪音 -装修", "欠薪 OR 工资", "水", "date:2022 电梯", "category:城乡建设 \"物业\"",
    ]
}

@Suite struct EngineTests {
    @Test(arguments: Seed.sample(3)) func `an index grown in pieces shows what one built anew shows`(seed: Seed) throws {
        let fixture = try Fixture()
        for (number, start) in stride(from: 0, to: 900, by: 150).enumerated() {
            let added = try fixture.add(
                Fixture.records(start..<(start + 150), of: 900, seed: seed.start), as: "part-\(number).jsonl")
            #expect(added.imported == 150 && added.rejected == 0)
        }
        let grown = try Fixture.queries.map(fixture.screen)
        try fixture.engine.reindex(report: { _ in })
        #expect(try Fixture.queries.map(fixture.screen) == grown)
        try fixture.engine.compact(report: { _ in })
        #expect(try Fixture.queries.map(fixture.screen) == grown)
        #expect(try fixture.engine.verify(report: { _ in }).problems.isEmpty)
    }

    @Test func `a changed row replaces what was found, an unchanged one costs nothing`() throws {
        let fixture = try Fixture()
        let first = Array(#"{"id":"A1","receivedAt":"2024-01-05","title":"路灯不亮","content":"三号路口的路灯不亮"}"#.utf8)
        let second = Array(#"{"id":"A1","receivedAt":"2024-01-05","title":"路灯已修","content":"三号路口恢复照明"}"#.utf8)
        #expect(try fixture.add(first, as: "1.jsonl").imported == 1)
        #expect(try fixture.add(first, as: "2.jsonl").unchanged == 1)
        #expect(try fixture.add(second, as: "3.jsonl").updated == 1)
        #expect(try fixture.screen("\"不亮\"")[0] == "0")
        #expect(try fixture.screen("\"恢复照明\"")[0] == "1")
        #expect(try fixture.engine.show("A1", version: nil)[0].versions.count == 2)
        #expect(try fixture.engine.show("A1", version: 1)[0].record["title"]?.string == "路灯不亮")
    }

    @Test func `a record in one file twice keeps its last version`() throws {
        let fixture = try Fixture()
        let rows = (1...50).map { #"{"id":"B","receivedAt":"2024-01-05","content":"第\#($0)次来电反映漏水"}"# }
        let summary = try fixture.add(Array(rows.joined(separator: "\n").utf8), as: "b.jsonl")
        #expect(summary.imported + summary.updated == 50)
        #expect(try fixture.screen("漏水")[0] == "1")
        #expect(try fixture.screen("\"第50次\"")[0] == "1")
        #expect(try fixture.screen("\"第49次\"")[0] == "0")
        #expect(try fixture.engine.verify(report: { _ in }).problems.isEmpty)
    }

    @Test func `unknown keys come back, identity only with the key`() throws {
        let fixture = try Fixture()
        let row = #"{"id":"C","receivedAt":"2024-01-05","content":"漏水","机号":"07","complainants":[{"name":"钱初九"}]}"#
        _ = try fixture.add(Array(row.utf8), as: "c.jsonl")
        let record = try fixture.engine.show("C", version: nil)[0].record
        #expect(record["机号"]?.string == "07")
        #expect(!record.text.contains("钱初九"))
        let path = fixture.folder.path + "/out.jsonl"
        #expect(try fixture.engine.export(nil, to: path, withIdentity: true, report: { _ in }) == 1)
        #expect(String(decoding: FileBytes.read(path), as: UTF8.self).contains("钱初九"))
        #expect(try fixture.engine.export(nil, to: path, withIdentity: false, report: { _ in }) == 1)
        #expect(!String(decoding: FileBytes.read(path), as: UTF8.self).contains("钱初九"))
    }

    @Test func `numbers are found by their beginning, identity fields by the whole value only`() throws {
        let fixture = try Fixture()
        _ = try fixture.add(try Fixture.records(0..<200, of: 200, seed: 3), as: "d.jsonl")
        #expect(try fixture.engine.count(SearchRequest(query: "no:C00000*")).count == 200)
        #expect(throws: (any Error).self) { try fixture.engine.count(SearchRequest(query: "exists:phone")) }
    }
}
