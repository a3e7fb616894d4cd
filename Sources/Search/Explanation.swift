// Why a hit stands where it does, in words.

import Index
import Records

extension Searcher {
    /// One line a reason, heaviest first: which pieces of the query the record holds, and what each is worth.
    package func explanation(of hit: SearchHit, for node: QueryNode) throws -> [String] {
        var lines: [String] = []
        if hit.isLiteral { lines.append("literal: every part stands in the record as written") }
        let statistics = IndexStatistics(facts)
        let units = node.positiveParts.map(\.part.units)
        let terms = try QueryTerms(units, statistics, words: findWords)
        guard let place = try statistics.snapshot.place(of: hit.sequence) else { return lines }
        let text = try statistics.snapshot.segments[place.segment].text(of: place.doc)
        for (name, kind) in [("word", terms.words), ("pair", terms.pairs), ("character", terms.characters)] {
            let held = kind.filter { text.contains(TextPiece($0.units)) }.sorted { $0.weight > $1.weight }
            guard !kind.isEmpty else { continue }
            let shown = try held.prefix(8).map { term in
                let text = String(decoding: term.units, as: UTF16.self)
                return "\(text) (weight \(Self.rounded(term.weight)), in \(try statistics.docFrequency(of: term.key)) records)"
            }
            let list = shown.joined(separator: ", ") + (held.count > 8 ? ", …" : "")
            lines.append("\(name)s: \(held.count) of \(kind.count)\(list.isEmpty ? "" : ": ")\(list)")
        }
        for positive in node.positiveParts where !positive.isLiteral && !Understanding.isLiteralOnly(positive.part.units) {
            lines.append("a part of more than 3 characters needs \(Int(Understanding.share * 100)) % of its weight (τ)")
            break
        }
        return lines
    }

    private static func rounded(_ weight: Float) -> String {
        let tenths = Int((weight * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
