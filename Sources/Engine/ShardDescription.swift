// What a shard says of itself, in its `shard.json`, in the line that `build-shard` prints, and in a manifest.

import Archive
import Index
import Records
import Store
import TextAnalysis

/// - Invariant: follows from the records and from `versions` alone; the label is given from outside and not in `shard.json`.
package struct ShardDescription: Equatable, Sendable {
    static let format = 1

    /// What a person calls it, such as `2023-3301`.
    package var label: String
    /// Its folder: `shard-` and the first 32 digits of a SHA-256 over all that it holds.
    package var name: String
    /// Everything that decides how records become a shard, by name.
    package var versions: [(name: String, value: String)]
    /// Live records.
    package var records: Int
    /// Record versions.
    package var versionCount: Int
    package var rejected: Int
    package var textUnits: UInt64
    /// Days of receipt.
    package var first: String
    package var last: String

    package static func == (a: ShardDescription, b: ShardDescription) -> Bool { a.object == b.object }

    /// As `build-shard` prints it.
    package var object: JSONObject { JSONObject([("label", JSONValue.string(label))] + members) }

    private var members: [(String, JSONValue)] {
        [
            ("shard", .string(name)), ("format", .number(String(Self.format))), ("records", .number(String(records))), ("recordVersions", .number(String(versionCount))),
            ("rejected", .number(String(rejected))), ("textUnits", .number(String(Int(textUnits)))), ("first", .string(first)), ("last", .string(last)),
            ("versions", .object(JSONObject(versions.map { ($0.name, JSONValue.string($0.value)) }))),
        ]
    }

    /// As it stands in the shard.
    var own: JSONObject { JSONObject(members) }

    init(
        label: String, name: String, versions: [(name: String, value: String)], records: Int, versionCount: Int, rejected: Int,
        textUnits: UInt64, first: String, last: String
    ) {
        self.label = label
        self.name = name
        self.versions = versions
        self.records = records
        self.versionCount = versionCount
        self.rejected = rejected
        self.textUnits = textUnits
        self.first = first
        self.last = last
    }

    package init?(_ object: JSONObject) {
        func number(_ key: String) -> Int? { object[key]?.int }
        guard let name = object["shard"]?.string, name.hasPrefix("shard-"), !name.contains("/"), number("format") == Self.format,
            let records = number("records"), let versionCount = number("recordVersions"), let rejected = number("rejected"),
            let textUnits = number("textUnits"), let first = object["first"]?.string, let last = object["last"]?.string,
            case .object(let versions)? = object["versions"]
        else { return nil }
        self.init(
            label: object["label"]?.string ?? name, name: name,
            versions: versions.entries.map { ($0.key, $0.value.string ?? "") }, records: records, versionCount: versionCount,
            rejected: rejected, textUnits: UInt64(textUnits), first: first, last: last)
    }

    /// What this program would write, with these words and rules.
    static func versions(lexicon: String, profile: String) -> [(name: String, value: String)] {
        Engine.versions.map { ($0.name, $0.version) } + [("lexicon", lexicon), ("profile", profile)]
    }
}
