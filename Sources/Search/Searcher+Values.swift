// The values that the records of an archive have in a field.

import Index
import Records

extension Searcher {
    /// Calls `body` with each value that a facet has in any segment; one that several segments hold comes several times.
    package func forEachValue(of field: Field, _ body: (String) -> Void) throws {
        for segment in snapshot.segments {
            let ordinals = try segment.facetOrdinals(prefix: [field.code])
            for ordinal in ordinals { body(FacetName.value(try segment.facetName(ordinal))) }
        }
    }

    /// Whether any record had this value.
    package func hasValue(_ value: String, in field: Field) throws -> Bool {
        let name = FacetName.bytes(field, field.canonicalValue(value))
        return try snapshot.segments.contains { try $0.postings(ofFacet: name) != nil }
    }
}
