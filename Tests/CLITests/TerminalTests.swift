import Engine
import Records
import Testing

@testable import CLI

@Suite struct TerminalTests {
    @Test func `control characters of a record never reach the terminal`() {
        #expect(Terminal.line("a\u{1B}[31mb\nc\u{9B}d\u{202E}e\tf") == "a [31mb c d e f")
        #expect(Terminal.lines("a\nb\rc\u{7}") == "a\nb c ")
        #expect(Terminal.line("停车费 3.5") == "停车费 3.5")
    }

    @Test func `colours are left out where nobody wants them`() {
        #expect(Terminal(.never).hit("x") == "x")
        #expect(Terminal(.always).hit("x") == "\u{1B}[1;31mx\u{1B}[0m")
    }
}
