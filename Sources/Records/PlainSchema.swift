// Which members of a record are plain, and what becomes of them. Names and their order are asked of the schema itself.

/// The members of a record in their order, and what becomes of the plain ones.
enum PlainSchema {
    enum Use {
        case id, registerNo, aliasNos, category, respondents, complainants
        case key(Field?)
        case code(Field?)
        case line(Field)
        case zone(TextZone, bytesMax: Int)
        case texts(TextZone, bytesMax: Int)
        case moment(Field)
        case amount(Field)
        case notPlain
    }

    static let names: [String] = {
        var lister = MemberLister()
        var empty = Complaint()
        do { try empty.visit(&lister) } catch { preconditionFailure("listing never throws") }
        return lister.names
    }()

    static let uses: [Use] = names.map { plainUses[$0] ?? .notPlain }

    private static let plainUses: [String: Use] = [
        "id": .id, "registerNo": .registerNo, "category": .category, "respondents": .respondents, "complainants": .complainants,
        "aliasNos": .aliasNos, "amountClaimed": .amount(.amount), "amountRecovered": .amount(.amountRecovered),
        "reply": .texts(.reply, bytesMax: RecordLimits.textBytesMax),
        "keywords": .texts(.keywords, bytesMax: RecordLimits.lineBytesMax),
        "receivedAt": .moment(.date), "registeredAt": .moment(.registeredAt), "closedAt": .moment(.closedAt),
        "archivedAt": .moment(.archivedAt),
        "kind": .code(.kind), "channel": .code(.channel), "origin": .code(.origin), "namedState": .code(nil),
        "severity": .code(.severity), "urgency": .code(.urgency), "verified": .code(.verified),
        "satisfaction": .code(.satisfaction), "status": .code(.status),
        "bodyId": .key(.body), "profileId": .key(.profile), "region": .key(.region), "regionRegistered": .key(.regionRegistered),
        "grade": .key(.grade), "groupId": .key(.group), "matterId": .key(.matter), "appealOf": .key(.appealOf), "caseOf": .key(.caseOf),
        "upstreamBody": .line(.upstreamBody), "formType": .line(.formType), "enteredBy": .line(.enteredBy),
        "firstResponder": .line(.firstResponder), "handler": .line(.handler), "leadUnit": .line(.leadUnit),
        "title": .zone(.title, bytesMax: RecordLimits.lineBytesMax),
        "incidentPlace": .zone(.incidentPlace, bytesMax: RecordLimits.lineBytesMax),
        "content": .zone(.content, bytesMax: RecordLimits.textBytesMax),
        "demand": .zone(.demand, bytesMax: RecordLimits.textBytesMax),
        "summary": .zone(.summary, bytesMax: RecordLimits.textBytesMax),
    ]

    /// Open addressing over length and three bytes of the name.
    private static let table: [Int16] = {
        var table = [Int16](repeating: -1, count: 512)
        // Read under another name too, and so never unknown.
        for (member, name) in (names + ["regionIncident"]).enumerated() {
            var slot = hash(name.utf8.span)
            while table[slot] >= 0 { slot = (slot + 1) & 511 }
            table[slot] = Int16(member)
        }
        return table
    }()

    private static func hash(_ bytes: Span<UInt8>) -> Int {
        guard bytes.count > 0 else { return 0 }
        let sum = bytes.count &* 31 &+ Int(bytes[0]) &* 7 &+ Int(bytes[bytes.count - 1]) &* 131 &+ Int(bytes[bytes.count / 2]) &* 17
        return sum & 511
    }

    /// The place of a name among the members; nil for one that the schema does not know.
    static func find(_ name: String) -> Int? { find(name.utf8.span) }

    static func find(_ name: Span<UInt8>) -> Int? {
        var slot = hash(name)
        while table[slot] >= 0 {
            let member = Int(table[slot])
            if member == names.count {
                if "regionIncident".hasBytes(name) { return notPlainMember }
            } else if names[member].hasBytes(name) {
                return member
            }
            slot = (slot + 1) & 511
        }
        return nil
    }

    /// Any member that is never plain.
    private static let notPlainMember = names.firstIndex(of: "kindHistory")!
}

/// Lists the names of the members it is shown.
private struct MemberLister: MemberVisitor {
    var names: [String] = []

    mutating func key(_ name: String, _ value: inout String?) { names.append(name) }
    mutating func line(_ name: String, _ value: inout String?) { names.append(name) }
    mutating func text(_ name: String, _ value: inout String?) { names.append(name) }
    mutating func identityLine(_ name: String, _ value: inout String?) { names.append(name) }
    mutating func lines(_ name: String, _ values: inout [String]) { names.append(name) }
    mutating func code<Words>(_ name: String, _ value: inout Code<Words>?) { names.append(name) }
    mutating func codes<Words>(_ name: String, _ values: inout [Code<Words>]) { names.append(name) }
    mutating func flag(_ name: String, _ value: inout Bool?) { names.append(name) }
    mutating func count(_ name: String, _ value: inout Int?) { names.append(name) }
    mutating func amount(_ name: String, _ value: inout DecimalAmount?) { names.append(name) }
    mutating func date(_ name: String, _ value: inout CalendarDate?) { names.append(name) }
    mutating func moment(_ name: String, _ value: inout Timestamp?) { names.append(name) }
    mutating func part<Part: RecordPart>(_ name: String, _ value: inout Part?) { names.append(name) }
    mutating func parts<Part: RecordPart>(_ name: String, _ values: inout [Part]) { names.append(name) }
    mutating func map(_ name: String, _ value: inout JSONObject) { names.append(name) }
    mutating func rest(_ value: inout JSONObject) {}
}
