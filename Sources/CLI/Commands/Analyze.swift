// `juanzong analyze`: what becomes of a text before it is indexed. Needs no archive.

import ArgumentParser
import Engine
import Glibc
import Records

struct Analyze: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: say("显示文字经过怎样的处理。", "Show what becomes of a text."),
        discussion: say(
            """
            每行文字一个结果；不需要档案库。--json 给出 normalised、breaks（词尾在 normalised 中的字符位置）、words、numbers。

            例：juanzong analyze 停車費每月３００元
                juanzong analyze --json - < 文本.txt
            """,
            """
            One result a line of text; needs no archive. --json gives normalised, breaks (ends of words in code points \
            of normalised), words, numbers.

            Example: juanzong analyze 停車費每月３００元
                     juanzong analyze --json - < text.txt
            """))

    @OptionGroup var archive: ArchiveOptions

    @Argument(help: help("文字；- 或不给则从标准输入读取", "The text; - or none reads standard input", value: "text"))
    var text: [String] = []

    @Option(help: help("none：只用 ICU 的词典，不识别数字", "none: ICU's own words, no numbers recognised", value: "none"))
    var lexicon: LexiconChoice?

    @Flag(help: help("每行输出一个 JSON", "Print one JSON object a line"))
    var json = false

    enum LexiconChoice: String, ExpressibleByArgument, CaseIterable { case none }

    func run() throws {
        let lexiconFolder = lexiconFolder
        var output = Output()
        func analyze(_ line: String) throws {
            let object = try Engine.analyze(line, plainICU: lexicon == LexiconChoice.none, archivePath: lexiconFolder)
            if json {
                output.line(object)
            } else {
                AnalysisPrinter.print(object, of: line, to: &output)
            }
            try output.flushIfLarge()
        }
        if text.isEmpty || text == ["-"] {
            try Input.forEachLine(analyze, idle: { try output.flush() })
        } else {
            let whole = text.joined(separator: " ")
            for line in whole.split(separator: "\n", omittingEmptySubsequences: false) { try analyze(String(line)) }
        }
        try output.flush()
    }

    /// The archive whose lexicon applies: the one asked for, else one that is here.
    private var lexiconFolder: String? {
        if let given = archive.archiveGiven { return given }
        return unsafe access(archive.archivePath + "/lexicon.txt", R_OK) == 0 ? archive.archivePath : nil
    }
}
