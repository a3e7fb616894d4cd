// R16–R18: numbers of the register given at registration, without a gap and none twice.

import Dispatch
import Engine
import Records
import Synchronization
import TestSupport
import Testing

@Suite struct NumberIssueTests {
    private func record(_ day: String, _ more: [(String, JSONValue)] = []) -> JSONObject {
        JSONObject([("receivedAt", .string(day)), ("title", "路灯不亮"), ("content", "路灯不亮三天")] + more)
    }

    private func archive(_ folder: TemporaryFolder) throws -> EngineOptions {
        let options = EngineOptions(archivePath: folder.file("archive"))
        // TJ{year}-{serial:4}
        _ = try Engine.create(options, profile: "S21")
        return options
    }

    @Test func `the next number of the year, after those of an old system, also when some were taken back`() throws {
        let folder = TemporaryFolder()
        let engine = try Engine(opening: archive(folder))
        #expect(try engine.add([record("2024-03-04"), record("2024-03-05"), record("2023-12-31")]).map(\.id) == ["TJ2024-0001", "TJ2024-0002", "TJ2023-0001"])
        #expect(try engine.show("TJ2024-0002", version: nil).first?.record["registerNo"]?.string == "TJ2024-0002")
        // A number that is given stays as it is.
        #expect(try engine.add([record("2024-03-06", [("registerNo", "TJ2024-0007")]), record("2024-03-06", [("id", "旧-1")])]).map(\.id) == ["TJ2024-0007", "旧-1"])
        #expect(try engine.add([record("2024-03-06")]).map(\.id) == ["TJ2024-0008"])
        _ = try engine.withdraw(["TJ2024-0008"])
        #expect(try engine.add([record("2024-03-07")]).map(\.id) == ["TJ2024-0009"])
        // All or none: a list with one that cannot be read takes no number.
        #expect(throws: RecordError.self) { try engine.add([record("2024-03-08"), JSONObject([("receivedAt", "2024-03-08")])]) }
        #expect(try engine.add([record("2024-03-08")]).map(\.id) == ["TJ2024-0010"])
        let line = try #require(try engine.numberReport().lines.first { $0.series.contains("2024") })
        #expect(line.missing == [3...6] && line.doubles.isEmpty && line.last == 10)
    }

    @Test func `a year with more than the pattern has digits goes on`() throws {
        let folder = TemporaryFolder()
        let engine = try Engine(opening: archive(folder))
        _ = try engine.add(["TJ2024-9999", "TJ2024-10000", "TJ2024-10001", "TJ2024-2000"].map { record("2024-03-06", [("registerNo", .string($0))]) })
        #expect(try engine.add([record("2024-03-07"), record("2024-03-07")]).map(\.id) == ["TJ2024-10002", "TJ2024-10003"])
    }

    @Test func `two who register at once get different numbers, and none is missing`() throws {
        let folder = TemporaryFolder()
        let options = try archive(folder)
        let given = Mutex<[String]>([])
        let (first, second) = (try Engine(opening: options), try Engine(opening: options))
        nonisolated(unsafe) let engines = [first, second]
        DispatchQueue.concurrentPerform(iterations: 2) { who in
            for _ in 0..<12 {
                let ids = unsafe (try? engines[who].add([record("2024-03-04")]).map(\.id)) ?? []
                given.withLock { $0 += ids }
            }
        }
        #expect(given.withLock { $0.sorted() } == (1...24).map { "TJ2024-00" + ($0 < 10 ? "0" : "") + "\($0)" })
    }
}
