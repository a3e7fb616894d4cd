// Money and other decimal numbers without the errors of binary fractions.

/// A decimal number in thousandths. Digits beyond the third after the point are rounded, half away from zero.
package struct DecimalAmount: Hashable, Comparable, Sendable {
    package let thousandths: Int64

    package init(thousandths: Int64) { self.thousandths = thousandths }

    /// `nil` when it does not fit.
    package init?(whole: Int64) {
        let (product, overflow) = whole.multipliedReportingOverflow(by: 1000)
        if overflow { return nil }
        thousandths = product
    }

    package static func < (a: DecimalAmount, b: DecimalAmount) -> Bool { a.thousandths < b.thousandths }

    /// `nil` when the sum does not fit.
    package func adding(_ other: DecimalAmount) -> DecimalAmount? {
        let (sum, overflow) = thousandths.addingReportingOverflow(other.thousandths)
        return overflow ? nil : DecimalAmount(thousandths: sum)
    }

    /// Reads digits with an optional sign, a point and commas between groups of three: `1,234.50`, `-3`, `＋１２`.
    /// Anything else, units and exponents too, is `nil`; so is a number that does not fit.
    package init?(parsing text: String) {
        var scalars = text.trimmed.unicodeScalars.map(\.halfWidth)[...]
        var isNegative = false
        if let first = scalars.first, first == "-" || first == "+" {
            isNegative = first == "-"
            scalars.removeFirst()
        }
        let point = scalars.firstIndex(of: ".") ?? scalars.endIndex
        guard let whole = Self.ungrouped(scalars[..<point]) else { return nil }
        let fraction = scalars[point...].dropFirst()
        guard fraction.allSatisfy(\.isDigit), !(whole.isEmpty && fraction.isEmpty) else { return nil }
        if point != scalars.endIndex, fraction.isEmpty { return nil }

        var magnitude: UInt64 = 0
        for scalar in whole + Array(fraction.prefix(3)) + Array(repeating: "0", count: max(0, 3 - fraction.count)) {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(scalar.value - 0x30))
            if overflow || carry { return nil }
            magnitude = sum
        }
        if let next = fraction.dropFirst(3).first, next.value >= 0x35 {
            if magnitude == .max { return nil }
            magnitude += 1
        }
        guard magnitude <= UInt64(Int64.max) else { return nil }
        thousandths = isNegative ? -Int64(magnitude) : Int64(magnitude)
    }

    /// The digits before the point without their commas, `nil` when a comma does not part groups of three.
    private static func ungrouped(_ scalars: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar]? {
        let groups = scalars.split(separator: ",", omittingEmptySubsequences: false)
        guard groups.allSatisfy({ $0.allSatisfy(\.isDigit) }) else { return nil }
        if groups.count > 1 {
            guard (1...3).contains(groups[0].count), groups.dropFirst().allSatisfy({ $0.count == 3 }) else { return nil }
        }
        return groups.flatMap { $0 }
    }
}

extension DecimalAmount: CustomStringConvertible {
    /// `1234.5`: no commas, no zeros at the end. A JSON number.
    package var text: String {
        let magnitude = thousandths.magnitude
        let sign = thousandths < 0 ? "-" : ""
        var digits = String(magnitude % 1000)
        if digits == "0" { return "\(sign)\(magnitude / 1000)" }
        digits = String(repeating: "0", count: 3 - digits.count) + digits
        while digits.last == "0" { digits.removeLast() }
        return "\(sign)\(magnitude / 1000).\(digits)"
    }

    package var description: String { text }
}
