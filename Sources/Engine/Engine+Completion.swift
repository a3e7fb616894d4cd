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

    /// Values of a facet that begin with the text, most frequent first. Counts documents that were replaced, too.
    ///
    /// - Complexity: one step a value of the field in each segment.
    package func facetValues(of name: String, beginning: String) throws -> [String] {
        try requireFullSight("completion")
        guard let field = Field.named(name) else { throw EngineError.fieldUnknown(name: name) }
        switch field.kind {
        case .facet, .path, .region: break
        default: return []
        }
        var counts: [String: Int] = [:]
        let snapshot = try index().snapshot()
        for segment in snapshot.segments {
            let ordinals = try segment.facetOrdinals(prefix: FacetName.bytes(field, beginning))
            try segment.forEachFacet(in: ordinals) { ordinal, list throws(IndexError) in
                counts[FacetName.value(try segment.facetName(ordinal)), default: 0] += list.docCount
            }
        }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    }
}
