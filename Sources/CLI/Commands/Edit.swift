// `juanzong edit` and `juanzong event`: a record gets a new version; the former ones stay.

import ArgumentParser
import Engine
import Glibc
import Records

struct Edit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: say("修改一条记录；原来的内容留作旧版本。", "Change a record; what it said stays as an earlier version."),
        discussion: say(
            """
            字段用英文标识或中文名称；列表和对象写成 JSON。投诉人身份随记录保留。
            `juanzong show ID --version N` 查看旧版本，版本记录里有经办人、时间、原因和改了哪些字段。

            例：juanzong edit HJ-2023-0042 --set 状态=已办结 --set closedAt=2024-03-08 \\
                    --reason 回访确认
                juanzong edit HJ-2023-0042 --unset grade
                juanzong edit HJ-2023-0042 --merge 更正.json
            """,
            """
            Fields by their key or Chinese name; lists and objects as JSON. Who complained stays with the record.
            `juanzong show ID --version N` shows former versions; each says who, when, why and which fields.

            Example: juanzong edit HJ-2023-0042 --set status=已办结 \\
                         --set closedAt=2024-03-08 --reason 'confirmed by phone'
                     juanzong edit HJ-2023-0042 --unset grade
                     juanzong edit HJ-2023-0042 --merge patch.json
            """))

    @OptionGroup var change: ChangeOptions

    @Argument(help: help("记录的编号", "The record's id or number", value: "id"))
    var id: String

    @Option(help: help("字段的新值，可多次给出", "The new value of a field; may be repeated", value: "field=value"))
    var set: [String] = []

    @Option(help: help("去掉这个字段，可多次给出", "Take this field away; may be repeated", value: "field"))
    var unset: [String] = []

    @Option(help: help("按 JSON 合并（RFC 7396）修改；- 为标准输入", "Change by a JSON merge patch (RFC 7396); - is standard input", value: "file"))
    var merge: String?

    @Option(help: help("只在最新版是第几版时修改", "Change only if this is the newest version", value: "n"))
    var version: Int?

    func validate() throws {
        if set.isEmpty, unset.isEmpty, merge == nil {
            throw ValidationError(say("请用 --set、--unset 或 --merge 说明要改什么", "say what to change with --set, --unset or --merge"))
        }
        for member in set where !member.dropFirst().contains("=") {
            throw ValidationError(say("--set 写成 字段=值", "--set takes field=value"))
        }
    }

    func run() throws {
        let patch = try merge.map { source -> JSONObject in
            let text = source == "-" ? try Input.text() : try Input.text(ofFile: source)
            guard let object = try RecordInput.objects(in: text, from: source).first else { return JSONObject() }
            return object
        }
        let sets = try set.map { member -> (key: String, value: String) in
            let parts = member.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (try key(String(parts[0])), String(parts[1]))
        }
        let unsets = try unset.map(key)
        let engine = try change.archive.open()
        let result = try engine.edit(id, version: version, note: change.note) { record in
            if let patch { record.merge(patch) }
            for key in unsets { record[key] = nil }
            for (key, value) in sets { try MemberName.set(key, to: value, in: &record) }
        }
        try ChangePrinter.print([result], json: change.json)
    }

    private func key(_ name: String) throws -> String {
        if let key = MemberName.key(of: name) { return key }
        // A slip of the pen must not become a member of its own.
        throw UsageMistake(
            chinese: "没有“\(name)”这个字段；本机构自有的字段请用 --merge 修改",
            english: "there is no field '\(name)'; members of the body's own are changed with --merge", verb: "edit")
    }
}

struct AddEvent: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "event",
        abstract: say("记一笔流转：转办、催办、督办、回访、办结……", "Write down an event: referred, reminded, supervised, followed up, closed …"),
        discussion: say(
            """
            意见可以检索；流转事件写入记录的新版本。

            例：juanzong event HJ-2023-0042 --type 督办 --unit 区市场监管局 --due 2024-03-20 \\
                    --opinion 三日内答复
                juanzong event HJ-2023-0042 --type 办结 --status 已办结
            """,
            """
            Opinions can be searched. The event is written into a new version of the record.

            Example: juanzong event HJ-2023-0042 --type supervised --unit 区市场监管局 \\
                         --due 2024-03-20 --opinion 三日内答复
                     juanzong event HJ-2023-0042 --type closed --status 已办结
            """))

    @OptionGroup var change: ChangeOptions

    @Argument(help: help("记录的编号", "The record's id or number", value: "id"))
    var id: String

    @Option(help: help("事件：登记、分流、转办、签收、催办、督办、延期、退回、答复、回访、办结等", "What happened: registered, referred, reminded, supervised, extended, returned, replied, followUp, closed …", value: "type"))
    var type: String

    @Option(help: help("何时；默认现在", "When; now by default", value: "time"))
    var at: String?

    @Option(help: help("经办人", "Who did it", value: "name"))
    var actor: String?

    @Option(help: help("经办单位", "Which unit did it", value: "unit"))
    var unit: String?

    @Option(help: help("接收单位", "Which unit received it", value: "unit"))
    var receiver: String?

    @Option(help: help("单号", "Number of the slip", value: "no"))
    var slip: String?

    @Option(help: help("限办时间", "When it is due", value: "time"))
    var due: String?

    @Option(help: help("意见；- 从标准输入读取", "The opinion; - reads it from standard input", value: "text"))
    var opinion: String?

    @Option(help: help("同时改记录的状态", "Sets the record's status too", value: "status"))
    var status: String?

    func run() throws {
        var event = JSONObject()
        event.set("type", to: .string(type))
        event.set("at", to: .string(at ?? Self.now))
        event.set("actor", to: actor.map { .string($0) })
        event.set("unit", to: unit.map { .string($0) })
        event.set("receiver", to: receiver.map { .string($0) })
        event.set("slipNo", to: slip.map { .string($0) })
        event.set("due", to: due.map { .string($0) })
        event.set("opinion", to: try (opinion == "-" ? Input.text() : opinion).map { .string($0) })
        let written = event
        let result = try change.archive.open().edit(id, cause: .event, note: change.note) { record in
            record.set("events", to: .array((record["events"]?.array ?? []) + [.object(written)]))
            record.set("status", to: status.map { .string($0) })
        }
        try ChangePrinter.print([result], json: change.json)
    }

    private static var now: String { Timestamp(seconds: Int64(time(nil)))?.text ?? "" }
}
