// Takes the identity of the complaining side out of a record, and puts it back.
//
// Law: `separated()` then `rejoin` gives the original; the open record holds no value of an identity member. Unknown
// members are cut out when their name or their shape says identity (`IdentityNames`), wherever they stand.

extension Complaint {
    /// The record without who complained, and who complained; `nil` when the record names nobody.
    package func separated() -> (open: Complaint, identity: IdentityPart?) {
        var open = self
        var identity = IdentityPart()
        identity.complainants = complainants
        identity.agent = agent
        identity.principal = principal
        if !complainants.isEmpty, complainantCount == nil {
            open.complainantCount = complainants.count
            identity.countIsDerived = true
        }
        open.complainants = []
        open.agent = nil
        open.principal = nil

        let names = identity.parties.compactMap(\.name)
        for index in open.evidenceDocs.indices {
            guard let author = open.evidenceDocs[index].author, names.contains(where: author.hasSameBytes) else { continue }
            identity.cuts.append(
                .init(
                    path: [.member("evidenceDocs"), .item(index)], key: "author", place: nil, value: .string(author)))
            open.evidenceDocs[index].author = nil
        }
        var cutter = IdentityCutter(known: identity.parties)
        do { try open.visit(&cutter) } catch { preconditionFailure("cutting never throws") }
        identity.cuts += cutter.cuts
        return (open, identity.isEmpty ? nil : identity)
    }

    /// Puts back what `separated` took out. What no longer has its place, because the record changed meanwhile, comes back
    /// among the unknown members of the record.
    package mutating func rejoin(_ identity: IdentityPart) {
        complainants = identity.complainants
        agent = identity.agent
        principal = identity.principal
        if identity.countIsDerived { complainantCount = nil }
        if identity.cuts.isEmpty { return }
        var joiner = IdentityJoiner(cuts: identity.cuts)
        do { try visit(&joiner) } catch { preconditionFailure("joining never throws") }
        for cut in joiner.cuts where extra[cut.key] == nil { extra.set(cut.key, to: cut.value) }
    }
}

extension JSONObject {
    /// The object without any member whose name or shape says identity, at any depth: for rows that are refused before
    /// they become a record, and are yet written down.
    package func withoutIdentity() -> JSONObject {
        var cutter = IdentityCutter(known: [])
        var open = self
        cutter.rest(&open)
        return open
    }
}

/// Moves identity out of the members it visits.
private struct IdentityCutter: MemberWalker {
    private(set) var cuts: [IdentityPart.Cut] = []
    var path: [IdentityPart.Cut.Step] = []
    /// Names and addresses of this record's persons: an unknown member that repeats one is theirs, whatever its name.
    private let known: [String]

    init(known parties: [Party]) {
        known = parties.flatMap { party in
            [party.name.flatMap { IdentityKey.name($0) == nil ? nil : $0 }, party.address].compactMap { $0 }
        }
    }

    private func isKnown(_ value: JSONValue) -> Bool {
        guard !known.isEmpty, let text = value.string, !text.isEmpty else { return false }
        return known.contains(where: text.hasSameBytes)
    }

    mutating func identityLine(_ name: String, _ value: inout String?) {
        guard let text = value else { return }
        cuts.append(.init(path: path, key: name, place: nil, value: .string(text)))
        value = nil
    }

    mutating func map(_ name: String, _ value: inout JSONObject) {
        path.append(.member(name))
        rest(&value)
        path.removeLast()
    }

    mutating func rest(_ object: inout JSONObject) {
        if object.isEmpty { return }
        var unwanted: Set<Int> = []
        for (place, member) in object.entries.enumerated() where !member.value.isNull {
            if IdentityNames.holdsIdentity(member.key) || IdentityNames.isIdentity(member.key)
                || IdentityNames.isIdentity(member.value) || isKnown(member.value)
            {
                cuts.append(.init(path: path, key: member.key, place: place, value: member.value))
                unwanted.insert(place)
            } else {
                path.append(.member(member.key))
                if let changed = cleared(member.value) { object.set(member.key, to: changed) }
                path.removeLast()
            }
        }
        if !unwanted.isEmpty { object.remove(at: unwanted) }
    }

    /// The value without the identity inside it; `nil` when there is none.
    private mutating func cleared(_ value: JSONValue) -> JSONValue? {
        let before = cuts.count
        switch value {
        case .null, .bool, .number, .string: return nil
        case .object(var object):
            rest(&object)
            return cuts.count > before ? .object(object) : nil
        case .array(var values):
            for index in values.indices {
                path.append(.item(index))
                if let changed = cleared(values[index]) { values[index] = changed }
                path.removeLast()
            }
            return cuts.count > before ? .array(values) : nil
        }
    }
}

/// Moves identity back to where it was.
private struct IdentityJoiner: MemberWalker {
    /// Those not yet put back.
    private(set) var cuts: [IdentityPart.Cut]
    var path: [IdentityPart.Cut.Step] = []

    init(cuts: [IdentityPart.Cut]) { self.cuts = cuts }

    mutating func line(_ name: String, _ value: inout String?) {
        guard value == nil,
            let found = cuts.firstIndex(where: { $0.place == nil && $0.key == name && $0.path == path })
        else { return }
        value = cuts.remove(at: found).value.string
    }

    mutating func identityLine(_ name: String, _ value: inout String?) { line(name, &value) }

    mutating func map(_ name: String, _ value: inout JSONObject) {
        path.append(.member(name))
        rest(&value)
        path.removeLast()
    }

    mutating func rest(_ object: inout JSONObject) {
        let here = path
        var value = JSONValue.object(object)
        cuts.removeAll { cut in
            cut.place != nil && cut.path.starts(with: here) && Self.restore(cut, cut.path.dropFirst(here.count), in: &value)
        }
        if let restored = value.objectValue { object = restored }
    }

    /// Whether the way still leads to an object that lacks the member.
    private static func restore(
        _ cut: IdentityPart.Cut, _ way: ArraySlice<IdentityPart.Cut.Step>, in value: inout JSONValue
    ) -> Bool {
        switch (value, way.first) {
        case (.object(var object), nil):
            guard object[cut.key] == nil else { return false }
            object.insert(cut.key, cut.value, at: cut.place ?? object.count)
            value = .object(object)
            return true
        case (.object(var object), .member(let name)?):
            guard var member = object[name], restore(cut, way.dropFirst(), in: &member) else { return false }
            object.set(name, to: member)
            value = .object(object)
            return true
        case (.array(var values), .item(let index)?):
            guard values.indices.contains(index), restore(cut, way.dropFirst(), in: &values[index]) else { return false }
            value = .array(values)
            return true
        default: return false
        }
    }
}

/// A visitor that only cares for lines, maps and unknown members, and for where it is.
private protocol MemberWalker: MemberVisitor {
    var path: [IdentityPart.Cut.Step] { get set }
}

extension MemberWalker {
    mutating func key(_ name: String, _ value: inout String?) {}
    mutating func line(_ name: String, _ value: inout String?) {}
    mutating func text(_ name: String, _ value: inout String?) {}
    mutating func lines(_ name: String, _ values: inout [String]) {}
    mutating func code<Words>(_ name: String, _ value: inout Code<Words>?) {}
    mutating func codes<Words>(_ name: String, _ values: inout [Code<Words>]) {}
    mutating func flag(_ name: String, _ value: inout Bool?) {}
    mutating func count(_ name: String, _ value: inout Int?) {}
    mutating func amount(_ name: String, _ value: inout DecimalAmount?) {}
    mutating func date(_ name: String, _ value: inout CalendarDate?) {}
    mutating func moment(_ name: String, _ value: inout Timestamp?) {}

    mutating func part<Part: RecordPart>(_ name: String, _ value: inout Part?) throws(RecordError) {
        guard var part = value else { return }
        path.append(.member(name))
        try part.visit(&self)
        path.removeLast()
        value = part
    }

    mutating func parts<Part: RecordPart>(_ name: String, _ values: inout [Part]) throws(RecordError) {
        if values.isEmpty { return }
        path.append(.member(name))
        for index in values.indices {
            path.append(.item(index))
            try values[index].visit(&self)
            path.removeLast()
        }
        path.removeLast()
    }
}
