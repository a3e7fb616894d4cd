// `juanzong transfer`: 移交 and 接收 of filed files, as a folder that proves itself.

import ArgumentParser
import Engine
import Records

struct TransferCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfer",
        abstract: say("移交：已归档案卷打包、核对、接收、确认回执。", "Hand filed files over: package, check, take in, confirm."),
        discussion: say(
            """
            移交包是一个文件夹：原件、DA/T 46 元数据（XML、JSON）、移交清单、每卷目录、SHA-256 与 SM3 校验清单。
            包内有个人信息，按规定传递和保管。

            例：juanzong transfer export --year 2023 --receiver 市档案馆 --to /mnt/disk/2023
                juanzong transfer check /mnt/disk/2023
                juanzong transfer import /mnt/disk/2023 --archive 市12345
                juanzong transfer confirm /mnt/disk/2023.回执.json
            """,
            """
            A package is a folder: originals, metadata in the names of DA/T 46 (XML and JSON), lists, hashes (SHA-256 and SM3).
            It holds personal data: carry and keep it so.

            Example: juanzong transfer export --year 2023 --receiver 市档案馆 \\
                         --to /mnt/disk/2023
                     juanzong transfer check /mnt/disk/2023
                     juanzong transfer import /mnt/disk/2023 --archive city-12345
                     juanzong transfer confirm /mnt/disk/2023.回执.json
            """),
        subcommands: [ExportPackage.self, CheckPackage.self, ImportPackage.self, Confirm.self])

    struct ExportPackage: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "export", abstract: say("打包已归档的案卷；案卷中记下移交。", "Package filed files; each notes the hand-over."))
        @OptionGroup var archive: ArchiveOptions
        @Argument(help: help("案卷编号或档号；不给则为全部已归档案卷", "Files, by id or 档号; all filed ones when none is given", value: "file")) var files: [String] = []
        @Option(help: help("新的文件夹", "A new folder", value: "dir")) var to: String
        @Option(help: help("只移交这一年归档的", "Only those filed in this year", value: "year")) var year: Int?
        @Option(help: help("接收单位", "Who receives it", value: "name")) var receiver: String?
        @Flag(help: help("连同副卷和来源身份（须有权限并说明用途）", "The inner part and who complained too (needs the right and a purpose)")) var inner = false
        @Flag(help: help("连同未立卷的登记记录", "Records that lie in no file too")) var unfiled = false
        @Flag(help: help("输出 JSON", "Print JSON")) var json = false
        func run() throws {
            var request = TransferRequest()
            (request.names, request.year, request.receiver) = (files, year, receiver)
            (request.includesInner, request.includesUnfiled) = (inner, unfiled)
            let bar = ProgressBar()
            defer { bar.clear() }
            let summary = try archive.open().exportTransfer(request, to: to) { bar.report($0) }
            bar.clear()
            var output = Output()
            if json {
                var object = summary.header
                object.set("sha256", to: .string(summary.digest.sha256))
                object.set("sm3", to: .string(summary.digest.sm3))
                output.line(object)
            } else {
                func number(_ key: String) -> String { summary.header[key]?.number ?? "0" }
                output.line(say("已打包：\(to)", "packaged: \(to)"))
                output.line(say("\(number("files")) 卷，\(number("documents")) 件，\(number("pages")) 页，记录 \(number("records")) 条", "\(number("files")) files, \(number("documents")) documents, \(number("pages")) pages, \(number("records")) records"))
                output.line(say("包编号 ", "package ") + (summary.header["id"]?.string ?? ""))
                output.line("SHA-256 " + summary.digest.sha256)
                output.line("SM3     " + summary.digest.sm3)
            }
            try output.flush()
            Notices.print(say("提示：把 SHA-256 抄在移交登记表上；接收方用 transfer check --expect 核对", "note: write the SHA-256 down; the receiver compares it with transfer check --expect"))
        }
        func validate() throws {
            if year != nil, !files.isEmpty { throw ValidationError(say("--year 与案卷编号不能并用", "--year and files exclude each other")) }
        }
    }

    struct CheckPackage: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "check", abstract: say("核对移交包：文件齐全、一字节未改、无包外文件；不需要档案库。", "Check a package: all there, not a byte changed, nothing else; needs no archive."))
        @Argument(help: help("移交包", "The package", value: "dir")) var package: String
        @Option(help: help("移交方给出的 SHA-256", "The SHA-256 that the sender gave", value: "hash")) var expect: String?
        @Flag(help: help("输出 JSON", "Print JSON")) var json = false
        func run() throws {
            let checked = try TransferPackage(package, expecting: expect)
            var output = Output()
            if json {
                var object = checked.header
                object.set("ok", to: .bool(checked.problems.isEmpty))
                object.set("problems", to: .array(checked.problems.map { .object(["place": .string($0.place), "problem": .string(say($0.chinese, $0.english))]) }))
                if let digest = checked.digest {
                    object.set("sha256", to: .string(digest.sha256))
                    object.set("sm3", to: .string(digest.sm3))
                }
                output.line(object)
            } else {
                for problem in checked.problems { output.line("✗ \(Terminal.line(problem.place))  \(say(problem.chinese, problem.english))") }
                if checked.problems.isEmpty {
                    func number(_ key: String) -> String { checked.header[key]?.number ?? "0" }
                    output.line(say("✓ 完整：", "✓ whole: ") + Terminal.line(checked.header["fondsName"]?.string ?? "") + say("，\(number("files")) 卷，\(number("documents")) 件，记录 \(number("records")) 条", ", \(number("files")) files, \(number("documents")) documents, \(number("records")) records"))
                    if let digest = checked.digest {
                        output.line("SHA-256 " + digest.sha256)
                        output.line("SM3     " + digest.sm3)
                    }
                }
            }
            try output.flush()
            if !checked.problems.isEmpty { throw ExitCode(Exit.error) }
        }
    }

    struct ImportPackage: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "import", abstract: say("接收移交包；档案库不存在时按包内规则新建。", "Take a package in; an archive that is not there is made with the package's rules."))
        @OptionGroup var archive: ArchiveOptions
        @Argument(help: help("移交包", "The package", value: "dir")) var package: String
        @Option(help: help("移交方给出的 SHA-256", "The SHA-256 that the sender gave", value: "hash")) var expect: String?
        @Option(help: help("回执写到哪个文件，默认在包旁边", "Where the receipt goes; beside the package by default", value: "path")) var receipt: String?
        @Flag(help: help("输出 JSON", "Print JSON")) var json = false
        func run() throws {
            let bar = ProgressBar()
            defer { bar.clear() }
            let receipt = try Engine.importTransfer(archive.engineOptions, from: package, expecting: expect, receiptPath: receipt) { bar.report($0) }
            bar.clear()
            var output = Output()
            if json {
                output.line(receipt.json)
            } else {
                func number(_ key: String) -> String { receipt.json[key]?.number ?? "0" }
                if receipt.isNewArchive { output.line(say("已新建档案库 \(archive.archivePath)", "made the archive \(archive.archivePath)")) }
                output.line(say("已接收 \(number("files")) 卷，\(number("documents")) 件，记录 \(number("records")) 条", "took in \(number("files")) files, \(number("documents")) documents, \(number("records")) records"))
                output.line(say("回执 ", "receipt ") + receipt.path)
            }
            try output.flush()
            Notices.print(receipt.notices)
        }
    }

    struct Confirm: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "confirm", abstract: say("凭回执在案卷中记下已接收。", "Note in the files, by the receipt, that they arrived."))
        @OptionGroup var archive: ArchiveOptions
        @Argument(help: help("回执（JSON）", "The receipt, as JSON", value: "path")) var receipt: String
        func run() throws {
            let count = try archive.open().confirmTransfer(receipt: receipt)
            var output = Output()
            output.line(say("\(count) 卷已记下接收", "\(count) files note that they arrived"))
            try output.flush()
        }
    }
}
