// Why a JSON object is no complaint record. Names the field and never quotes its value: it may be somebody's number.

package struct RecordError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// A field every record needs is absent.
        case missing
        case wrongType(expected: Expected)
        case date(DateError)
        case notANumber
        case tooLong(bytesMax: Int)
        case tooMany(countMax: Int)
        /// A number of the record holds a line end or another control character.
        case controlCharacter
        /// Another record has the number, which this user may not change, or not see.
        case numberTaken
        /// A record of this id was destroyed by the rules.
        case destroyed
        /// The record's file is filed or on hold.
        case frozen
    }

    package enum Expected: String, Hashable, Sendable {
        case text, list, object, date, number, wholeNumber, trueOrFalse
    }

    /// Where in the record, as `respondents[2].name`. Holds names of the schema and positions only.
    package private(set) var path: String
    package let reason: Reason

    package init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }

    /// The same error seen from the object that holds it.
    func inside(_ name: String, at index: Int? = nil) -> RecordError {
        var outer = self
        let place = index.map { "\(name)[\($0)]" } ?? name
        outer.path = path.isEmpty ? place : "\(place).\(path)"
        return outer
    }

    /// A stable word for reject files and statistics.
    package var code: String {
        switch reason {
        case .missing: "missing"
        case .wrongType: "wrongType"
        case .date(.unreadable): "dateUnreadable"
        case .date(.impossible): "dateImpossible"
        case .date(.outOfRange): "dateOutOfRange"
        case .notANumber: "notANumber"
        case .tooLong: "tooLong"
        case .tooMany: "tooMany"
        case .controlCharacter: "controlCharacter"
        case .numberTaken: "numberTaken"
        case .destroyed: "destroyed"
        case .frozen: "frozen"
        }
    }

    package func what(in language: Language) -> String {
        switch (reason, language) {
        case (.missing, .chinese): "缺少必填项"
        case (.missing, .english): "a required field is missing"
        case (.wrongType(let expected), .chinese): "值的类型不对，应为\(Self.name(of: expected, in: language))"
        case (.wrongType(let expected), .english): "wrong type of value, expected \(Self.name(of: expected, in: language))"
        case (.date(.unreadable), .chinese): "日期无法识别"
        case (.date(.unreadable), .english): "the date cannot be read"
        case (.date(.impossible), .chinese): "没有这一天或这一时刻"
        case (.date(.impossible), .english): "there is no such day or time"
        case (.date(.outOfRange), .chinese): "日期不在 1900 至 2200 年之间"
        case (.date(.outOfRange), .english): "the date is outside the years 1900 to 2200"
        case (.notANumber, .chinese): "不是数字"
        case (.notANumber, .english): "not a number"
        case (.tooLong(let bytesMax), .chinese): "内容超过 \(bytesMax) 字节"
        case (.tooLong(let bytesMax), .english): "longer than \(bytesMax) bytes"
        case (.tooMany(let countMax), .chinese): "列表超过 \(countMax) 项"
        case (.tooMany(let countMax), .english): "a list of more than \(countMax) items"
        case (.controlCharacter, .chinese): "编号中有换行或其他控制字符"
        case (.controlCharacter, .english): "the number holds a line end or another control character"
        case (.numberTaken, .chinese): "这个编号不能使用"
        case (.numberTaken, .english): "this number cannot be used"
        case (.destroyed, .chinese): "这个编号的记录已按清册销毁，不再入库"
        case (.destroyed, .english): "the record of this id was destroyed by the register and is not taken in again"
        case (.frozen, .chinese): "记录所在案卷已归档或在保全中，内容不得更改"
        case (.frozen, .english): "the record's file is filed or on hold: what it says stays"
        }
    }

    package func remedy(in language: Language) -> String {
        switch (reason, language) {
        case (.missing, .chinese): "补上 id 或 registerNo、receivedAt，以及 title 或 content 后重新导入"
        case (.missing, .english): "give id or registerNo, receivedAt, and title or content, then import again"
        case (.date, .chinese): "改成 2024-01-05 或 2024-01-05T08:30:00 这样的写法"
        case (.date, .english): "write it as 2024-01-05 or 2024-01-05T08:30:00"
        case (.notANumber, .chinese): "只写数字，如 1234.50，单位另写"
        case (.notANumber, .english): "write digits only, such as 1234.50, without a unit"
        case (.numberTaken, .chinese): "换一个编号；编号应由登记系列依次给出"
        case (.numberTaken, .english): "take another number, as the register gives them in turn"
        case (.frozen, .chinese): "确需说明的，用 juanzong case note 在案卷中追加备考"
        case (.frozen, .english): "where something must be said, add a note to the file with juanzong case note"
        case (_, .chinese): "改正该字段后重新导入；已入库的记录不会重复"
        case (_, .english): "mend the field and import again; records already stored are not doubled"
        }
    }

    package func notice(in language: Language) -> String {
        switch language {
        case .chinese: "错误：\(what(in: language))\n位置：字段 \(path)\n处理：\(remedy(in: language))"
        case .english: "Error: \(what(in: language))\nWhere: field \(path)\nRemedy: \(remedy(in: language))"
        }
    }

    private static func name(of expected: Expected, in language: Language) -> String {
        switch (expected, language) {
        case (.text, .chinese): "文本"
        case (.text, .english): "a text"
        case (.list, .chinese): "列表"
        case (.list, .english): "a list"
        case (.object, .chinese): "对象"
        case (.object, .english): "an object"
        case (.date, .chinese): "日期"
        case (.date, .english): "a date"
        case (.number, .chinese): "数字"
        case (.number, .english): "a number"
        case (.wholeNumber, .chinese): "整数"
        case (.wholeNumber, .english): "a whole number"
        case (.trueOrFalse, .chinese): "true 或 false"
        case (.trueOrFalse, .english): "true or false"
        }
    }
}

/// What one record may hold. Far above real records; they bound the memory that one line of an import can take.
package enum RecordLimits {
    /// Numbers of records and documents, and the names of codes: all become keys of tables (LMDB allows 511 bytes).
    package static let keyBytesMax = 200
    /// Titles, names, addresses, places, category paths.
    package static let lineBytesMax = 4 << 10
    /// Content, replies, reports, document texts.
    package static let textBytesMax = 4 << 20
    package static let listCountMax = 10_000
}
