// A record's texts with every place where a query is found: in colour on a terminal, in brackets elsewhere.

import Engine
import Records

struct MarkedPrinter {
    let terminal: Terminal

    func print(_ texts: [MarkedText], to output: inout Output) {
        let found = texts.filter { !$0.matches.isEmpty }
        let total = found.reduce(0) { $0 + $1.matches.count }
        let list = found.map { "\($0.field.name(in: .ofUser)) \(Figures.count($0.matches.count))" }
        output.line(say(
            "命中 \(Figures.count(total)) 处" + (list.isEmpty ? "" : "：" + list.joined(separator: "，")),
            "\(Figures.count(total)) matches" + (list.isEmpty ? "" : ": " + list.joined(separator: ", "))))
        for text in found {
            output.line("")
            output.line(terminal.bold(text.field.label))
            output.line(marked(text))
        }
        let others = texts.filter { $0.matches.isEmpty }.map { $0.field.name(in: .ofUser) }
        if !others.isEmpty {
            output.line("")
            output.line(terminal.dim(say("没有命中的字段：", "without a match: ") + listed(others)))
        }
    }

    private func marked(_ text: MarkedText) -> String {
        let characters = Array(text.text.unicodeScalars)
        var out = ""
        var place = 0
        func piece(_ range: Range<Int>) -> String {
            Terminal.lines(String(String.UnicodeScalarView(characters[range])).replacing("\r\n", with: "\n"))
        }
        for match in text.matches {
            let match = match.clamped(to: place..<characters.count)
            if match.isEmpty { continue }
            out += piece(place..<match.lowerBound)
            out += terminal.marks ? terminal.hit(piece(match)) : "【\(piece(match))】"
            place = match.upperBound
        }
        return out + piece(place..<characters.count)
    }
}
