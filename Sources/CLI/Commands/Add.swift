// `juanzong add`: one record or a few, durable and findable when the command ends.

import ArgumentParser
import Engine
import Records

struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: say("登记一条或几条记录，立即可查。", "Add a record or a few, findable at once."),
        discussion: say(
            """
            输入为记录 JSON：一个对象、一个列表，或每行一个对象。编号已有的记录得到新版本。
            全部写入或全不写入；大批文件用 import。

            例：juanzong add 新来电.json
                echo '{"id":"A-1","receivedAt":"2024-03-05","title":"停车费太贵"}' \\
                    | juanzong add -
            """,
            """
            Takes record JSON: one object, a list, or one object a line. A record whose id is there gets a new version.
            All go in or none; use import for large files.

            Example: juanzong add call.json
                     echo '{"id":"A-1","receivedAt":"2024-03-05","title":"…"}' \\
                         | juanzong add -
            """))

    @OptionGroup var archive: ArchiveOptions

    @Argument(help: help("记录 JSON 文件；- 为标准输入", "A file of record JSON; - is standard input", value: "file"))
    var file = "-"

    @Flag(help: help("每条输出一个 JSON", "Print one JSON object a record"))
    var json = false

    func run() throws {
        let text = file == "-" ? try Input.text() : try Input.text(ofFile: file)
        let objects = try RecordInput.objects(in: text, from: file)
        let engine = try archive.open()
        let changes = try engine.add(objects)
        try ChangePrinter.print(changes, json: json)
        // What the clerk should see while the caller is on the line; a list is looked at with `report intake`.
        guard changes.count <= 5 else { return }
        for change in changes where change.kind != .unchanged {
            for finding in try engine.intakeFindings(of: change.id) { Notices.print(say("提示：\(change.id) \(finding.chinese)", "note: \(change.id) \(finding.english)")) }
        }
    }
}

/// Record JSON as people send it.
enum RecordInput {
    static func objects(in text: String, from source: String) throws -> [JSONObject] {
        if text.allSatisfy(\.isWhitespace) {
            throw UsageMistake(chinese: "没有记录：\(source) 是空的", english: "there is no record: \(source) is empty", verb: "add")
        }
        // One object or one list, over any number of lines; else an object a line.
        if let value = try? JSONValue.parse(text) {
            let values = value.array ?? [value]
            return try values.enumerated().map { place, value in
                guard let object = value.objectValue else { throw RecordInputError(source: source, line: place + 1, error: nil) }
                return object
            }
        }
        var objects: [JSONObject] = []
        for (place, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.allSatisfy(\.isWhitespace) { continue }
            let value: JSONValue
            do { value = try JSONValue.parse(String(line)) } catch {
                throw RecordInputError(source: source, line: place + 1, error: error)
            }
            guard let object = value.objectValue else { throw RecordInputError(source: source, line: place + 1, error: nil) }
            objects.append(object)
        }
        return objects
    }
}

struct RecordInputError: NoticeError {
    let source: String
    let line: Int
    /// Nil: JSON, but no object.
    let error: JSONError?

    func notice(in language: Language) -> String {
        let place = source == "-" ? (language == .chinese ? "标准输入" : "standard input") : source
        return switch language {
        case .chinese:
            """
            错误：\(error?.what(in: .chinese) ?? "应为记录对象 {…}")
            位置：\(place)，第 \(line) 行\(error.map { "，第 \($0.offset + 1) 字节" } ?? "")
            处理：改正后再运行一次；这次没有写入任何记录
            """
        case .english:
            """
            Error: \(error?.what(in: .english) ?? "a record is an object {…}")
            Where: \(place), line \(line)\(error.map { ", byte \($0.offset + 1)" } ?? "")
            Remedy: mend it and run again; nothing was stored
            """
        }
    }
}
