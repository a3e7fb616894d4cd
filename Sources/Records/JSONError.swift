// Why a text is not JSON. Names the place and never quotes the text: it may hold personal data.

package struct JSONError: Error, Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable {
        case unexpectedEnd
        case unexpectedByte
        case trailingBytes
        case badNumber
        case badEscape
        case controlCharacter
        case invalidUTF8
        case tooDeep
    }

    /// Bytes from the start of the text.
    package let offset: Int
    package let reason: Reason

    package init(offset: Int, reason: Reason) {
        self.offset = offset
        self.reason = reason
    }

    /// What is wrong, in a few words, for lists of rejects and notices.
    package func what(in language: Language) -> String {
        switch (reason, language) {
        case (.unexpectedEnd, .chinese): "JSON 不完整，文本提前结束"
        case (.unexpectedEnd, .english): "the JSON text ends too early"
        case (.unexpectedByte, .chinese): "JSON 语法错误，此处字符不应出现"
        case (.unexpectedByte, .english): "not JSON: this character cannot stand here"
        case (.trailingBytes, .chinese): "JSON 结束后还有多余内容"
        case (.trailingBytes, .english): "something follows the end of the JSON value"
        case (.badNumber, .chinese): "数字写法不符合 JSON 规定"
        case (.badNumber, .english): "the number is not written as JSON demands"
        case (.badEscape, .chinese): "反斜杠转义不符合 JSON 规定"
        case (.badEscape, .english): "the backslash escape is none that JSON knows"
        case (.controlCharacter, .chinese): "字符串内有未转义的控制字符"
        case (.controlCharacter, .english): "a string holds a control character that is not escaped"
        case (.invalidUTF8, .chinese): "文本不是有效的 UTF-8"
        case (.invalidUTF8, .english): "the text is not valid UTF-8"
        case (.tooDeep, .chinese): "嵌套超过 \(JSONValue.depthMax) 层"
        case (.tooDeep, .english): "nested deeper than \(JSONValue.depthMax) levels"
        }
    }

    package func notice(in language: Language) -> String {
        switch language {
        case .chinese:
            """
            错误：\(what(in: language))
            位置：第 \(offset + 1) 个字节
            处理：改正此处后重试；一行只写一个完整的 JSON 对象，编码用 UTF-8
            """
        case .english:
            """
            Error: \(what(in: language))
            Where: byte \(offset + 1)
            Remedy: mend this place and try again; write one whole JSON object a line, in UTF-8
            """
        }
    }
}
