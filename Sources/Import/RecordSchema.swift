// The names a map may feed: asked of the record schema itself, so that the two can never disagree.

import Records

enum RecordSchema {
    enum Kind: Hashable, Sendable {
        case text, date, number
        /// An object; with a text in its place when `mayBeText`.
        case object(mayBeText: Bool, isList: Bool)
        /// Members that the body itself names: `formFields.x`.
        case map
    }

    /// Elements a map can address in a list, as in `complainants[15]`.
    static let listLimit = 16

    /// Who complained, or spoke for them. Kept apart from the record from the first moment on.
    static let identityFields: Set<String> = ["complainants", "agent", "principal"]

    /// By path without places in lists: `title`, `complainants`, `complainants.name`.
    static let kinds: [String: Kind] = {
        var collector = Collector()
        var complaint = Complaint()
        do { try complaint.visit(&collector) } catch { preconditionFailure("collecting names never throws") }
        // Another spelling that record JSON accepts; and what only the program writes.
        collector.kinds["regionIncident"] = .text
        for own in ["versions", "createdVersion", "contentSha256"] { collector.kinds[own] = nil }
        return collector.kinds.filter { !$0.key.hasPrefix("versions.") }
    }()

    /// Names at the top of record JSON.
    static let fields: Set<String> = Set(kinds.keys.filter { !$0.utf8.contains(UInt8(ascii: ".")) })

    /// What stands at `path`; nil when the schema has no such place.
    static func kind(of path: TargetPath) -> Kind? {
        if path.aliasKind != nil { return path.steps.count == 1 ? .text : nil }
        var name = ""
        var current: Kind?
        for step in path.steps {
            switch step {
            case .member(let member):
                if case .map? = current { return .text }
                name += name.isEmpty ? member : "." + member
                guard let kind = kinds[name] else { return nil }
                current = kind
            case .element:
                guard case .object(_, isList: true)? = current else { return nil }
            }
        }
        return current
    }

    /// The path whose spelling differs least from `name`, when it differs by no more than a third.
    static func nearest(to name: String) -> String? {
        let plain = String(name.unicodeScalars.filter { !("0"..."9").contains($0) && $0 != "[" && $0 != "]" })
        let wanted = Array(plain.lowercased().utf8)
        let ranked = kinds.keys.sorted().map { ($0, distance(Array($0.lowercased().utf8), wanted)) }
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

/// Walks the empty record and writes down every name.
private struct Collector: MemberVisitor {
    var kinds: [String: RecordSchema.Kind] = [:]
    private var prefix = ""

    private mutating func add(_ name: String, _ kind: RecordSchema.Kind) { kinds[prefix + name] = kind }

    private mutating func inside<Part: RecordPart>(_ name: String, _ part: Part.Type, isList: Bool) throws(RecordError) {
        add(name, .object(mayBeText: Part.bareMember != nil, isList: isList))
        // Parts may hold parts of their own kind.
        guard prefix.count(where: { $0 == "." }) < 3 else { return }
        let outer = prefix
        prefix += name + "."
        var empty = Part()
        try empty.visit(&self)
        prefix = outer
    }

    mutating func key(_ name: String, _ value: inout String?) { add(name, .text) }
    mutating func line(_ name: String, _ value: inout String?) { add(name, .text) }
    mutating func text(_ name: String, _ value: inout String?) { add(name, .text) }
    mutating func identityLine(_ name: String, _ value: inout String?) { add(name, .text) }
    mutating func lines(_ name: String, _ values: inout [String]) { add(name, .text) }
    mutating func code<Words>(_ name: String, _ value: inout Code<Words>?) { add(name, .text) }
    mutating func codes<Words>(_ name: String, _ values: inout [Code<Words>]) { add(name, .text) }
    mutating func flag(_ name: String, _ value: inout Bool?) { add(name, .text) }
    mutating func count(_ name: String, _ value: inout Int?) { add(name, .number) }
    mutating func amount(_ name: String, _ value: inout DecimalAmount?) { add(name, .number) }
    mutating func date(_ name: String, _ value: inout CalendarDate?) { add(name, .date) }
    mutating func moment(_ name: String, _ value: inout Timestamp?) { add(name, .date) }
    mutating func map(_ name: String, _ value: inout JSONObject) { add(name, .map) }
    mutating func rest(_ value: inout JSONObject) {}

    mutating func part<Part: RecordPart>(_ name: String, _ value: inout Part?) throws(RecordError) {
        try inside(name, Part.self, isList: false)
    }

    mutating func parts<Part: RecordPart>(_ name: String, _ values: inout [Part]) throws(RecordError) {
        try inside(name, Part.self, isList: true)
    }
}
