// The examples in QUERY.md are read from the document itself, so that it cannot go stale.

import Glibc
import Testing

@testable import Search

@Suite struct QueryGuideTests {
    struct Example: CustomTestStringConvertible {
        let written: String
        let canonical: String
        var testDescription: String { written }
    }

    static let examples: [Example] = {
        let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        guard let file = unsafe fopen(folder + "/Sources/Search/QUERY.md", "r") else { return [] }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = unsafe getc(file), byte != EOF { bytes.append(UInt8(byte)) }
        var examples: [Example] = []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where line.hasPrefix("| `") {
            // `|` inside a table is written `\|`.
            let cells = line.split(separator: "`", omittingEmptySubsequences: false)
            let unescaped = cells.map { $0.split(separator: "\\|", omittingEmptySubsequences: false).joined(separator: "|") }
            examples.append(Example(written: unescaped[1], canonical: unescaped[3]))
        }
        return examples
    }()

    @Test func `the document has at least thirty examples`() {
        #expect(Self.examples.count >= 30)
    }

    @Test(arguments: examples) func `the example is read as the document says`(example: Example) throws {
        let node = try QuerySupport.read(example.written)
        #expect(node.description == (example.canonical == " " ? "" : example.canonical))
        #expect(try QuerySupport.read(node.description) == node)
    }
}
