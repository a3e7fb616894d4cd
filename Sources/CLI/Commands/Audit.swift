// `juanzong audit`: who saw and did what, and whether the log is whole. `juanzong unmask`: who complained.

import ArgumentParser
import Engine
import Records

struct Audit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: say("审计日志：谁查阅过什么；校验日志是否完整。", "The audit log: who saw what, and whether it is whole."),
        discussion: say(
            """
            每次检索、查看、解密身份、导出、打印和拒绝都有记录，前后以散列相连。校验时打印的“链首”可抄在纸上，日后用 --expect 核对。

            例：juanzong audit --who-saw HJ-2023-0042
                juanzong audit --verify
            """,
            """
            Searches, views, unmaskings, exports, prints and refusals, each bound to the one before by its hash. The head that
            --verify prints can be kept on paper and compared later with --expect.

            Example: juanzong audit --who-saw HJ-2023-0042
                     juanzong audit --verify
            """))

    @OptionGroup var archive: ArchiveOptions

    @Flag(help: help("校验整条链", "Check the whole chain"))
    var verify = false

    @Option(help: help("先前记下的链首（序号:散列）", "A head noted before, as NUMBER:HASH", value: "head"))
    var expect: String?

    @Option(help: help("谁看过这条记录", "Who saw this record", value: "id"))
    var whoSaw: String?

    @Option(help: help("最多显示几条，最新的在前（默认 50；--who-saw 默认全部）", "How many entries, the newest first (default 50; with --who-saw all)", value: "n"))
    var limit: Int?

    @Flag(help: help("时钟先前走快了，现在是对的：从此以现在为准", "The clock ran ahead before and is right now"))
    var acceptClock = false

    @Flag(help: help("输出 JSON", "Print JSON"))
    var json = false

    func validate() throws {
        guard (1...).contains(limit ?? 1) else { throw ValidationError(say("--limit 从 1 数起", "--limit takes 1 or more")) }
    }

    func run() throws {
        let engine = try archive.open()
        var output = Output()
        if acceptClock {
            try engine.acceptClock()
            return Notices.print(say("已记入日志：以现在的时钟为准", "noted: the clock as it is now counts"))
        }
        if verify || expect != nil {
            let answer = try engine.verifyAudit(expected: expect)
            let problems = answer.problems.map { $0.text(in: .ofUser) }
            if json {
                output.line(["ok": .bool(problems.isEmpty), "head": .string(answer.head), "problems": .array(problems.map { .string($0) })] as JSONObject)
            } else {
                output.line(say("链首：", "head: ") + answer.head)
                output.line(problems.isEmpty ? say("完整", "whole") : say("有 \(problems.count) 个问题", "\(problems.count) problems"))
                for problem in problems { output.line(problem) }
            }
            try output.flush()
            if !problems.isEmpty { throw ExitCode(Exit.error) }
            return
        }
        let entries = try engine.auditEntries(whoSaw: whoSaw, limit: limit ?? (whoSaw == nil ? 50 : nil))
        for entry in entries {
            if json {
                var object: JSONObject = ["number": .integer(entry.number)]
                for (key, value) in entry.json.entries { object.set(key, to: value) }
                object.set("hash", to: .string(entry.hash))
                output.line(object)
            } else {
                let records = (entry.json["records"]?.array ?? []).compactMap(\.string).prefix(3).joined(separator: " ")
                let parts = [
                    "\(entry.number)", entry.json["at"]?.string ?? "", entry.json["user"]?.string ?? "", entry.json["action"]?.string ?? "",
                    entry.json["verb"]?.string ?? "", entry.json["query"]?.string ?? "", records, entry.json["detail"]?.string ?? "", entry.json["purpose"]?.string ?? "",
                    entry.json["failure"]?.string ?? "",
                ]
                output.line(parts.filter { !$0.isEmpty }.map(Terminal.line).joined(separator: "  "))
            }
            try output.flushIfLarge()
        }
        try output.flush()
        if entries.isEmpty {
            Notices.print(say("没有记录", "no entry"))
            throw ExitCode(Exit.nothingFound)
        }
    }
}

struct Unmask: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unmask",
        abstract: say("显示投诉人身份（须说明用途，记入审计日志）。", "Show who complained; needs a purpose and is logged."),
        discussion: say("例：juanzong unmask HJ-2023-0042 --purpose 电话回访", "Example: juanzong unmask HJ-2023-0042 --purpose 'call back'"))

    @OptionGroup var archive: ArchiveOptions

    @Argument(help: help("记录的编号", "The record's id or number", value: "id"))
    var id: String

    @Option(help: help("用途", "What for", value: "text"))
    var purpose: String

    @Flag(help: help("输出 JSON", "Print JSON"))
    var json = false

    func run() throws {
        let found = try archive.open().unmask(id, purpose: purpose)
        var output = Output()
        for one in found {
            if json {
                var object: JSONObject = ["id": .string(one.id)]
                for (key, value) in one.identity.entries { object.set(key, to: value) }
                output.line(object)
            } else {
                output.line(Terminal.line(one.id))
                var identity = one.identity
                // How the number of complainants is kept is the archive's own affair.
                identity.remove("countIsDerived")
                RecordPrinter(terminal: Terminal(.auto)).print(identity, indent: 2, to: &output)
                if one.identity.isEmpty { output.line(say("  （匿名，或没有身份信息）", "  (anonymous, or without identity)")) }
            }
        }
        try output.flush()
        if found.isEmpty {
            Notices.print(say("没有找到编号 \(id)", "no record has the number \(id)"))
            throw ExitCode(Exit.nothingFound)
        }
    }
}

/// `juanzong status`: what a complainant may ask.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: say("凭编号查询办理状态（供投诉人）。", "Where a case stands, by its number (for the complainant)."),
        discussion: say("只显示状态和日期，不显示内容和他人信息。\n\n例：juanzong status TJ2024-0012", "Shows state and dates, no text and nothing of others.\n\nExample: juanzong status TJ2024-0012"))

    @OptionGroup var archive: ArchiveOptions

    @Argument(help: help("编号", "The number", value: "no"))
    var no: String

    @Flag(help: help("输出 JSON", "Print JSON"))
    var json = false

    func run() throws {
        let found = try archive.open().publicStatus(no: no)
        var output = Output()
        for one in found {
            if json {
                var object: JSONObject = ["no": .string(one.no), "status": .string(one.status), "receivedAt": .string(one.receivedAt)]
                if let closed = one.closedAt { object.set("closedAt", to: .string(closed)) }
                if let due = one.nextDue { object.set("nextDue", to: .string(due)) }
                output.line(object)
            } else {
                output.line([one.no, one.status, say("接收 ", "received ") + one.receivedAt, one.closedAt.map { say("办结 ", "closed ") + $0 },
                    one.nextDue.map { say("下一期限 ", "next due ") + $0 }].compactMap { $0 }.joined(separator: "  "))
            }
        }
        try output.flush()
        if found.isEmpty {
            Notices.print(say("没有找到编号 \(no)", "no record has the number \(no)"))
            throw ExitCode(Exit.nothingFound)
        }
    }
}
