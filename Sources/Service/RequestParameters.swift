// The parameters behind `?`, checked: one that nobody knows is a mistake of the caller, not something to pass over.

import Hummingbird
import Records

struct RequestParameters: Sendable {
    private var values: [String: [String]] = [:]
    private let language: Language

    /// - Parameter known: names that may come; nil for any.
    init(_ query: String?, known: Set<String>?, in language: Language) throws(Problem) {
        self.language = language
        for pair in (query ?? "").split(separator: "&") {
            let name = pair.prefix { $0 != "=" }
            guard let key = Self.decoded(name), let value = Self.decoded(pair.dropFirst(name.count + 1)) else {
                throw .parameter(String(name.prefix(64)), language, chinese: "不是有效的编码", english: "is not encoded as it should be")
            }
            if let known, !known.contains(key) {
                throw .parameter(String(key.prefix(64)), language, chinese: "没有这个参数", english: "is no parameter here")
            }
            values[key, default: []].append(value)
        }
    }

    /// `%41` and `+`; nil when it is no UTF-8, or holds a zero.
    static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(Self.digit), let low = rest.popFirst().flatMap(Self.digit) else { return nil }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    var names: some Collection<String> { values.keys }
    func all(_ name: String) -> [String] { values[name] ?? [] }

    /// Nil when it was not given, or is empty.
    func one(_ name: String) throws(Problem) -> String? {
        let all = all(name)
        guard all.count <= 1 else { throw .parameter(name, language, chinese: "只能给一次", english: "may be given once only") }
        return all.first.flatMap { $0.isEmpty ? nil : $0 }
    }

    func number(_ name: String, in range: ClosedRange<Int>, default standard: Int) throws(Problem) -> Int {
        guard let text = try one(name) else { return standard }
        guard let number = Int(text), range.contains(number) else {
            throw .parameter(
                name, language, chinese: "应为 \(range.lowerBound) 至 \(range.upperBound)", english: "takes \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func flag(_ name: String) throws(Problem) -> Bool {
        switch try one(name) {
        case nil, "0", "false": return false
        case "1", "true": return true
        default: throw .parameter(name, language, chinese: "应为 1 或 0", english: "takes 1 or 0")
        }
    }

    func choice<Value: RawRepresentable & CaseIterable>(_ name: String, default standard: Value) throws(Problem) -> Value where Value.RawValue == String {
        guard let text = try one(name) else { return standard }
        guard let value = Value(rawValue: text) else {
            let names = Value.allCases.map(\.rawValue).joined(separator: " | ")
            throw .parameter(name, language, chinese: "应为 \(names)", english: "takes \(names)")
        }
        return value
    }
}

extension Problem {
    static func parameter(_ name: String, _ language: Language, chinese: String, english: String) -> Problem {
        var problem = Problem(
            .badRequest, "mistake", say(language, "参数 \(name) \(chinese)", "the parameter \(name) \(english)"),
            remedy: say(language, "可用的参数见 /api/openapi.json", "the parameters are in /api/openapi.json"))
        problem.members.set("parameter", to: .string(name))
        return problem
    }
}
