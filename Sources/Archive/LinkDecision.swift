// What people decided on pairs of records: events beside the records, never a change of them. Records are linked, not
// merged, so a wrong decision costs another decision and nothing else.

import Records
import Store

package struct LinkDecision: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// They belong together as the verdict says.
        case confirmed
        /// They do not.
        case refused
        /// A link that was confirmed is taken back.
        case unlinked
    }

    package var kind: Kind
    /// What the pair was confirmed to be, or was proposed as.
    package var type: LinkType?
    /// Who decided.
    package var by: String
    package var reason: String
    package var atMilliseconds: Int64

    package init(kind: Kind, type: LinkType?, by: String, reason: String, atMilliseconds: Int64) {
        self.kind = kind
        self.type = type
        self.by = by
        self.reason = reason
        self.atMilliseconds = atMilliseconds
    }

    /// The pair is not proposed again. Whatever was decided, somebody has looked at it.
    package var settles: Bool { true }
    /// The two count as linked.
    package var isLink: Bool { kind == .confirmed }
}

/// One decision with its pair.
package struct PairDecision: Sendable, Equatable {
    package var first: RecordNumber
    package var second: RecordNumber
    package var decision: LinkDecision
}

extension RecordStore {
    private static let tableName = "decisions"

    /// Where decisions stand; nil while none was ever made.
    func decisionTable() throws -> Table? {
        do { return try environment.table(existing: Self.tableName) } catch StoreError.missingTable { return nil }
    }

    /// The same in another file, made there.
    static func makeDecisionTable(in environment: Environment) throws -> Table { try environment.table(tableName) }

    /// Notes a decision, durably. Earlier ones on the same pair stay and count no more.
    package func decide(_ a: RecordNumber, _ b: RecordNumber, _ decision: LinkDecision) throws {
        precondition(a != b, "a pair is two records")
        let table = try environment.table(Self.tableName)
        let payload = decision.bytes
        try environment.write { transaction in
            for (own, other) in [(a, b), (b, a)] {
                let prefix = [UInt8](bigEndian: own.rawValue) + [UInt8](bigEndian: other.rawValue)
                var serial: UInt32 = 0
                try transaction.forEachChecked(in: table, prefix: prefix) { _, _ in
                    serial += 1
                    return true
                }
                try transaction.checkedPut(in: table, key: prefix + [UInt8](bigEndian: serial), payload: payload)
            }
        }
    }

    /// Every decision on pairs of which a record is one, in the order in which they were made for each pair.
    package func decisions(on number: RecordNumber) throws -> [PairDecision] {
        let table: Table
        do { table = try environment.table(existing: Self.tableName) } catch StoreError.missingTable { return [] }
        return try environment.read { transaction in
            var found: [PairDecision] = []
            try transaction.forEachChecked(in: table, prefix: [UInt8](bigEndian: number.rawValue)) { key, payload in
                guard key.count == 20, let other: UInt64 = key.number(bigEndianAt: 8),
                    let decision = LinkDecision(payload.bytesCopied)
                else { throw transaction.damagedError(in: table, key: key) }
                found.append(PairDecision(first: number, second: RecordNumber(other), decision: decision))
                return true
            }
            return found
        }
    }

    /// The newest decision on each pair of which a record is one, by the other record.
    package func standingDecisions(on number: RecordNumber) throws -> [RecordNumber: LinkDecision] {
        var standing: [RecordNumber: LinkDecision] = [:]
        for pair in try decisions(on: number) { standing[pair.second] = pair.decision }
        return standing
    }

    /// Every standing decision of the archive, each pair once.
    package func standingDecisions() throws -> [PairDecision] {
        let table: Table
        do { table = try environment.table(existing: Self.tableName) } catch StoreError.missingTable { return [] }
        return try environment.read { transaction in
            var found: [PairDecision] = []
            try transaction.forEachChecked(in: table, prefix: []) { key, payload in
                guard key.count == 20, let first: UInt64 = key.number(bigEndianAt: 0),
                    let second: UInt64 = key.number(bigEndianAt: 8), let decision = LinkDecision(payload.bytesCopied)
                else { throw transaction.damagedError(in: table, key: key) }
                guard first < second else { return true }
                let pair = PairDecision(first: RecordNumber(first), second: RecordNumber(second), decision: decision)
                if let last = found.last, last.first == pair.first, last.second == pair.second { found.removeLast() }
                found.append(pair)
                return true
            }
            return found
        }
    }
}

/// FORMAT.md, "decisions".
extension LinkDecision {
    fileprivate var bytes: [UInt8] {
        var object: JSONObject = ["kind": .string(kind.rawValue), "by": .string(by), "reason": .string(reason)]
        object.set("type", to: type.map { .string($0.english) })
        object.set("at", to: .number(String(atMilliseconds)))
        var bytes: [UInt8] = []
        object.write(into: &bytes)
        return bytes
    }

    fileprivate init?(_ bytes: [UInt8]) {
        guard case .object(let object)? = try? JSONValue.parse(bytes.span),
            let kind = object["kind"]?.string.flatMap(Kind.init), let at = object["at"]?.int
        else { return nil }
        self.init(
            kind: kind, type: object["type"]?.string.flatMap { Code<LinkType>($0).known }, by: object["by"]?.string ?? "",
            reason: object["reason"]?.string ?? "", atMilliseconds: Int64(at))
    }
}
