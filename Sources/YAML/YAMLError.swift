// Why a YAML text was refused, and where. Profiles, maps and lexicons are written by people: the place matters more
// than the cause.

import Records

package struct YAMLError: Error, Hashable, Sendable {
    package enum Cause: Hashable, Sendable {
        case tooLarge(limitBytes: Int)
        case notUTF8
        /// What libyaml says; it names YAML's own marks, never a value.
        case syntax(String)
        case tooDeep(limit: Int)
        case tooManyNodes(limit: Int)
        case aliasUnknown
        case aliasInsideItself
        case keyRepeated
        case keyNotText
        case tagUnknown
        case severalDocuments
        case empty
    }

    package let cause: Cause
    /// Both start at 1; 0 when the whole text is meant.
    package let line: Int
    package let column: Int

    package init(_ cause: Cause, line: Int, column: Int) {
        self.cause = cause
        self.line = line
        self.column = column
    }

    /// What happened, where, what to do. `path` is how the person named the file.
    package func notice(in language: Language, path: String = "YAML") -> String {
        let place = line > 0 ? "\(path):\(line):\(column)" : path
        switch language {
        case .chinese:
            return """
                错误：YAML 文件无法读取：\(chinese)
                位置：\(place)
                处理：改正该处后重试；缩进用空格，冒号后空一格，含特殊符号的文字加引号
                """
        case .english:
            return """
                Error: the YAML file cannot be read: \(english)
                Where: \(place)
                Remedy: mend that place and try again; indent with spaces, put a blank after a colon, quote texts with special marks
                """
        }
    }

    private var chinese: String {
        switch cause {
        case .tooLarge(let limit): "超过 \(limit) 字节"
        case .notUTF8: "不是 UTF-8 编码"
        case .syntax(let problem): "语法错误（\(problem)）"
        case .tooDeep(let limit): "嵌套超过 \(limit) 层"
        case .tooManyNodes(let limit): "展开后超过 \(limit) 个节点"
        case .aliasUnknown: "引用了不存在的锚点"
        case .aliasInsideItself: "锚点引用了自身"
        case .keyRepeated: "键重复"
        case .keyNotText: "键不是文字"
        case .tagUnknown: "不支持的标签"
        case .severalDocuments: "含有多个文档"
        case .empty: "文件为空"
        }
    }

    private var english: String {
        switch cause {
        case .tooLarge(let limit): "larger than \(limit) bytes"
        case .notUTF8: "not UTF-8"
        case .syntax(let problem): "syntax (\(problem))"
        case .tooDeep(let limit): "nested deeper than \(limit)"
        case .tooManyNodes(let limit): "more than \(limit) nodes when expanded"
        case .aliasUnknown: "an alias without its anchor"
        case .aliasInsideItself: "an alias inside its own anchor"
        case .keyRepeated: "a key stands twice"
        case .keyNotText: "a key is not a text"
        case .tagUnknown: "a tag that is not supported"
        case .severalDocuments: "more than one document"
        case .empty: "the file is empty"
        }
    }
}
