// Record JSON: the members of a complaint in the order in which they are written, and what every record must have.
//
// `region` is also read as `regionIncident`.
// A text for `category` is one path `A/B/C`; a list holds several paths, each a text.

extension Complaint {
    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitNumbers(&visitor)
        try visitParties(&visitor)
        try visitMatter(&visitor)
        try visitText(&visitor)
        try visitHandling(&visitor)
        try visitResult(&visitor)
        try visitArchive(&visitor)
        try visitor.rest(&extra)
    }

    private mutating func visitNumbers<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.key("id", &id)
        try visitor.key("registerNo", &registerNo)
        try visitor.parts("aliasNos", &aliasNos)
        try visitor.key("bodyId", &bodyId)
        try visitor.key("profileId", &profileId)
        try visitor.code("kind", &kind)
        try visitor.parts("kindHistory", &kindHistory)
        try visitor.code("channel", &channel)
        try visitor.code("origin", &origin)
        try visitor.line("upstreamBody", &upstreamBody)
        try visitor.line("formType", &formType)
        try visitor.map("formFields", &formFields)
        try visitor.part("sourceRef", &sourceRef)
        var received: Timestamp? = receivedAt
        try visitor.moment("receivedAt", &received)
        receivedAt = received ?? receivedAt
        try visitor.moment("registeredAt", &registeredAt)
        try visitor.line("enteredBy", &enteredBy)
        try visitor.line("firstResponder", &firstResponder)
    }

    private mutating func visitParties<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.code("namedState", &namedState)
        try visitor.parts("complainants", &complainants)
        try visitor.part("agent", &agent)
        try visitor.part("principal", &principal)
        try visitor.count("complainantCount", &complainantCount)
        try visitor.count("representedCount", &representedCount)
        try visitor.key("groupId", &groupId)
        try visitor.parts("respondents", &respondents)
    }

    private mutating func visitMatter<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.key("region", &region)
        try visitor.key("regionRegistered", &regionRegistered)
        try visitor.part("incidentAt", &incidentAt)
        try visitor.line("incidentPlace", &incidentPlace)
        try visitor.lines("category", &category)
        try visitor.key("categoryVersion", &categoryVersion)
        try visitor.part("cause", &cause)
        try visitor.code("severity", &severity)
        try visitor.code("urgency", &urgency)
        try visitor.key("grade", &grade)
        try visitor.codes("flags", &flags)
        try visitor.parts("goods", &goods)
        try visitor.amount("amountClaimed", &amountClaimed)
        try visitor.amount("amountRecovered", &amountRecovered)
    }

    private mutating func visitText<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.line("title", &title)
        try visitor.text("content", &content)
        try visitor.key("contentSha256", &contentSha256)
        try visitor.text("contentRedacted", &contentRedacted)
        try visitor.text("demand", &demand)
        try visitor.lines("keywords", &keywords)
        try visitor.text("summary", &summary)
    }

    private mutating func visitHandling<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.part("acceptance", &acceptance)
        try visitor.line("handler", &handler)
        try visitor.line("leadUnit", &leadUnit)
        try visitor.lines("coUnits", &coUnits)
        try visitor.parts("events", &events)
        try visitor.parts("deadlines", &deadlines)
        try visitor.parts("evidenceDocs", &evidenceDocs)
        try visitor.parts("investigationReport", &investigationReport)
        try visitor.parts("reply", &reply)
    }

    private mutating func visitResult<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.code("verified", &verified)
        try visitor.part("outcome", &outcome)
        try visitor.parts("sanctions", &sanctions)
        try visitor.part("mediation", &mediation)
        try visitor.parts("proceedings", &proceedings)
        try visitor.parts("feedback", &feedback)
        try visitor.code("satisfaction", &satisfaction)
        try visitor.code("consentPublish", &consentPublish)
        try visitor.code("publishState", &publishState)
    }

    private mutating func visitArchive<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.parts("links", &links)
        try visitor.key("matterId", &matterId)
        try visitor.key("appealOf", &appealOf)
        try visitor.key("caseOf", &caseOf)
        try visitor.code("status", &status)
        try visitor.moment("closedAt", &closedAt)
        try visitor.moment("archivedAt", &archivedAt)
        try visitor.key("fileId", &fileId)
        try visitor.key("referenceCode", &referenceCode)
        try visitor.key("retentionCode", &retentionCode)
        try visitor.date("retentionUntil", &retentionUntil)
        try visitor.parts("holds", &holds)
        try visitor.code("securityLevel", &securityLevel)
        try visitor.lines("securityRoles", &securityRoles)
        try visitor.count("createdVersion", &createdVersion)
        try visitor.parts("versions", &versions)
    }

    /// Reads a record and refuses one that lacks what every record needs.
    package init(json: JSONObject) throws(RecordError) {
        var json = json
        if json["region"] == nil { json.rename("regionIncident", to: "region") }
        self.init()
        var reader = RecordReader(json)
        try visit(&reader)
        if id == nil, registerNo == nil { throw RecordError(path: "id", reason: .missing) }
        switch json["receivedAt"] {
        case nil, .null: throw RecordError(path: "receivedAt", reason: .missing)
        case .string(let text) where text.isBlank: throw RecordError(path: "receivedAt", reason: .missing)
        default: break
        }
        if title?.isBlank ?? true, content?.isBlank ?? true { throw RecordError(path: "content", reason: .missing) }
    }

    /// What is compared of a record beside its texts, and whether it names anybody.
    package static let comparedMembers: MemberNames = [
        "id", "registerNo", "aliasNos", "kind", "receivedAt", "namedState", "complainantCount", "respondents", "region",
        "regionIncident", "incidentPlace", "category", "cause", "title", "events", "appealOf", "fileId", "referenceCode",
    ]

    /// What is shown of a record that another is like.
    package static let candidateMembers: MemberNames = [
        "id", "registerNo", "receivedAt", "respondents", "category", "title", "content", "demand", "handler", "leadUnit", "verified",
        "outcome", "status",
    ]

    /// Reads `comparedMembers` or `candidateMembers` alone, of a record that was read whole before it was stored: nothing is asked
    /// of what is not there, and nothing is refused that is missing.
    package init(some json: JSONObject) throws(RecordError) {
        var json = json
        if json["region"] == nil { json.rename("regionIncident", to: "region") }
        self.init()
        var reader = RecordReader(json)
        try reader.key("id", &id)
        try reader.key("registerNo", &registerNo)
        try reader.parts("aliasNos", &aliasNos)
        try reader.code("kind", &kind)
        var received: Timestamp? = receivedAt
        try reader.moment("receivedAt", &received)
        receivedAt = received ?? receivedAt
        try reader.code("namedState", &namedState)
        try reader.count("complainantCount", &complainantCount)
        try reader.parts("respondents", &respondents)
        try reader.key("region", &region)
        try reader.line("incidentPlace", &incidentPlace)
        try reader.lines("category", &category)
        try reader.part("cause", &cause)
        try reader.line("title", &title)
        try reader.text("content", &content)
        try reader.text("demand", &demand)
        try reader.line("handler", &handler)
        try reader.line("leadUnit", &leadUnit)
        try reader.parts("events", &events)
        try reader.code("verified", &verified)
        try reader.part("outcome", &outcome)
        try reader.key("appealOf", &appealOf)
        try reader.code("status", &status)
        try reader.key("fileId", &fileId)
        try reader.key("referenceCode", &referenceCode)
    }
}
