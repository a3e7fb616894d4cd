// The index of a shard: one segment, numbered 1, without dead documents, in the order of its keys. What it holds follows
// from the records alone, not from how they came in, so that two makings hold the same.

import Records
import Store

extension IndexGeneration {
    /// Tables whose entries make a frozen index what it is.
    package static let frozenTables = ["chunk", "dead", "meta"]

    /// Writes the index into a new file.
    ///
    /// - Returns: nil, and nothing is written, when all documents do not go into one segment.
    package func writeFrozen(to path: String) throws -> FrozenFigures? {
        try mergeAll()
        let snapshot = try snapshot()
        guard snapshot.segments.count == 1, let segment = snapshot.segments.first, segment.dead.isEmpty else { return nil }
        let prefix = Chunk.prefix(of: segment.id)
        let own = Chunk.prefix(of: 1)
        var manifest: Manifest = try environment.read { transaction in try self.manifest(transaction) }
        manifest.segments = [1]
        manifest.nextSegment = 2
        try OrderedFile.write(
            to: path,
            tables: [
                ("chunk", { [environment, tables] rows in
                    try environment.read { transaction in
                        try transaction.forEachChecked(in: tables.chunks, prefix: prefix) { key, payload in
                            try rows.put(own + key.extracting(prefix.count...).bytesCopied, payload.bytesCopied)
                            return true
                        }
                    }
                }),
                ("dead", { _ in }),
                ("meta", { [manifest] rows in try rows.put(Array("manifest".utf8), manifest.bytes) }),
            ])
        return FrozenFigures(
            documents: segment.docCount, textUnits: segment.textUnits, earliestReceivedAt: segment.earliestReceivedAt,
            latestReceivedAt: segment.latestReceivedAt)
    }
}

/// What a frozen index says of itself.
package struct FrozenFigures: Sendable {
    package let documents: Int
    /// Units of text, zone heads included.
    package let textUnits: UInt64
    /// Seconds since 1970-01-01T00:00:00Z.
    package let earliestReceivedAt: Int64
    package let latestReceivedAt: Int64
}
