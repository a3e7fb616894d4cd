// Shows the place in a query that a notice speaks of: the query on one line, carets below it.

/// Where the carets stand, for a terminal.
///
/// - Units: `line` holds at most about 80 columns of the query around the place; carets count columns, so that
///   they stand right below Han characters, which take two.
package struct QueryPointer: Hashable, Sendable {
    package let line: String
    package let carets: String

    /// Columns shown on each side of the place.
    private static let contextColumns = 36

    init(_ query: [Unicode.Scalar], at place: Range<Int>) {
        let place = place.clamped(to: 0..<query.count)
        var start = place.lowerBound
        var columns = 0
        while start > 0, columns < Self.contextColumns {
            start -= 1
            columns += query[start].columnCount
        }
        var end = place.lowerBound
        columns = 0
        while end < query.count, columns < Self.contextColumns || (end < place.upperBound && columns < 60) {
            columns += query[end].columnCount
            end += 1
        }
        var line = String.UnicodeScalarView(start > 0 ? "…".unicodeScalars : "".unicodeScalars)
        let shown = query[start..<end].map(Self.visible)
        line.append(contentsOf: shown)
        if end < query.count { line.append("…") }
        let before = (start > 0 ? 1 : 0) + shown[..<(place.lowerBound - start)].reduce(0) { $0 + $1.columnCount }
        let marked = shown[(place.lowerBound - start)..<(min(place.upperBound, end) - start)]
        self.line = String(line)
        carets =
            String(repeating: " ", count: before)
            + String(repeating: "^", count: max(1, marked.reduce(0) { $0 + $1.columnCount }))
    }

    /// Line breaks and control characters must not move the cursor of the terminal.
    private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.isLineBreak { return "\u{23CE}" }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned: return "\u{FFFD}"
        default: return scalar == "\u{3000}" ? scalar : scalar.isBlank ? " " : scalar
        }
    }
}
