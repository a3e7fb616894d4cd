// The fields a person can name in a query, a filter, a facet or a map, with their English and Chinese names.

/// One field, as small as its code: index entries carry it by the million. Names and kind stand in the table of
/// `Field+Registry.swift`.
package struct Field: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// Equal values count together: channel, kind, status.
        case facet
        /// A facet whose values are paths `A/B/C`: category.
        case path
        /// A facet of codes where a prefix of digits names the larger area: region.
        case region
        /// A text zone.
        case text(TextZone)
        /// A day or a moment.
        case date
        /// A decimal number.
        case number
        /// An exact number of the record: register number, alias numbers.
        case key
        /// Held in the identity store only: phone, idNo, complainant. Answered over keyed hashes.
        case identity
    }

    /// Written into the index: never renumber.
    package let code: UInt8

    init(code: UInt8) { self.code = code }

    private var row: Row { Self.registry.rows[Int(code)]! }

    /// The English name in queries: an identifier of the record schema in camelCase, of lists the singular.
    package var name: String { row.name }
    /// Chinese names and further English ones that a query may use; the first is the one to show in Chinese.
    package var otherNames: [String] { row.otherNames }
    package var kind: Kind { row.kind }

    /// The text zone in which the field's words are found, also for facets whose values are text: respondent, cause, outcome.
    package var zone: TextZone? {
        if case .text(let zone) = kind { return zone }
        return row.zone
    }

    package func name(in language: Language) -> String { language == .chinese ? otherNames.first ?? name : name }

    /// The form in which the field's values are kept and compared: `phone`, `来电` and `电话` are one channel.
    /// Blanks at the ends do not count, nor do those around the levels of a path and levels that are empty.
    package func canonicalValue(_ text: String) -> String {
        let value = row.canonical?(text) ?? text.trimmed
        return Self.cut(kind == .path ? Self.path(value) : value)
    }

    /// Longer values of facets are cut at a character: they become keys of index tables (LMDB allows 511 bytes).
    package static let facetBytesMax = 400

    static func cut(_ text: String) -> String {
        if text.utf8.count <= facetBytesMax { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: facetBytesMax)
        while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return String(text[..<end])
    }

    private static func path(_ text: String) -> String {
        if isPlainPath(text) { return text }
        let levels = text.unicodeScalars.split { $0 == "/" || $0 == "／" }.map { String($0).trimmed }
        return levels.filter { !$0.isEmpty }.joined(separator: "/")
    }

    /// Whether the path is written as `path` would write it, as far as its bytes tell at once.
    private static func isPlainPath(_ text: String) -> Bool {
        let bytes = text.utf8.span
        var previous = UInt8(ascii: "/")
        for place in bytes.indices {
            let byte = bytes[place]
            // Blanks and the wide slash begin with C2, E2, E3 or EF; none of these begins a usual Han character.
            if byte <= 0x20 || byte == 0xC2 || byte == 0xE2 || byte == 0xE3 || byte == 0xEF { return false }
            if byte == UInt8(ascii: "/"), previous == byte { return false }
            previous = byte
        }
        return previous != UInt8(ascii: "/")
    }

    /// The field of that English or Chinese name; case, width, blanks, `_` and `-` do not count.
    package static func named(_ name: String) -> Field? { registry.byName[foldedName(name)].map { Field(code: $0) } }

    /// `nil` for a code that no field has (yet).
    package static func with(code: UInt8) -> Field? { registry.rows[Int(code)] == nil ? nil : Field(code: code) }

    /// The field whose text stands in the zone.
    package static func of(_ zone: TextZone) -> Field? { all.first { $0.zone == zone } }

    /// All fields in the order of their codes.
    package static let all: [Field] = registry.rows.compactMap { $0.map { Field(code: $0.code) } }

    struct Row: Sendable {
        var code: UInt8
        var name: String
        var otherNames: [String]
        var kind: Kind
        var zone: TextZone?
        var canonical: (@Sendable (String) -> String)?
    }

    struct Registry: Sendable {
        /// By code.
        var rows = [Row?](repeating: nil, count: 256)
        var byName: [String: UInt8] = [:]

        /// - Precondition: no code and no name twice.
        init(_ table: [Row]) {
            for row in table {
                precondition(rows[Int(row.code)] == nil, "two fields share a code")
                rows[Int(row.code)] = row
                for name in [row.name] + row.otherNames {
                    let earlier = byName.updateValue(row.code, forKey: foldedName(name))
                    precondition(earlier == nil || earlier == row.code, "two fields share a name")
                }
            }
        }
    }
}
