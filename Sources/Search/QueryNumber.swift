// Numbers as a person writes them in a query, in the thousandths in which the index keeps them.

import Records

enum QueryNumber {
    /// Fifteen digits, which leaves room to step beyond a bound.
    private static let thousandthsMax: Int64 = 999_999_999_999_999

    /// `100`, `-5`, `1,000`, `12.50`, `3万`, `1.2亿`; nil when it is none of these or finer than thousandths.
    static func thousandths(of text: [Unicode.Scalar]) -> Int64? {
        var digits = text[...]
        var scale: Int64 = 1
        if digits.last == "万" { scale = 10_000 } else if digits.last == "亿" { scale = 100_000_000 }
        if scale > 1 { digits = digits.dropLast() }
        guard digits.count <= 24 else { return nil }
        // More decimals than three: with 万 they may still be whole thousandths, so the point is moved first.
        if let point = digits.firstIndex(of: "."), digits.count - point > 4 {
            let places = scale == 10_000 ? 4 : scale == 100_000_000 ? 8 : 0
            let fraction = digits[(point + 1)...].prefix(places)
            let moved = fraction + Array(repeating: "0", count: places - fraction.count)
            let rest = digits[(point + 1)...].dropFirst(places)
            guard places > 0, rest.count <= 3 else { return nil }
            digits = (Array(digits[..<point]) + moved + (rest.isEmpty ? [] : ["."] + Array(rest)))[...]
            scale = 1
        }
        guard let amount = DecimalAmount(parsing: String(scalars: digits)) else { return nil }
        let (result, overflowed) = amount.thousandths.multipliedReportingOverflow(by: scale)
        return overflowed || abs(result) > thousandthsMax ? nil : result
    }

    /// The shortest decimal.
    static func written(_ thousandths: Int64) -> String { DecimalAmount(thousandths: thousandths).text }
}
