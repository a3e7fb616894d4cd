// What the index keeps of a complaint. Reads the open part only: complainants, agent, principal, the named state and
// unknown members never come here.

extension Complaint {
    /// The zones, facets, dates and numbers of the record, of its open part alone.
    package func indexed(sequence: RecordSequence, recordNumber: RecordNumber) -> IndexedRecord {
        var builder = IndexedRecordBuilder()
        addZones(to: &builder)
        addFacets(to: &builder)
        addQuantities(to: &builder)
        return IndexedRecord(
            sequence: sequence, recordNumber: recordNumber, receivedAtSeconds: receivedAt.seconds,
            zones: builder.zones, facets: builder.facets, quantities: builder.quantities)
    }

    private func addZones(to builder: inout IndexedRecordBuilder) {
        builder.zone(.title, [title])
        builder.zone(.content, [content])
        builder.zone(.demand, [demand])
        builder.zone(.cause, [cause?.text])
        builder.zone(.respondents, respondents.flatMap(\.names))
        builder.zone(.incidentPlace, [incidentPlace])
        builder.zone(.goods, goods.flatMap { [$0.name, $0.brand, $0.maker, $0.model] })
        builder.zone(.reply, reply.flatMap { [$0.heading, $0.text] })
        builder.zone(.investigationReport, investigationReport.flatMap { [$0.heading, $0.text] })
        builder.zone(.acceptance, [acceptance?.reason])
        builder.zone(
            .outcome,
            (outcome?.codes ?? []) + [outcome?.text] + sanctions.flatMap { [$0.kind, $0.text] } + [mediation?.text]
                + proceedings.map(\.result))
        builder.zone(.documents, evidenceDocs.flatMap { [$0.type, $0.no, $0.title, $0.text] })
        builder.zone(.feedback, feedback.map(\.content))
        builder.zone(.events, events.map(\.opinion))
        builder.zone(.keywords, keywords)
        builder.zone(.summary, [summary])
        builder.zone(.contentRedacted, [contentRedacted])
    }

    private func addFacets(to builder: inout IndexedRecordBuilder) {
        for path in category { builder.facet(.category, Field.category.canonicalValue(path)) }
        builder.facet(.region, region)
        builder.facet(.regionRegistered, regionRegistered)
        builder.facet(.kind, kind)
        builder.facet(.channel, channel)
        builder.facet(.origin, origin)
        builder.facet(.upstreamBody, upstreamBody)
        builder.facet(.status, status)
        builder.facet(.handler, handler)
        builder.facet(.leadUnit, leadUnit)
        for unit in coUnits { builder.facet(.coUnit, unit) }
        builder.facet(.enteredBy, enteredBy)
        builder.facet(.firstResponder, firstResponder)
        builder.facet(.body, bodyId)
        builder.facet(.profile, profileId)
        builder.facet(.formType, formType)
        builder.facet(.severity, severity)
        builder.facet(.urgency, urgency)
        builder.facet(.grade, grade)
        for flag in flags { builder.facet(.flag, flag) }
        builder.facet(.verified, verified)
        builder.facet(.satisfaction, satisfaction)
        builder.facet(.acceptance, acceptance?.decision)
        builder.facet(.cause, cause?.code ?? cause?.text)
        for code in outcome?.codes ?? [] { builder.facet(.outcome, code) }
        for sanction in sanctions { builder.facet(.sanction, sanction.kind) }
        builder.facet(.mediation, mediation?.state)
        for proceeding in proceedings { builder.facet(.proceeding, proceeding.kind) }
        builder.facet(.consentPublish, consentPublish)
        builder.facet(.publishState, publishState)
        builder.facet(.matter, matterId)
        builder.facet(.appealOf, appealOf)
        builder.facet(.caseOf, caseOf)
        builder.facet(.group, groupId)
        for hold in holds where hold.releasedAt == nil { builder.facet(.hold, hold.kind ?? "保全") }
        builder.facet(.retention, retentionCode)
        builder.facet(.securityLevel, securityLevel)
        builder.facet(.source, sourceRef?.register)
        for respondent in respondents {
            for name in respondent.names { builder.facet(.respondent, name) }
        }
        for respondent in respondents { builder.facet(.creditCode, respondent.creditCode) }
        for respondent in respondents { builder.facet(.respondentRegion, respondent.region) }
        for event in events { builder.facet(.eventType, event.type) }
        for document in evidenceDocs { builder.facet(.documentType, document.type) }
        for link in links { builder.facet(.link, link.type) }
        builder.facet(.year, String(receivedAt.date.year))
    }

    private func addQuantities(to builder: inout IndexedRecordBuilder) {
        builder.quantity(.date, receivedAt)
        builder.quantity(.registeredAt, registeredAt)
        builder.quantity(.incidentAt, incidentAt?.from ?? incidentAt?.to)
        builder.quantity(.acceptedAt, acceptance?.at)
        builder.quantity(.due, deadlines.filter { $0.metAt == nil }.compactMap(\.due).min())
        builder.quantity(.closedAt, closedAt)
        builder.quantity(.archivedAt, archivedAt)
        builder.quantity(.retentionUntil, retentionUntil.map { Timestamp($0) })
        builder.quantity(.amount, amountClaimed)
        builder.quantity(.amountRecovered, amountRecovered)
        builder.quantity(.people, representedCount.flatMap { DecimalAmount(whole: Int64($0)) })
    }
}

extension Respondent {
    /// Every name by which the respondent is known, persons included; the address is not a name.
    package var names: [String] {
        [name, unit, person, window].compactMap(\.self) + aliases
    }
}

/// Collects the entries of one record, each value once.
private struct IndexedRecordBuilder {
    var zones: [IndexedRecord.Zone] = []
    var facets: [IndexedRecord.FacetValue] = []
    var quantities: [IndexedRecord.Quantity] = []

    mutating func zone(_ zone: TextZone, _ texts: [String?]) {
        let present = texts.compactMap { $0 }.filter { !$0.isEmpty }
        if present.isEmpty { return }
        zones.append(.init(zone, present.count == 1 ? present[0] : present.joined(separator: "\n")))
    }

    mutating func facet(_ field: Field, _ text: String?) {
        guard let value = text?.trimmed, !value.isEmpty else { return }
        let kept = Field.cut(value)
        // Values of one field come one after the other; a list of names may repeat one.
        for entry in facets.reversed() {
            if entry.field != field { break }
            if entry.value.hasSameBytes(as: kept) { return }
        }
        facets.append(.init(field, kept))
    }

    mutating func facet<Words>(_ field: Field, _ code: Code<Words>?) { facet(field, code?.canonicalText) }

    mutating func quantity(_ field: Field, _ moment: Timestamp?) {
        if let moment { quantities.append(.init(field, Int64(moment.date.days))) }
    }

    mutating func quantity(_ field: Field, _ amount: DecimalAmount?) {
        if let amount { quantities.append(.init(field, amount.thousandths)) }
    }
}
