// The canonical form of a query: reading it again gives an equal tree. `--explain` and notices show it.

import Records

extension QueryNode: CustomStringConvertible {
    package var description: String {
        let short = written(joinedBy: " ")
        // Past this length blank-separated words would read as pasted text; a written AND never does.
        return short.unicodeScalars.count < QueryParser.pastedLengthMin ? short : written(joinedBy: " AND ")
    }

    private func written(joinedBy blank: String) -> String {
        switch self {
        case .all: return ""
        case .literal(let part): return Self.quoted(part.text)
        case .understood(let part): return Self.about(part.text)
        case .pasted(let part): return "~" + Self.quoted(part.text)
        case .field(let field, let condition): return field.name + ":" + condition.description(in: field)
        case .exists(let field): return "exists:" + field.name
        case .not(let child):
            if case .not = child { return "-(" + child.written(joinedBy: blank) + ")" }
            return "-" + child.bracketed(joinedBy: blank)
        case .and(let children): return children.map { $0.bracketed(joinedBy: blank) }.joined(separator: blank)
        case .or(let children): return children.map { $0.bracketed(joinedBy: blank) }.joined(separator: " OR ")
        case .near(let left, let right, let distance):
            return left.written(joinedBy: blank) + " NEAR/\(distance) " + right.written(joinedBy: blank)
        }
    }

    private func bracketed(joinedBy blank: String) -> String {
        let text = written(joinedBy: blank)
        switch self {
        case .and, .or, .near: return "(" + text + ")"
        case .not, .all, .literal, .understood, .pasted, .field, .exists: return text
        }
    }

    /// A literal; a quote inside is written twice.
    static func quoted(_ text: String) -> String {
        "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// Understood text: bare when no reader could take it for anything else, `~"…"` otherwise.
    fileprivate static func about(_ text: String) -> String { isPlain(text) ? text : "~" + quoted(text) }

    /// Letters and digits with harmless signs between them.
    fileprivate static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, first.isLetterOrNumber,
            text.unicodeScalars.count < QueryParser.pastedLengthMin, QueryLexer.operatorWord(text) == nil
        else { return false }
        return text.unicodeScalars.allSatisfy { $0.isLetterOrNumber || "/-_.#，、；·%+&￥《》〔〕【】".unicodeScalars.contains($0) }
    }
}

extension FieldCondition {
    /// The value as it stands behind the colon.
    fileprivate func description(in field: Field) -> String {
        switch self {
        case .equals(let value):
            // An unquoted run of digits is an area and all within it.
            let isArea = field.kind == .region && value.unicodeScalars.allSatisfy { ("0"..."9").contains($0) }
            let sign = field.zone == nil ? "" : "="
            return sign + (QueryNode.isPlain(value) && !isArea ? value : QueryNode.quoted(value))
        case .prefix(let value): return (QueryNode.isPlain(value) ? value : QueryNode.quoted(value)) + "*"
        case .dateRange(let from, let to):
            if let from, from == to { return QueryDate.written(from) }
            return (from.map(QueryDate.written) ?? "") + ".." + (to.map(QueryDate.written) ?? "")
        case .numberRange(let from, let to):
            if let from, from == to { return QueryNumber.written(from) }
            return (from.map(QueryNumber.written) ?? "") + ".." + (to.map(QueryNumber.written) ?? "")
        case .literal(let part): return QueryNode.quoted(part.text)
        case .understood(let part): return QueryNode.about(part.text)
        }
    }
}
