// `juanzong similar`: records like one in the archive, or like a text.

import ArgumentParser
import Engine
import Records

struct Similar: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "similar",
        abstract: say("找相似的记录。", "Find records like this one."),
        discussion: say(
            """
            例：juanzong similar HJ-2023-0042
                juanzong similar --text - < 来信.txt
            """,
            """
            Example: juanzong similar HJ-2023-0042
                     juanzong similar --text - < letter.txt
            """))

    @OptionGroup var archive: ArchiveOptions

    @Argument(help: help("记录的编号", "The record's id or number", value: "id"))
    var id: String?

    @Option(help: help("与这段文字相似；- 从标准输入读取", "Like this text; - reads it from standard input", value: "text"))
    var text: String?

    @Option(help: help("最多显示几条", "How many hits to show", value: "n"))
    var limit = 10

    @OptionGroup var printing: PrintingOptions

    func validate() throws {
        guard (id == nil) != (text == nil) else {
            throw ValidationError(say("请给出一个编号或 --text，二者取一", "give an id or --text, one of the two"))
        }
        try HitLimit.check(limit)
    }

    func run() throws {
        let text = self.text == "-" ? try Input.text() : self.text
        if let text { try BlankQuery.refuse(text) }
        let engine = try archive.open()
        try printing.print {
            var answer =
                if let text { try engine.similar(toText: text, limit: limit) } else {
                    try engine.similar(toRecord: id ?? "", limit: limit)
                }
            answer.cursor = nil  // there are no further pages of likeness
            return answer
        }
    }
}
