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

    /// Bytes of a value that are kept.
    static func keptCount(of value: Span<UInt8>) -> Int {
        guard value.count > valueMax else { return value.count }
        var end = valueMax
        while value[end] & 0xC0 == 0x80 { end -= 1 }
        return end
    }

    /// Whether the field of this code has paths `A/B/C` for values, that count under `A` and `A/B` as well.
    static func isPath(_ code: UInt8) -> Bool { paths[Int(code)] }

    private static let paths: [Bool] = (0..<256).map { code in Field.with(code: UInt8(code))?.kind == .path }

    package static func value(_ name: some Collection<UInt8>) -> String {
        String(decoding: name.dropFirst(), as: UTF8.self)
    }
}
