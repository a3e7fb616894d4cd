// A JSON text as a plain value: keys keep their order, numbers keep their digits.

package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// The number exactly as written, "12.50" stays "12.50".
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

/// The members of a JSON object in the order they were written. A repeated key keeps its last value.
package struct JSONObject: Hashable, Sendable {
    package private(set) var entries: [(key: String, value: JSONValue)] = []

    package init() {}

    package subscript(key: String) -> JSONValue? {
        get { entries.first { $0.key == key }?.value }
        set {
            let place = entries.firstIndex { $0.key == key }
            switch (place, newValue) {
            case (let place?, let value?): entries[place].value = value
            case (let place?, nil): entries.remove(at: place)
            case (nil, let value?): entries.append((key, value))
            case (nil, nil): break
            }
        }
    }

    package static func == (a: JSONObject, b: JSONObject) -> Bool {
        a.entries.elementsEqual(b.entries) { $0.key == $1.key && $0.value == $1.value }
    }

    package func hash(into hasher: inout Hasher) {
        for (key, value) in entries {
            hasher.combine(key)
            hasher.combine(value)
        }
    }
}
