// `juanzong reindex`, `compact`, `backup`: long work on the whole archive that changes no record.

import ArgumentParser
import Engine
import Records

struct Reindex: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reindex",
        abstract: say("由记录重建索引；期间照常检索。", "Build the index anew from the records; searches go on meanwhile."),
        discussion: say("例：juanzong reindex", "Example: juanzong reindex"))

    @OptionGroup var writing: WritingOptions

    @Flag(help: help("输出 JSON", "Print JSON"))
    var json = false

    func run() throws {
        try LongWork.run(
            open: writing.open, json: json, done: say("索引已重建", "index built"),
            interrupted: say("已中断。原来的索引照常使用；再运行一次就会接着做", "Interrupted. The index in use is untouched; run again to continue")
        ) { engine, report in
            let need = try engine.reindexNeed()
            Notices.print(say(
                "约需磁盘 \(Figures.bytes(need.bytesNeeded))，可用 \(Figures.bytes(need.bytesFree))",
                "about \(Figures.bytes(need.bytesNeeded)) of disk needed, \(Figures.bytes(need.bytesFree)) free"))
            try engine.reindex(waitingSeconds: writing.wait, report: report)
        }
    }
}

struct Compact: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: say("收回不再用的磁盘空间。", "Give unused disk space back."),
        discussion: say("例：juanzong compact", "Example: juanzong compact"))

    @OptionGroup var writing: WritingOptions

    @Flag(help: help("输出 JSON", "Print JSON"))
    var json = false

    func run() throws {
        try LongWork.run(
            open: writing.open, json: json, done: say("空间已收回", "space given back"),
            interrupted: say("已中断。档案库没有改变；可以再运行一次", "Interrupted. The archive is unchanged; run again when you like")
        ) { try $0.compact(report: $1) }
    }
}

struct Backup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: say("把档案库复制到另一个文件夹。", "Copy the archive to another folder."),
        discussion: say(
            "期间照常检索和导入。密钥文件不在其中，须另外保存。\n\n例：juanzong backup /mnt/disk/12345-2023-12-31",
            "Searches and imports go on meanwhile. The key file is not part of it: keep it elsewhere.\n\nExample: juanzong backup /mnt/disk/12345-2023-12-31"))

    @OptionGroup var archive: ArchiveOptions

    @Argument(help: help("新的文件夹", "A new folder", value: "dir"))
    var folder: String

    @Flag(help: help("输出 JSON", "Print JSON"))
    var json = false

    func run() throws {
        try LongWork.run(
            open: archive.open, json: json, done: say("已备份到 \(folder)", "copied to \(folder)"),
            interrupted: say("已中断。\(folder) 里的副本不完整，请删除后重做", "Interrupted. The copy in \(folder) is not whole: delete it and start again")
        ) { try $0.backup(to: folder, report: $1) }
    }
}

/// Work with a bar and a closing line.
enum LongWork {
    static func run(
        open: () throws -> Engine, json: Bool, done: String, interrupted: String,
        _ work: (Engine, @escaping ProgressReport) throws -> Void
    ) throws {
        Interruption.prepare(interrupted)
        let bar = ProgressBar()
        defer { bar.clear() }
        let engine = try open()
        try work(engine) { bar.report($0) }
        bar.clear()
        var output = Output()
        if json {
            output.line(["seconds": .decimal(bar.secondsGone, places: 3)] as JSONObject)
        } else {
            output.line("\(done)\(say("，用时 ", " in "))\(Figures.duration(bar.secondsGone))")
        }
        try output.flush()
    }
}
