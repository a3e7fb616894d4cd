// `juanzong case`: 立卷归档, from opening a file to its destruction.

import ArgumentParser
import Engine
import Records

struct CaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case",
        abstract: say("立卷归档：开卷、归卷、排列、检查、归档、打印、保全、鉴定、销毁。", "Archive files: open, fill, check, file, print, hold, appraise, destroy."),
        discussion: say(
            """
            例：juanzong case open TJ2024-0001
                juanzong case add AJ000001 笔录.pdf --type 调查笔录 --title 询问李某笔录 \\
                    --date 20240506 --pages 3
                juanzong case check AJ000001
                juanzong case close AJ000001 && juanzong case file AJ000001 \\
                    --checked-by 王科长
                juanzong case print AJ000001 --to ./print --pdf
            """,
            """
            Example: juanzong case open TJ2024-0001
                     juanzong case add AJ000001 notes.pdf --type 调查笔录 --title 询问李某笔录 \\
                         --date 20240506 --pages 3
                     juanzong case check AJ000001
                     juanzong case close AJ000001 && juanzong case file AJ000001 \\
                         --checked-by 王科长
                     juanzong case print AJ000001 --to ./print --pdf
            """),
        subcommands: [
            Open.self, Join.self, Add.self, ShowFile.self, List.self, Order.self, Check.self, Close.self, FileIt.self, Note.self, HandOut.self, TakeBack.self, Extract.self,
            Print.self, Summary.self, Hold.self, Release.self, Keep.self, Due.self, Appraise.self, Destroy.self, Register.self,
        ])

    /// Prints a file after a change.
    /// Nothing is listed: said, so that an empty screen is no riddle.
    static func nothing(_ words: String? = nil) -> ExitCode {
        Notices.print(words ?? say("没有这样的案卷", "no such files"))
        return ExitCode(Exit.nothingFound)
    }

    /// - Parameter titles: of its records, where they are told one by one.
    static func print(_ file: CaseFileView, titles: [RecordTitle]? = nil, json: Bool) throws {
        var output = Output()
        if json {
            var object = file.json
            if let titles {
                object.set("recordTitles", to: .array(titles.map { ["id": .string($0.id), "title": .string($0.title), "date": .string($0.date)] }))
            }
            output.line(object)
        } else {
            let states = [CaseFileState.open: say("在办", "open"), .closed: say("已结卷", "closed"), .filed: say("已归档", "filed"), .destroyed: say("已销毁", "destroyed")]
            output.line([file.id, file.referenceCode ?? "", states[file.state] ?? "", file.isHeld ? say("保全中", "on hold") : "", Terminal.line(file.title)].filter { !$0.isEmpty }.joined(separator: "  "))
            output.line(say("记录 ", "records ") + file.records.map(Terminal.line).joined(separator: " ")
                + (file.retention.map { say("  保管期限 ", "  kept ") + $0 } ?? "") + (file.keepUntil.map { say(" 至 ", " until ") + $0 } ?? ""))
            for one in titles ?? [] where !one.title.isEmpty { output.line("  " + [one.date, one.id, one.title].map(Terminal.line).joined(separator: "  ")) }
            for document in file.documents {
                output.line("  \(document.number)  " + [document.type, document.title, document.date ?? "", say("\(document.pages) 页", "\(document.pages) p."), document.isInner ? say("副卷", "inner") : "", document.notice]
                    .filter { !$0.isEmpty }.map(Terminal.line).joined(separator: "  "))
            }
            for hold in file.holds {
                let review = hold.review.map { say("，\($0) 前复核", ", to be looked at by \($0)") } ?? ""
                let released = hold.releasedAt.map { say("，\($0.prefix(10)) 解除", ", released \($0.prefix(10))") + (hold.releaseReason.map { "：" + $0 } ?? "") } ?? ""
                output.line("  \(hold.at.prefix(10))  " + say("保全：", "hold: ") + Terminal.line(hold.basis + review + released) + "（\(Terminal.line(hold.by))）")
            }
            for one in file.custody {
                output.line("  \(one.at.prefix(10))  " + (one.isOut ? say("原件交 ", "paper to ") : say("原件交回：", "paper back from ")) + Terminal.line(one.holder)
                    + (one.due.map { say("，应于 \($0) 前交回", ", due back \($0)") } ?? "") + (one.note.map { "  " + Terminal.line($0) } ?? "") + "（\(Terminal.line(one.by))）")
            }
            for note in file.notes { output.line("  \(note.at.prefix(10))  \(Terminal.line(note.kind))：\(Terminal.line(note.text))（\(Terminal.line(note.by))）") }
        }
        try output.flush()
    }

    struct FileArgument: ParsableArguments {
        @OptionGroup var archive: ArchiveOptions
        @Argument(help: help("案卷编号或档号", "The file's id or its 档号", value: "file"))
        var file: String
        @Flag(help: help("输出 JSON", "Print JSON"))
        var json = false
    }

    struct Open: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "open", abstract: say("开卷（一案一卷）。", "Open a file for one matter."))
        @OptionGroup var archive: ArchiveOptions
        @Argument(help: help("记录编号，可多个", "Records, by number", value: "id")) var ids: [String]
        @Option(help: help("题名；默认由被投诉人和事由组成", "The title; made of respondent and matter by default", value: "text")) var title: String?
        @Flag(help: help("输出 JSON", "Print JSON")) var json = false
        func run() throws { try CaseCommand.print(archive.open().openCase(ids, title: title), json: json) }
    }

    struct Join: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "join", abstract: say("把重复件并入原案卷。", "Put repeats into the file of their matter."))
        @OptionGroup var file: FileArgument
        @Argument(help: help("记录编号", "Records, by number", value: "id")) var ids: [String]
        func run() throws { try CaseCommand.print(file.archive.open().joinCase(file.file, records: ids), json: file.json) }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: say("归入一份文件（原件加封保存，文字可检索）。", "Add a document: its bytes sealed, its text findable."))
        @OptionGroup var file: FileArgument
        @Argument(help: help("文件", "The document", value: "path")) var path: String
        @Option(help: help("文种，如 调查笔录", "The kind, such as 调查笔录", value: "type")) var type: String
        @Option(help: help("题名", "Its title", value: "text")) var title: String?
        @Option(help: help("文号", "Its number", value: "no")) var no: String?
        @Option(help: help("责任者", "Who wrote it", value: "name")) var author: String?
        @Option(help: help("日期，8 位", "Its date, eight digits", value: "date")) var date: String?
        @Option(help: help("页数", "Pages", value: "n")) var pages = 1
        @Flag(help: help("归入副卷", "Into the inner part")) var inner = false
        @Option(help: help("签名、盖章、拒签、未签", "签名 (signed), 盖章 (sealed), 拒签 (refused), 未签 (not signed)", value: "word")) var signature: String?
        @Option(help: help("一式几份", "How many there are of it", value: "n")) var copies: Int?
        @Option(help: help("各份由谁执存，如 双方、本局", "Who keeps one each, such as 双方、本局", value: "names")) var keepers: String?
        @Option(help: help("备注，印在卷内文件目录上", "A remark for the list of contents", value: "text")) var remark: String?
        func run() throws {
            try Console.check(path)
            var new = NewDocument(path: path, type: type)
            (new.title, new.no, new.author, new.date, new.pages) = (title, no, author, date, pages)
            (new.signature, new.copies, new.keepers, new.remark) = (signature, copies, keepers, remark)
            if inner { new.isInner = true }
            try CaseCommand.print(file.archive.open().addDocument(file.file, new), json: file.json)
        }
        func validate() throws {
            guard (0...100_000).contains(pages) else { throw ValidationError(say("--pages 取 0 至 100000", "--pages takes 0 to 100000")) }
            if let signature, !["签名", "盖章", "拒签", "未签"].contains(signature) { throw ValidationError(say("--signature 取 签名、盖章、拒签、未签", "--signature takes 签名, 盖章, 拒签, 未签")) }
            if let copies, !(1...999).contains(copies) { throw ValidationError(say("--copies 取 1 至 999", "--copies takes 1 to 999")) }
        }
    }

    struct ShowFile: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: say("显示案卷。", "Show a file."))
        @OptionGroup var file: FileArgument
        func run() throws {
            let (shown, titles) = try file.archive.open().caseFileWithTitles(file.file)
            try CaseCommand.print(shown, titles: titles, json: file.json)
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: say("全部案卷；给出 --limit 时新的在前，一次一页。", "All files; with --limit the newest first, a page at a time."),
            discussion: say("例：juanzong case list --state filed --limit 100 --after AJ000321", "Example: juanzong case list --state filed --limit 100 --after AJ000321"))
        @OptionGroup var archive: ArchiveOptions
        @Option(help: help("只列这一状态：open、closed、filed、destroyed", "Only this state: open, closed, filed or destroyed", value: "state")) var state: String?
        @Option(help: help("一页几卷，至多 1000", "So many a page, 1000 at most", value: "n")) var limit: Int?
        @Option(help: help("接着上一页的最后一卷", "Go on after the last file of the page before", value: "file")) var after: String?
        @Flag(help: help("先列出各状态的卷数", "First how many there are of each state")) var counts = false
        @Flag(name: .customLong("out"), help: help("只列原件在外的", "Only those whose paper is handed out")) var isOut = false
        @Flag(help: help("输出 JSON", "Print JSON")) var json = false

        func validate() throws {
            guard (1...1_000).contains(limit ?? 1) else { throw ValidationError(say("--limit 取 1 至 1000", "--limit takes 1 to 1000")) }
            guard state.map({ CaseFileState(rawValue: $0) != nil }) ?? true else {
                throw ValidationError(say("--state 取 open、closed、filed、destroyed", "--state takes open, closed, filed or destroyed"))
            }
            guard limit != nil || (after == nil && !counts) else { throw ValidationError(say("--after、--counts 与 --limit 一起用", "--after and --counts go with --limit")) }
        }

        func run() throws {
            let engine = try archive.open()
            let wanted = state.flatMap { CaseFileState(rawValue: $0) }
            guard let limit else {
                let files = try engine.allCases().filter { (!isOut || $0.handedOut != nil) && (wanted == nil || $0.state == wanted) }
                for file in files { try CaseCommand.print(file, json: json) }
                if files.isEmpty { throw CaseCommand.nothing() }
                return
            }
            var request = CaseListRequest()
            (request.state, request.isOut, request.limit, request.after) = (wanted, isOut, limit, after)
            let page = try engine.casePage(request)
            if counts {
                var output = Output()
                let order: [CaseFileState] = [.open, .closed, .filed, .destroyed]
                let counts = JSONObject(order.map { ($0.rawValue, JSONValue.integer(page.counts[$0] ?? 0)) })
                output.line(json ? ["counts": .object(counts)] as JSONObject : counts)
                try output.flush()
            }
            for file in page.files { try CaseCommand.print(file, json: json) }
            if page.hasMore, let last = page.files.last { Notices.print(say("还有：--after \(last.id)", "more: --after \(last.id)")) }
            if page.files.isEmpty { throw CaseCommand.nothing() }
        }
    }

    struct Order: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "order", abstract: say("排列卷内文件；默认按规则的卷内顺序。", "Put the documents in order; that of the profile by default."))
        @OptionGroup var file: FileArgument
        @Option(help: help("顺序，如 3,1,2", "An order, such as 3,1,2", value: "list")) var set: String?
        func run() throws {
            let order = set.map { $0.split(separator: ",").compactMap { Int($0) } }
            try CaseCommand.print(file.archive.open().orderCase(file.file, as: order), json: file.json)
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: say("归档前检查：七有、四部分、四性；--all 定期检查全部案卷。", "The checks before filing, and of all files on a schedule; exit 2 when one fails."),
            discussion: say(
                "例：juanzong case check AJ000001\n    juanzong case check --all --json > 四性检测-2030-06.jsonl", "Example: juanzong case check AJ000001\n         juanzong case check --all --json > checks-2030-06.jsonl"))
        @OptionGroup var archive: ArchiveOptions
        @Argument(help: help("案卷编号或档号", "The file's id or its 档号", value: "file")) var file: String?
        @Flag(help: help("检查全部案卷，已归档的也在内", "Every file, filed ones too")) var all = false
        @Flag(help: help("输出 JSON", "Print JSON")) var json = false
        func validate() throws {
            if (file == nil) == !all { throw ValidationError(say("写一个案卷编号，或者 --all", "name one file, or give --all")) }
        }
        func run() throws {
            let engine = try archive.open()
            let checked = try file.map { [try engine.checkCase($0)] } ?? engine.checkCases()
            var output = Output()
            for (one, checks) in checked {
                if json {
                    output.line(CaseCommand.report(one, checks))
                    continue
                }
                // Of many files only what is lacking, a line for each that is whole.
                if all { output.line([one.id, one.referenceCode ?? "", checks.allSatisfy(\.isMet) ? say("通过", "passed") : say("未通过", "failed")].filter { !$0.isEmpty }.joined(separator: "  ")) }
                for check in checks where !all || !check.isMet {
                    let detail = check.detail(in: .ofUser)
                    output.line((all ? "  " : "") + (check.isMet ? "✓ " : "✗ ") + check.name(in: .ofUser) + (detail.isEmpty ? "" : "  " + Terminal.line(detail)))
                    if !check.isMet { output.line((all ? "  " : "") + say("    处理：", "    remedy: ") + Terminal.line(check.remedy.text(in: .ofUser))) }
                }
            }
            if all, !json {
                let whole = checked.count { $0.checks.allSatisfy(\.isMet) }
                output.line(say("共 \(checked.count) 卷，通过 \(whole) 卷", "\(checked.count) files, \(whole) passed"))
            }
            try output.flush()
            if checked.isEmpty { throw ExitCode(Exit.nothingFound) }
            if !checked.allSatisfy({ $0.checks.allSatisfy(\.isMet) }) { throw ExitCode(Exit.error) }
        }
    }

    /// What `case check --json` and the service say of one file.
    static func report(_ file: CaseFileView, _ checks: [CaseCheck]) -> JSONObject {
        var object: JSONObject = ["file": .string(file.id), "ok": .bool(checks.allSatisfy(\.isMet))]
        if let code = file.referenceCode { object.set("referenceCode", to: .string(code)) }
        object.set("checks", to: .array(checks.map { check in
            var line: JSONObject = ["name": .string(check.name), "ok": .bool(check.isMet), "detail": .string(check.detail(in: .ofUser))]
            if !check.isMet { line.set("remedy", to: .string(check.remedy.text(in: .ofUser))) }
            return .object(line)
        }))
        return object
    }

    struct Close: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "close", abstract: say("结卷。", "Close a file."))
        @OptionGroup var file: FileArgument
        func run() throws { try CaseCommand.print(file.archive.open().closeCase(file.file), json: file.json) }
    }

    struct FileIt: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "file", abstract: say("归档：给出档号，此后内容不得更改。", "File it: gives the 档号 and freezes the contents."))
        @OptionGroup var file: FileArgument
        @Option(help: help("立卷人，默认为当前用户", "Who put it together; the user by default", value: "name")) var filedBy: String?
        @Option(help: help("检查人", "Who checked it", value: "name")) var checkedBy: String?
        @Option(help: help("归档日期，默认今天", "The day of filing; today by default", value: "date")) var on: String?
        func run() throws { try CaseCommand.print(file.archive.open().fileCase(file.file, filedBy: filedBy, checkedBy: checkedBy, on: on), json: file.json) }
    }

    struct Note: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "note", abstract: say("追加备考、保管交接、超期说明；只增不改。", "Add a remark, custody or reason; never changed."))
        @OptionGroup var file: FileArgument
        @Argument(help: help("内容", "The text", value: "text")) var text: String
        @Option(help: help("种类：备考、保管、超期说明", "The kind: 备考, 保管 (custody), 超期说明", value: "kind")) var kind = "备考"
        func run() throws { try CaseCommand.print(file.archive.open().noteCase(file.file, kind: kind, text: text), json: file.json) }
    }

    struct HandOut: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "hand-out",
            abstract: say("登记原件交给谁保管；不得交给被投诉方。", "Note to whom the paper goes; never to whom it is about."),
            discussion: say(
                "例：juanzong case hand-out AJ000001 --to 法制科 --due 2030-06-30 --note 复议答复\n    juanzong case list --out",
                "Example: juanzong case hand-out AJ000001 --to 法制科 --due 2030-06-30 --note 复议答复\n         juanzong case list --out"))
        @OptionGroup var file: FileArgument
        @Option(help: help("交给谁", "Who has it from now on", value: "name")) var to: String
        @Option(help: help("应交回日期", "When it is due back", value: "date")) var due: String?
        @Option(help: help("事由", "Why", value: "text")) var note: String?
        func run() throws { try CaseCommand.print(file.archive.open().handOut(file.file, to: to, due: due, note: note), json: file.json) }
        func validate() throws {
            if to.allSatisfy(\.isWhitespace) { throw ValidationError(say("--to 写保管人", "--to names who has it")) }
        }
    }

    struct TakeBack: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "take-back", abstract: say("登记原件交回。", "Note that the paper is back."))
        @OptionGroup var file: FileArgument
        @Option(help: help("交接情况", "In what state", value: "text")) var note: String?
        func run() throws { try CaseCommand.print(file.archive.open().takeBack(file.file, note: note), json: file.json) }
    }

    struct Extract: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "extract", abstract: say("取出一份原件。", "Take out the bytes of one document."))
        @OptionGroup var file: FileArgument
        @Argument(help: help("件号", "Its number in the file", value: "n")) var number: Int
        @Option(help: help("写到哪个文件", "The file to write", value: "path")) var to: String
        func run() throws {
            try Console.check(to)
            let (_, bytes) = try file.archive.open().documentBytes(file.file, number: number)
            try Engine.writeFile(bytes, to: to)
        }
    }

    struct Print: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "print", abstract: say("打印封面、卷内文件目录、备考表。", "Cover, list of contents and remarks, ready to print."))
        @OptionGroup var file: FileArgument
        @Option(help: help("写到哪个文件夹", "The folder to write into", value: "dir")) var to: String
        @Flag(help: help("另存 PDF（需要 weasyprint）", "Also PDF (needs weasyprint)")) var pdf = false
        @Flag(help: help("连同副卷", "The inner part too")) var inner = false
        @Option(help: help("交给谁", "Whom it is for", value: "name")) var recipient: String?
        func run() throws {
            try Console.check(to)
            var output = Output()
            let engine = try file.archive.open()
            for path in try engine.printCase(file.file, to: to, pdf: pdf, inner: inner, recipient: recipient) { output.line(path) }
            try output.flush()
            if try engine.fondsNameIsMissing() {
                Notices.print(say("提示：封面的全宗名称为空；在 profile.yaml 的 referenceCode 中写 fondsName（单位全称）和 fonds（全宗号）", "note: the cover has no name of the body: write fondsName and fonds under referenceCode in profile.yaml"))
            }
        }
    }

    struct Summary: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "summary", abstract: say("不含来源的事实摘要，供被投诉方申辩用，须经审定。", "Facts without their source, for the respondent; a person approves it."))
        @OptionGroup var archive: ArchiveOptions
        @Argument(help: help("记录编号", "The record's number", value: "id")) var id: String
        @Option(help: help("交给谁", "Whom it is for", value: "name")) var recipient: String?
        @Flag(help: help("输出 JSON", "Print JSON")) var json = false
        func run() throws {
            let found = try archive.open().safeSummary(id, recipient: recipient)
            var output = Output()
            for object in found { if json { output.line(object) } else { RecordPrinter(terminal: Terminal(.auto)).print(object, to: &output) } }
            try output.flush()
            if found.isEmpty {
                Notices.print(say("没有找到编号 \(id)", "no record has the number \(id)"))
                throw ExitCode(Exit.nothingFound)
            }
        }
    }

    struct Hold: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "hold", abstract: say("保全：复议、诉讼、仲裁期间不得销毁。", "Hold: nothing held is destroyed."))
        @OptionGroup var file: FileArgument
        @Option(help: help("依据", "Why", value: "text")) var basis: String
        @Option(help: help("复核日期", "When to look again", value: "date")) var review: String?
        func run() throws { try CaseCommand.print(file.archive.open().holdCase(file.file, basis: basis, review: review), json: file.json) }
    }

    struct Release: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "release", abstract: say("解除保全；案卷回到期满清单，须重新鉴定。", "Release all holds of a file; it is due again and is appraised anew."))
        @OptionGroup var file: FileArgument
        @Option(help: help("解除的依据，如 判决已生效", "Why, such as 判决已生效", value: "text")) var reason: String?
        func run() throws { try CaseCommand.print(file.archive.open().releaseCase(file.file, reason: reason), json: file.json) }
    }

    struct Keep: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "keep",
            abstract: say("变更保管期限（只可不短于规则所定）；档号不变。", "Change the period of a filed file, never below what the rules give; its 档号 stays."),
            discussion: say(
                "例：juanzong case keep AJ000001 --period D30 --approver 李馆长 --reason 典型案例",
                "Example: juanzong case keep AJ000001 --period D30 --approver 李馆长 --reason 典型案例"))
        @OptionGroup var file: FileArgument
        @Option(help: help("Y（永久）、D30、D10 等", "Y (for ever), D30, D10 …", value: "code")) var period: String
        @Option(help: help("批准人", "Who approved it", value: "name")) var approver: String
        @Option(help: help("理由", "Why", value: "text")) var reason: String
        func run() throws { try CaseCommand.print(file.archive.open().keepCase(file.file, period: period, approver: approver, reason: reason), json: file.json) }
        func validate() throws {
            if approver.allSatisfy(\.isWhitespace) || reason.allSatisfy(\.isWhitespace) { throw ValidationError(say("--approver 写批准人，--reason 写理由", "--approver names who approved it, --reason says why")) }
        }
    }

    struct Due: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "due", abstract: say("保管期满、未保全的案卷；--held 列期满而在保全中的。", "Files whose period is over and that nothing holds; with --held, those on hold."))
        @OptionGroup var archive: ArchiveOptions
        @Flag(help: help("列期满而在保全中的", "Those that are on hold")) var held = false
        @Option(help: help("以哪天为准，默认今天", "As of this day; today by default", value: "date")) var on: String?
        @Flag(help: help("输出 JSON", "Print JSON")) var json = false
        func run() throws {
            let engine = try archive.open()
            let files = try engine.dueCases(on: on, held: held)
            for file in files { try CaseCommand.print(file, json: json) }
            if !held, !json {
                let kept = try engine.dueCases(on: on, held: true).count
                if kept > 0 { Notices.print(say("提示：另有 \(kept) 卷期满而在保全中，见 --held", "note: \(kept) more are past their period and on hold: see --held")) }
            }
            if files.isEmpty { throw CaseCommand.nothing(say("没有期满的案卷", "no file is due")) }
        }
    }

    struct Appraise: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "appraise", abstract: say("鉴定：销毁、延长或移交。", "Appraise a file that is due: destroy, extend or transfer."))
        @OptionGroup var file: FileArgument
        enum Decision: String, ExpressibleByArgument, CaseIterable { case destroy, extend, transfer }
        @Option(help: help("决定：destroy、extend、transfer", "The decision: destroy, extend, transfer", value: "word")) var decision: Decision
        @Option(help: help("鉴定小组负责人", "Who decided", value: "name")) var by: String
        @Option(help: help("延长至", "With extend: until", value: "date")) var until: String?
        @Option(help: help("以哪天为准，默认今天", "As of this day; today by default", value: "date")) var on: String?
        func run() throws {
            try CaseCommand.print(file.archive.open().appraise(file.file, decision: decision.rawValue, by: by, until: until, on: on), json: file.json)
        }
        func validate() throws {
            if decision == .extend, until == nil { throw ValidationError(say("延长须给出 --until", "extend needs --until")) }
        }
    }

    struct Destroy: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "destroy", abstract: say("销毁经鉴定的案卷：两名监销人，先入清册，逐库清除并逐字节核验。", "Destroy appraised files: two witnesses, register first, every store written anew, proof by a byte scan."))
        @OptionGroup var archive: ArchiveOptions
        @Argument(help: help("案卷编号或档号", "Files, by id or 档号", value: "file")) var files: [String]
        @Option(help: help("监销人，给出两次", "A witness; give it twice", value: "name")) var witness: [String] = []
        @Option(help: help("批准人", "Who approved", value: "name")) var approver = ""
        @Option(help: help("销毁清册写到哪个文件（HTML）", "Where the register goes, as HTML", value: "path")) var register: String?
        @Option(help: help("以哪天为准，默认今天", "As of this day; today by default", value: "date")) var on: String?
        @Flag(help: help("输出 JSON", "Print JSON")) var json = false
        func run() throws {
            let destroyed = try archive.open().destroyCases(files, witnesses: witness, approver: approver, on: on)
            if let register { try Console.check(register) }
            if let register { try archive.open().printRegister(destroyed.lines, to: register) }
            var output = Output()
            if json {
                output.line(["destroyed": .integer(destroyed.lines.count), "proven": .bool(destroyed.isProven), "traces": .array(destroyed.traces.map { .string($0) }), "register": .array(destroyed.lines.map { .object($0) })] as JSONObject)
            } else {
                output.line(say("已销毁 \(destroyed.lines.count) 卷", "\(destroyed.lines.count) files destroyed"))
                output.line(destroyed.isProven ? say("核验：档案库各文件中已无其字节", "proof: no file of the archive holds their bytes") : say("核验未通过：", "still found in: ") + destroyed.traces.joined(separator: " "))
            }
            try output.flush()
            Notices.print(say("提示：此前的备份里仍有这些内容；恢复时会按清册再次销毁，旧备份请按制度处理", "note: older backups still hold them; a restore destroys them again by the register"))
            if !destroyed.isProven { throw ExitCode(Exit.error) }
        }
    }

    struct Register: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "register", abstract: say("历次销毁清册。", "The register of what was destroyed."))
        @OptionGroup var archive: ArchiveOptions
        @Option(help: help("另写到哪个文件（HTML）", "Also write it here, as HTML", value: "path")) var to: String?
        @Flag(help: help("每卷输出一个 JSON", "Print one JSON object a file")) var json = false
        func run() throws {
            if let to { try Console.check(to) }
            let engine = try archive.open()
            let lines = try engine.register()
            if let to { try engine.printRegister(lines, to: to) }
            var output = Output()
            for line in lines {
                if json {
                    output.line(line)
                    continue
                }
                func text(_ key: String) -> String { line[key]?.string ?? line[key]?.number ?? "" }
                output.line([text("date"), text("file"), text("referenceCode"), Terminal.line(text("title")), text("retention"), say("\(text("pages")) 页", "\(text("pages")) p.")].joined(separator: "  "))
                let witnesses = listed((line["witnesses"]?.array ?? []).compactMap(\.string))
                output.line(Terminal.line(say("  鉴定 \(text("appraisedBy"))  批准 \(text("approver"))  监销 \(witnesses)", "  appraised \(text("appraisedBy"))  approved \(text("approver"))  witnesses \(witnesses)")))
            }
            try output.flush()
            if lines.isEmpty { throw CaseCommand.nothing(say("没有销毁过案卷", "no file was destroyed")) }
        }
    }
}
