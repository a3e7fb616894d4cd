// What is wrong in a profile, and at which word of which file.

import Records
import YAML

package struct ProfileError: Error, Hashable, Sendable {
    package enum Cause: Hashable, Sendable {
        case yaml(YAMLError)
        case unknownKey(String, nearest: String?)
        case missing(String)
        /// What stands there, and what could.
        case wrong(String, String)
        case unknownPiece(String)
        case pieceInsideItself(String)
        case unknownProfile(String, nearest: String?)
    }

    package let cause: Cause
    package let file: String
    package let line: Int
    package let column: Int

    package init(_ cause: Cause, file: String, line: Int = 0, column: Int = 0) {
        self.cause = cause
        self.file = file
        self.line = line
        self.column = column
    }

    package init(_ cause: Cause, at node: ProfileNode) {
        self.init(cause, file: node.file, line: node.line, column: node.column)
    }

    package func notice(in language: Language) -> String {
        if case .yaml(let error) = cause { return error.notice(in: language, path: file) }
        let place = line > 0 ? "\(file):\(line):\(column)" : file
        let (what, remedy) = language == .chinese ? chinese : english
        return ArchiveError.notice(language, what, place, remedy)
    }

    private var chinese: (String, String) {
        switch cause {
        case .yaml: ("", "")
        case .unknownKey(let key, let nearest):
            ("规则中没有“\(key)”这一项", nearest.map { "是否想写“\($0)”？" } ?? "删去该项，或对照 juanzong profile show 的输出改名")
        case .missing(let key): ("规则缺少“\(key)”", "补上该项；juanzong profile new 给出完整样例")
        case .wrong(let text, let expected): ("“\(text)”不是可用的值", "可写：\(expected)")
        case .unknownPiece(let name): ("extends 中的“\(name)”不存在", "核对名称；juanzong profile list 列出全部")
        case .pieceInsideItself(let name): ("extends 中的“\(name)”引用了自身", "去掉循环引用")
        case .unknownProfile(let name, let nearest):
            ("没有规则“\(name)”", nearest.map { "是否想用 \($0)？juanzong profile list 列出全部" } ?? "juanzong profile list 列出全部")
        }
    }

    private var english: (String, String) {
        switch cause {
        case .yaml: ("", "")
        case .unknownKey(let key, let nearest):
            ("a profile has no entry '\(key)'", nearest.map { "did you mean '\($0)'?" } ?? "take it out, or compare with juanzong profile show")
        case .missing(let key): ("the profile lacks '\(key)'", "add it; juanzong profile new writes a whole example")
        case .wrong(let text, let expected): ("'\(text)' is no value for this entry", "use: \(expected)")
        case .unknownPiece(let name): ("'\(name)' in extends does not exist", "check the name; juanzong profile list shows all")
        case .pieceInsideItself(let name): ("'\(name)' in extends leads back to itself", "take the circle out")
        case .unknownProfile(let name, let nearest):
            ("there is no profile '\(name)'", nearest.map { "did you mean \($0)? juanzong profile list shows all" } ?? "juanzong profile list shows all")
        }
    }
}
