// `juanzong restore`: a backup takes the archive's place.

import ArgumentParser
import Engine
import Records

struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: say("用备份恢复；此后销毁过的，恢复后再次销毁。", "Put a backup in place; what was destroyed since is destroyed again."),
        discussion: say("原档案库改名保留，不删除。\n\n例：juanzong restore /mnt/disk/12345-2023-12-31", "The archive that was there keeps its files under another name.\n\nExample: juanzong restore /mnt/disk/12345-2023-12-31"))
    @OptionGroup var archive: ArchiveOptions
    @Argument(help: help("备份文件夹", "The backup", value: "dir")) var folder: String
    @Flag(help: help("输出 JSON", "Print JSON")) var json = false
    func run() throws {
        let answer = try Engine.restore(archive.engineOptions, from: folder)
        var output = Output()
        if json {
            var object: JSONObject = ["restored": true, "destroyedAgain": .integer(answer.reapplied)]
            if let aside = answer.aside { object.set("aside", to: .string(aside)) }
            output.line(object)
        } else {
            output.line(say("已恢复", "restored") + (answer.reapplied > 0 ? say("；按清册再次销毁 \(answer.reapplied) 卷", "; \(answer.reapplied) files destroyed again") : ""))
            if let aside = answer.aside { output.line(say("原档案库在 \(aside)", "the former archive is at \(aside)")) }
        }
        try output.flush()
    }
}
