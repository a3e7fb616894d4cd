// An import, and a look at a file before it, as JSON: what became of the rows, and what was refused, by kind and by row.

import Engine
import Records

extension RejectTally {
    package func object(in language: Language) -> JSONObject {
        func members(_ reason: Reason) -> JSONObject {
            var object: JSONObject = ["code": .string(reason.code), "reason": .string(reason.reason)]
            object.set("field", to: reason.field.map { .string(Self.fieldName($0, in: language)) })
            object.set("column", to: reason.column.map { .string($0) })
            return object
        }
        return [
            "reasons": .array(reasons.map { reason in
                var object = members(reason)
                object.set("count", to: .integer(counts[reason] ?? 0))
                object.set("remedy", to: .string(Self.remedy(reason.code, in: language)))
                return .object(object)
            }),
            "rows": .array(rows.map { row in
                var object: JSONObject = ["line": .integer(row.place.line)]
                object.set("sheet", to: row.place.sheet.map { .string($0) })
                for (name, value) in members(row.reason).entries { object.set(name, to: value) }
                return .object(object)
            }),
        ]
    }
}

extension ImportLook {
    /// What `import --dry-run --json` prints; counts under the names of `import --json`.
    package func object(in language: Language) -> JSONObject {
        var object: JSONObject = [
            "imported": .integer(added), "updated": .integer(changed), "unchanged": .integer(unchanged), "rejected": .integer(rejects.count),
            "reading": .string(reading), "proposed": .bool(isProposed),
            "feeds": .array(feeds.map { ["field": .string($0.field), "columns": .array($0.columns.map { .string($0) }), "identity": .bool($0.isIdentity)] }),
            "unmapped": .array(unmapped.map { .string($0) }), "skippedSheets": .array(skippedSheets.map { .string($0) }),
        ]
        object.set("map", to: map.map { .string($0) })
        object.set("mapProblem", to: mapProblem.map { .string($0) })
        for (name, value) in rejects.object(in: language).entries { object.set(name, to: value) }
        return object
    }
}

extension ImportSummary {
    /// With the rows that this run refused.
    package func object(in language: Language) -> JSONObject {
        var object: JSONObject = [
            "imported": .integer(imported), "updated": .integer(updated), "unchanged": .integer(unchanged), "rejected": .integer(rejected),
            "reading": .string(reading), "seconds": .decimal(seconds, places: 3),
        ]
        if resumedRows > 0 { object.set("resumedRows", to: .integer(resumedRows)) }
        for (name, value) in rejects.object(in: language).entries { object.set(name, to: value) }
        return object
    }
}
