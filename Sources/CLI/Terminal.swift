// What stdout is connected to, and how a text may look there.

import ArgumentParser
import Glibc

/// When hits and titles are marked with colours.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never
}

struct Terminal {
    let marks: Bool

    init(_ choice: ColorChoice = .auto) {
        marks =
            switch choice {
            case .always: true
            case .never: false
            // NO_COLOR: no-color.org
            case .auto: isTerminal(STDOUT_FILENO) && environment("NO_COLOR") == nil && environment("TERM") != "dumb"
            }
    }

    func bold(_ text: String) -> String { marks && !text.isEmpty ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
    func dim(_ text: String) -> String { marks && !text.isEmpty ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
    /// A hit: bold and red, as grep shows one.
    func hit(_ text: String) -> String { marks ? "\u{1B}[1;31m\(text)\u{1B}[0m" : text }

    /// Whether results go to a terminal.
    static var isOutput: Bool { isTerminal(STDOUT_FILENO) }

    /// Columns of the terminal behind `descriptor`; 80 where nobody knows.
    static func columns(of descriptor: CInt) -> Int {
        if let console = Console.current { return console.request.columns }
        var size = winsize()
        // Holds: TIOCGWINSZ fills one winsize.
        if unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return environment("COLUMNS").flatMap { Int($0) } ?? 80
    }

    /// Text of a record in one line. Control characters of an original could steer the terminal, and marks that
    /// turn the direction of writing could show one number as another: both become blanks.
    static func line(_ text: String) -> String {
        clean(text) { _ in false }
    }

    /// Text of a record with its line ends, safe to show.
    static func lines(_ text: String) -> String {
        clean(text) { $0 == "\n" }
    }

    private static func clean(_ text: String, keeping isKept: (Unicode.Scalar) -> Bool) -> String {
        func isUnsafe(_ character: Unicode.Scalar) -> Bool {
            switch character.value {
            case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: !isKept(character)
            default: false
            }
        }
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { isUnsafe($0) ? " " : $0 }))
    }
}
