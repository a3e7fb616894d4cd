// What the reader of a query should know although it could be read: nothing is read as text silently.

import Records

package struct QueryNotice: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// `x:` where no field is named x.
        case unknownField(String)
        case bracketsReadAsText
        case quotesReadAsText
        case dashReadAsText
        /// Long or many-lined text is one part; the signs in it did nothing.
        case pastedWithoutOperators
        /// `a b OR c`: the reading, with its brackets.
        case orBindsLast(reading: String)
    }

    package let kind: Kind
    /// Code points from the start of the query.
    package let position: Int
    /// Code points.
    package let length: Int
    package let pointer: QueryPointer

    init(_ kind: Kind, in query: [Unicode.Scalar], at place: Range<Int>) {
        self.kind = kind
        position = place.lowerBound
        length = place.count
        pointer = QueryPointer(query, at: place)
    }

    package func notice(in language: Language) -> String {
        let (what, remedy) = words(in: language)
        switch language {
        case .chinese:
            return """
                提示：\(what)
                位置：第 \(position + 1) 个字符
                    \(pointer.line)
                    \(pointer.carets)
                处理：\(remedy)
                """
        case .english:
            return """
                Note: \(what)
                Where: character \(position + 1)
                    \(pointer.line)
                    \(pointer.carets)
                Remedy: \(remedy)
                """
        }
    }

    private func words(in language: Language) -> (what: String, remedy: String) {
        switch (kind, language) {
        case (.unknownField(let name), .chinese): ("\(name): 不是字段名，按文本查找", "检查字段名；确要查这段文本则加引号")
        case (.unknownField(let name), .english):
            ("\(name): is not a field and was read as text", "check the field's name, or quote the text")
        case (.bracketsReadAsText, .chinese): ("括号按文本查找", "括号要成对，两侧用空格与文字隔开，才起分组作用")
        case (.bracketsReadAsText, .english):
            ("brackets read as text", "to group, write them in pairs, with a blank between them and other text")
        case (.quotesReadAsText, .chinese): ("引号不成对，按文本查找", "补上另一个引号，或去掉这一个")
        case (.quotesReadAsText, .english):
            ("a quote without its pair was read as text", "write the other quote, or take this one away")
        case (.dashReadAsText, .chinese): ("减号按文本查找", "要排除某词，写成 -词")
        case (.dashReadAsText, .english): ("the minus sign was read as text", "to leave a word out, write -word")
        case (.pastedWithoutOperators, .chinese):
            ("较长或含换行、句号的内容按一整段文本查找，其中的运算符不起作用", "要与其他条件并用，把整段写成 ~\"…\"，条件另写")
        case (.pastedWithoutOperators, .english):
            (
                "long text, or text with line breaks or full stops, is one part: the operators in it did nothing",
                "to use it beside other conditions write it as ~\"…\""
            )
        case (.orBindsLast(let reading), .chinese): ("OR 最后结合，读作 \(reading)", "要另一种读法，用括号")
        case (.orBindsLast(let reading), .english): ("OR binds last: read as \(reading)", "use brackets for the other reading")
        }
    }
}
