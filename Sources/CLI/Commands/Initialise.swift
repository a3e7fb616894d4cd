// `juanzong init`: makes an archive and its key.

import ArgumentParser
import Engine
import Records

struct Initialise: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: say("建立档案库。", "Make an archive."),
        discussion: say("例：juanzong init --archive ./12345 --profile general", "Example: juanzong init --archive ./12345 --profile general"))

    @OptionGroup var archive: ArchiveOptions

    @Option(help: help("受理机构的规则", "The rules of the body", value: "id"))
    var profile: String?

    @Flag(help: help("输出 JSON", "Print JSON"))
    var json = false

    func run() throws {
        let options = archive.engineOptions
        let keyPath = try Engine.create(options, profile: profile)
        var output = Output()
        if json {
            output.line(["archive": .string(options.archivePath), "key": .string(keyPath)] as JSONObject)
        } else {
            output.line(say("档案库已建立：", "archive: ") + options.archivePath)
            output.line(say("密钥文件：", "key file: ") + keyPath)
        }
        try output.flush()
        Notices.print(say(
            "提示：没有密钥文件就读不出投诉人的身份信息。请把它另存一份，不要与档案库放在一起",
            "note: without the key file the complainants' identity cannot be read. Keep a copy, apart from the archive"))
    }
}
