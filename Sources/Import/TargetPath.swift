// A place in the record JSON: `title`, `complainants[0].name`, `aliasNos[工单号]`.

import Records

struct TargetPath: Hashable, Sendable, CustomStringConvertible {
    enum Step: Hashable, Sendable {
        case member(String)
        case element(Int)
    }

    let steps: [Step]
    /// `aliasNos[工单号]`: the value is added to the list as `{"kind": "工单号", "no": …}`.
    let aliasKind: String?
    let description: String

    var field: String {
        guard case .member(let name)? = steps.first else { return "" }
        return name
    }

    /// Values that say who complained: never written to rejects, cut out before anything is stored.
    var isIdentity: Bool { RecordSchema.identityFields.contains(field) }

    /// Nil when `text` is no path.
    init?(_ text: String) {
        var steps: [Step] = []
        var aliasKind: String?
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            guard aliasKind == nil else { return nil }
            guard let bracket = part.firstIndex(of: "[") else {
                guard !part.isEmpty, !part.contains("]") else { return nil }
                steps.append(.member(String(part)))
                continue
            }
            let name = part[..<bracket]
            guard !name.isEmpty, part.last == "]" else { return nil }
            let inner = part[part.index(after: bracket)...].dropLast()
            guard !inner.isEmpty, !inner.contains("["), !inner.contains("]") else { return nil }
            steps.append(.member(String(name)))
            if let index = Int(inner) {
                guard (0..<RecordSchema.listLimit).contains(index) else { return nil }
                steps.append(.element(index))
            } else if name == "aliasNos" {
                aliasKind = String(inner)
            } else {
                return nil
            }
        }
        guard !steps.isEmpty else { return nil }
        self.steps = steps
        self.aliasKind = aliasKind
        description = text
    }

    /// Puts `value` at this place of `record`; lists and objects on the way come into being.
    func set(_ value: JSONValue, in record: inout JSONObject) {
        if let aliasKind {
            var aliases = record[field]?.array ?? []
            let numbers = value.array ?? [value]
            for number in numbers {
                aliases.append(.object(JSONObject([("kind", .string(aliasKind)), ("no", number)])))
            }
            record.set(field, to: JSONValue.array(aliases))
            return
        }
        if steps.count == 1 {
            record.set(field, to: value)
            return
        }
        record.set(field, to: Self.placed(value, at: steps[1...], in: record[field]))
    }

    private static func placed(_ value: JSONValue, at steps: ArraySlice<Step>, in old: JSONValue?) -> JSONValue {
        guard let step = steps.first else { return value }
        switch step {
        case .member(let name):
            var object = old?.objectValue ?? JSONObject()
            object.set(name, to: placed(value, at: steps.dropFirst(), in: object[name]))
            return .object(object)
        case .element(let index):
            var list = old?.array ?? []
            while list.count <= index { list.append(.null) }
            list[index] = placed(value, at: steps.dropFirst(), in: list[index])
            return .array(list)
        }
    }
}

extension JSONValue {
    /// Lists without the gaps that `complainants[1]` leaves when there is no `complainants[0]`.
    var withoutGaps: JSONValue {
        switch self {
        case .array(let values): .array(values.filter { !$0.isNull }.map(\.withoutGaps))
        case .object(let object): .object(JSONObject(object.entries.map { ($0.key, $0.value.withoutGaps) }))
        default: self
        }
    }
}
