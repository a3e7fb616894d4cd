// In which language a person is spoken to: Chinese where the locale begins with `zh`, English elsewhere.

import ArgumentParser
import Engine
import Glibc
import Records

extension Language {
    static var ofUser: Language { Console.current?.request.language ?? ofProcess }

    private static let ofProcess = of(
        locale: ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap(environment).first ?? "")

    static func of(locale: String) -> Language {
        locale.utf8.prefix(2).map { $0 | 0x20 } == Array("zh".utf8) ? .chinese : .english
    }
}

/// The text in the user's language.
func say(_ chinese: @autoclosure () -> String, _ english: @autoclosure () -> String) -> String {
    Language.ofUser == .chinese ? chinese() : english()
}

/// Several things in one line, as the user's language lists them.
func listed(_ items: some Sequence<String>) -> String { items.joined(separator: say("、", ", ")) }

/// The help of an option or argument in the user's language.
func help(_ chinese: String, _ english: String, value: String? = nil) -> ArgumentHelp {
    ArgumentHelp(stringLiteral: say(chinese, english)).naming(value)
}

extension ArgumentHelp {
    fileprivate func naming(_ value: String?) -> ArgumentHelp {
        var help = self
        help.valueName = value
        return help
    }
}

/// A variable of the environment; an empty one counts as unset.
func environment(_ name: String) -> String? {
    if let console = Console.current { return console.variable(name) }
    // Holds: nothing in this program changes the environment, so the text stays where it is while it is copied.
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
}

/// What is told beside the results, on stderr.
enum Notices {
    /// Writes a notice and ends its line. A stderr that takes nothing is no reason to stop.
    static func print(_ text: String) {
        var bytes = Array(text.utf8)
        if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
        _ = try? FileDescriptor.write(bytes, to: STDERR_FILENO)
    }

    static func print(_ notices: [Notice]) {
        for notice in notices { print(notice.text(in: .ofUser)) }
    }
}
