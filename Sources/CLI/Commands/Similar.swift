// `juanzong similar`: precedents: records like one in the archive, or like a text.

import ArgumentParser
import Engine
import Records

struct Similar: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "similar",
        abstract: say("找先例：与一条记录或一段文字相似的记录。", "Find precedents: records like this one, or like a text."),
        discussion: say(
            """
            每条说明为何相似、后来怎样处理。--over outcomes 在处理结果和答复里找；--decided 只看有结果的。

            例：juanzong similar HJ-2023-0042 --decided
                juanzong similar --text - < 来信.txt
                juanzong similar --over outcomes --text 责令退还押金并罚款 --filter 类别=市场监管
            """,
            """
            Each with the reason why, and how it ended. --over outcomes looks in results and replies; --decided leaves out
            what has not ended.

            Example: juanzong similar HJ-2023-0042 --decided
                     juanzong similar --text - < letter.txt
                     juanzong similar --over outcomes --text 责令退还押金并罚款 \\
                         --filter category=市场监管
            """))

    @OptionGroup var archive: ArchiveOptions

    @Argument(help: help("记录的编号", "The record's id or number", value: "id"))
    var id: String?

    @Option(help: help("与这段文字相似；- 从标准输入读取", "Like this text; - reads it from standard input", value: "text"))
    var text: String?

    @Option(help: help("比较哪些文字：all 全部，complaints 诉求，outcomes 处理结果与答复", "Which texts: all, complaints, outcomes", value: "texts"))
    var over = Over.all

    @Flag(help: help("只看有处理结果的", "Only records that say how they ended"))
    var decided = false

    @Option(
        help: help("限定字段，可多次给出", "Only records with this value; may be repeated", value: "field=value"),
        completion: Completion.filters)
    var filter: [String] = []

    @Option(help: help("最多显示几条", "How many hits to show", value: "n"))
    var limit = 10

    @OptionGroup var printing: PrintingOptions

    enum Over: String, ExpressibleByArgument, CaseIterable { case all, complaints, outcomes }

    func validate() throws {
        guard (id == nil) != (text == nil) else {
            throw ValidationError(say("请给出一个编号或 --text，二者取一", "give an id or --text, one of the two"))
        }
        try HitLimit.check(limit)
    }

    func run() throws {
        var request = PrecedentRequest()
        request.id = id
        request.text = text == "-" ? try Input.text() : text
        if let text = request.text { try BlankQuery.refuse(text) }
        request.over = PrecedentRequest.Over(rawValue: over.rawValue) ?? .all
        request.decidedOnly = decided
        request.filters = filter
        request.limit = limit
        let engine = try archive.open()
        try printing.print { try engine.precedents(request) }
    }
}
