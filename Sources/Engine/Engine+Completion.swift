// What can be offered while a person types: names of fields and the values there are.

import Index
import Records
import Search

extension Engine {
    package static func facetFieldNames(in language: Language) -> [String] {
        names(in: language) { [.facet, .path, .region].contains($0) }
    }

    package static func columnFieldNames(in language: Language) -> [String] { names(in: language) { $0 != .identity } }

    package static func queryFieldNames(in language: Language) -> [String] { names(in: language) { _ in true } }

    private static func names(in language: Language, where isWanted: (Field.Kind) -> Bool) -> [String] {
        Field.all.filter { isWanted($0.kind) }.map { $0.name(in: language) }
    }

    /// Values of a facet that begin with the text, most frequent first: of records that the viewer may see.
    func unloggedFacetValues(of name: String, beginning: String) throws -> [String] {
        guard let field = Field.named(name) else { throw EngineError.fieldUnknown(name: name) }
        switch field.kind {
        case .facet, .path, .region: break
        default: return []
        }
        var counts: [String: Int] = [:]
        try visibleSnapshot().forEachFacetValue(prefix: FacetName.bytes(field, beginning)) { counts[FacetName.value($0), default: 0] += $1 }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    }
}
