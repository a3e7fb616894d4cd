// What became of a record, as JSON.

import Engine
import Records

extension RecordChange {
    package var object: JSONObject {
        ["id": .string(id), "change": .string(word), "sequence": .integer(sequence.rawValue)]
    }

    private var word: String {
        switch kind {
        case .added: "added"
        case .changed: "changed"
        case .unchanged: "unchanged"
        case .withdrawn: "withdrawn"
        }
    }
}
