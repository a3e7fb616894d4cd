// Why a query cannot be read: the place, and the query as it could be written.

import Records

/// A query that cannot be read is never guessed at, emptied or cut: it is refused with its mend.
package struct QueryError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case tooLong(byteCountMax: Int)
        case tooManyOperators(countMax: Int)
        case tooDeep(depthMax: Int)
        case emptyQuotes
        case emptyBrackets
        /// `-` with a blank behind it.
        case loneDash
        /// Nothing before `OR`, `AND` or `NEAR`.
        case nothingBefore(String)
        /// Nothing behind `OR`, `AND`, `NOT` or `NEAR`.
        case nothingBehind(String)
        case nearTakesParts
        case nearDistance(max: Int)
        case fieldWithoutValue(String)
        case fieldInsideField(String)
        case fieldUnknown(String)
        case valueNotText(String)
        case noBeginnings(String)
        case dateUnreadable(String)
        case dateImpossible
        case rangeReversed
        case numberUnreadable(String)
        case nothingToFind
        case filterWithoutEquals
    }

    package let reason: Reason
    /// Code points from the start of the query.
    package let position: Int
    /// Code points.
    package let length: Int
    package let pointer: QueryPointer
    /// The whole query as it can be read, every mistake in it mended; nil where nothing short can be offered.
    package internal(set) var mended: String?
    /// What to write in place of the characters at fault.
    let edit: QueryEdit?

    init(_ reason: Reason, in query: [Unicode.Scalar], at place: Range<Int>, edit: QueryEdit? = nil) {
        self.reason = reason
        position = place.lowerBound
        length = place.count
        pointer = QueryPointer(query, at: place)
        self.edit = edit
        mended = nil
    }
}

/// `replacement` instead of the characters of `range`.
struct QueryEdit: Hashable, Sendable {
    let range: Range<Int>
    let replacement: String

    /// `text` of `query` as a literal, in quotes that stray ones in the query do not pair with.
    static func quoted(_ text: ArraySlice<Unicode.Scalar>, within query: [Unicode.Scalar]) -> String {
        let text = String(scalars: text)
        let isCurlySafe = query.contains("\"") && !query.contains { $0.isCurlyQuote }
        return isCurlySafe ? "\u{201C}" + text + "\u{201D}" : QueryNode.quoted(text)
    }

    /// The query after the edit. One of which nothing would remain becomes a literal search for what was written.
    func applied(to query: [Unicode.Scalar]) -> String {
        var before = query[..<range.lowerBound]
        var after = query[range.upperBound...]
        if replacement.isEmpty {
            // What goes takes its blanks along.
            if before.last.map({ $0.isBlank || $0.halfWidth == "(" }) ?? true { after = after.drop { $0.isBlank } }
            if after.first.map({ $0.halfWidth == ")" }) ?? true {
                while let last = before.last, last.isBlank { before.removeLast() }
            }
        }
        let edited = before + Array(replacement.unicodeScalars) + after
        guard let start = edited.firstIndex(where: { !$0.isBlank }), let end = edited.lastIndex(where: { !$0.isBlank })
        else { return Self.quoted(query[...], within: query) }
        return String(scalars: edited[start...end])
    }
}

extension QueryError {
    /// What is wrong, in a few words.
    package func what(in language: Language) -> String {
        switch (reason, language) {
        case (.tooLong(let max), .chinese): "查询超过 \(max) 字节"
        case (.tooLong(let max), .english): "the query is longer than \(max) bytes"
        case (.tooManyOperators(let max), .chinese): "运算符超过 \(max) 个"
        case (.tooManyOperators(let max), .english): "more than \(max) operators"
        case (.tooDeep(let max), .chinese): "括号与否定嵌套超过 \(max) 层"
        case (.tooDeep(let max), .english): "brackets and negations nested deeper than \(max)"
        case (.emptyQuotes, .chinese): "引号里没有内容"
        case (.emptyQuotes, .english): "nothing between the quotes"
        case (.emptyBrackets, .chinese): "括号里没有内容"
        case (.emptyBrackets, .english): "nothing between the brackets"
        case (.loneDash, .chinese): "减号后面没有紧跟要排除的内容"
        case (.loneDash, .english): "nothing stands directly behind the minus sign"
        case (.nothingBefore(let name), .chinese): "\(name) 前面没有内容"
        case (.nothingBefore(let name), .english): "nothing before \(name)"
        case (.nothingBehind(let name), .chinese): "\(name) 后面没有内容"
        case (.nothingBehind(let name), .english): "nothing behind \(name)"
        case (.nearTakesParts, .chinese): "NEAR 的两边只能各是一个词，或同一文本字段里的词"
        case (.nearTakesParts, .english): "NEAR joins two words or quoted pieces, or two of one text field"
        case (.nearDistance(let max), .chinese): "NEAR 的距离应为 1 到 \(max) 个字符"
        case (.nearDistance(let max), .english): "the distance of NEAR is 1 to \(max) characters"
        case (.fieldWithoutValue(let name), .chinese): "\(name): 后面没有紧跟值"
        case (.fieldWithoutValue(let name), .english): "no value stands directly behind \(name):"
        case (.fieldInsideField(let name), .chinese): "字段的括号里不能再写字段 \(name):"
        case (.fieldInsideField(let name), .english): "the field \(name): cannot stand inside another field's brackets"
        case (.fieldUnknown(let name), .chinese): "没有名为 \(name) 的字段"
        case (.fieldUnknown(let name), .english): "there is no field named \(name)"
        case (.valueNotText(let name), .chinese): "字段 \(name) 不是文本字段，不能用 ~ 引号"
        case (.valueNotText(let name), .english): "\(name) is not a text field: it takes no ~\"…\""
        case (.noBeginnings(let name), .chinese): "字段 \(name) 只能按完整的值查找"
        case (.noBeginnings(let name), .english): "\(name) is found by its whole value, not by a beginning"
        case (.dateUnreadable(let name), .chinese): "字段 \(name) 的日期无法识别"
        case (.dateUnreadable(let name), .english): "the date of \(name) cannot be read"
        case (.dateImpossible, .chinese): "日历上没有这一天"
        case (.dateImpossible, .english): "the calendar has no such day"
        case (.rangeReversed, .chinese): "范围的起点在终点之后"
        case (.rangeReversed, .english): "the range ends before it begins"
        case (.numberUnreadable(let name), .chinese): "字段 \(name) 的数字无法识别"
        case (.numberUnreadable(let name), .english): "the number of \(name) cannot be read"
        case (.nothingToFind, .chinese): "这里只有不可见的字符，没有可以查找的内容"
        case (.nothingToFind, .english): "only invisible characters here, nothing to look for"
        case (.filterWithoutEquals, .chinese): "筛选条件缺少等号"
        case (.filterWithoutEquals, .english): "the filter has no equals sign"
        }
    }

    /// How to write it, beside the mended query.
    private func hint(in language: Language) -> String {
        switch (reason, language) {
        case (.tooLong, .chinese), (.tooManyOperators, .chinese), (.tooDeep, .chinese): "分成几次查询"
        case (.tooLong, .english), (.tooManyOperators, .english), (.tooDeep, .english): "ask in several queries"
        case (.loneDash, .chinese): "排除某词写成 -词，中间不留空格；要查减号本身写成 \"-\""
        case (.loneDash, .english): "to leave a word out write -word without a blank; to find the sign itself write \"-\""
        case (.dateUnreadable, .chinese), (.dateImpossible, .chinese):
            "日期写成 2024、2024-01、2024-01-05 或 2024-01..2024-03"
        case (.dateUnreadable, .english), (.dateImpossible, .english):
            "write dates as 2024, 2024-01, 2024-01-05 or 2024-01..2024-03"
        case (.numberUnreadable, .chinese): "数字写成 100、100..500、>=100，至多三位小数"
        case (.numberUnreadable, .english): "write numbers as 100, 100..500, >=100, with at most three decimals"
        case (.fieldUnknown, .chinese), (.filterWithoutEquals, .chinese): "写成 字段=值，例如 category=A/B"
        case (.fieldUnknown, .english), (.filterWithoutEquals, .english): "write field=value, as in category=A/B"
        case (.nothingToFind, .chinese): "重新输入要查的内容"
        case (.nothingToFind, .english): "type what to look for once more"
        case (_, .chinese): "要按原样查找，加上引号"
        case (_, .english): "to look for it as it stands, put it in quotes"
        }
    }

    /// What happened, where (the query and carets below it), remedy.
    package func notice(in language: Language) -> String {
        // One line to copy; a mend with line breaks in it is for programs.
        let mend = mended.flatMap { text in
            text.unicodeScalars.count <= 200 && !text.unicodeScalars.contains { $0.isLineBreak } ? text : nil
        }
        switch language {
        case .chinese:
            return """
                错误：\(what(in: language))
                位置：第 \(position + 1) 个字符
                    \(pointer.line)
                    \(pointer.carets)
                处理：\(mend.map { "改成 \($0) ；" } ?? "")\(hint(in: language))
                """
        case .english:
            return """
                Error: \(what(in: language))
                Where: character \(position + 1)
                    \(pointer.line)
                    \(pointer.carets)
                Remedy: \(mend.map { "write \($0) ; " } ?? "")\(hint(in: language))
                """
        }
    }
}
