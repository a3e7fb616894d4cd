// A mistake in the arguments, told like every other error: what, where, remedy. The parser only speaks English, so
// its few messages are put into Chinese here.

import Engine
import Records

struct UsageMistake: NoticeError {
    private let chinese: String
    private let english: String
    private let verb: String?
    private var remedy: (chinese: String, english: String)?

    init(chinese: String, english: String, verb: String?, remedy: (chinese: String, english: String)? = nil) {
        self.chinese = chinese
        self.english = english
        self.verb = verb
        self.remedy = remedy
    }

    init(unknownVerb verb: String, nearest: String?) {
        self.init(chinese: "没有“\(verb)”这个命令", english: "there is no verb '\(verb)'", verb: nil)
        if let nearest {
            remedy = ("是不是“juanzong \(nearest)”？", "did you mean 'juanzong \(nearest)'?")
        }
    }

    /// `-word` could be an option or the NOT of a query: nobody guesses.
    init(shortOption option: String, verb: String) {
        self.init(chinese: "没有这个选项：\(option)", english: "Unknown option '\(option)'", verb: verb)
        remedy = (
            "要排除这个词，请写在“--”后面：juanzong \(verb) … -- \(option)；选项要写两个短横",
            "to exclude this word write it behind '--': juanzong \(verb) … -- \(option); options have two dashes"
        )
    }

    init(unknownPart part: String, of verb: String, parts: [String]) {
        self.init(chinese: "“juanzong \(verb)”没有“\(part)”这一项", english: "'juanzong \(verb)' has no part '\(part)'", verb: verb)
        remedy = ("可用：\(parts.joined(separator: " "))", "use one of: \(parts.joined(separator: " "))")
    }

    /// - Parameter command: the words that name it, such as `case add`.
    init(parserMessage: String, command: String?) {
        // The whole of a message of several lines that a `validate` wrote is already in the user's language.
        let message = parserMessage.split(separator: "\n").first.map(String.init) ?? parserMessage
        self.init(
            chinese: Self.translated(message), english: message,
            verb: command)
    }

    func notice(in language: Language) -> String {
        let place = verb.map { "juanzong \($0)" } ?? "juanzong"
        return switch language {
        case .chinese:
            """
            错误：\(chinese)
            位置：\(place)
            处理：\(remedy?.chinese ?? "用法见“\(place) --help”")
            """
        case .english:
            """
            Error: \(english)
            Where: \(place)
            Remedy: \(remedy?.english ?? "see '\(place) --help'")
            """
        }
    }

    /// Beginnings of ArgumentParser's messages (1.8) and what stands for them; the quoted rest stays.
    private static let beginnings: [(english: String, chinese: String)] = [
        ("Unknown option ", "没有这个选项："),
        ("Missing value for ", "选项缺少值："),
        ("Missing expected argument ", "缺少参数："),
        ("Unexpected argument ", "多余的参数："),
        ("2 unexpected arguments: ", "多余的参数："),
        ("3 unexpected arguments: ", "多余的参数："),
        ("The value ", "值不合用："),
        ("Value to be set with argument ", "互相排斥的选项："),
    ]

    private static func translated(_ message: String) -> String {
        for (english, chinese) in beginnings where message.hasPrefix(english) {
            return chinese + message.dropFirst(english.count)
                .replacing(". Did you mean ", with: "，是不是 ").replacing("'?", with: "'？")
                .replacing(" is invalid for ", with: " → ")
                .replacing(". Please provide one of ", with: "，可用：").replacing("' or '", with: "'、'").replacing("' and '", with: "'、'").replacing("', '", with: "'、'").replacing("'.", with: "'")
        }
        return message
    }
}
