// What a query asks for, as a tree. The parser makes it, the planner reads it; it knows nothing of an index.
//
// The language is specified in QUERY.md.

import Records

/// - Shape: `and` and `or` hold two or more children, none of them of their own kind, when made by
///   `conjunction` and `disjunction`, as the parser does.
/// - Invariant: no part is empty; `.understood` holds at most `pastedLengthMin - 1` characters.
package indirect enum QueryNode: Hashable, Sendable {
    /// Every record.
    case all
    /// Exactly the records in which a scan of the normalised text finds the part.
    case literal(QueryPart)
    /// An unquoted part: literally, or by enough of its pairs of characters.
    case understood(QueryPart)
    /// Text brought from elsewhere, read without operators.
    case pasted(QueryPart)
    case field(Field, FieldCondition)
    case and([QueryNode])
    case or([QueryNode])
    case not(QueryNode)
    /// Both in one zone, at most `distance` characters between them, in either order. The operands are
    /// `.literal`, or `.field` of one text field with a `.literal` condition.
    case near(QueryNode, QueryNode, distance: Int)
    /// The record has a value in this field.
    case exists(Field)
}

/// One piece of text that a query looks for.
package struct QueryPart: Hashable, Sendable {
    /// As written, quotes taken off.
    package let text: String
    /// Folded like the records' text. Never empty.
    package let units: [UInt16]
    /// Code points of the query, quotes included, for pointing at it.
    package let range: Range<Int>
    /// Added by `QueryExpander`; nil is what was written.
    package let variant: Variant?

    /// What a part stands for that nobody wrote.
    package enum Variant: Hashable, Sendable {
        /// A synonym of a whole part.
        case ofWhole
        /// A part with synonyms of some of its words.
        case ofWords
        /// A number in another spelling: it does not match within a longer number.
        case ofNumber
        /// The end of a number: it matches where a longer number ends with it.
        case ofTail
    }

    package init(text: String, units: [UInt16], range: Range<Int>, variant: Variant? = nil) {
        self.text = text
        self.units = units
        self.range = range
        self.variant = variant
    }

    /// Where a part stands in the query does not change what it asks for.
    package static func == (a: QueryPart, b: QueryPart) -> Bool {
        a.units == b.units && a.text == b.text && a.variant == b.variant
    }
    package func hash(into hasher: inout Hasher) { hasher.combine(units) }
}

/// What the value of a field must be.
package enum FieldCondition: Hashable, Sendable {
    /// Facets, paths, keys, identity: this value. A path also stands for everything below it.
    case equals(String)
    /// Facets, paths, keys, region codes, never identity: a value that begins with this.
    case prefix(String)
    /// Days since 1970-01-01 at +08:00, both included; nil is open.
    case dateRange(from: Int64?, to: Int64?)
    /// Thousandths, both included; nil is open.
    case numberRange(from: Int64?, to: Int64?)
    /// Fields with a zone: as `QueryNode.literal`, within that zone. Facets with a zone (被投诉人, 案由, 受理决定)
    /// also match when the part is the facet's value, since their text may lack its code.
    case literal(QueryPart)
    /// Fields with a zone: as `QueryNode.understood`, within that zone; facets as above.
    case understood(QueryPart)
}

extension QueryNode {
    /// All of `children`: flat, without `.all`, and no `and` around a single child.
    package static func conjunction(_ children: [QueryNode]) -> QueryNode {
        var flat: [QueryNode] = []
        for child in children {
            switch child {
            case .all: continue
            case .and(let inner): flat += inner
            default: flat.append(child)
            }
        }
        return flat.isEmpty ? .all : flat.count == 1 ? flat[0] : .and(flat)
    }

    /// Any of `children`: flat, and no `or` around a single child.
    ///
    /// - Precondition: `children` is not empty.
    package static func disjunction(_ children: [QueryNode]) -> QueryNode {
        precondition(!children.isEmpty, "any of nothing would find nothing, which no query may ask for silently")
        var flat: [QueryNode] = []
        for child in children {
            switch child {
            case .all: return .all
            case .or(let inner): flat += inner
            default: flat.append(child)
            }
        }
        return flat.count == 1 ? flat[0] : .or(flat)
    }

    /// One part that a hit may hold, for scoring, snippets and highlights.
    package struct PositivePart: Hashable, Sendable {
        package let part: QueryPart
        package let isLiteral: Bool
        /// The text field it is bound to; nil is every zone.
        package let field: Field?
    }

    /// The parts that no `not` stands above, in the order of the query.
    package var positiveParts: [PositivePart] {
        var found: [PositivePart] = []
        collectPositiveParts(into: &found)
        return found
    }

    private func collectPositiveParts(into found: inout [PositivePart]) {
        switch self {
        case .all, .not, .exists: break
        case .literal(let part): found.append(PositivePart(part: part, isLiteral: true, field: nil))
        case .understood(let part), .pasted(let part):
            found.append(PositivePart(part: part, isLiteral: false, field: nil))
        case .field(let field, .literal(let part)):
            found.append(PositivePart(part: part, isLiteral: true, field: field))
        case .field(let field, .understood(let part)):
            found.append(PositivePart(part: part, isLiteral: false, field: field))
        case .field: break
        case .and(let children), .or(let children):
            for child in children { child.collectPositiveParts(into: &found) }
        case .near(let left, let right, _):
            left.collectPositiveParts(into: &found)
            right.collectPositiveParts(into: &found)
        }
    }
}
