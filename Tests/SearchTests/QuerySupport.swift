// What the tests of the query language share: a parser with a simple folding and its fields.

@testable import Records
@testable import Search
import TestSupport

enum QuerySupport {
    static let fields = [
        Field(code: 1, name: "title", otherNames: ["题名", "标题"], kind: .text(.title)),
        Field(code: 2, name: "respondents", otherNames: ["respondent", "被投诉人"], kind: .text(.respondents)),
        Field(code: 3, name: "reply", otherNames: ["答复"], kind: .text(.reply)),
        Field(code: 4, name: "category", otherNames: ["类别"], kind: .path),
        Field(code: 5, name: "channel", otherNames: ["渠道"], kind: .facet),
        Field(code: 6, name: "region", otherNames: ["区划"], kind: .region),
        Field(code: 7, name: "date", otherNames: ["日期"], kind: .date),
        Field(code: 8, name: "amount", otherNames: ["金额"], kind: .number),
        Field(code: 9, name: "no", otherNames: ["编号"], kind: .key),
        Field(code: 10, name: "phone", otherNames: ["电话"], kind: .identity),
    ]

    static func field(_ name: String) -> Field { fields.first { $0.name == name || $0.otherNames.contains(name) }! }

    /// Stands for the normaliser: lower case and half width; drops the zero-width space.
    static func fold(_ text: String) -> [UInt16] {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: text.unicodeScalars.map(\.halfWidth).filter { $0 != "\u{200B}" })
        return Array(String(view).lowercased().utf16)
    }

    static let parser = QueryParser(fold: fold) { name in
        fields.first { $0.name == name || $0.otherNames.contains(name) }
    }

    static func part(_ text: String) -> QueryPart { QueryPart(text: text, units: fold(text), range: 0..<0) }

    static func read(_ query: String) throws -> QueryNode { try parser.parse(query).root }

    static func error(_ query: String) -> QueryError? {
        do {
            _ = try parser.parse(query)
            return nil
        } catch {
            return error
        }
    }
}

extension QueryNode {
    /// Every part of the tree, those under `not` too.
    var allParts: [QueryPart] {
        switch self {
        case .all, .exists: []
        case .literal(let part), .understood(let part), .pasted(let part): [part]
        case .field(_, .literal(let part)), .field(_, .understood(let part)): [part]
        case .field: []
        case .and(let children), .or(let children): children.flatMap(\.allParts)
        case .not(let child): child.allParts
        case .near(let left, let right, _): left.allParts + right.allParts
        }
    }

    /// Nodes that a part, a field or `exists:` made.
    var leafCount: Int {
        switch self {
        case .all: 0
        case .literal, .understood, .pasted, .field, .exists: 1
        case .and(let children), .or(let children): children.reduce(0) { $0 + $1.leafCount }
        case .not(let child): child.leafCount
        case .near(let left, let right, _): left.leafCount + right.leafCount
        }
    }
}
