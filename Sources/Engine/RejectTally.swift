// What an import did not take, as a person mends it: each kind of mistake once, with how often, where, and what to do. Names
// places and fields only, never what stands in a row.

import Import
import Records

package struct RejectTally: Sendable {
    package struct Place: Hashable, Sendable {
        package var line: Int
        package var sheet: String?
    }

    /// One kind of mistake in one column.
    package struct Reason: Hashable, Sendable {
        package var code: String
        package var reason: String
        package var field: String?
        package var column: String?
    }

    package struct Row: Sendable {
        package var place: Place
        package var reason: Reason
    }

    package private(set) var count = 0
    /// Kinds of mistakes, in the order of their first rows.
    package private(set) var reasons: [Reason] = []
    package private(set) var counts: [Reason: Int] = [:]
    /// Single rows, as far as `rowsMax`.
    package private(set) var rows: [Row] = []
    private let rowsMax: Int
    /// Kinds that are told apart; a damaged file has a new one in every row.
    private static let reasonsMax = 200

    package init(rowsMax: Int = 10_000) { self.rowsMax = rowsMax }

    package mutating func add(_ place: Place, _ reason: Reason) {
        count += 1
        if let known = counts[reason] {
            counts[reason] = known + 1
        } else if reasons.count < Self.reasonsMax {
            counts[reason] = 1
            reasons.append(reason)
        }
        if rows.count < rowsMax { rows.append(Row(place: place, reason: reason)) }
    }

    mutating func add(_ refused: PreparedBatch.Refused, in language: Language) {
        switch refused {
        case .unread(let row):
            guard case .failure(let rejection) = row.result else { return }
            add(
                Place(line: rejection.line, sheet: rejection.sheet),
                Reason(code: rejection.reason.code, reason: rejection.notice(in: language), field: rejection.field, column: rejection.column))
        case .refused(let line, let sheet, let error, _):
            add(Place(line: line, sheet: sheet), Reason(code: error.code, reason: error.what(in: language), field: error.path.isEmpty ? nil : error.path))
        }
    }

    /// What to do about a kind of mistake.
    package static func remedy(_ code: String, in language: Language) -> String {
        let (chinese, english) =
            switch code {
            case "dateUnreadable", "dateImpossible", "dateOutOfRange":
                ("把日期改成 2023-12-05 的写法，或在对应关系里用 dates 写明读法", "write dates as 2023-12-05, or say in the map how to read them (dates)")
            case "missing", "valueMissing": ("补上这一栏，或在对应关系里用 default 给出默认值", "fill the field in, or give a default in the map")
            case "tooManyColumns", "tooFewColumns", "quoteUnclosed": ("检查这一行的引号和分隔符，与表头对齐", "mend quotes and delimiters of the row, so that it fits the header")
            case "valueUnknown": ("在对应关系的 values 里加上这个取值，或改用已有的取值", "add the value to the map's values, or use a known one")
            case "numberUnreadable", "notANumber": ("改成数字，不带单位和文字", "write a number, without unit or words")
            case "bytesUnreadable", "nulByte", "controlCharacter": ("把文件另存为 UTF-8 或 GB18030，去掉控制字符", "save the file as UTF-8 or GB18030, without control characters")
            case "numberTaken": ("编号已被另一条您不能改动的记录使用：换一个编号，或交有权限的同事", "another record that you may not change has the number: use another one, or ask who may")
            case "destroyed": ("这个编号的记录已按规则销毁，不得再入库", "the record of this number was destroyed by the rules and stays so")
            case "tooLong", "tooMany", "lineTooLong", "rowTooLong": ("拆成几件，或把附件另存", "cut it into several records, or keep the attachment elsewhere")
            case "jsonUnreadable", "notAnObject", "arrayUnclosed": ("改正这一行的 JSON，或重新导出文件", "mend the JSON of the line, or export the file again")
            default: ("在原表中改正这一格，再导入同一文件：已入库的不会重复", "mend the cell and import the file again: what is in is not doubled")
            }
        return language == .chinese ? chinese : english
    }

    /// `respondents[0].unit` is 被投诉人.
    package static func fieldName(_ path: String, in language: Language) -> String {
        Field.named(String(path.prefix { $0 != "[" && $0 != "." }))?.name(in: language) ?? path
    }
}
