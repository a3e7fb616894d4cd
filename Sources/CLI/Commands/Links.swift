// `juanzong link` and `juanzong unlink`: what people decided on two records. Nothing is merged, nothing is lost.

import ArgumentParser
import Engine
import Glibc
import Records

struct LinkRecords: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link",
        abstract: say("确认两条记录有关，或列出一条记录的决定。", "Confirm that two records belong together, or list decisions."),
        discussion: say(
            """
            只建立关联，不合并记录；谁、何时、为何一并记下，可用 unlink 撤销。不写 --verdict 时采用 check 的判断。

            例：juanzong link HJ-2023-0042 HJ-2023-0017 --by 王敏 --reason "同一人同一事项，已电话核实"
                juanzong link HJ-2023-0042
            """,
            """
            Links, never merges; who, when and why are kept, and unlink takes it back. Without --verdict it is what check says.

            Example: juanzong link HJ-2023-0042 HJ-2023-0017 --by wang \\
                         --reason "same person, confirmed by telephone"
                     juanzong link HJ-2023-0042
            """))

    @OptionGroup var archive: ArchiveOptions

    @Argument(help: help("记录的编号", "A record's id or number", value: "id"))
    var id: String

    @Argument(help: help("另一条记录的编号；不写则列出决定", "The other record; without it the decisions are listed", value: "other"))
    var other: String?

    @Option(help: help("关系：D0 至 D5", "What they are to each other: D0 to D5", value: "verdict"))
    var verdict: String?

    @OptionGroup var decision: DecisionOptions

    func validate() throws {
        if let verdict, Code<LinkType>(verdict).known == nil {
            throw ValidationError(say("--verdict 取 D0 至 D5", "--verdict takes D0 to D5"))
        }
    }

    func run() throws {
        let engine = try archive.open()
        guard let other else {
            let views = try engine.links(of: id)
            for view in views { try decision.print(view) }
            if views.isEmpty {
                if !decision.json { Notices.print(say("没有作过决定", "no decisions")) }
                throw ExitCode(Exit.nothingFound)
            }
            return
        }
        let type = verdict.flatMap { Code<LinkType>($0).known }
        try decision.print(
            try engine.link(id, other, type: type, by: decision.person, reason: decision.reason ?? ""))
    }
}

struct UnlinkRecords: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlink",
        abstract: say("确认两条记录无关，或撤销关联。", "Say that two records do not belong together."),
        discussion: say(
            """
            此后 check 不再提出这一对；再用 link 可以改回。

            例：juanzong unlink HJ-2023-0042 HJ-2023-0017 --by 王敏 --reason "不是同一小区"
            """,
            """
            check does not propose the pair again; link changes it back.

            Example: juanzong unlink HJ-2023-0042 HJ-2023-0017 --by wang \\
                         --reason "not the same estate"
            """))

    @OptionGroup var archive: ArchiveOptions

    @Argument(help: help("记录的编号", "A record's id or number", value: "id"))
    var id: String

    @Argument(help: help("另一条记录的编号", "The other record's", value: "other"))
    var other: String

    @OptionGroup var decision: DecisionOptions

    func run() throws {
        let engine = try archive.open()
        try decision.print(try engine.unlink(id, other, by: decision.person, reason: decision.reason ?? ""))
    }
}

/// Who decides, and why.
struct DecisionOptions: ParsableArguments {
    @Option(help: help("谁作的决定（默认为登录用户）", "Who decides (default: the user logged in)", value: "name"))
    var by: String?

    @Option(help: help("理由", "Why", value: "text"))
    var reason: String?

    @Flag(help: help("输出 JSON", "Print JSON"))
    var json = false

    var person: String { Console.current?.request.user ?? by ?? environment("USER") ?? environment("LOGNAME") ?? "" }

    func print(_ view: LinkView) throws {
        var output = Output()
        let kind =
            switch view.decision.kind {
            case .confirmed: say("关联", "linked")
            case .refused: say("无关", "refused")
            case .unlinked: say("撤销关联", "unlinked")
            }
        if json {
            var object: JSONObject = [
                "id": .string(view.id), "other": .string(view.other), "decision": .string(view.decision.kind.rawValue),
            ]
            object.set("type", to: view.decision.type.map { .string($0.english) })
            object.set("by", to: .string(view.decision.by))
            object.set("reason", to: .string(view.decision.reason))
            object.set("at", to: .string(view.at))
            object.set("standing", to: .bool(view.isStanding))
            object.set("otherTitle", to: .string(view.otherTitle))
            object.set("otherDate", to: .string(view.otherDate))
            output.line(object)
        } else {
            let type = view.decision.type.map { " " + $0.name(in: .ofUser) } ?? ""
            let by = view.decision.by.isEmpty ? "" : "  " + Terminal.line(view.decision.by)
            let reason = view.decision.reason.isEmpty ? "" : "  " + Terminal.line(view.decision.reason)
            let standing = view.isStanding ? "" : say("（已被后来的决定取代）", " (a later decision stands)")
            output.line("\(Terminal.line(view.id)) ↔ \(Terminal.line(view.other))  \(kind)\(type)\(by)  \(view.at)\(reason)\(standing)")
            let about = [view.otherDate, Terminal.line(view.otherTitle)].filter { !$0.isEmpty }.joined(separator: "  ")
            if !about.isEmpty { output.line(EastAsianWidth.fit("    \(about)", columns: max(20, Terminal.columns(of: 1)))) }
        }
        try output.flush()
    }
}
