// The members of a JSON object in the order they were written.

/// An ordered map. A repeated key keeps its first place and its last value.
///
/// Most objects have a handful of keys, where looking through them beats hashing; from `indexedCount` members on,
/// a table finds the place, so that a hostile object of 100,000 keys costs no quadratic time.
package struct JSONObject: Sendable {
    package private(set) var entries: [(key: String, value: JSONValue)] = []
    /// Place of every key; kept only while there are at least `indexedCount` members.
    private var places: [ByteKey: Int]?

    private static let indexedCount = 64

    package init() {}

    package init(_ members: some Sequence<(String, JSONValue)>) {
        for (key, value) in members { set(key, to: value) }
    }

    package var isEmpty: Bool { entries.isEmpty }
    package var count: Int { entries.count }
    package var keys: some Collection<String> { entries.lazy.map(\.key) }

    package subscript(key: String) -> JSONValue? {
        get { place(of: key).map { entries[$0].value } }
        set { if let newValue { set(key, to: newValue) } else { remove(key) } }
    }

    /// Adds the member at the end, or replaces the value of the key where it stands.
    package mutating func set(_ key: String, to value: JSONValue) {
        if let place = place(of: key) {
            entries[place].value = value
            return
        }
        append(key, value)
    }

    /// Adds a member whose key the object is known not to have.
    mutating func append(_ key: String, _ value: JSONValue) {
        places?[ByteKey(text: key)] = entries.count
        entries.append((key, value))
        if places == nil, entries.count >= Self.indexedCount { reindex() }
    }

    mutating func reserveCapacity(_ count: Int) { entries.reserveCapacity(count) }

    /// Sets the member only when there is a value: `nil` leaves the object as it is.
    package mutating func set(_ key: String, to value: JSONValue?) {
        if let value { set(key, to: value) as Void }
    }

    /// Gives a member another key where it stands; nothing happens when there is none, or the new key is in use.
    package mutating func rename(_ key: String, to newKey: String) {
        guard let place = place(of: key), self.place(of: newKey) == nil else { return }
        entries[place].key = newKey
        reindex()
    }

    /// Adds a new member so that it stands at `place`, or at the end when the object is shorter.
    package mutating func insert(_ key: String, _ value: JSONValue, at place: Int) {
        if self.place(of: key) != nil { return set(key, to: value) }
        entries.insert((key, value), at: min(max(place, 0), entries.count))
        reindex()
    }

    package mutating func remove(_ key: String) {
        guard let place = place(of: key) else { return }
        entries.remove(at: place)
        reindex()
    }

    /// Removes the members at these positions of `entries`.
    package mutating func remove(at places: Set<Int>) {
        entries = entries.enumerated().filter { !places.contains($0.offset) }.map(\.element)
        reindex()
    }

    private mutating func reindex() {
        guard entries.count >= Self.indexedCount else {
            places = nil
            return
        }
        var table: [ByteKey: Int] = [:]
        table.reserveCapacity(entries.count * 2)
        for (place, entry) in entries.enumerated() { table[ByteKey(text: entry.key)] = place }
        places = table
    }

    private func place(of key: String) -> Int? {
        if let places { return places[ByteKey(text: key)] }
        for place in entries.indices where entries[place].key.hasSameBytes(as: key) { return place }
        return nil
    }

    private struct ByteKey: Hashable {
        let text: String
        static func == (a: ByteKey, b: ByteKey) -> Bool { a.text.hasSameBytes(as: b.text) }
        func hash(into hasher: inout Hasher) { text.hashBytes(into: &hasher) }
    }
}

extension JSONObject: Hashable, ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral members: (String, JSONValue)...) { self.init(members) }

    /// Equal members in the same order.
    package static func == (a: JSONObject, b: JSONObject) -> Bool {
        a.entries.elementsEqual(b.entries) { $0.key.hasSameBytes(as: $1.key) && $0.value == $1.value }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(entries.count)
        for (key, value) in entries {
            key.hashBytes(into: &hasher)
            hasher.combine(value)
        }
    }
}
