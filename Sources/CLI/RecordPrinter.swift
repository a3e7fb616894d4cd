// A record as a person reads it: one member a line, lists and objects set in.

import Records

struct RecordPrinter {
    let terminal: Terminal
    private static let indentColumns = 4

    func print(_ object: JSONObject, indent: Int = 0, to output: inout Output) {
        for (key, value) in object.entries { member(key, value, indent: indent, to: &output) }
    }

    private func member(_ key: String, _ value: JSONValue, indent: Int, to output: inout Output) {
        let margin = String(repeating: " ", count: indent)
        let label = margin + terminal.dim(Terminal.line(indent == 0 ? Self.name(of: key) : key) + say("：", ": "))
        switch value {
        case .object(let object):
            output.line(label)
            print(object, indent: indent + Self.indentColumns, to: &output)
        case .array(let values) where values.contains { $0.objectValue != nil || $0.array != nil }:
            output.line(label)
            for value in values { item(value, indent: indent + Self.indentColumns, to: &output) }
        case .array(let values):
            output.line(label + values.map(Self.text).joined(separator: say("；", "; ")))
        default:
            let lines = Self.text(value).split(separator: "\n", omittingEmptySubsequences: false)
            if lines.count <= 1 { return output.line(label + (lines.first.map(String.init) ?? "")) }
            output.line(label)
            let inner = String(repeating: " ", count: indent + Self.indentColumns)
            for line in lines { output.line(inner + line) }
        }
    }

    /// A member of a list; a dash shows where the next one begins.
    private func item(_ value: JSONValue, indent: Int, to output: inout Output) {
        let margin = String(repeating: " ", count: indent)
        guard let object = value.objectValue else { return output.line(margin + "- " + Self.text(value)) }
        output.line(margin + "-")
        print(object, indent: indent + 2, to: &output)
    }

    private static func text(_ value: JSONValue) -> String {
        if case .string(let text) = value { return Terminal.lines(text.replacing("\r\n", with: "\n")) }
        return Terminal.lines(value.text)
    }

    /// The key as record JSON has it; for a Chinese reader with the field's name in front.
    private static func name(of key: String) -> String {
        guard Language.ofUser == .chinese, let field = Field.named(key) else { return key }
        let name = field.name(in: .chinese)
        return name == key ? key : "\(name)（\(key)）"
    }
}
