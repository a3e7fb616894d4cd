// RULES.md against what there is: every row of the field's table and every procedure has its line, and every test that a line
// names exists.

import TestSupport
import Testing

@Suite struct RulesTableTests {
    private static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

    private static func lines(_ path: String) -> [Substring] {
        String(decoding: FileBytes.read(root + "/" + path), as: UTF8.self).split(separator: "\n")
    }

    /// Cells of the table rows whose first cell begins with this letter and two digits or more.
    private static func rows(_ letter: Character) -> [(rows: [String], cells: [Substring])] {
        lines("Sources/Archive/RULES.md").compactMap { line in
            guard line.hasPrefix("| \(letter)") else { return nil }
            let cells = line.replacing("\\|", with: "/").split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
            let names = (cells.first ?? "").split(separator: " ").map(String.init)
            guard !names.isEmpty, names.allSatisfy({ $0.first == letter && $0.count >= 3 && $0.dropFirst().allSatisfy(\.isNumber) }) else { return nil }
            return (names, Array(cells))
        }
    }

    @Test func `every row of the table has an answer and a test that exists`() {
        let rows = Self.rows("R")
        let named = rows.flatMap(\.rows)
        #expect(Set(named) == Set((1...109).map { "R" + ($0 < 10 ? "0" : "") + "\($0)" }))
        #expect(Set(named).count == named.count, "none twice")
        for (names, cells) in rows {
            #expect(cells.count == 3 && cells[1].contains { !$0.isWhitespace }, "\(names)")
            let tests = cells.last?.split { !($0.isLetter || $0.isNumber) }.filter { $0.hasSuffix("Tests") } ?? []
            #expect(!tests.isEmpty && !(cells.last ?? "").contains("—"), "\(names) names no test")
            for test in tests { #expect(Self.exists(String(test)), "\(names): there is no \(test)") }
        }
    }

    @Test func `every procedure has its line, its profile and its sample`() {
        let named = Self.rows("S").flatMap(\.rows)
        #expect(named == (1...53).map { "S" + ($0 < 10 ? "0" : "") + "\($0)" })
        for name in named {
            #expect(!FileBytes.read(Self.root + "/Sources/CProfiles/data/\(name).yaml").isEmpty && !FileBytes.read(Self.root + "/corpus/profiles/\(name).csv").isEmpty, "\(name)")
        }
    }

    /// A suite of that name, in the file of that name, with a test in it; or a folder of them.
    private static func exists(_ name: String) -> Bool {
        let folders = FileBytes.names(in: root + "/Tests")
        if folders.contains(name) { return true }
        return folders.contains { folder in
            guard FileBytes.names(in: root + "/Tests/" + folder).contains(name + ".swift") else { return false }
            let text = lines("Tests/\(folder)/\(name).swift")
            return text.contains { $0.hasPrefix("@Suite") && $0.contains("struct \(name) ") } && text.contains { $0.contains("@Test") }
        }
    }
}
