// One line of results: what was measured, as JSON, on standard output. Benchmarks/run adds machine, commit and time.

import Glibc
import Records

package struct ResultLine {
    private var object = JSONObject()

    package init(_ measure: String) { self["measure"] = .string(measure) }

    package subscript(name: String) -> JSONValue? {
        get { object[name] }
        set { object.set(name, to: newValue) }
    }

    package mutating func set(_ name: String, _ value: Int) { object.set(name, to: .number("\(value)")) }
    package mutating func set(_ name: String, _ text: String) { object.set(name, to: .string(text)) }

    /// Rounded to thousandths.
    package mutating func set(_ name: String, _ value: Double) { object.set(name, to: .number(value.thousandths)) }

    package func print() {
        Swift.print(JSONValue.object(object).text)
        fflush(nil)
    }
}

extension Double {
    /// Such as `12.345`; `Foundation` alone has a formatter.
    package var thousandths: String {
        let whole = Int((abs(self) * 1_000).rounded())
        let fraction = String(whole % 1_000)
        let padded = String(repeating: "0", count: 3 - fraction.count) + fraction
        return (self < 0 && whole > 0 ? "-" : "") + "\(whole / 1_000).\(padded)"
    }
}
