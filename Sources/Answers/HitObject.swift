// A hit, a facet and a cell as JSON: the one shape that the command line prints and the service sends.

import Engine
import Records
import Tables

extension SearchAnswer.Hit {
    /// - Parameter columns: those that were asked for; each becomes a member, unless there is one of that name.
    package func object(columns: [RecordColumn] = [], in language: Language) -> JSONObject {
        var object: JSONObject = [
            "id": .string(id), "score": .score(score), "date": .string(date), "title": .string(title),
            "snippet": .string(snippet.text),
            "matches": .array(snippet.matches.map { [.integer($0.lowerBound), .integer($0.count)] }),
            "literal": .bool(isLiteral),
        ]
        if !outcome.isEmpty { object.set("outcome", to: .string(outcome)) }
        if let zone = snippet.zone, let field = Field.of(zone) { object.set("field", to: .string(field.name)) }
        if !explanation.isEmpty { object.set("explain", to: .array(explanation.map { .string($0.text(in: language)) })) }
        for (column, cell) in zip(columns, cells) where object[column.name] == nil { object.set(column.name, to: cell.json) }
        return object
    }
}

extension SearchAnswer {
    /// One object a facet: its values with their counts, most frequent first.
    package var facetObjects: [JSONObject] {
        facets.map { facet in
            let counts = JSONObject(facet.counts.lazy.map { ($0.value, .integer($0.count)) })
            var object: JSONObject = ["facet": .string(facet.field.name), "counts": .object(counts)]
            if facet.field == .region, !regionNames.isEmpty {
                object.set("names", to: .object(JSONObject(regionNames.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })))
            }
            return object
        }
    }
}

extension TableCell {
    package var json: JSONValue {
        switch self {
        case .empty: .null
        case .integer(let number): .integer(number)
        case .decimal: .number(text)
        case .text, .date: .string(text)
        }
    }
}
