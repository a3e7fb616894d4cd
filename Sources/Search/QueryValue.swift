// What stands behind `field:` or `field=`, read by the kind of the field.

import Records

struct QueryValue {
    struct Failure: Error {
        let reason: QueryError.Reason
        /// A value that could stand instead; nil when only a literal search for the text makes sense.
        let replacement: String?
    }

    let field: Field
    let text: String
    /// Quoted values mean exactly what they say.
    let isQuoted: Bool
    let isStarred: Bool
    /// `field:=value`: this value of a facet, not text that holds it.
    let isExact: Bool

    init(field: Field, text: String, quoting: QueryToken.Kind) {
        self.field = field
        if case .quoted(let isStarred, let isExact) = quoting {
            self.text = text
            self.isStarred = isStarred
            self.isExact = isExact
            isQuoted = true
        } else {
            var scalars = Array(text.unicodeScalars)[...]
            isStarred = scalars.last?.halfWidth == "*"
            if isStarred { scalars.removeLast() }
            isExact = scalars.first?.halfWidth == "=" && field.kind != .date && field.kind != .number
            if isExact { scalars.removeFirst() }
            self.text = String(scalars: scalars)
            isQuoted = false
        }
    }

    /// For every kind but text.
    func node() throws(Failure) -> QueryNode {
        if text.isEmpty { return .exists(field) }
        switch field.kind {
        case .date: return .field(field, try date())
        case .number: return .field(field, try number())
        case .region where !isQuoted && !isStarred && !isExact && isDigits: return .field(field, .prefix(area))
        case .facet, .path, .region:
            let value = isStarred ? text : field.canonicalValue(text)
            guard !value.isEmpty else { throw Failure(reason: .nothingToFind, replacement: nil) }
            return .field(field, isStarred ? .prefix(value) : .equals(value))
        case .identity where isStarred:
            // Kept as keyed hashes of whole values and their ends: a beginning cannot be looked up.
            throw Failure(reason: .noBeginnings(field.name), replacement: text)
        case .key, .identity, .text: return .field(field, isStarred ? .prefix(text) : .equals(text))
        }
    }

    private var isDigits: Bool { text.unicodeScalars.allSatisfy { ("0"..."9").contains($0.halfWidth) } }

    /// Digits that all places in the area share: 330100 is a city, its districts are 3301xx (GB/T 2260).
    private var area: String {
        var digits = text.unicodeScalars.map(\.halfWidth)
        while digits.count == 6 || digits.count == 4, digits.suffix(2) == ["0", "0"] { digits.removeLast(2) }
        return String(scalars: digits)
    }

    // MARK: Ranges

    private enum Bounds {
        case both([Unicode.Scalar], [Unicode.Scalar])
        case only(Comparison, [Unicode.Scalar])
    }

    private enum Comparison { case atLeast, above, atMost, below, same }

    private func bounds() -> Bounds {
        let half = text.unicodeScalars.map(\.halfWidth).filter { !$0.isBlank }
        for start in half.indices {
            var end = start
            switch half[start] {
            case "." where start + 1 < half.count && half[start + 1] == ".":
                while end < half.count, half[end] == "." { end += 1 }
            case "\u{2026}": while end < half.count, half[end] == "\u{2026}" { end += 1 }
            case "~", "至": end += 1
            default: continue
            }
            return .both(Array(half[..<start]), Array(half[end...]))
        }
        let rest = Array(half.dropFirst())
        switch half.first {
        case ">" where rest.first == "=": return .only(.atLeast, Array(rest.dropFirst()))
        case "<" where rest.first == "=": return .only(.atMost, Array(rest.dropFirst()))
        case ">": return .only(.above, rest)
        case "<": return .only(.below, rest)
        case "≥": return .only(.atLeast, rest)
        case "≤": return .only(.atMost, rest)
        case "=": return .only(.same, rest)
        default: return .only(.same, half)
        }
    }

    private func date() throws(Failure) -> FieldCondition {
        let unreadable = Failure(reason: .dateUnreadable(field.name), replacement: nil)
        guard !isStarred else { throw unreadable }
        switch bounds() {
        case .both(let from, let to):
            guard !from.isEmpty || !to.isEmpty else { throw unreadable }
            let first = from.isEmpty ? nil : try days(from, { $0 + ".." + String(scalars: to) })
            let last = to.isEmpty ? nil : try days(to, { String(scalars: from) + ".." + $0 })
            if let first, let last, first.lowerBound > last.upperBound {
                throw Failure(reason: .rangeReversed, replacement: String(scalars: to) + ".." + String(scalars: from))
            }
            return .dateRange(from: first?.lowerBound, to: last?.upperBound)
        case .only(let comparison, let value):
            let sign = String(scalars: text.unicodeScalars.map(\.halfWidth).prefix { !("0"..."9").contains($0) })
            let range = try days(value, { sign + $0 })
            switch comparison {
            case .atLeast: return .dateRange(from: range.lowerBound, to: nil)
            // Nothing lies beyond the years that can be written.
            case .above where range.upperBound == Int64(CalendarDate.last.days),
                .below where range.lowerBound == Int64(CalendarDate.first.days):
                throw unreadable
            case .above: return .dateRange(from: range.upperBound + 1, to: nil)
            case .atMost: return .dateRange(from: nil, to: range.upperBound)
            case .below: return .dateRange(from: nil, to: range.lowerBound - 1)
            case .same: return .dateRange(from: range.lowerBound, to: range.upperBound)
            }
        }
    }

    private func days(_ text: [Unicode.Scalar], _ mended: (String) -> String) throws(Failure) -> ClosedRange<Int64> {
        do {
            return try QueryDate.days(of: text)
        } catch {
            switch error {
            case .unreadable: throw Failure(reason: .dateUnreadable(field.name), replacement: nil)
            case .impossible(let nearest): throw Failure(reason: .dateImpossible, replacement: mended(nearest))
            }
        }
    }

    private func number() throws(Failure) -> FieldCondition {
        let unreadable = Failure(reason: .numberUnreadable(field.name), replacement: nil)
        guard !isStarred else { throw unreadable }
        switch bounds() {
        case .both(let from, let to):
            let first = QueryNumber.thousandths(of: from)
            let last = QueryNumber.thousandths(of: to)
            guard first != nil || from.isEmpty, last != nil || to.isEmpty, !(from.isEmpty && to.isEmpty) else {
                throw unreadable
            }
            if let first, let last, first > last {
                throw Failure(reason: .rangeReversed, replacement: String(scalars: to) + ".." + String(scalars: from))
            }
            return .numberRange(from: first, to: last)
        case .only(let comparison, let value):
            guard let number = QueryNumber.thousandths(of: value) else { throw unreadable }
            switch comparison {
            case .atLeast: return .numberRange(from: number, to: nil)
            case .above: return .numberRange(from: number + 1, to: nil)
            case .atMost: return .numberRange(from: nil, to: number)
            case .below: return .numberRange(from: nil, to: number - 1)
            case .same: return .numberRange(from: number, to: number)
            }
        }
    }
}
