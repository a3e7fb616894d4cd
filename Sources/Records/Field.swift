// The fields a person can name in a query, a filter, a facet or a map, with their English and Chinese names.

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
    /// The identifier of the record schema in camelCase, as in record JSON.
    package let name: String
    /// Chinese names and further English ones that a query may use.
    package let otherNames: [String]
    package let kind: Kind

    package static func == (a: Field, b: Field) -> Bool { a.code == b.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
