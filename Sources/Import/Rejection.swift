// Why one row was not taken. Says place and reason, never quotes the row: in a shifted column the "date" may be
// someone's telephone number.

import Records

package struct Rejection: Error, Hashable, Sendable {
    package enum Reason: Error, Hashable, Sendable {
        case jsonUnreadable(JSONError)
        case notAnObject
        /// A JSON array that ends in the middle: the file is truncated.
        case arrayUnclosed
        case lineTooLong(limitBytes: Int)
        case rowTooLong(limitBytes: Int)
        /// A quote that is never closed, or closed in an impossible place.
        case quoteUnclosed
        case nulByte
        /// Bytes that mean nothing in the encoding of the file.
        case bytesUnreadable(TextEncoding)
        case tooManyColumns(expected: Int)
        case tooFewColumns(expected: Int)
        case cellUnreadable
        case dateUnreadable
        case dateImpossible
        case numberUnreadable
        case valueUnknown
        case valueMissing
        case valueNotText
    }

    package let line: Int
    /// The sheet of a workbook.
    package var sheet: String?
    /// Target in the record JSON, when one field is to blame.
    package var field: String?
    /// Name of the column that fed it.
    package var column: String?
    package let reason: Reason

    package init(line: Int, sheet: String? = nil, field: String? = nil, column: String? = nil, reason: Reason) {
        self.line = line
        self.sheet = sheet
        self.field = field
        self.column = column
        self.reason = reason
    }

    package func notice(in language: Language) -> String { reason.words(in: language) }
}

extension Rejection.Reason {
    /// Stable name for programs that read the rejects file.
    package var code: String {
        switch self {
        case .jsonUnreadable: "jsonUnreadable"
        case .notAnObject: "notAnObject"
        case .arrayUnclosed: "arrayUnclosed"
        case .lineTooLong: "lineTooLong"
        case .rowTooLong: "rowTooLong"
        case .quoteUnclosed: "quoteUnclosed"
        case .nulByte: "nulByte"
        case .bytesUnreadable: "bytesUnreadable"
        case .tooManyColumns: "tooManyColumns"
        case .tooFewColumns: "tooFewColumns"
        case .cellUnreadable: "cellUnreadable"
        case .dateUnreadable: "dateUnreadable"
        case .dateImpossible: "dateImpossible"
        case .numberUnreadable: "numberUnreadable"
        case .valueUnknown: "valueUnknown"
        case .valueMissing: "valueMissing"
        case .valueNotText: "valueNotText"
        }
    }

    package func words(in language: Language) -> String {
        language == .chinese ? chinese : english
    }

    private var chinese: String {
        switch self {
        case .jsonUnreadable(let error): "JSON 有误：\(error.what(in: .chinese))，第 \(error.offset + 1) 字节"
        case .notAnObject: "不是 JSON 对象"
        case .arrayUnclosed: "JSON 数组没有结束，文件可能被截断"
        case .lineTooLong(let limit): "一行超过 \(limit >> 20) MiB"
        case .rowTooLong(let limit): "一条记录超过 \(limit >> 20) MiB"
        case .quoteUnclosed: "引号不配对"
        case .nulByte: "含有 NUL 字节"
        case .bytesUnreadable(let encoding): "有字节不是 \(encoding.rawValue) 编码"
        case .tooManyColumns(let expected): "列数多于表头的 \(expected) 列"
        case .tooFewColumns(let expected): "列数少于表头的 \(expected) 列"
        case .cellUnreadable: "单元格无法读取"
        case .dateUnreadable: "日期无法识别"
        case .dateImpossible: "日期不存在"
        case .numberUnreadable: "数字无法识别"
        case .valueUnknown: "取值不在对照表中"
        case .valueMissing: "必填的值为空"
        case .valueNotText: "应是文字或数字"
        }
    }

    private var english: String {
        switch self {
        case .jsonUnreadable(let error): "JSON: \(error.what(in: .english)), at byte \(error.offset + 1)"
        case .notAnObject: "not a JSON object"
        case .arrayUnclosed: "the JSON array never ends; the file may be cut short"
        case .lineTooLong(let limit): "a line longer than \(limit >> 20) MiB"
        case .rowTooLong(let limit): "a row longer than \(limit >> 20) MiB"
        case .quoteUnclosed: "a quote without its partner"
        case .nulByte: "a NUL byte"
        case .bytesUnreadable(let encoding): "bytes that are not \(encoding.rawValue)"
        case .tooManyColumns(let expected): "more columns than the \(expected) of the header"
        case .tooFewColumns(let expected): "fewer columns than the \(expected) of the header"
        case .cellUnreadable: "a cell that cannot be read"
        case .dateUnreadable: "a date that cannot be read"
        case .dateImpossible: "a date that does not exist"
        case .numberUnreadable: "a number that cannot be read"
        case .valueUnknown: "a value missing from the table of values"
        case .valueMissing: "a required value is empty"
        case .valueNotText: "neither text nor number"
        }
    }
}
