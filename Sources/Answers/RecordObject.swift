// A record as JSON: its own members, and what the archive knows of it under a key of its own.

import Engine
import Records

extension RecordView {
    /// - Parameter texts: every text with the places where a query is found; those without any are left out.
    package func object(texts: [MarkedText]? = nil) -> JSONObject {
        var own: JSONObject = [
            "id": .string(id), "version": .integer(versionNumber), "sequence": .integer(sequence.rawValue),
            "recordedAt": .string(recordedAt), "withdrawn": .bool(isWithdrawn),
            "versions": .array(versions.map { version in
                .object([
                    "version": .integer(version.number), "sequence": .integer(version.sequence.rawValue),
                    "recordedAt": .string(version.recordedAt),
                ])
            }),
        ]
        if let caseFile { own.set("caseFile", to: .string(caseFile)) }
        if let texts { own.set("matches", to: .array(texts.filter { !$0.matches.isEmpty }.map(\.json))) }
        var object = record
        object.set("archive", to: .object(own) as JSONValue)
        return object
    }
}

extension MarkedText {
    /// Matches are `[start, length]` in characters of the text.
    package var json: JSONValue {
        .object([
            "field": .string(field.name), "text": .string(text),
            "matches": .array(matches.map { [.integer($0.lowerBound), .integer($0.count)] }),
        ] as JSONObject)
    }
}
