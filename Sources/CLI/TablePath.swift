// The file that a table goes to: its name says of what kind it is.

import Engine
import Records
import Tables

enum TablePath {
    static func format(of path: String) throws -> TableFormat {
        try Console.check(path)
        if let format = TableFormat(path: path) { return format }
        throw UsageMistake(
            chinese: "表格文件名应以 .csv 或 .xlsx 结尾：\(path)", english: "a table's file name ends in .csv or .xlsx: \(path)",
            verb: "search")
    }

    /// A workbook's cell holds 32,767 characters.
    static func tellCut(_ count: Int) {
        guard count > 0 else { return }
        Notices.print(say(
            "提示：有 \(Figures.count(count)) 格文字超过工作簿一格的上限（32767 字），已截断并以 … 结尾；要全文请用 .csv 或 .jsonl",
            "note: \(Figures.count(count)) texts were longer than a workbook's cell may be (32,767 characters) and end in …; .csv or .jsonl keep them whole"
        ))
    }
}
