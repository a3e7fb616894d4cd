// `juanzong build-shard`, `manifest`: one file to one shard, shards to an archive that is only read.

import ArgumentParser
import Answers
import Engine
import Glibc
import Records

struct BuildShard: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build-shard",
        abstract: say("把一个文件建成一个不再改变的分片。", "Build one file into one immutable shard."),
        discussion: say(
            """
            分片以其内容命名：同一文件、同一程序再建一次，名称与内容都相同。先在本地磁盘建好，再复制、改名，不会留下半个分片。
            分片含记录全文（与档案库同样需要保护），不含投诉人身份；文件权限 0600，文件夹 0700。打印一行 JSON，交给 manifest。

            例：juanzong build-shard 2023-3301.jsonl --to /srv/shards
            """,
            """
            A shard is named by what it holds: the same file and program make the same name and content again. It is built on a local
            disk, copied and renamed, so that no half of one is ever seen. It holds the records' whole texts (to be guarded as an archive
            is), and not who complained; files have mode 0600, folders 0700. Prints one line of JSON, for `manifest`.

            Example: juanzong build-shard 2023-3301.jsonl --to /srv/shards
            """))

    @Argument(help: help("JSONL、CSV 或 XLSX 文件", "A JSONL, CSV or XLSX file", value: "file"))
    var file: String

    @Option(help: help("分片放在哪个文件夹", "The folder of the shards", value: "dir"))
    var to: String

    @Option(help: help("标签，如 2023-3301；默认取文件名", "What it is called, such as 2023-3301; default: the file's name", value: "label"))
    var label: String?

    @Option(help: help("临时文件夹，须在本地磁盘（默认 TMPDIR）", "A folder on a local disk (default TMPDIR)", value: "dir"))
    var work: String?

    @Option(help: help("哪一列对应哪个字段（YAML）", "Which column feeds which field (YAML)", value: "map"))
    var map: String?

    @Option(help: help("按规则中的这种登记表导入", "A form of the profile, instead of a map", value: "form"))
    var form: String?

    @Option(help: help("jsonl、csv 或 xlsx；默认自动识别", "jsonl, csv or xlsx; found out by default", value: "format"))
    var format: Import.FileFormat?

    @Option(help: help("如 gb18030；默认自动识别", "Such as gb18030; found out by default", value: "name"))
    var encoding: String?

    @Option(help: help("受理机构的规则：编号或文件", "The rules of the body: an id or a file", value: "profile"))
    var profile: String?

    @Option(help: help("本机构的词表", "The body's words", value: "file"))
    var lexicon: String?

    @Option(help: help("可用的内存（MiB）", "Memory that it may take, in MiB", value: "mib"))
    var memory: Int = 512

    func validate() throws {
        guard (64...1 << 20).contains(memory) else { throw ValidationError(say("--memory 取 64 至 1048576", "--memory takes 64 to 1048576")) }
        if file == "-" { throw ValidationError(say("分片由文件建成，不能由标准输入", "a shard is built from a file, not from standard input")) }
    }

    func run() throws {
        try MissingFile.check(file)
        Interruption.prepare(say("已中断。没有留下半个分片；再运行一次即可", "Interrupted. No half shard was left; run it again"))
        var input = ImportRequest(path: file)
        input.mapPath = map
        input.form = form
        input.format = format?.rawValue
        input.encoding = encoding
        input.language = .ofUser
        var request = ShardRequest(input: input, output: to)
        request.label = label
        request.workFolder = work
        request.profile = profile
        request.lexicon = lexicon
        request.memoryBytes = memory << 20
        request.user = SystemUser.name(askedFor: environment("JUANZONG_USER"), archivePath: to)
        let bar = ProgressBar()
        defer { bar.clear() }
        let shard = try Engine.buildShard(request) { bar.report($0) }
        bar.clear()
        var output = Output()
        output.line(shard.object)
        try output.flush()
        if shard.rejected > 0 {
            Notices.print(say(
                "提示：\(file) 有 \(Figures.count(shard.rejected)) 行没有入库，原因见 \(to)/\(shard.name).rejects.jsonl",
                "note: \(Figures.count(shard.rejected)) rows of \(file) were rejected; the reasons are in \(to)/\(shard.name).rejects.jsonl"))
        }
    }
}

struct ManifestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manifest",
        abstract: say("把分片合成一个只读的档案库。", "Tie shards together to an archive that is only read."),
        discussion: say(
            """
            从标准输入读入 build-shard 打印的行。版本、词表、规则不同的分片不能合用；同一记录不得在两个分片中。
            建成后用 --archive 打开，检索、统计、显示、服务都与一个档案库相同；--shards 只打开其中几个。旧清单保留在旁边。

            例：cat lines.jsonl | juanzong manifest --shards /srv/shards --archive /srv/all
                juanzong search 停车费 --archive /srv/all --shards '2023*'
                juanzong manifest --list --archive /srv/all
            """,
            """
            Reads the lines that build-shard printed from standard input. Shards of different versions, words or rules are refused, and so
            is a record that is in two of them. Open it with --archive: search, counts, show, trends and the service answer as one archive
            would; --shards opens some of them only. The manifest before stays beside the new one.

            Example: cat lines.jsonl | juanzong manifest --shards /srv/shards \\
                         --archive /srv/all
                     juanzong search 停车费 --archive /srv/all --shards '2023*'
                     juanzong manifest --list --archive /srv/all
            """))

    @Option(help: help("分片所在的文件夹", "The folder of the shards", value: "dir"))
    var shards: String?

    @Option(help: help("由清单打开的档案库（或 JUANZONG_ARCHIVE）", "The archive to make (or JUANZONG_ARCHIVE)", value: "dir"))
    var archive: String?

    @Option(help: help("新建时的规则：编号或文件", "The rules of a new one: an id or a file", value: "profile"))
    var profile: String?

    @Option(help: help("新建时的词表，须与分片相同", "The words of a new one, those of the shards", value: "file"))
    var lexicon: String?

    @Flag(help: help("读遍每个分片，核对与其名称相符", "Read every shard whole and compare it with its name"))
    var check = false

    @Flag(help: help("清除建分片的程序被终止时留下的半成品", "Remove what killed makers of shards left in the folder"))
    var sweep = false

    @Flag(help: help("列出各分片", "List the shards"))
    var list = false

    func validate() throws {
        if !list, shards == nil { throw ValidationError(say("请给出 --shards", "name the folder with --shards")) }
    }

    func run() throws {
        let path = archive ?? environment("JUANZONG_ARCHIVE") ?? "archive"
        var options = EngineOptions(archivePath: path)
        options.user = SystemUser.name(askedFor: environment("JUANZONG_USER"), archivePath: path)
        var output = Output()
        if list {
            let engine = try Engine(opening: options)
            guard let shards = engine.openShards else { throw ShardError.notAView(path: path) }
            for shard in shards { output.line(shard.object) }
            return try output.flush()
        }
        Input.tellTerminal()
        var lines: [String] = []
        try Input.forEachLine(of: STDIN_FILENO, { lines.append($0) }, idle: {})
        let manifest = try Engine.makeManifest(
            ShardManifest.lines(lines), in: shards!, archive: options, profile: profile, lexicon: lexicon, isDeep: check, report: { _ in })
        let swept = sweep ? Engine.sweepShards(shards!) : 0
        output.line([
            "archive": .string(path), "shards": .integer(manifest.shards.count),
            "records": .integer(manifest.shards.reduce(0) { $0 + $1.records }), "rejected": .integer(manifest.shards.reduce(0) { $0 + $1.rejected }),
            "swept": .integer(swept),
        ] as JSONObject)
        try output.flush()
    }
}
