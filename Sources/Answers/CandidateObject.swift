// A candidate of `check` as JSON: the verdict with all its evidence.

import Engine
import Records

extension CheckCandidate {
    /// - Parameter query: what the checked record is called.
    package func object(query: String, in language: Language) -> JSONObject {
        let person: JSONValue =
            switch persons {
            case .same(let match): .string(match.rawValue)
            case .different: .bool(false)
            case .unknown: .null
            }
        let respondent: JSONValue =
            self.respondent.map { .string($0.rawValue) } ?? (respondentsDiffer ? .bool(false) : .null)
        var object: JSONObject = [
            "query": .string(query), "id": .string(id), "verdict": .string(verdict.rawValue),
            "jaccard": .decimal(jaccard, places: 4), "containment": .decimal(containment, places: 4),
            "containedInCandidate": .decimal(containedInCandidate, places: 4),
            "containsCandidate": .decimal(containsCandidate, places: 4),
            "likeness": .decimal(likeness, places: 4), "sharedPerson": person, "sharedRespondent": respondent,
            "sharedCategory": .bool(sharesTopic), "sharedRegion": .bool(sharesRegion),
            "sharedPlace": .bool(sharesPlace),
            "sharedNumbers": .array(sharedNumbers.map { .string($0) }),
            "days": .integer(isLater ? -daysBetween : daysBetween),
            "passages": .array(
                passages.map { passage in
                    .object([
                        "start": .integer(passage.start), "length": .integer(passage.length),
                        "otherStart": .integer(passage.otherStart), "otherLength": .integer(passage.otherLength),
                        "text": .string(passage.text),
                    ])
                }),
            "reason": .string(reason.text(in: language)), "date": .string(date),
            "title": .string(title),
        ]
        for (key, value) in [
            ("respondent", respondentName), ("category", category), ("leadUnit", leadUnit),
            ("handler", handler), ("status", status), ("verified", verified),
            ("outcome", outcome), ("decision", decision?.kind.rawValue),
        ] { object.set(key, to: value.map { .string($0) }) }
        return object
    }
}
