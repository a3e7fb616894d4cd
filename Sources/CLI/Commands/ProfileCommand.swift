// `juanzong profile`: the rules of bodies, shipped and one's own.

import ArgumentParser
import Engine
import Records

struct ProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: say("机构的规则：列出、显示、检查、新建。", "The rules of a body: list, show, check, make."),
        discussion: say(
            """
            例：juanzong profile list
                juanzong profile show S21
                juanzong profile new --from S21 --id our-bureau --title 我局投诉举报制度 > our.yaml
                juanzong profile check our.yaml
            """,
            """
            Example: juanzong profile list
                     juanzong profile show S21
                     juanzong profile new --from S21 --id our-bureau --title 我局投诉举报制度 \\
                         > our.yaml
                     juanzong profile check our.yaml
            """),
        subcommands: [List.self, ShowProfile.self, Check.self, New.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: say("随程序提供的规则。", "The rules that come with the program."))

        @Flag(help: help("每条输出一个 JSON", "Print one JSON object a line"))
        var json = false

        func run() throws {
            var output = Output()
            for profile in try Engine.shippedProfiles() {
                if json {
                    output.line(["id": .string(profile.id), "title": .string(profile.title), "source": .string(profile.source)] as JSONObject)
                } else {
                    output.line(EastAsianWidth.padded(profile.id, to: 9) + profile.title)
                }
            }
            try output.flush()
        }
    }

    struct ShowProfile: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: say("显示一套规则（YAML）；不给编号则显示档案库自己的。", "Show rules as YAML; without an id, the archive's own."))

        @OptionGroup var archive: ArchiveOptions

        @Argument(help: help("规则编号，如 S21", "A profile, such as S21", value: "id"))
        var id: String?

        func run() throws {
            var output = Output()
            output.text(try id.map(Engine.shippedProfileText) ?? archive.open().profileText())
            try output.flush()
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: say("检查一个规则文件，指出错处的行和列。", "Check a profile file; mistakes are told by line and column."))

        @Argument(help: help("规则文件；默认本档案库的 profile.yaml", "The profile; that of the archive by default", value: "file"))
        var file: String?

        @OptionGroup var archive: ArchiveOptions

        @Flag(help: help("输出 JSON", "Print JSON"))
        var json = false

        func run() throws {
            let file = file ?? archive.engineOptions.archivePath + "/profile.yaml"
            try Console.check(file)
            let answer = try Engine.checkProfile(at: file)
            var output = Output()
            if json {
                var object: JSONObject = ["ok": true, "id": .string(answer.id), "title": .string(answer.title)]
                for (name, count) in answer.counts { object.set(name, to: .integer(count)) }
                object.set("notices", to: .array(answer.notices.map { .string($0.text(in: .ofUser)) }))
                output.line(object)
            } else {
                output.line(say("可用：", "good: ") + "\(answer.id)  \(answer.title)")
                output.line(answer.counts.map { "\($0.name) \($0.count)" }.joined(separator: "  "))
            }
            try output.flush()
            if !json { for notice in answer.notices { Notices.print(say("提示：", "note: ") + notice.text(in: .ofUser)) } }
        }
    }

    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "new", abstract: say("以一套规则为底新写一份。", "Write a profile of your own, built on a shipped one."))

        @Option(help: help("作底的规则", "The profile to build on", value: "id"))
        var from = "general"

        @Option(help: help("新规则的编号", "The id of the new profile", value: "id"))
        var id: String

        @Option(help: help("新规则的名称", "Its title", value: "text"))
        var title: String

        func run() throws {
            var output = Output()
            output.text(try Engine.newProfile(id: id, title: title, from: from))
            try output.flush()
        }
    }
}
