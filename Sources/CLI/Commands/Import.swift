// `juanzong import`: adds or updates the records of files.

import Answers
import ArgumentParser
import Engine
import Glibc
import Records

struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: say("导入记录：新增或更新。", "Add or update records."),
        discussion: say(
            """
            同一文件导入两次不会改变什么；新导出的文件再次导入，只改来源改过的，本库已办的不会被冲掉；读不了的行写入 FILE.rejects.jsonl，其余照常入库。
            中断后再运行同一命令会接着做。

            例：juanzong import --guess 2023.csv > 2023.yaml
                juanzong import 2023.csv --map 2023.yaml --dry-run
                juanzong import 2023.csv --map 2023.yaml
            """,
            """
            The same file twice changes nothing, and a newer export of it sets back nothing that was done here since: what
            the source did not change stays. Rows that cannot be read go to FILE.rejects.jsonl, the others go in.
            After an interruption the same command continues.

            Example: juanzong import --guess 2023.csv > 2023.yaml
                     juanzong import 2023.csv --map 2023.yaml --dry-run
                     juanzong import 2023.csv --map 2023.yaml
            """))

    @OptionGroup var writing: WritingOptions

    @Argument(help: help("JSONL、CSV 或 XLSX 文件；- 为标准输入", "JSONL, CSV or XLSX files; - is standard input", value: "file"))
    var files: [String] = []

    @Option(help: help("哪一列对应哪个字段（YAML）", "Which column feeds which field (YAML)", value: "map"))
    var map: String?

    @Option(help: help("按档案库规则中的这种登记表导入", "A form of the archive's profile, instead of a map", value: "form"))
    var form: String?

    @Option(help: help("jsonl、csv 或 xlsx；默认自动识别", "jsonl, csv or xlsx; found out by default", value: "format"))
    var format: FileFormat?

    @Option(help: help("如 gb18030、utf-16；默认自动识别", "Such as gb18030, utf-16; found out by default", value: "name"))
    var encoding: String?

    @Option(help: help("退回的行写到哪里（只限一个文件）", "Where rejected rows go (for one file)", value: "path"))
    var rejects: String?

    @Option(help: help("由表头推测对应关系，打印 YAML，不导入", "Print a map proposed from the header row; imports nothing", value: "file"))
    var guess: String?

    @Flag(help: help("只看不导：会新增、更新、退回多少，用的是怎样的对应关系", "Look only: what would be new, changed or refused, and by which map"))
    var dryRun = false

    @Flag(help: help("每个文件输出一个 JSON", "Print one JSON object a file"))
    var json = false

    enum FileFormat: String, ExpressibleByArgument, CaseIterable { case jsonl, csv, xlsx }

    func validate() throws {
        if guess != nil {
            guard files.isEmpty else {
                throw ValidationError(say("--guess 自带文件名，不要再给别的文件", "--guess names its own file; give no other"))
            }
            return
        }
        if dryRun, files.contains("-") {
            throw ValidationError(say("--dry-run 要读文件，不能用标准输入", "--dry-run reads a file, not standard input"))
        }
        if files.isEmpty { throw ValidationError(say("请给出要导入的文件", "name a file to import")) }
        if rejects != nil, files.count > 1 {
            throw ValidationError(say("有多个文件时不能用 --rejects", "--rejects takes one file only"))
        }
        if files.count(where: { $0 == "-" }) > 1 {
            throw ValidationError(say("标准输入 - 只能给一次", "standard input - can be given once only"))
        }
    }

    func run() throws {
        if let guess { return try printGuess(guess) }
        // A wrong name is told before hours of work, not after.
        for file in files { try MissingFile.check(file) }
        for path in [map, rejects] { if let path { try Console.check(path) } }
        if files.contains("-") { Input.tellTerminal() }
        Interruption.prepare(say(
            "已中断。入库的记录都已保存；再运行同一命令就会接着做",
            "Interrupted. What went in is safe; run the same command again to continue"))
        let engine = try writing.open()
        for file in files { if dryRun { try look(at: file, engine) } else { try add(file, to: engine) } }
    }

    private func request(_ path: String) -> ImportRequest {
        var request = ImportRequest(path: path)
        request.mapPath = map
        request.form = form
        request.format = format?.rawValue
        request.encoding = encoding
        request.rejectsPath = rejects
        request.language = .ofUser
        return request
    }

    private func printGuess(_ path: String) throws {
        try MissingFile.check(path)
        var output = Output()
        output.text(try Engine.guessMap(request(path)))
        try output.flush()
    }

    private func add(_ path: String, to engine: Engine) throws {
        let bar = ProgressBar()
        defer { bar.clear() }
        let summary = try engine.importRecords(request(path)) { bar.report($0) }
        bar.clear()
        var output = Output()
        if json {
            output.line(Self.object(summary, path))
        } else {
            output.line(Self.sentence(summary, path))
        }
        try output.flush()
        if summary.imported + summary.updated + summary.unchanged + summary.rejected + summary.resumedRows == 0 {
            Notices.print(say("提示：\(path) 里没有记录：文件是空的，或只有表头", "note: \(path) holds no records: it is empty, or has a header alone"))
        }
        if let rejectsPath = summary.rejectsPath, summary.rejected > 0 {
            Notices.print(say(
                "提示：\(path) 有 \(Figures.count(summary.rejected)) 行没有入库，行号、字段和原因见 \(rejectsPath)",
                "note: \(Figures.count(summary.rejected)) rows of \(path) were rejected; line, field and reason are in \(rejectsPath)"))
        }
    }

    private func look(at path: String, _ engine: Engine) throws {
        let bar = ProgressBar()
        defer { bar.clear() }
        let look = try engine.lookAtImport(request(path)) { bar.report($0) }
        bar.clear()
        var output = Output()
        if json {
            var object = look.object(in: .ofUser)
            object.set("file", to: .string(path))
            output.line(object)
        } else {
            for line in Self.lines(look, path) { output.line(line) }
        }
        try output.flush()
    }

    /// Mistakes that are shown one by one; `--json` has all.
    private static let reasonsShown = 20

    private static func lines(_ look: ImportLook, _ path: String) -> [String] {
        var lines = [say(
            "\(path)（\(look.reading)）：会新增 \(Figures.count(look.added))，更新 \(Figures.count(look.changed))，未变 \(Figures.count(look.unchanged))，退回 \(Figures.count(look.rejects.count))；没有写入任何东西",
            "\(path) (\(look.reading)): would import \(Figures.count(look.added)), update \(Figures.count(look.changed)), leave \(Figures.count(look.unchanged)), reject \(Figures.count(look.rejects.count)); nothing was written")]
        if let problem = look.mapProblem { lines += problem.split(separator: "\n").map(String.init) }
        for feed in look.feeds {
            lines.append("  \(feed.field) ← \(listed(feed.columns))" + (feed.isIdentity ? say("（身份，另存）", " (identity, kept apart)") : ""))
        }
        if !look.unmapped.isEmpty { lines.append(say("  按原列名保留：", "  kept under their own names: ") + listed(look.unmapped)) }
        for reason in look.rejects.reasons.prefix(reasonsShown) {
            let places = look.rejects.rows.filter { $0.reason == reason }.prefix(5).map { ($0.place.sheet.map { $0 + "!" } ?? "") + String($0.place.line) }
            lines.append(say("退回 ", "rejected ") + Figures.count(look.rejects.counts[reason] ?? 0) + ": "
                + [reason.column ?? reason.field.map { RejectTally.fieldName($0, in: .ofUser) }, reason.reason].compactMap(\.self).joined(separator: " ")
                + say("，行 ", ", rows ") + places.joined(separator: ", "))
            lines.append("  " + say("处理：", "Remedy: ") + RejectTally.remedy(reason.code, in: .ofUser))
        }
        if look.isProposed {
            lines.append(say(
                "提示：对应关系是推测的。juanzong import --guess \(path) > map.yaml，核对后用 --map map.yaml 导入",
                "note: the map is a guess. juanzong import --guess \(path) > map.yaml, check it, then import with --map map.yaml"))
        }
        return lines
    }

    private static func object(_ summary: ImportSummary, _ path: String) -> JSONObject {
        var object: JSONObject = [
            "file": .string(path), "imported": .integer(summary.imported), "updated": .integer(summary.updated),
            "unchanged": .integer(summary.unchanged), "rejected": .integer(summary.rejected),
            "seconds": .decimal(summary.seconds, places: 3),
            "recordsPerSecond": .decimal(Figures.rate(summary.recordsThisRun, seconds: summary.seconds), places: 1),
            "bytesPerSecond": .decimal(Figures.rate(summary.bytes, seconds: summary.seconds), places: 0),
            "reading": .string(summary.reading),
        ]
        if summary.resumedRows > 0 { object.set("resumedRows", to: .integer(summary.resumedRows)) }
        object.set("rejects", to: summary.rejectsPath.map { .string($0) })
        return object
    }

    private static func sentence(_ summary: ImportSummary, _ path: String) -> String {
        let rate = Figures.count(Int(Figures.rate(summary.recordsThisRun, seconds: summary.seconds)))
        let time = Figures.duration(summary.seconds)
        let resumed = summary.resumedRows == 0
            ? "" : say(
                "，接着上次的 \(Figures.count(summary.resumedRows)) 行", ", behind \(Figures.count(summary.resumedRows)) rows of an earlier run")
        let reading = summary.reading.isEmpty ? "" : say("（\(summary.reading)）", " (\(summary.reading))")
        return say(
            "\(path)\(reading)：新增 \(Figures.count(summary.imported))，更新 \(Figures.count(summary.updated))，"
                + "未变 \(Figures.count(summary.unchanged))，退回 \(Figures.count(summary.rejected))\(resumed)；用时 \(time)，每秒 \(rate) 条",
            "\(path)\(reading): \(Figures.count(summary.imported)) imported, \(Figures.count(summary.updated)) updated, "
                + "\(Figures.count(summary.unchanged)) unchanged, \(Figures.count(summary.rejected)) rejected\(resumed) in \(time), \(rate) records/s")
    }
}

struct MissingFile: NoticeError {
    let path: String
    let errno: CInt

    /// - Throws: when there is no file to read.
    static func check(_ path: String) throws {
        if path == "-" { return }
        try Console.check(path)
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw MissingFile(path: path, errno: Glibc.errno) }
        if status.st_mode & S_IFMT == S_IFDIR { throw MissingFile(path: path, errno: EISDIR) }
        guard unsafe access(path, R_OK) == 0 else { throw MissingFile(path: path, errno: Glibc.errno) }
    }

    func notice(in language: Language) -> String {
        let cause: (chinese: String, english: String) =
            switch errno {
            case ENOENT, ENOTDIR: ("没有这个文件", "there is no such file")
            case EISDIR: ("这是文件夹，不是文件", "this is a folder, not a file")
            case EACCES, EPERM: ("没有读取这个文件的权限", "this file may not be read")
            default: ("读不了这个文件：\(FileDescriptor.words(for: errno))", "this file cannot be read: \(FileDescriptor.words(for: errno))")
            }
        return switch language {
        case .chinese:
            """
            错误：\(cause.chinese)
            位置：\(path)
            处理：检查文件名和权限后重新导入；尚未导入任何记录
            """
        case .english:
            """
            Error: \(cause.english)
            Where: \(path)
            Remedy: check its name and permissions and import again; nothing has been imported yet
            """
        }
    }
}
