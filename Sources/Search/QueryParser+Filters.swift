// Conditions given beside the query: `--filter field=value`, `--from`, `--to`. Read by the same rules as
// `field:value`, from their own arguments, so an error points into the argument.

import Records

extension QueryParser {
    /// `category=A/B`, `类别＝A/B`, `amount=>=100`; the value is everything behind the equals sign, quotes not needed.
    package func filter(_ argument: String) throws(QueryError) -> QueryNode {
        let scalars = Array(argument.unicodeScalars)
        guard let equals = scalars.firstIndex(where: { $0.halfWidth == "=" }) else {
            throw QueryError(.filterWithoutEquals, in: scalars, at: 0..<scalars.count)
        }
        let name = Self.trimmed(scalars, 0..<equals)
        let value = Self.trimmed(scalars, equals + 1..<scalars.count)
        let written = String(scalars: scalars[name])
        guard let field = fieldNamed(written) else {
            throw QueryError(.fieldUnknown(written), in: scalars, at: name)
        }
        guard !value.isEmpty else {
            throw QueryError(.fieldWithoutValue(written), in: scalars, at: name.lowerBound..<equals + 1)
        }
        return try condition(field, scalars, value)
    }

    /// The days from `from` to `to`, both included; a year or a month stands for all its days.
    ///
    /// - Precondition: `field` is of kind `.date`.
    /// - Returns: `.all` when both are nil.
    package func period(from: String?, to: String?, field: Field) throws(QueryError) -> QueryNode {
        precondition(field.kind == .date, "a period needs a field of days")
        guard from != nil || to != nil else { return .all }
        let first = try from.map { text throws(QueryError) in try bound(text, field) } ?? nil
        let last = try to.map { text throws(QueryError) in try bound(text, field) } ?? nil
        if let first, let last, first.lowerBound > last.upperBound {
            let scalars = Array(to!.unicodeScalars)
            throw QueryError(.rangeReversed, in: scalars, at: 0..<scalars.count)
        }
        return .field(field, .dateRange(from: first?.lowerBound, to: last?.upperBound))
    }

    private func bound(_ text: String, _ field: Field) throws(QueryError) -> ClosedRange<Int64> {
        let scalars = Array(text.unicodeScalars)
        let place = Self.trimmed(scalars, 0..<scalars.count)
        do {
            return try QueryDate.days(of: scalars[place].map(\.halfWidth))
        } catch {
            switch error {
            case .unreadable: throw QueryError(.dateUnreadable(field.name), in: scalars, at: place)
            case .impossible(let nearest):
                var shown = QueryError(.dateImpossible, in: scalars, at: place)
                shown.mended = nearest
                throw shown
            }
        }
    }

    private func condition(_ field: Field, _ scalars: [Unicode.Scalar], _ range: Range<Int>) throws(QueryError) -> QueryNode {
        var text = String(scalars: scalars[range])
        var quoting = QueryToken.Kind.word
        if range.count > 2, let first = scalars[range].first, first.isQuote, let last = scalars[range].last, last.isQuote {
            text = String(scalars: scalars[range.lowerBound + 1..<range.upperBound - 1])
            quoting = .quoted(isStarred: false, isExact: false)
        }
        if case .text = field.kind {
            if quoting == .word, text == "*" { return .exists(field) }
            let part = try part(text, range, in: scalars)
            return .field(field, quoting != .word || text.isPunctuationOnly ? .literal(part) : .understood(part))
        }
        do {
            return try QueryValue(field: field, text: text, quoting: quoting).node()
        } catch {
            var shown = QueryError(error.reason, in: scalars, at: range)
            shown.mended = error.replacement.map { String(scalars: scalars[..<range.lowerBound]) + $0 }
            throw shown
        }
    }

    private static func trimmed(_ scalars: [Unicode.Scalar], _ range: Range<Int>) -> Range<Int> {
        guard let start = scalars[range].firstIndex(where: { !$0.isBlank }),
            let last = scalars[range].lastIndex(where: { !$0.isBlank })
        else { return range.lowerBound..<range.lowerBound }
        return start..<last + 1
    }
}
