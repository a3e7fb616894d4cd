// An archive of its own for one test, and the records to put into it.

import Glibc
import Records
import SyntheticCorpus
import TestSupport
import Testing

/// Made by `juanzong init`, gone with the test.
final class TestArchive: Sendable {
    let folder: TemporaryFolder
    let path: String
    let keyPath: String

    init(in folder: TemporaryFolder = TemporaryFolder(), name: String = "archive") throws {
        self.folder = folder
        path = folder.file(name)
        keyPath = path + ".key"
        let made = run("init")
        try #require(made.exitCode == 0, "\(made)")
    }

    /// The environment names the archive, so that arguments stay what a test wrote.
    func start(_ arguments: [String], environment: [String: String] = [:], input: String = "/dev/null") -> RunningProgram {
        Program.start(arguments, environment: ["JUANZONG_ARCHIVE": path].merging(environment) { $1 }, input: input)
    }

    /// As `run`, on a disk that is full when a file reaches so many bytes.
    func run(_ arguments: String..., fileBytesMax: Int) -> Outcome {
        Program.start(arguments, environment: ["JUANZONG_ARCHIVE": path], fileBytesMax: fileBytesMax).wait()
    }

    func run(_ arguments: String..., environment: [String: String] = [:], input: String = "/dev/null") -> Outcome {
        start(arguments, environment: environment, input: input).wait()
    }

    /// Imports and returns the counts of `--json`.
    @discardableResult
    func add(_ bytes: [UInt8], as name: String, _ options: String...) throws -> JSONValue {
        let file = folder.file(name)
        FileBytes.write(bytes, to: file)
        let outcome = start(["import", file, "--json"] + options).wait()
        try #require(outcome.exitCode == 0, "\(name): \(outcome)")
        return try #require(try outcome.objects.first)
    }

    @discardableResult
    func add(_ records: [JSONObject], as name: String = "records.jsonl") throws -> JSONValue {
        try add(Sample.lines(records), as: name)
    }

    func count(_ query: String...) -> Int? { start(["search", "--count"] + query).wait().number }

    /// Records in all; a search without words has a day instead.
    func countAll() -> Int? { count("date:1900..2200") }

    /// Every file of the archive folder.
    func files() -> [String] { Self.files(under: path) }

    static func files(under path: String) -> [String] {
        guard let folder = unsafe opendir(path) else { return [path] }
        defer { unsafe closedir(folder) }
        var found: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name != "." && name != ".." { found += files(under: path + "/" + name) }
        }
        return found
    }
}

/// Records written for these tests; nobody in them exists.
enum Sample {
    static let records: [JSONObject] = [
        [
            "id": "A1", "receivedAt": "2024-01-05", "title": "小区停车费太贵", "content": "物业公司每月收停车费三百元，业主不满。",
            "category": "住房/物业", "region": "310101", "respondents": ["阳光物业公司"], "channel": "热线",
            "boxNumber": ["shelf": 7, "labels": ["红", "蓝"]],
        ],
        [
            "id": "A2", "receivedAt": "2024-02-06", "title": "健身房不予退款", "content": "健身房关门，预付卡不予退款，电话无人接听。",
            "category": "消费/健身", "region": "310104", "respondents": ["力量健身"],
        ],
        [
            "id": "A3", "receivedAt": "2024-03-07", "title": "夜间施工噪音", "content": "😀工地夜间施工，占用小區停車位，噪音很大。",
            "category": "环境/噪音", "region": "310101",
        ],
        [
            "id": "A4", "receivedAt": "2024-03-08", "title": "健身卡退款", "content": "健身房关门后预付卡余额不予退款，要求退款。",
            "category": "消费/健身", "region": "310104", "respondents": ["力量健身"],
        ],
    ]

    static func lines(_ records: [JSONObject]) -> [UInt8] {
        var bytes: [UInt8] = []
        for record in records {
            record.write(into: &bytes)
            bytes.append(0x0A)
        }
        return bytes
    }

    static func synthetic(_ count: Int, seed: UInt64 = 20240105) throws -> [UInt8] {
        let generator = try Generator(seed: seed, plan: Plan(records: count))
        var bytes: [UInt8] = []
        for number in 0..<count { generator.recordJSON(number, into: &bytes) }
        return bytes
    }
}
