// Numbers as JSON values.

import Records

extension JSONValue {
    package static func integer(_ number: some BinaryInteger) -> JSONValue { .number(String(number)) }

    /// A number with a fixed count of decimal places.
    package static func decimal(_ number: Double, places: Int) -> JSONValue {
        guard number.isFinite, number.magnitude < 1e12 else { return .number("0") }
        let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
        let scaled = Int((number * Double(scale)).rounded())
        if places == 0 { return .integer(scaled) }
        let fraction = String(scaled.magnitude % UInt(scale))
        return .number(
            (scaled < 0 ? "-" : "") + String(scaled.magnitude / UInt(scale)) + "."
                + String(repeating: "0", count: places - fraction.utf8.count) + fraction)
    }

    /// The shortest digits that give the same number back.
    package static func score(_ number: Float) -> JSONValue { .number(number.isFinite ? "\(number)" : "0") }
}
