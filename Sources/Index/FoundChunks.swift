// What a snapshot has looked up already, so that the next look costs an array's.

/// The chunks of a segment that were looked up through a snapshot: a view of the same segment has them as well.
final class FoundChunks {
    private var chunks: [[Bytes?]] = Array(repeating: [], count: ChunkKind.slots)

    func find(_ slot: Int, _ number: Int) -> Bytes? {
        number < chunks[slot].count ? chunks[slot][number] : nil
    }

    func add(_ bytes: Bytes, _ slot: Int, _ number: Int) {
        while chunks[slot].count <= number { chunks[slot].append(nil) }
        chunks[slot][number] = bytes
    }
}
