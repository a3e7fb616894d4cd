// What the index keeps of one record version: text zones, facets, dates, numbers. Made from a `Complaint`;
// holds nothing of who complained.

/// A text zone of the record schema (index letter T). No match crosses from one zone to the next.
/// The raw value is written into the index: never renumber.
package enum TextZone: UInt8, CaseIterable, Sendable {
    case title = 1
    case content = 2
    case demand = 3
    case cause = 4
    case respondents = 5
    case incidentPlace = 6
    case goods = 7
    case reply = 8
    case investigationReport = 9
    case acceptance = 10
    case outcome = 11
    case documents = 12
    case feedback = 13
    case events = 14
    case keywords = 15
    case summary = 16
    case contentRedacted = 17
}

package struct IndexedRecord: Hashable, Sendable {
    package struct Zone: Hashable, Sendable {
        package let zone: TextZone
        package let text: String
        package init(_ zone: TextZone, _ text: String) {
            self.zone = zone
            self.text = text
        }
    }

    package struct FacetValue: Hashable, Sendable {
        package let field: Field
        /// A path such as `A/B/C` for fields of kind `.path`; the record also counts under `A` and `A/B`.
        package let value: String
        package init(_ field: Field, _ value: String) {
            self.field = field
            self.value = value
        }
    }

    package struct Quantity: Hashable, Sendable {
        package let field: Field
        /// Dates: days since 1970-01-01 (+08:00). Numbers: thousandths.
        package let value: Int64
        package init(_ field: Field, _ value: Int64) {
            self.field = field
            self.value = value
        }
    }

    package var sequence: RecordSequence
    package var recordNumber: RecordNumber
    /// 接收时间 (received_at): seconds since 1970-01-01T00:00:00Z.
    package var receivedAtSeconds: Int64
    /// At most one entry a zone; several values of one zone are joined by line ends.
    package var zones: [Zone]
    package var facets: [FacetValue]
    package var quantities: [Quantity]

    package init(
        sequence: RecordSequence, recordNumber: RecordNumber, receivedAtSeconds: Int64,
        zones: [Zone], facets: [FacetValue], quantities: [Quantity]
    ) {
        self.sequence = sequence
        self.recordNumber = recordNumber
        self.receivedAtSeconds = receivedAtSeconds
        self.zones = zones
        self.facets = facets
        self.quantities = quantities
    }
}
