// How an answer looks: for a person a numbered list with the passages, for a program one JSON object a line.

import Engine
import Records

struct HitPrinter {
    let terminal: Terminal
    /// Number of the first hit, 1 on the first page.
    var firstNumber = 1
    /// Values of one facet shown to a person; `--json` gives all.
    private static let facetValuesMax = 20

    // MARK: For a person

    func print(_ answer: SearchAnswer, seconds: Double, to output: inout Output) throws {
        output.line(heading(answer, seconds: seconds))
        for facet in answer.facets { table(facet.field, facet.counts, to: &output) }
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

    private func show(_ hit: SearchAnswer.Hit, number: Int, to output: inout Output) {
        let label = "\(number)."
        let indent = String(repeating: " ", count: max(4, label.utf8.count + 1))
        let title = Terminal.line(hit.title)
        output.line(
            EastAsianWidth.padded(label, to: indent.utf8.count)
                + terminal.bold(title.isEmpty ? say("（无标题）", "(no title)") : title))
        output.line(indent + terminal.dim("\(hit.date)  \(Terminal.line(hit.id))"))
        if !hit.snippet.text.isEmpty { output.line(indent + marked(hit.snippet.text, hit.snippet.matches)) }
        for reason in hit.explanation { output.line(indent + terminal.dim("· " + Terminal.line(reason.text(in: .ofUser)))) }
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

    private func table(_ field: Field, _ counts: [(value: String, count: Int)], to output: inout Output) {
        output.line("")
        let rows = counts.prefix(Self.facetValuesMax).map { (EastAsianWidth.fit(Terminal.line($0.value), columns: 40), Figures.count($0.count)) }
        let nameWidth = rows.map { EastAsianWidth.columns(of: $0.0) }.max() ?? 0
        let countWidth = rows.map(\.1.utf8.count).max() ?? 0
        output.line(terminal.bold(field.label))
        for (value, count) in rows {
            output.line(
                "    " + EastAsianWidth.padded(value, to: nameWidth) + "  "
                    + String(repeating: " ", count: countWidth - count.utf8.count) + count)
        }
        let more = counts.count - rows.count
        if more > 0 { output.line(terminal.dim("    " + say("另有 \(Figures.count(more)) 个值", "\(Figures.count(more)) more values"))) }
        if rows.isEmpty { output.line(terminal.dim("    " + say("（没有值）", "(no values)"))) }
    }

    // MARK: For a program

    func printJSON(_ answer: SearchAnswer, to output: inout Output) throws {
        for facet in answer.facets {
            let counts = JSONObject(facet.counts.lazy.map { ($0.value, .integer($0.count)) })
            output.line(["facet": .string(facet.field.name), "counts": .object(counts)] as JSONObject)
        }
        for (place, hit) in answer.hits.enumerated() {
            var object = Self.object(hit)
            if place == answer.hits.count - 1 { object.set("cursor", to: answer.cursor.map { .string($0) }) }
            output.line(object)
            try output.flushIfLarge()
        }
    }

    private static func object(_ hit: SearchAnswer.Hit) -> JSONObject {
        var object: JSONObject = [
            "id": .string(hit.id), "score": .score(hit.score), "date": .string(hit.date), "title": .string(hit.title),
            "snippet": .string(hit.snippet.text),
            "matches": .array(hit.snippet.matches.map { [.integer($0.lowerBound), .integer($0.count)] }),
            "literal": .bool(hit.isLiteral),
        ]
        if !hit.explanation.isEmpty { object.set("explain", to: .array(hit.explanation.map { .string($0.text(in: .ofUser)) })) }
        return object
    }
}

extension Field {
    /// The name in the user's language, a Chinese one with the identifier beside it.
    var label: String {
        let own = name(in: .ofUser)
        return own == name ? own : "\(own)（\(name)）"
    }
}
