// The names a map may feed: the identifiers of the record schema as they stand in record JSON.

enum RecordSchema {
    /// Elements a map can address in a list, as in `complainants[15]`.
    static let listLimit = 16

    /// Who complained, or spoke for them. Kept apart from the record from the first moment on.
    static let identityFields: Set<String> = ["complainants", "agent", "principal"]

    static let parties: Set<String> = ["complainants", "agent", "principal", "respondents"]

    static let fields: Set<String> = [
        "id", "registerNo", "aliasNos", "bodyId", "profileId", "kind", "kindHistory", "channel", "origin",
        "upstreamBody", "formType", "formFields", "sourceRef", "receivedAt", "registeredAt", "enteredBy",
        "firstResponder", "namedState", "complainants", "agent", "principal", "representedCount", "groupId",
        "respondents", "region", "regionIncident", "regionRegistered", "incidentAt", "incidentPlace", "category",
        "categoryVersion", "cause", "severity", "urgency", "grade", "flags", "goods", "amountClaimed",
        "amountRecovered", "title", "content", "contentRedacted", "demand", "acceptance", "handler", "leadUnit",
        "coUnits", "events", "deadlines", "evidenceDocs", "investigationReport", "reply", "verified", "outcome",
        "sanctions", "mediation", "proceedings", "feedback", "satisfaction", "consentPublish", "publishState",
        "links", "matterId", "appealOf", "caseOf", "status", "closedAt", "archivedAt", "fileId", "referenceCode",
        "retentionCode", "retentionUntil", "holds", "securityLevel", "keywords", "summary",
    ]

    static let partyMembers: Set<String> = [
        "name", "sex", "idNo", "phone", "address", "unit", "person", "post", "window", "creditCode", "aliases", "region",
    ]

    /// The field whose name differs least from `name`, when it differs by no more than a third.
    static func nearest(to name: String) -> String? {
        let wanted = Array(name.lowercased().utf8)
        let ranked = fields.sorted().map { ($0, distance(Array($0.lowercased().utf8), wanted)) }
        guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= max(1, wanted.count / 3) else { return nil }
        return best.0
    }

    /// Levenshtein's distance.
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var corner = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let above = row[j + 1]
                row[j + 1] = x == y ? corner : min(corner, above, row[j]) + 1
                corner = above
            }
        }
        return row[b.count]
    }
}
