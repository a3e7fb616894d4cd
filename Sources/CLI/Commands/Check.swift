// `juanzong check`: was this filed before? While the caller is on the line, or a whole archive at night.

import ArgumentParser
import Engine
import Glibc
import Records

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: say("查重：是否反映过。", "Was this filed before?"),
        discussion: say(
            """
            读入尚未登记的记录（记录 JSON，一行一条；可以没有编号和时间），列出档案中有关的记录及其关系：
              D0 同一件  D1 同文  D2 重复：同一人同一事项  D3 关联：不同人同一被投诉人同一事项
              D4 同一被投诉人的另一事项  D5 对先前事项的申诉或复查，不计重复
            用 link、unlink 作出决定；决定过的不再提出。本程序不判断来电人的动机。

            例：juanzong check 新来电.json
                echo '{"title":"拖欠工资","content":"…"}' | juanzong check
                juanzong check --id HJ-2023-0042
                juanzong check --batch --json > 查重.jsonl
            """,
            """
            Reads records that are not filed yet (record JSON, one a line; number and date may be missing) and lists the
            records of the archive that have to do with them:
              D0 the same filing  D1 the same text  D2 repeat: same person, same matter
              D3 related: other person, same respondent and matter  D4 same respondent, another matter
              D5 appeal or review of an earlier matter, no repeat
            Decide with link and unlink; what was decided is not proposed again. Nobody's motives are judged.

            Example: juanzong check call.json
                     echo '{"title":"拖欠工资","content":"…"}' | juanzong check
                     juanzong check --id HJ-2023-0042
                     juanzong check --batch --json > duplicates.jsonl
            """))

    @OptionGroup var archive: ArchiveOptions

    @Argument(help: help("记录文件；- 为标准输入", "A file of records; - is standard input", value: "file"))
    var file: String?

    @Option(help: help("比对档案中的这一条", "Compare this record of the archive", value: "id"))
    var id: String?

    @Flag(help: help("成批比对：文件中的全部记录，没有文件则整个档案库，用全部处理器", "Many at once, on all cores: the file, or without one the whole archive"))
    var batch = false

    @Option(help: help("只列这些关系，如 D0,D1,D2", "Only these verdicts, such as D0,D1,D2", value: "list"))
    var verdict: String?

    @Option(help: help("每条最多列出几条", "How many candidates to list for each", value: "n"))
    var limit = 10

    @Flag(help: help("也列出已作决定的", "Also list pairs that were decided"))
    var all = false

    @Flag(help: help("每条输出一个 JSON", "Print one JSON object a candidate"))
    var json = false

    @Option(help: help("何时用颜色标出：auto、always、never", "When to mark with colours: auto, always, never", value: "when"))
    var color = ColorChoice.auto

    func validate() throws {
        try HitLimit.check(limit)
        if id != nil, file != nil || batch {
            throw ValidationError(say("--id 不能与文件或 --batch 同用", "--id goes with neither a file nor --batch"))
        }
        _ = try verdicts()
    }

    private func verdicts() throws -> Set<CheckVerdict> {
        guard let verdict else { return [] }
        return Set(
            try verdict.split(separator: ",").map { name in
                guard let verdict = CheckVerdict(rawValue: name.uppercased()) else {
                    throw ValidationError(say("--verdict 取 D0 至 D5，以逗号分隔", "--verdict takes D0 to D5, parted by commas"))
                }
                return verdict
            })
    }

    func run() throws {
        var request = CheckRequest()
        request.limit = limit
        request.verdicts = try verdicts()
        request.includesDecided = all
        let engine = try archive.open()
        var output = Output()
        var run = CheckRun(printer: CheckPrinter(terminal: Terminal(color)), isJSON: json)
        if let id {
            run.print(try engine.check(record: id, request), to: &output)
        } else if batch {
            let progress = ProgressBar()
            run.compared = try engine.checkBatch(file.map { try RecordLines.all(in: $0) }, request, report: progress.report) { answer in
                run.print(answer, to: &output)
                if !json { progress.clear() }
                try output.flushIfLarge()
            }
            progress.clear()
        } else {
            try RecordLines.forEach(in: file ?? "-") { object, number in
                run.print(try engine.check(object, number: number, request), to: &output)
            } idle: {
                try output.flush()
            }
        }
        try output.flush()
        try run.finish()
    }
}

/// Answers as they come, and what is left to say at the end.
private struct CheckRun {
    let printer: CheckPrinter
    let isJSON: Bool
    private var found = 0
    /// Of a batch, which hands on no record that has nothing similar.
    var compared: Int?
    private var checked = 0
    private var withoutPersons = 0

    init(printer: CheckPrinter, isJSON: Bool) {
        self.printer = printer
        self.isJSON = isJSON
    }

    mutating func print(_ answer: CheckAnswer, to output: inout Output) {
        checked += 1
        if !answer.comparedPersons, !answer.isAnonymous { withoutPersons += 1 }
        found += answer.candidates.count
        if isJSON {
            printer.printJSON(answer, to: &output)
        } else if !answer.candidates.isEmpty || answer.decided > 0 {
            printer.print(answer, to: &output)
        }
    }

    /// - Throws: exit code 1 when nothing similar was found.
    func finish() throws {
        let total = compared ?? checked
        if !isJSON, total > 1 {
            Notices.print(say("共比对 \(Figures.count(total)) 条", "\(Figures.count(total)) records compared"))
        }
        guard found == 0 else { return }
        if !isJSON { Notices.print(say("没有发现有关的记录", "nothing similar was found")) }
        throw ExitCode(Exit.nothingFound)
    }
}

/// Files of records, an object a line.
enum RecordLines {
    static func forEach(
        in path: String, _ body: (JSONObject, Int) throws -> Void, idle: () throws -> Void = {}
    ) throws {
        if path != "-" {
            try Console.check(path)
            let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw FileUnreadable(path: path, errno: errno) }
            defer { close(descriptor) }
            try forEach(of: descriptor, path: path, body, idle)
        } else {
            Input.tellTerminal()
            try forEach(of: STDIN_FILENO, path: say("标准输入", "standard input"), body, idle)
        }
    }

    static func all(in path: String) throws -> [(JSONObject, Int)] {
        var objects: [(JSONObject, Int)] = []
        try forEach(in: path) { object, number in objects.append((object, number)) }
        return objects
    }

    private static func forEach(
        of descriptor: CInt, path: String, _ body: (JSONObject, Int) throws -> Void, _ idle: () throws -> Void
    ) throws {
        var number = 0
        func take(_ line: String) throws {
            number += 1
            guard line.utf8.contains(where: { $0 > 0x20 }) else { return }
            guard case .object(let object)? = try? JSONValue.parse(line.utf8.span) else {
                throw RecordLineUnreadable(path: path, line: number)
            }
            do { try body(object, number) } catch let error as RecordError {
                throw RecordLineRefused(path: path, line: number, error: error)
            }
        }
        try Input.forEachLine(of: descriptor, take, idle: idle)
    }
}

struct FileUnreadable: NoticeError {
    let path: String
    let errno: CInt

    func notice(in language: Language) -> String {
        let reason = FileDescriptor.words(for: errno)
        return language == .chinese
            ? "错误：\(reason)\n位置：\(path)\n处理：检查路径和权限"
            : "Error: \(reason)\nWhere: \(path)\nRemedy: check the path and its permissions"
    }
}

struct RecordLineUnreadable: NoticeError {
    let path: String
    let line: Int

    func notice(in language: Language) -> String {
        language == .chinese
            ? "错误：这一行不是一个 JSON 对象\n位置：\(path):\(line)\n处理：一行写一条记录，如 {\"title\":\"…\",\"content\":\"…\"}；其他格式请先用 juanzong import 导入，再用 check --id"
            : "Error: this line is no JSON object\nWhere: \(path):\(line)\nRemedy: write one record a line, such as {\"title\":\"…\",\"content\":\"…\"}; other formats go in with juanzong import, then use check --id"
    }
}

struct RecordLineRefused: NoticeError {
    let path: String
    let line: Int
    let error: RecordError

    func notice(in language: Language) -> String {
        let (field, reason) = (error.path, error.what(in: language))
        return language == .chinese
            ? "错误：\(reason)\n位置：\(path):\(line) \(field)\n处理：改正这个字段后重新运行"
            : "Error: \(reason)\nWhere: \(path):\(line) \(field)\nRemedy: mend this field and run again"
    }
}
