// Which column feeds which field, and how it is read. The language is described in MAPS.md.

import Records

package struct FieldMap: Sendable {
    /// What the map says about the file, where findings should not decide.
    package struct Source: Sendable {
        package var format: InputFormat?
        package var encoding: TextEncoding?
        var delimiter: UInt8?
        /// Name of a sheet, its number from 1, or `all`.
        package var sheet: String?
        /// Row of the header, from 1.
        package var headerRow: Int?
    }

    struct Column: Hashable, Sendable {
        let name: String
        /// Where the map names it.
        let line: Int
        let column: Int
    }

    enum Feed: Sendable {
        /// Values that are not empty, joined.
        case joined([Column], separator: String)
        /// The first value that is not empty.
        case first([Column])
        /// Levels of a path, empty ones left out: `a/b/c`.
        case path([Column])
        case constant(JSONValue)
        /// A hash of the columns, or of the whole row when none is named.
        case hash([Column])
    }

    enum Otherwise: Sendable {
        case reject, keep, drop
        case value(JSONValue)
    }

    struct Rule: Sendable {
        let target: TargetPath
        var feed: Feed
        var prefix = ""
        var separators: [String] = []
        var dates: DateRule?
        var isNumber = false
        var values: [String: JSONValue]?
        var otherwise = Otherwise.reject
        var fallback: JSONValue?
        var isRequired = false
        /// The columns may be absent from the file.
        var isOptional = false

        var columns: [Column] {
            switch feed {
            case .joined(let columns, _), .first(let columns), .path(let columns), .hash(let columns): columns
            case .constant: []
            }
        }
    }

    package var source = Source()
    package var zoneMinutes = 480
    package var keepsUnmapped = true
    var dropped: Set<String> = []
    var rules: [Rule] = []

    /// Which columns feed which place of the record, for people to check; places without a column are left out.
    package var feeds: [(target: String, columns: [String], isIdentity: Bool)] {
        rules.filter { !$0.columns.isEmpty }.map { ($0.target.description, $0.columns.map(\.name), $0.target.isIdentity) }
    }

    /// Columns that feed who complained.
    var identityColumns: Set<String> {
        Set(rules.filter { $0.target.isIdentity }.flatMap(\.columns).map { ColumnName($0.name).folded })
    }
}

package enum InputFormat: String, CaseIterable, Sendable {
    case jsonl, csv, xlsx
}
