// How an answer looks: for a person a numbered list with the passages, for a program one JSON object a line.

import Answers
import Engine
import Glibc
import Records

struct HitPrinter {
    let terminal: Terminal
    /// Number of the first hit, 1 on the first page.
    var firstNumber = 1
    /// A table of these instead of titles and passages.
    var columns: [RecordColumn] = []

    // MARK: For a person

    func print(_ answer: SearchAnswer, seconds: Double, to output: inout Output) throws {
        output.line(heading(answer, seconds: seconds))
        let facets = FacetPrinter(terminal: terminal)
        for facet in answer.facets { facets.print(facet.field, facet.counts, names: answer.regionNames, of: answer.total, to: &output) }
        if !columns.isEmpty {
            output.line("")
            let width = Terminal.isOutput ? Terminal.columns(of: STDOUT_FILENO) : nil
            return try HitTable(terminal: terminal, width: width).print(answer.hits, columns: columns, to: &output)
        }
        for (place, hit) in answer.hits.enumerated() {
            output.line("")
            show(hit, number: firstNumber + place, to: &output)
            try output.flushIfLarge()
        }
    }

    private func heading(_ answer: SearchAnswer, seconds: Double) -> String {
        let total = Figures.count(answer.total)
        let shown = Figures.count(answer.hits.count)
        let time = Figures.duration(seconds)
        if answer.hits.count == answer.total {
            return terminal.dim(say("找到 \(total) 条，用时 \(time)", "\(total) found in \(time)"))
        }
        return terminal.dim(say("找到 \(total) 条，显示 \(shown) 条，用时 \(time)", "\(total) found, \(shown) shown, in \(time)"))
    }

    /// - Parameter number: nil for a record that has just come in: new, or changed.
    func show(_ hit: SearchAnswer.Hit, number: Int?, to output: inout Output) {
        let label = number.map { "\($0)." } ?? (hit.versionNumber > 1 ? say("改", "*") : say("新", "+"))
        let indent = String(repeating: " ", count: max(4, EastAsianWidth.columns(of: label) + 1))
        let title = Terminal.line(hit.title)
        output.line(
            EastAsianWidth.padded(label, to: indent.utf8.count)
                + terminal.bold(title.isEmpty ? say("（无标题）", "(no title)") : title))
        output.line(indent + terminal.dim("\(hit.date)  \(Terminal.line(hit.id))"))
        if !hit.snippet.text.isEmpty {
            output.line(indent + terminal.dim(Self.place(hit)) + marked(hit.snippet.text, hit.snippet.matches))
        }
        if !hit.outcome.isEmpty {
            output.line(indent + say("结果：", "outcome: ") + Terminal.line(hit.outcome))
        }
        for reason in hit.explanation { output.line(indent + terminal.dim("· " + Terminal.line(reason.text(in: .ofUser)))) }
    }

    /// Where the passage stands, when that is neither the title nor what was complained about.
    private static func place(_ hit: SearchAnswer.Hit) -> String {
        guard let zone = hit.snippet.zone, zone != .content, zone != .title, !hit.snippet.matches.isEmpty, let field = Field.of(zone)
        else { return "" }
        return say("［\(field.name(in: .chinese))］", "[\(field.name)] ")
    }

    private func marked(_ text: String, _ matches: [Range<Int>]) -> String {
        guard terminal.marks, !matches.isEmpty else { return Terminal.line(text) }
        let characters = Array(text.unicodeScalars)
        var out = ""
        var place = 0
        func piece(_ range: Range<Int>) -> String {
            Terminal.line(String(String.UnicodeScalarView(characters[range])))
        }
        for match in matches {
            let match = match.clamped(to: place..<characters.count)
            if match.isEmpty { continue }
            out += piece(place..<match.lowerBound) + terminal.hit(piece(match))
            place = match.upperBound
        }
        return out + piece(place..<characters.count)
    }

    // MARK: For a program

    func printJSON(_ answer: SearchAnswer, to output: inout Output) throws {
        for facet in answer.facetObjects { output.line(facet) }
        for (place, hit) in answer.hits.enumerated() {
            var object = hit.object(columns: columns, in: .ofUser)
            if place == answer.hits.count - 1 { object.set("cursor", to: answer.cursor.map { .string($0) }) }
            output.line(object)
            try output.flushIfLarge()
        }
    }
}

extension Field {
    /// The name in the user's language, a Chinese one with the identifier beside it.
    var label: String {
        let own = name(in: .ofUser)
        return own == name ? own : "\(own)（\(name)）"
    }
}
