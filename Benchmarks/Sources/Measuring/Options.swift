// `--name value` pairs.

package struct Options {
    private var values: [String: String] = [:]

    package init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard name.hasPrefix("--"), let value = rest.popFirst() else { throw OptionMistake(name: name) }
            values[String(name.dropFirst(2))] = value
        }
    }

    package func text(_ name: String) throws -> String {
        guard let value = values[name] else { throw OptionMistake(name: "--" + name) }
        return value
    }

    package func text(_ name: String, default standard: String) throws -> String { values[name] ?? standard }

    package func number(_ name: String, default standard: Int) throws -> Int {
        guard let text = values[name] else { return standard }
        guard let number = Int(text) else { throw OptionMistake(name: "--" + name) }
        return number
    }
}

package struct OptionMistake: Error, CustomStringConvertible {
    let name: String
    package var description: String { "\(name): an option without a value, or a value that cannot be read" }
}
