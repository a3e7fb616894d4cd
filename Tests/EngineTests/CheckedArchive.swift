// An archive for the tests of `check`, `matters` and the reports on repeats.

import Engine
import Records
import SyntheticCorpus
import TestSupport

final class CheckedArchive {
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

    /// All candidates of a record, whatever was decided.
    func candidates(of id: String) throws -> [CheckCandidate] {
        var request = CheckRequest()
        request.limit = 500
        return try engine.check(record: id, request).candidates
    }

    /// By record: its candidates with their verdicts.
    func verdicts(of ids: [String]) throws -> [String: [String: String]] {
        var found: [String: [String: String]] = [:]
        for id in ids {
            found[id] = Dictionary(uniqueKeysWithValues: try candidates(of: id).map { ($0.id, $0.verdict.rawValue) })
        }
        return found
    }

    func matters(report: ProgressReport = { _ in }) throws -> Set<Set<String>> {
        var request = MattersRequest()
        request.recordsMin = 1
        request.limit = 10_000
        return Set(try engine.matters(request, report: report).matters.map { Set($0.members.map(\.id)) })
    }

    /// Invented records of the generator.
    static func records(_ count: Int, seed: UInt64 = 21) throws -> [JSONObject] {
        let generator = try Generator(seed: seed, plan: Plan(records: count))
        var bytes: [UInt8] = []
        for number in 0..<count { generator.recordJSON(number, into: &bytes) }
        return try String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
            guard case .object(let object) = try JSONValue.parse(String($0).utf8.span) else { throw NoObject() }
            return object
        }
    }

    private struct NoObject: Error {}
}
