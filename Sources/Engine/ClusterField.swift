// The fields of a record as a search cluster gets it: one flat document, a field for each of the registry. The table here is the
// only place that knows them; what defines an index or a table and what fills it are both read from it.

import Records
import TextAnalysis

/// Search engines that others run.
package enum SearchCluster: String, CaseIterable, Sendable {
    case openSearch = "opensearch"
    case doris
}

struct ClusterField {
    enum Kind {
        /// Running text, searched by its pieces.
        case text
        /// A value that is compared whole.
        case word(bytesMax: Int)
        case words(bytesMax: Int)
        case day
        case moment
        /// Up to three digits after the point.
        case decimal
    }

    enum Source {
        case id
        case receivedAt
        case numbers
        case referenceCode
        case file
        case zone(TextZone)
        case facet(Field)
        /// A path and all above it.
        case levels(Field)
        case quantity(Field)
    }

    /// In camel case, as in queries and in record JSON.
    let name: String
    let title: String
    let kind: Kind
    let source: Source

    /// In lower case with `_`, for engines whose names know no case.
    var snakeName: String { name.map { $0.isUppercase ? "_" + $0.lowercased() : String($0) }.joined() }

    /// Facets of which a record may have several values.
    private static let lists: Set<Field> = [
        .category, .coUnit, .flag, .outcome, .sanction, .proceeding, .hold, .respondent, .creditCode, .respondentRegion, .eventType, .documentType, .link,
    ]

    /// The id leads.
    static let all: [ClusterField] = {
        var fields = [
            ClusterField(name: "id", title: "编号", kind: .word(bytesMax: RecordLimits.keyBytesMax), source: .id),
            ClusterField(name: "receivedAt", title: "接收时间", kind: .moment, source: .receivedAt),
        ]
        for field in Field.all {
            let title = field.name(in: .chinese)
            func add(_ kind: Kind, _ source: Source, _ suffix: String = "", _ more: String = "") {
                fields.append(ClusterField(name: field.name + suffix, title: title + more, kind: kind, source: source))
            }
            switch field.kind {
            case .text(let zone): add(.text, .zone(zone))
            case .facet, .path, .region:
                let bytesMax = Field.facetBytesMax
                add(lists.contains(field) ? .words(bytesMax: bytesMax) : .word(bytesMax: bytesMax), .facet(field))
                if field.kind == .path { add(.words(bytesMax: bytesMax), .levels(field), "Levels", "及上级") }
                if let zone = field.zone { add(.text, .zone(zone), "Text", "全文") }
            case .date: add(.day, .quantity(field))
            case .number: add(.decimal, .quantity(field))
            case .key:
                switch field {
                case .no: add(.words(bytesMax: RecordLimits.keyBytesMax), .numbers)
                case .referenceCode: add(.word(bytesMax: RecordLimits.keyBytesMax), .referenceCode)
                case .file: add(.word(bytesMax: RecordLimits.keyBytesMax), .file)
                default: break  // reckoned when asked
                }
            case .identity: break
            }
        }
        return fields
    }()
}

/// The values of one record, numbers of persons masked.
struct ClusterDocument {
    let complaint: Complaint
    private let indexed: IndexedRecord

    init(_ complaint: Complaint) {
        self.complaint = complaint
        indexed = complaint.indexed(sequence: RecordSequence(0), recordNumber: RecordNumber(0))
    }

    /// Fields without a value are left out.
    func object(for cluster: SearchCluster) -> JSONObject {
        var object = JSONObject()
        for field in ClusterField.all {
            guard let value = value(of: field, for: cluster) else { continue }
            object.set(cluster == .doris ? field.snakeName : field.name, to: value as JSONValue)
        }
        return object
    }

    /// A field's texts as they go out, in UTF-8 bytes: the longest.
    var longestTextBytes: Int { indexed.zones.map { $0.text.utf8.count }.max() ?? 0 }

    func words(of field: ClusterField) -> [String] {
        switch field.source {
        case .id: [complaint.archiveID]
        // The record's own numbers are no text, as in every other export; slips and the like are.
        case .numbers: complaint.allNumbers.map { isOwn($0) ? $0 : PersonalNumbers.maskedValue($0) }
        case .referenceCode: [complaint.referenceCode].compactMap { $0 }
        case .file: [complaint.fileId].compactMap { $0 }.map(PersonalNumbers.maskedValue)
        case .zone(let zone): indexed.zones.filter { $0.zone == zone }.map { PersonalNumbers.masked($0.text) }
        case .facet(let facet): values(of: facet)
        case .levels(let facet): levels(of: values(of: facet))
        case .receivedAt, .quantity: []
        }
    }

    private func isOwn(_ number: String) -> Bool {
        number == complaint.id || number == complaint.registerNo || number == complaint.referenceCode
            || complaint.aliasNos.contains { $0.no == number }
    }

    private func values(of facet: Field) -> [String] {
        indexed.facets.filter { $0.field == facet }.map { PersonalNumbers.maskedValue($0.value) }
    }

    private func levels(of paths: [String]) -> [String] {
        var levels: [String] = []
        for path in paths {
            let steps = path.split(separator: "/")
            for depth in steps.indices {
                let level = steps[...depth].joined(separator: "/")
                if !levels.contains(level) { levels.append(level) }
            }
        }
        return levels
    }

    private func value(of field: ClusterField, for cluster: SearchCluster) -> JSONValue? {
        switch (field.kind, field.source) {
        case (.moment, _): return .string(moment(for: cluster))
        case (.day, .quantity(let quantity)):
            guard let days = self.quantity(quantity) else { return nil }
            return CalendarDate(days: Int32(days)).map { .string($0.text) }
        case (.decimal, .quantity(let quantity)): return self.quantity(quantity).map { .number(DecimalAmount(thousandths: $0).text) }
        case (.words, _):
            let words = words(of: field)
            return words.isEmpty ? nil : .array(words.map { .string($0) })
        default: return words(of: field).first.map { .string($0) }
        }
    }

    private func quantity(_ field: Field) -> Int64? { indexed.quantities.first { $0.field == field }?.value }

    /// Doris keeps moments without their zone: they are those of the clock in Beijing.
    private func moment(for cluster: SearchCluster) -> String {
        let text = complaint.receivedAt.text
        guard cluster == .doris else { return text }
        return text.count > 10 ? text.prefix(10) + " " + text.dropFirst(11).prefix(8) : text + " 00:00:00"
    }
}
