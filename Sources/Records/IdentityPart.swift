// Who complained: what `Complaint.separated()` takes out of a record, to be sealed apart from it.

/// The identity of one record. Its JSON is what the identity store seals; nothing of it may reach logs, errors or the index.
package struct IdentityPart: Hashable, Sendable {
    package var complainants: [Party] = []
    package var agent: Party?
    package var principal: Party?
    /// The record did not say itself how many complained; the count it now shows goes when the parts are joined.
    package var countIsDerived = false
    /// Members cut out of the rest of the record.
    package var cuts: [Cut] = []

    /// One member that was cut out, and where it stood.
    package struct Cut: Hashable, Sendable {
        package enum Step: Hashable, Sendable {
            case member(String)
            case item(Int)
        }

        /// From the record down to the object that held the member.
        package var path: [Step]
        package var key: String
        /// Position among the unknown members of that object; `nil` for a member the schema knows.
        package var place: Int?
        package var value: JSONValue

        package init(path: [Step], key: String, place: Int?, value: JSONValue) {
            self.path = path
            self.key = key
            self.place = place
            self.value = value
        }
    }

    package init() {}

    /// Nothing to keep apart.
    package var isEmpty: Bool { complainants.isEmpty && agent == nil && principal == nil && cuts.isEmpty }

    /// All persons of the complaining side.
    package var parties: [Party] { complainants + [agent, principal].compactMap(\.self) }
}

extension IdentityPart {
    package var json: JSONObject {
        var object = JSONObject()
        if !complainants.isEmpty { object.set("complainants", to: .array(complainants.map { .object($0.json) })) }
        object.set("agent", to: agent.map { .object($0.json) })
        object.set("principal", to: principal.map { .object($0.json) })
        if countIsDerived { object.set("countIsDerived", to: true) }
        if !cuts.isEmpty { object.set("cuts", to: .array(cuts.map { .object($0.json) })) }
        return object
    }

    package init(json: JSONObject) throws(RecordError) {
        var members = Members()
        var reader = RecordReader(json)
        try members.visit(&reader)
        complainants = members.complainants
        agent = members.agent
        principal = members.principal
        countIsDerived = members.countIsDerived ?? false
        for (index, value) in (json["cuts"]?.array ?? []).enumerated() {
            guard let cut = Cut(value) else {
                throw RecordError(path: "cuts[\(index)]", reason: .wrongType(expected: .object))
            }
            cuts.append(cut)
        }
    }

    private struct Members: RecordPart {
        var complainants: [Party] = []
        var agent: Party?
        var principal: Party?
        var countIsDerived: Bool?
        var extra = JSONObject()

        mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
            try visitor.parts("complainants", &complainants)
            try visitor.part("agent", &agent)
            try visitor.part("principal", &principal)
            try visitor.flag("countIsDerived", &countIsDerived)
            try visitor.rest(&extra)
        }
    }
}

extension IdentityPart.Cut {
    fileprivate var json: JSONObject {
        var object = JSONObject()
        if !path.isEmpty {
            object.set(
                "path",
                to: .array(
                    path.map { step in
                        switch step {
                        case .member(let name): .string(name)
                        case .item(let index): .number(String(index))
                        }
                    }))
        }
        object.set("key", to: .string(key))
        object.set("place", to: place.map { .number(String($0)) })
        object.set("value", to: value)
        return object
    }

    fileprivate init?(_ json: JSONValue) {
        guard let key = json["key"]?.string, let value = json["value"] else { return nil }
        var path: [Step] = []
        for step in json["path"]?.array ?? [] {
            if let name = step.string {
                path.append(.member(name))
            } else if let index = step.int, index >= 0 {
                path.append(.item(index))
            } else {
                return nil
            }
        }
        self.init(path: path, key: key, place: json["place"]?.int, value: value)
    }
}
