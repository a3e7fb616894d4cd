// `juanzong key`: the key that opens who complained, and those who hold it.

import ArgumentParser
import Engine
import Records

struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: say("身份信息的密钥：检查、第二保管人、更换、遗失。", "The key of the identities: check, second holder, rotation, loss."),
        discussion: say(
            """
            投诉人身份用一把密钥密封，密钥文件在档案库之外。至少要有两人各持一个密钥文件：一人遗失，另一人仍能打开。
            密钥全部遗失时，已密封的身份无法恢复，其余一切照常；用 replace-lost 换新密钥后可从原始文件重新导入身份。

            例：juanzong key add 档案室李华 --to /media/usb/second.key
                juanzong key check
                juanzong key rotate
            """,
            """
            One key seals who complained; key files lie outside the archive. At least two people should each hold a file: if one
            loses it, the other still opens everything. With all of them lost what was sealed cannot be opened, and all else works;
            after replace-lost the identities can be imported again from their sources.

            Example: juanzong key add 'Li Hua' --to /media/usb/second.key
                     juanzong key check
                     juanzong key rotate
            """),
        subcommands: [Check.self, New.self, AddHolder.self, Remove.self, Rotate.self, ReplaceLost.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: say("密钥是否相符，能否打开全部密封内容，有谁持有。", "Whether the key fits and opens all that is sealed, and who holds it."),
            discussion: say("例：juanzong key check --key /media/usb/second.key", "Example: juanzong key check --key /media/usb/second.key"))

        @OptionGroup var archive: ArchiveOptions
        @Flag(help: help("输出 JSON", "Print JSON"))
        var json = false

        func run() throws {
            let report = try archive.open().checkKey()
            var output = Output()
            if json {
                output.line([
                    "ok": .bool(report.isWhole), "path": .string(report.path), "key": .string(report.fileID), "seals": .string(report.sealingID),
                    "identities": .integer(report.identities), "closed": .integer(report.closedIdentities), "documents": .integer(report.documents),
                    "closedDocuments": .integer(report.closedDocuments),
                    "holders": .array(report.holders.map { .object(["key": .string($0.keyID), "name": .string($0.name), "since": .string($0.since)]) }),
                ] as JSONObject)
            } else {
                output.line(say("密钥 \(report.fileID)，\(report.path)", "key \(report.fileID), \(report.path)"))
                output.line(say(
                    "身份 \(report.identities) 条，打不开 \(report.closedIdentities) 条；文书 \(report.documents) 件，打不开 \(report.closedDocuments) 件",
                    "\(report.identities) identities, \(report.closedIdentities) do not open; \(report.documents) documents, \(report.closedDocuments) do not open"))
                for holder in report.holders { output.line("  \(Terminal.line(holder.name))  \(holder.keyID)  \(holder.since)") }
            }
            try output.flush()
            if report.holders.count < 2 {
                Notices.print(say(
                    "提示：只有一个密钥文件，一旦遗失便再也打不开；用 juanzong key add 加一名保管人",
                    "note: there is one key file only, and nothing opens once it is lost; add a holder with juanzong key add"))
            }
            if !report.isWhole { throw ExitCode(Exit.error) }
        }
    }

    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "new", abstract: say("生成自己的密钥文件，并打印交给管理员的一行。", "Make a key file of one's own and print the line for the administrator."),
            discussion: say("例：juanzong key new --to ~/my.key", "Example: juanzong key new --to ~/my.key"))

        @Option(help: help("密钥文件的位置", "Where the key file goes", value: "file"))
        var to: String

        func run() throws {
            var output = Output()
            output.line(try Engine.newHolderKey(at: to))
            try output.flush()
            Notices.print(say("这一行交给管理员：juanzong key add 姓名 --public '…'；密钥文件自己保管", "give this line to the administrator: juanzong key add NAME --public '…'; keep the file yourself"))
        }
    }

    struct AddHolder: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: say("加一名密钥保管人。", "Add a holder of the key."),
            discussion: say("例：juanzong key add 李华 --to /media/usb/second.key", "Example: juanzong key add 'Li Hua' --to /media/usb/second.key"))

        @OptionGroup var archive: ArchiveOptions
        @Argument(help: help("姓名", "Name", value: "name"))
        var name: String
        @Option(help: help("为其生成密钥文件，放在此处", "Make a key file for him here", value: "file"))
        var to: String?
        @Option(help: help("对方用 key new 得到的一行", "The line that key new gave him", value: "text"))
        var `public`: String?

        func validate() throws {
            guard (to == nil) != (`public` == nil) else { throw ValidationError(say("写 --to 文件，或 --public 对方的一行", "give --to FILE, or --public with his line")) }
        }

        func run() throws {
            let holder = try archive.open().addHolder(name, text: `public`, keyFileTo: to)
            Notices.print(say("\(holder.name) 的密钥 \(holder.keyID) 可以打开身份信息了", "\(holder.name)'s key \(holder.keyID) opens the identities now"))
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: say("去掉一名保管人。", "Remove a holder."),
            discussion: say("例：juanzong key remove 李华", "Example: juanzong key remove 'Li Hua'"))

        @OptionGroup var archive: ArchiveOptions
        @Argument(help: help("姓名或密钥编号", "Name or key id", value: "name"))
        var name: String

        func run() throws {
            let holder = try archive.open().removeHolder(name)
            Notices.print(say(
                "\(holder.name) 的密钥 \(holder.keyID) 不再能打开；他可能已有副本，请接着运行 juanzong key rotate",
                "\(holder.name)'s key \(holder.keyID) opens nothing any more; he may have copies, so run juanzong key rotate next"))
        }
    }

    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate", abstract: say("换密钥：全部身份和文书用新密钥重新密封。", "A new key: all identities and documents are sealed anew."),
            discussion: say(
                "旧密钥文件改名留存，恢复旧备份时要用。各保管人的文件照常可用。\n\n例：juanzong key rotate",
                "The former key file is kept under another name, for older backups. The other holders' files go on working.\n\nExample: juanzong key rotate"))

        @OptionGroup var writing: WritingOptions
        @Flag(help: help("自己的密钥文件不换", "Keep one's own key file"))
        var keepFile = false

        func run() throws {
            Interruption.prepare(say("已中断。再运行任何命令即恢复原状或自动完成", "Interrupted. The next command finds it as it was, or finishes it"))
            let bar = ProgressBar()
            defer { bar.clear() }
            let change = try writing.open().rotateKey(keepingFile: keepFile) { bar.report($0) }
            bar.clear()
            Notices.print(say(
                "已用新密钥重新密封 \(change.identities) 条身份；密钥文件 \(change.keyPath)（\(change.keyID)）",
                "\(change.identities) identities are sealed with a new key; key file \(change.keyPath) (\(change.keyID))"))
            if let aside = change.aside {
                Notices.print(say("旧密钥留在 \(aside)，只为恢复此前的备份；请移到别处保管", "the former key lies in \(aside), for backups from before; keep it elsewhere"))
            }
        }
    }

    struct ReplaceLost: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "replace-lost", abstract: say("密钥全部遗失：为今后的记录换新密钥。", "All keys are lost: a new key for what comes."),
            discussion: say(
                "已密封的身份留在一旁，找到旧密钥时仍可打开；从原始文件重新导入可补回身份。\n\n例：juanzong key replace-lost --sure",
                "What was sealed is kept aside in case the key is found; importing the sources again brings the identities back.\n\nExample: juanzong key replace-lost --sure"))

        @OptionGroup var archive: ArchiveOptions
        @Flag(help: help("确定密钥已遗失", "The keys are lost indeed"))
        var sure = false

        func validate() throws {
            guard sure else { throw ValidationError(say("写 --sure：此后旧身份在本库中不再可见", "give --sure: the former identities are not seen in this archive after it")) }
        }

        func run() throws {
            let done = try archive.open().replaceLostKey()
            Notices.print(say("新密钥 \(done.keyPath)；旧身份在 \(done.aside)", "the new key is \(done.keyPath); the former identities lie in \(done.aside)"))
        }
    }
}
