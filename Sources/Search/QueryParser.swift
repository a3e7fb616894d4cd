// Reads a query: recursive descent over the lexer's tokens, after the grammar in QUERY.md.

import Records

package struct ParsedQuery: Hashable, Sendable {
    package let root: QueryNode
    package let notices: [QueryNotice]

    package init(root: QueryNode, notices: [QueryNotice] = []) {
        self.root = root
        self.notices = notices
    }
}

/// - Complexity: linear in the query's length, with a bounded number of retries to find a mend.
package struct QueryParser: Sendable {
    /// Bytes of UTF-8: a whole document may be pasted.
    package static let byteCountMax = 1 << 20
    /// Blanks between parts, `OR`, `AND`, `NOT`, `-`, `NEAR`, brackets and field names together.
    package static let operatorCountMax = 1000
    /// Brackets and negations within one another.
    package static let depthMax = 64
    /// Characters from which on text is taken as pasted: over 40.
    package static let pastedLengthMin = 41
    package static let nearDistanceMax = 1000
    package static let nearDistanceDefault = 10

    /// Mistakes mended in one query before the offer of a mend is given up.
    private static let mendCountMax = 32
    /// Characters of a query for which a whole mended query is offered.
    private static let mendedLengthMax = 4096

    private let fold: @Sendable (String) -> [UInt16]
    let fieldNamed: @Sendable (String) -> Field?

    /// - Parameters:
    ///   - fold: normalises text as the index does.
    ///   - fieldNamed: the field with this English or Chinese name, whatever its case and width.
    package init(
        fold: @escaping @Sendable (String) -> [UInt16],
        fieldNamed: @escaping @Sendable (String) -> Field? = { Field.named($0) }
    ) {
        self.fold = fold
        self.fieldNamed = fieldNamed
    }

    /// - Throws: `QueryError` with the place and, for queries of sensible length, the mended query.
    package func parse(_ text: String) throws(QueryError) -> ParsedQuery {
        let query = Array(text.unicodeScalars)
        guard text.utf8.count <= Self.byteCountMax else {
            throw QueryError(.tooLong(byteCountMax: Self.byteCountMax), in: query, at: 0..<min(1, query.count))
        }
        do {
            return try parseOnce(query)
        } catch {
            var shown = error
            if query.count <= Self.mendedLengthMax { shown.mended = mended(query, error) }
            throw shown
        }
    }

    /// Applies mend after mend until the query can be read.
    private func mended(_ query: [Unicode.Scalar], _ error: QueryError) -> String? {
        var query = query
        var error = error
        for _ in 0..<Self.mendCountMax {
            guard let edit = error.edit else { return nil }
            let text = edit.applied(to: query)
            query = Array(text.unicodeScalars)
            // Quoting doubles quotes: stray ones could make the query grow without end.
            guard query.count <= 2 * Self.mendedLengthMax else { return nil }
            do {
                _ = try parseOnce(query)
                return text
            } catch let next {
                error = next
            }
        }
        return nil
    }

    private func parseOnce(_ query: [Unicode.Scalar]) throws(QueryError) -> ParsedQuery {
        guard let start = query.firstIndex(where: { !$0.isBlank }), let last = query.lastIndex(where: { !$0.isBlank })
        else { return ParsedQuery(root: .all) }
        let bounds = start..<last + 1
        let lexer = QueryLexer(query, in: bounds, fieldNamed: fieldNamed)
        let whole = String(scalars: query[bounds])
        if whole.isPunctuationOnly {
            // ——, ?, -: someone looks for the sign itself. Quotes may still say where it begins and ends.
            var reader = QueryReader(lexer, fold: fold)
            if lexer.pairs.hasQuotes, lexer.error == nil, let root = try? reader.read() {
                return ParsedQuery(root: root, notices: lexer.notices)
            }
            return ParsedQuery(root: .literal(try part(whole, bounds, in: query)))
        }
        if lexer.isPasted {
            let root = QueryNode.pasted(try part(whole, bounds, in: query))
            let notices = lexer.firstOperator.map {
                [QueryNotice(.pastedWithoutOperators, in: query, at: $0.range)]
            }
            return ParsedQuery(root: root, notices: notices ?? [])
        }
        if let error = lexer.error { throw error }
        var reader = QueryReader(lexer, fold: fold)
        let root = try reader.read()
        return ParsedQuery(root: root, notices: lexer.notices + reader.notices)
    }

    func part(_ text: String, _ range: Range<Int>, in query: [Unicode.Scalar]) throws(QueryError) -> QueryPart {
        let units = fold(text)
        guard !units.isEmpty else { throw QueryError(.nothingToFind, in: query, at: range) }
        return QueryPart(text: text, units: units, range: range)
    }
}

/// One pass over the tokens of one query.
struct QueryReader {
    private let lexer: QueryLexer
    private let fold: (String) -> [UInt16]
    private var index = 0
    private(set) var notices: [QueryNotice] = []

    init(_ lexer: QueryLexer, fold: @escaping (String) -> [UInt16]) {
        self.lexer = lexer
        self.fold = fold
    }

    mutating func read() throws(QueryError) -> QueryNode {
        try refuseTooManyOperators()
        let root = try readAlternatives(depth: 0, scope: nil)
        precondition(index == lexer.tokens.count, "a closing bracket has its opening one, or is text")
        return root
    }

    private func refuseTooManyOperators() throws(QueryError) {
        var count = 0
        var endsOperand = false
        for token in lexer.tokens {
            switch token.kind {
            case .word, .quoted, .about:
                if endsOperand { count += 1 }
                endsOperand = true
            case .open, .field, .exists, .not:
                count += endsOperand ? 2 : 1
                if case .exists = token.kind { endsOperand = true } else { endsOperand = false }
            case .or, .and, .near, .alternative:
                count += 1
                endsOperand = false
            case .close: endsOperand = true
            }
            guard count <= QueryParser.operatorCountMax else {
                throw failure(.tooManyOperators(countMax: QueryParser.operatorCountMax), token.range)
            }
        }
    }

    private var next: QueryToken? { index < lexer.tokens.count ? lexer.tokens[index] : nil }

    private func failure(_ reason: QueryError.Reason, _ range: Range<Int>, edit: QueryEdit? = nil) -> QueryError {
        QueryError(reason, in: lexer.scalars, at: range, edit: edit)
    }

    /// Short enough for a notice.
    private func written(_ token: QueryToken) -> String { String(scalars: lexer.scalars[token.range].prefix(40)) }

    // MARK: Grammar

    /// query := all of { OR all of }
    private mutating func readAlternatives(depth: Int, scope: Field?) throws(QueryError) -> QueryNode {
        var mixed = false
        var firstOr: Range<Int>?
        var children: [QueryNode] = []
        while true {
            let (node, factorCount) = try readConjunction(depth: depth, scope: scope)
            children.append(node)
            mixed = mixed || factorCount > 1
            guard let token = next, token.kind == .or else { break }
            firstOr = firstOr ?? token.range
            index += 1
        }
        let node = QueryNode.disjunction(children)
        if let firstOr, mixed, notices.isEmpty {
            let reading = node.description
            if reading.utf8.count <= 200 {
                notices.append(QueryNotice(.orBindsLast(reading: reading), in: lexer.scalars, at: firstOr))
            }
        }
        return node
    }

    /// all of := near { [AND] near }
    private mutating func readConjunction(depth: Int, scope: Field?) throws(QueryError) -> (QueryNode, Int) {
        var children = [try readNear(depth: depth, scope: scope)]
        while let token = next, token.kind != .or, token.kind != .close {
            if token.kind == .and { index += 1 }
            children.append(try readNear(depth: depth, scope: scope))
        }
        return (.conjunction(children), children.count)
    }

    /// near := unary [NEAR/n unary]
    private mutating func readNear(depth: Int, scope: Field?) throws(QueryError) -> QueryNode {
        let left = try readUnary(depth: depth, scope: scope)
        guard let token = next, case .near(let distance) = token.kind else { return left }
        index += 1
        let right = try readUnary(depth: depth, scope: scope)
        let mend = QueryEdit(range: token.range, replacement: "AND")
        guard let (leftPart, leftField) = Self.nearOperand(left), let (rightPart, rightField) = Self.nearOperand(right),
            leftField == rightField
        else { throw failure(.nearTakesParts, token.range, edit: mend) }
        if let another = next, case .near = another.kind {
            throw failure(.nearTakesParts, another.range, edit: QueryEdit(range: another.range, replacement: "AND"))
        }
        return .near(leftPart, rightPart, distance: distance)
    }

    private static func nearOperand(_ node: QueryNode) -> (QueryNode, Field?)? {
        switch node {
        case .literal, .understood:
            guard case .literal(let part) = node.madeLiteral else { return nil }
            return (.literal(part), nil)
        case .field(let field, .literal(let part)), .field(let field, .understood(let part)):
            return (.field(field, .literal(part)), field)
        default: return nil
        }
    }

    /// unary := (- | NOT) unary | primary
    private mutating func readUnary(depth: Int, scope: Field?) throws(QueryError) -> QueryNode {
        guard let token = next, token.kind == .not else { return try readPrimary(depth: depth, scope: scope) }
        try refuseTooDeep(depth + 1, token.range)
        index += 1
        return .not(try readUnary(depth: depth + 1, scope: scope))
    }

    private func refuseTooDeep(_ depth: Int, _ range: Range<Int>) throws(QueryError) {
        guard depth <= QueryParser.depthMax else {
            throw failure(.tooDeep(depthMax: QueryParser.depthMax), range)
        }
    }

    /// primary := part | field | exists | ( query )
    private mutating func readPrimary(depth: Int, scope: Field?) throws(QueryError) -> QueryNode {
        guard let token = next else { throw missingOperand(before: nil) }
        switch token.kind {
        case .word, .quoted, .about:
            index += 1
            if let scope { return try valueNode(scope, token, whole: token.range) }
            let part = try part(of: token)
            if case .quoted = token.kind { return .literal(part) }
            if part.text.isPunctuationOnly { return .literal(part) }
            return token.kind == .about && part.text.isPastedLength ? .pasted(part) : .understood(part)
        case .open:
            try refuseTooDeep(depth + 1, token.range)
            index += 1
            return try readGroup(from: token, depth: depth, scope: scope)
        case .field(let fieldIndex): return try readField(lexer.fields[fieldIndex], depth: depth, scope: scope)
        case .exists(let fieldIndex):
            if scope != nil { throw nested(token) }
            index += 1
            return .exists(lexer.fields[fieldIndex])
        case .or, .and, .near, .close: throw missingOperand(before: token)
        case .not, .alternative: preconditionFailure("readUnary and readField take these")
        }
    }

    private mutating func readGroup(from open: QueryToken, depth: Int, scope: Field?) throws(QueryError) -> QueryNode {
        if let token = next, token.kind == .close {
            let range = open.range.lowerBound..<token.range.upperBound
            throw failure(.emptyBrackets, range, edit: QueryEdit(range: range, replacement: ""))
        }
        let node = try readAlternatives(depth: depth + 1, scope: scope)
        precondition(next?.kind == .close, "only paired brackets open a group")
        index += 1
        return node
    }

    private mutating func readField(_ field: Field, depth: Int, scope: Field?) throws(QueryError) -> QueryNode {
        let name = lexer.tokens[index]
        if scope != nil { throw nested(name) }
        index += 1
        guard let value = next else { preconditionFailure("the lexer gives every field a value or an error") }
        if value.kind == .open {
            try refuseTooDeep(depth + 1, value.range)
            index += 1
            return try readGroup(from: value, depth: depth, scope: field)
        }
        index += 1
        var children = [try valueNode(field, value, whole: name.range.lowerBound..<value.range.upperBound)]
        while let token = next, token.kind == .alternative {
            let another = lexer.tokens[index + 1]
            index += 2
            children.append(
                try valueNode(field, another, whole: name.range.lowerBound..<another.range.upperBound))
        }
        return .disjunction(children)
    }

    private func nested(_ token: QueryToken) -> QueryError {
        var name = written(token)
        if let last = name.unicodeScalars.last, last.halfWidth == ":" { name.unicodeScalars.removeLast() }
        var replacement = ""
        // `exists:reply` has nothing else to keep.
        if case .exists = token.kind { replacement = QueryNode.quoted(name) }
        return failure(.fieldInsideField(name), token.range, edit: QueryEdit(range: token.range, replacement: replacement))
    }

    /// An operand is missing at `token`, or at the end.
    private func missingOperand(before token: QueryToken?) -> QueryError {
        if index > 0, case let last = lexer.tokens[index - 1], last.kind != .open, last.kind != .close, !last.kind.isText,
            token == nil || token?.kind == .close || last.kind == .not
        {
            return failure(.nothingBehind(written(last)), last.range, edit: QueryEdit(range: last.range, replacement: ""))
        }
        guard let token else { preconditionFailure("a query that is not blank has a token") }
        return failure(.nothingBefore(written(token)), token.range, edit: QueryEdit(range: token.range, replacement: ""))
    }

    // MARK: Parts

    private func part(of token: QueryToken) throws(QueryError) -> QueryPart {
        let text = lexer.text(of: token)
        let units = fold(text)
        guard !units.isEmpty else {
            throw failure(.nothingToFind, token.range, edit: QueryEdit(range: token.range, replacement: ""))
        }
        return QueryPart(text: text, units: units, range: token.range)
    }

    private func valueNode(_ field: Field, _ token: QueryToken, whole: Range<Int>) throws(QueryError) -> QueryNode {
        let text = lexer.text(of: token)
        if field.isText(given: text, token.kind) {
            if token.kind == .word, text == "*" || text == "\u{FF0A}" { return .exists(field) }
            let part = try part(of: token)
            var isLiteral = part.text.isPunctuationOnly
            if case .quoted = token.kind { isLiteral = true }
            return .field(field, isLiteral ? .literal(part) : .understood(part))
        }
        guard token.kind != .about else {
            let edit = QueryEdit(range: token.range.lowerBound..<token.range.lowerBound + 1, replacement: "")
            throw failure(.valueNotText(field.name), token.range, edit: edit)
        }
        let value = QueryValue(field: field, text: text, quoting: token.kind)
        do {
            return try value.node()
        } catch {
            // Without its field the value may be text; among a field's brackets it can only go.
            let isInBrackets = whole == token.range
            let text = isInBrackets ? "" : QueryEdit.quoted(lexer.scalars[whole], within: lexer.scalars)
            var edit = QueryEdit(range: whole, replacement: text)
            if let replacement = error.replacement { edit = QueryEdit(range: token.range, replacement: replacement) }
            throw failure(error.reason, token.range, edit: edit)
        }
    }
}

extension Field {
    /// Whether a value is looked for in the field's text. 被投诉人 and its like are text and facet at once: they
    /// are read as text, but `=value` and `valu*` ask for the facet.
    func isText(given value: String, _ quoting: QueryToken.Kind) -> Bool {
        if case .text = kind { return true }
        guard zone != nil else { return false }
        if case .quoted(let isStarred, let isExact) = quoting { return !isStarred && !isExact }
        if quoting == .about { return true }
        return value.unicodeScalars.first?.halfWidth != "=" && value.unicodeScalars.last?.halfWidth != "*"
    }
}

extension QueryNode {
    /// An unquoted word as an operand of `NEAR`.
    fileprivate var madeLiteral: QueryNode {
        if case .understood(let part) = self { .literal(part) } else { self }
    }
}

extension String {
    /// Over 40 characters, a line break or 。！？.
    var isPastedLength: Bool {
        unicodeScalars.count >= QueryParser.pastedLengthMin
            || unicodeScalars.contains { $0.isLineBreak || $0.isSentenceEnd }
    }
}
