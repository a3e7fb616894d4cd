// The values that the records of an archive have in a field.

import Index
import Records

extension Searcher {
    /// Calls `body` with each value that a live record has; one that several segments hold comes several times.
    package func forEachValue(of field: Field, _ body: (String) -> Void) throws {
        try snapshot.forEachFacetValue(prefix: [field.code]) { name, _ in body(FacetName.value(name)) }
    }

    /// Whether any live record has this value.
    package func hasValue(_ value: String, in field: Field) throws -> Bool {
        let name = FacetName.bytes(field, field.canonicalValue(value))
        return try snapshot.segments.contains { segment in
            try segment.postings(ofFacet: name).map { segment.liveCount($0) > 0 } ?? false
        }
    }
}
