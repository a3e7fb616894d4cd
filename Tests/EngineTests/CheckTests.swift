// Laws of `check` and `matters` over a whole archive: what is found does not depend on how it came or lies.

import Engine
import Records
import SyntheticCorpus
import TestSupport
import Testing

private final class CheckedArchive {
    let folder = TemporaryFolder()
    let engine: Engine

    /// - Parameter pieces: how many files the records come in, a segment each.
    init(_ records: [JSONObject], pieces: Int = 1) throws {
        let options = EngineOptions(archivePath: folder.path + "/archive")
        _ = try Engine.create(options, profile: nil)
        engine = try Engine(opening: options)
        let length = (records.count + pieces - 1) / pieces
        for piece in 0..<pieces { try add(Array(records.dropFirst(piece * length).prefix(length))) }
    }

    func add(_ records: [JSONObject]) throws {
        for from in stride(from: 0, to: records.count, by: 50) {
            _ = try engine.add(Array(records.dropFirst(from).prefix(50)))
        }
    }

    /// By record: its candidates with their verdicts.
    func verdicts(of ids: [String]) throws -> [String: [String: String]] {
        var request = CheckRequest()
        request.limit = 500
        var found: [String: [String: String]] = [:]
        for id in ids {
            found[id] = Dictionary(
                uniqueKeysWithValues: try engine.check(record: id, request).candidates.map { ($0.id, $0.verdict.rawValue) })
        }
        return found
    }

    func matters() throws -> Set<Set<String>> {
        var request = MattersRequest()
        request.recordsMin = 1
        request.limit = 10_000
        return Set(try engine.matters(request, report: { _ in }).matters.map { Set($0.members.map(\.id)) })
    }
}

@Suite struct CheckTests {
    private static func records(_ count: Int) throws -> [JSONObject] {
        let generator = try Generator(seed: 21, plan: Plan(records: count))
        var bytes: [UInt8] = []
        for number in 0..<count { generator.recordJSON(number, into: &bytes) }
        return try String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
            guard case .object(let object) = try JSONValue.parse(String($0).utf8.span) else { throw NoObject() }
            return object
        }
    }

    private struct NoObject: Error {}

    @Test func `verdicts do not depend on the order of arrival, on segments or on a reindex`() throws {
        let records = try Self.records(300)
        let ids = records.compactMap { $0["id"]?.string }
        let archive = try CheckedArchive(records)
        let verdicts = try archive.verdicts(of: ids)
        #expect(verdicts.values.contains { !$0.isEmpty })
        // A record is never its own candidate.
        for (id, found) in verdicts { #expect(found[id] == nil) }
        // Symmetric: two records are to each other what they are, whoever is asked.
        for (id, found) in verdicts {
            for (other, verdict) in found { #expect(verdicts[other]?[id] == verdict, "\(id) \(other)") }
        }
        #expect(try CheckedArchive(records.reversed(), pieces: 3).verdicts(of: ids) == verdicts)
        try archive.engine.reindex(report: { _ in })
        #expect(try archive.verdicts(of: ids) == verdicts)
    }

    @Test func `what was decided is not proposed again`() throws {
        let archive = try CheckedArchive(try Self.records(300))
        let ids = try Self.records(300).compactMap { $0["id"]?.string }
        let verdicts = try archive.verdicts(of: ids)
        let pair = try #require(verdicts.sorted { $0.key < $1.key }.first { !$0.value.isEmpty })
        let other = try #require(pair.value.keys.min())
        _ = try archive.engine.unlink(pair.key, other, by: "test", reason: "no")
        #expect(try archive.verdicts(of: [pair.key, other])[pair.key]?[other] == nil)
        #expect(try archive.verdicts(of: [pair.key, other])[other]?[pair.key] == nil)
        _ = try archive.engine.link(pair.key, other, type: nil, by: "test", reason: "yes")
        _ = try archive.engine.unlink(pair.key, other, by: "test", reason: "no")
        #expect(try archive.engine.links(of: other).map(\.decision.kind) == [.refused, .confirmed, .unlinked])
        #expect(throws: EngineError.self) { try archive.engine.link(other, other, type: nil, by: "", reason: "") }
    }

    @Test func `matters that grew record by record are those built anew`() throws {
        let records = try Self.records(300)
        let grown = try CheckedArchive(Array(records.prefix(150)))
        _ = try grown.matters()
        try grown.add(Array(records[150..<200]))
        _ = try grown.matters()
        try grown.add(Array(records[200...]))
        let (a, b) = (try grown.matters(), try CheckedArchive(records).matters())
        // The weights of words follow the archive: where a likeness lies at the limit a record may go elsewhere.
        let differing = a.symmetricDifference(b).reduce(into: Set<String>()) { $0.formUnion($1) }
        #expect(differing.count * 20 <= records.count, "\(differing.count) of \(records.count) records")
    }

    @Test func `an anonymous record is nobody's`() throws {
        let archive = try CheckedArchive([
            [
                "id": "1", "receivedAt": "2024-01-05", "title": "路灯不亮", "content": "小区门口的路灯坏了半个月没有人修",
                "complainants": [["name": "赵试", "phone": "13800000000"]],
            ]
        ])
        let answer = try archive.engine.check(
            [
                "namedState": "匿名", "content": "小区门口的路灯坏了半个月没有人修",
                "complainants": [["name": "赵试", "phone": "13800000000"]],
            ], number: 1, CheckRequest())
        #expect(answer.isAnonymous && !answer.comparedPersons)
        #expect(answer.candidates.map(\.id) == ["1"])
        #expect(answer.candidates.first?.persons == .unknown)
    }
}
