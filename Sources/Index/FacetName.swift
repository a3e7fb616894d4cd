// The name of a facet value in a segment: the field's code, then the value in UTF-8. Sorted by these bytes, all
// values of one field stand together, and a path stands before what lies below it.

import Records

package enum FacetName {
    /// Longest value kept, in bytes; longer ones are cut at a character. A category or a company has no more.
    static let valueMax = 300

    package static func bytes(_ field: Field, _ value: some StringProtocol) -> [UInt8] {
        var name = [field.code]
        name.append(contentsOf: value.utf8)
        if name.count > valueMax + 1 {
            var end = valueMax + 1
            while name[end] & 0xC0 == 0x80 { end -= 1 }
            name.removeSubrange(end...)
        }
        return name
    }

    /// The value itself and, for a path `A/B/C`, `A` and `A/B` as well.
    static func selfAndAncestors(_ facet: IndexedRecord.FacetValue) -> [[UInt8]] {
        var names = [bytes(facet.field, facet.value)]
        guard facet.field.kind == .path else { return names }
        let value = facet.value
        var from = value.startIndex
        while let slash = value[from...].firstIndex(of: "/") {
            if slash > value.startIndex { names.append(bytes(facet.field, value[..<slash])) }
            from = value.index(after: slash)
        }
        return names
    }

    package static func value(_ name: some Collection<UInt8>) -> String {
        String(decoding: name.dropFirst(), as: UTF8.self)
    }
}
