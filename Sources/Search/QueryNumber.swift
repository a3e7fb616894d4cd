// Numbers as a person writes them in a query, in the thousandths in which the index keeps them.

enum QueryNumber {
    /// Thousandths: fifteen digits, which leaves room to step beyond a bound.
    private static let valueMax: Int64 = 999_999_999_999_999

    /// `100`, `-5`, `1,000`, `12.50`, `3万`, `1.2亿`; nil when it is none of these or finer than thousandths.
    static func thousandths(of text: [Unicode.Scalar]) -> Int64? {
        var digits = text[...]
        let isNegative = digits.first == "-"
        if isNegative { digits = digits.dropFirst() }
        var scale: Int64 = 1
        if digits.last == "万" { scale = 10_000 } else if digits.last == "亿" { scale = 100_000_000 }
        if scale > 1 { digits = digits.dropLast() }
        guard let first = digits.first, first != ",", let last = digits.last, last != ",", last != ".",
            digits.count <= 20
        else { return nil }
        var value: Int64 = 0
        var decimalCount: Int?
        var digitCount = 0
        for scalar in digits {
            switch scalar {
            case "0"..."9":
                value = value * 10 + Int64(scalar.value) - 0x30
                if value > 0 { digitCount += 1 }
                if decimalCount != nil { decimalCount! += 1 }
                guard digitCount <= 16 else { return nil }
            case "." where decimalCount == nil: decimalCount = 0
            case "," where decimalCount == nil: continue
            default: return nil
            }
        }
        var unit: Int64 = 1000
        var decimals = decimalCount ?? 0
        while decimals > 0, unit > 1 {
            unit /= 10
            decimals -= 1
        }
        let (scaled, overflowed) = value.multipliedReportingOverflow(by: scale)
        guard !overflowed else { return nil }
        var whole = scaled
        while decimals > 0 {
            guard whole % 10 == 0 else { return nil }
            whole /= 10
            decimals -= 1
        }
        let (result, tooLarge) = whole.multipliedReportingOverflow(by: unit)
        return tooLarge || result > valueMax ? nil : isNegative ? -result : result
    }

    /// The shortest decimal.
    static func written(_ thousandths: Int64) -> String {
        let (whole, rest) = thousandths.magnitude.quotientAndRemainder(dividingBy: 1000)
        var text = (thousandths < 0 ? "-" : "") + String(whole)
        if rest > 0 {
            var decimals = String(1000 + rest).dropFirst()
            while decimals.last == "0" { decimals = decimals.dropLast() }
            text += "." + decimals
        }
        return text
    }
}
