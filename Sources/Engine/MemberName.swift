// What a person calls a member of record JSON: its key, or any name of the field that is filled from it.

import Records

package enum MemberName {
    /// The key that record JSON has for a field of that name; nil when nothing in the schema is called so.
    package static func key(of name: String) -> String? {
        if isKey(name) { return name }
        guard let field = Field.named(name) else { return nil }
        return ([field.name] + field.otherNames).first(where: isKey)
    }

    /// Whether the schema reads a member of this key.
    private static func isKey(_ key: String) -> Bool {
        var object: JSONObject = ["id": "1", "receivedAt": "2000-01-01", "title": "1"]
        if object[key] != nil { return true }
        // Nothing is both an object, a list and a text: what refuses or takes one of them knows the key.
        for probe in ["1", ["1"], [:]] as [JSONValue] {
            object.set(key, to: probe)
            guard let complaint = try? Complaint(json: object) else { return true }
            if complaint.extra[key] == nil { return true }
        }
        return false
    }

    /// Puts a text that a person typed into a record: as text where the member takes one, else as the JSON it is.
    ///
    /// - Throws: `RecordError` when the member takes neither.
    package static func set(_ key: String, to text: String, in object: inout JSONObject) throws {
        var changed = object
        changed.set(key, to: .string(text))
        do {
            _ = try Complaint(json: changed)
        } catch {
            guard let value = try? JSONValue.parse(text) else { throw error }
            changed.set(key, to: value)
            _ = try Complaint(json: changed)
        }
        object = changed
    }
}

extension JSONObject {
    /// Changes the object by a JSON merge patch: null removes, objects merge, all else replaces.
    ///
    /// - Source: RFC 7396.
    package mutating func merge(_ patch: JSONObject) {
        for (key, value) in patch.entries {
            switch value {
            case .null: remove(key)
            case .object(let inner):
                var target = self[key]?.objectValue ?? JSONObject()
                target.merge(inner)
                set(key, to: .object(target))
            default: set(key, to: value)
            }
        }
    }
}
