// `juanzong withdraw`: a record is found no more; nothing of it is destroyed.

import ArgumentParser
import Engine
import Records

struct Withdraw: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: say("撤回记录：不再检索得到，内容仍保留，可恢复。", "Withdraw records: no search finds them; they are kept and can come back."),
        discussion: say(
            """
            用于登记错误、重复录入。投诉人撤回投诉不必撤回记录，改状态即可：edit ID --set 状态=已撤回。

            例：juanzong withdraw HJ-2023-0042 --reason 重复录入，见 HJ-2023-0041
                juanzong withdraw HJ-2023-0042 --undo --reason 撤回有误
            """,
            """
            For records entered by mistake or twice. When a complainant takes a complaint back, set the status instead:
            edit ID --set status=已撤回.

            Example: juanzong withdraw HJ-2023-0042 \\
                         --reason 'entered twice, see HJ-2023-0041'
                     juanzong withdraw HJ-2023-0042 --undo --reason 'withdrawn by mistake'
            """))

    @OptionGroup var change: ChangeOptions

    @Argument(help: help("记录的编号，可多个", "Ids of the records", value: "id"))
    var ids: [String]

    @Flag(help: help("恢复已撤回的记录", "Bring withdrawn records back"))
    var undo = false

    func validate() throws {
        if (change.reason ?? "").allSatisfy(\.isWhitespace) {
            throw ValidationError(say("请用 --reason 写明原因，会留在记录里", "give the reason with --reason; it stays with the record"))
        }
    }

    func run() throws {
        let engine = try change.archive.open()
        let changes = undo ? try engine.reinstate(ids, note: change.note) : try engine.withdraw(ids, note: change.note)
        try ChangePrinter.print(changes, json: change.json)
        if !undo, !change.json, changes.contains(where: { $0.kind == .withdrawn }) {
            Notices.print(say("提示：要恢复，在同一命令后加 --undo", "note: the same command with --undo brings them back"))
        }
    }
}
