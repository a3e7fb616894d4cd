// What the tests of the query language share: a parser with a simple folding and the fields of the schema.

import Records
@testable import Search
import TestSupport

enum QuerySupport {
    static let fields = [
        "title", "respondent", "reply", "cause", "category", "channel", "region", "date", "amount", "no", "phone",
    ].map(field)

    static func field(_ name: String) -> Field { Field.named(name)! }

    /// Stands for the normaliser: lower case and half width; drops the zero-width space.
    static func fold(_ text: String) -> [UInt16] {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: text.unicodeScalars.map(\.halfWidth).filter { $0 != "\u{200B}" })
        return Array(String(view).lowercased().utf16)
    }

    static let parser = QueryParser(fold: fold)

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
