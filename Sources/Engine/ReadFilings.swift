// Stored records as they are compared, those read last: records of one matter come near each other in time, and each is
// compared with the next dozens of them. Of the stored JSON only what is compared is read; texts are the index's.

import Records
import Similarity

/// A record of the archive, as far as comparing needs it.
final class ReadFiling {
    let filing: ComparedFiling
    /// It says who complains.
    let isNamed: Bool
    /// Who complains; nil as long as nobody asked.
    var complainants: ComparedPersons?

    init(_ filing: ComparedFiling, isNamed: Bool) {
        (self.filing, self.isNamed) = (filing, isNamed)
    }
}

/// A version of a record never changes, so what was read stays true.
struct ReadFilings {
    /// Two halves of so many: when the newer one is full, the older one is forgotten. Some 2 KiB a record.
    private static let half = 2_048
    private var newer: [RecordSequence: ReadFiling] = [:]
    private var older: [RecordSequence: ReadFiling] = [:]

    subscript(sequence: RecordSequence) -> ReadFiling? {
        mutating get {
            if let known = newer[sequence] { return known }
            guard let known = older[sequence] else { return nil }
            self[sequence] = known
            return known
        }
        set {
            if newer.count >= Self.half { (older, newer) = (newer, [:]) }
            newer[sequence] = newValue
        }
    }
}
