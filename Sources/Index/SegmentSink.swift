// Where the chunks of a new segment go before anybody sees it: a small one waits in memory for the transaction that
// publishes it, a large one is committed slice by slice, under a number that is its own.

import Store

/// Why a segment's chunks are in the file though no manifest names it. FORMAT.md, "Pending segments".
enum PendingRole: UInt8 {
    case adding = 1
    case merging = 2
    case removing = 3
}

final class SegmentSink: ChunkSink {
    /// Bytes of chunks written in one transaction: small enough that a writer of another segment never waits long,
    /// and that LMDB's dirty pages, which it keeps in memory, stay few.
    static let sliceBytes = 8 << 20

    /// The number that chunks carry until they are written.
    static let unnumbered: SegmentID = 0

    private let generation: IndexGeneration
    private let role: PendingRole
    private let inputs: [SegmentID]
    private var rows: [(key: [UInt8], payload: [UInt8])] = []
    private var bytes = 0
    /// Set when the first slice is written; the lock tells other programs that somebody is at it.
    private(set) var reserved: (segment: SegmentID, lock: FileLock)?

    init(_ generation: IndexGeneration, _ role: PendingRole, inputs: [SegmentID] = []) {
        self.generation = generation
        self.role = role
        self.inputs = inputs
    }

    func put(key: [UInt8], payload: [UInt8]) throws {
        rows.append((key, payload))
        bytes += payload.count
        if bytes >= Self.sliceBytes { try commit() }
    }

    private func commit() throws {
        var taken = reserved
        try generation.environment.write { transaction in
            if taken == nil { taken = try generation.reserve(role, inputs: inputs, transaction) }
            try write(as: taken!.segment, transaction)
        }
        reserved = taken
        rows.removeAll(keepingCapacity: true)
        bytes = 0
    }

    private func write(as segment: SegmentID, _ transaction: borrowing WriteTransaction) throws {
        let prefix = Chunk.prefix(of: segment)
        for row in rows {
            try transaction.checkedPut(
                in: generation.tables.chunks, key: prefix + row.key.dropFirst(prefix.count), payload: row.payload)
        }
    }

    /// Writes what is left and gives the segment its number; `manifest` is to be stored by the same transaction.
    func publish(in manifest: inout Manifest, _ transaction: borrowing WriteTransaction) throws -> SegmentID {
        let segment = reserved?.segment ?? manifest.takeSegment()
        try write(as: segment, transaction)
        if reserved != nil { try generation.setPending(nil, segment, transaction) }
        return segment
    }

    /// Gives up: what was written is to be removed.
    func abandon() {
        guard let segment = reserved?.segment else { return }
        // On a full disk even this may fail; then the next opening finds the row without an owner.
        try? generation.environment.write { try generation.setPending(.removing, segment, $0) }
        reserved = nil
    }
}
