// `juanzong stat`: what the archive holds and what it takes on disk.

import ArgumentParser
import Engine
import Records

struct Statistics: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stat",
        abstract: say("档案库的概况：记录、索引、文件大小。", "What the archive holds and what it takes on disk."),
        discussion: say("例：juanzong stat --json", "Example: juanzong stat --json"))

    @OptionGroup var archive: ArchiveOptions

    @Flag(help: help("输出 JSON", "Print JSON"))
    var json = false

    func run() throws {
        let statistics = try archive.open().statistics()
        var output = Output()
        if json {
            output.line(Self.object(statistics))
        } else {
            print(statistics, to: &output)
        }
        try output.flush()
    }

    private static func object(_ statistics: ArchiveStatistics) -> JSONObject {
        let files = statistics.files.map { file -> JSONValue in
            .object(["name": .string(file.name), "bytes": .integer(file.bytes), "freeBytes": .integer(file.freeBytes)])
        }
        return [
            "records": .integer(statistics.records), "versions": .integer(statistics.versions),
            "lastSequence": .integer(statistics.lastSequence), "indexed": .integer(statistics.indexed),
            "indexWatermark": .integer(statistics.indexWatermark), "segments": .integer(statistics.segments),
            "terms": .integer(statistics.terms), "textUnits": .integer(statistics.textUnits),
            "generation": .string(statistics.generation), "keyIsThere": .bool(statistics.keyIsThere),
            "files": .array(files),
        ]
    }

    private func print(_ statistics: ArchiveStatistics, to output: inout Output) {
        let behind = Int64(statistics.lastSequence) - Int64(statistics.indexWatermark)
        var rows: [(String, String)] = [
            (say("档案库", "archive"), archive.archivePath),
            (say("记录", "records"), Figures.count(statistics.records)),
            (say("版本", "versions"), Figures.count(statistics.versions)),
            (
                say("已编索引", "indexed"),
                Figures.count(statistics.indexed)
                    + (behind > 0 ? say("（差 \(Figures.count(behind)) 个版本）", " (\(Figures.count(behind)) versions behind)") : "")
            ),
            (say("索引段", "segments"), Figures.count(statistics.segments)),
            (say("索引项", "terms"), Figures.count(statistics.terms)),
            (say("文字（字符）", "text units"), Figures.count(statistics.textUnits)),
            (say("索引代", "generation"), statistics.generation),
            (say("密钥", "key"), statistics.keyIsThere ? say("有", "there") : say("没有：身份信息读不出", "missing: identity cannot be read")),
        ]
        for file in statistics.files {
            let free = file.freeBytes > 0
                ? say("，其中可再用 \(Figures.bytes(file.freeBytes))", ", \(Figures.bytes(file.freeBytes)) of it free") : ""
            rows.append((file.name, Figures.bytes(file.bytes) + free))
        }
        let width = rows.map { EastAsianWidth.columns(of: $0.0) }.max() ?? 0
        for (label, value) in rows { output.line(EastAsianWidth.padded(label, to: width) + "  " + value) }
    }
}
