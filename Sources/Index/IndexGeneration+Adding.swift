// Adding: the documents of a builder become a segment, and the versions they replace stop counting, in one step.

import Records
import Store

extension IndexGeneration {
    /// Makes the builder's documents findable and the replaced versions not, in one step, and durable.
    ///
    /// - Parameter watermark: the newest record version that the index then holds; versions that bring no document
    ///   (withdrawals) count as held.
    /// - Precondition: nobody else adds (the archive's writer lock).
    package func add(
        _ builder: consuming SegmentBuilder, replacing replaced: [RecordSequence], watermark: RecordSequence
    ) throws {
        var own = DeadDocuments()
        var others: [RecordSequence] = []
        for sequence in replaced {
            if let doc = builder.doc(of: sequence) { own.insert(doc) } else { others.append(sequence) }
        }
        var sink: SegmentSink?
        if builder.docCount > 0 {
            let new = SegmentSink(self, .adding)
            do { sink = try builder.write(as: SegmentSink.unnumbered, to: new) } catch {
                new.abandon()
                throw error
            }
        }
        do {
            while try !publish(sink, ownDead: own, replacing: others, watermark: watermark) {}
        } catch {
            sink?.abandon()
            throw error
        }
    }

    private struct Superseded: Error {}

    /// - Returns: false when a merge was published between the look-up of the replaced versions and the write.
    private func publish(
        _ sink: SegmentSink?, ownDead: DeadDocuments, replacing replaced: [RecordSequence], watermark: RecordSequence
    ) throws -> Bool {
        let snapshot = try snapshot()
        var changed: [Int: (dead: DeadDocuments, parts: Set<UInt32>)] = [:]
        for sequence in replaced {
            guard let place = try snapshot.place(of: sequence) else { continue }
            changed[place.segment, default: (snapshot.segments[place.segment].dead, [])].dead.insert(place.doc)
            changed[place.segment]!.parts.insert(place.doc / DeadDocuments.partDocs)
        }
        do {
            try change { manifest, transaction in
                guard changed.isEmpty || manifest.segments == snapshot.segments.map(\.id) else { throw Superseded() }
                for (number, change) in changed.sorted(by: { $0.key < $1.key }) {
                    try put(change.dead, parts: change.parts, of: snapshot.segments[number].id, transaction)
                }
                if let sink {
                    let segment = try sink.publish(in: &manifest, transaction)
                    try put(ownDead, of: segment, transaction)
                    manifest.segments.append(segment)
                }
                manifest.watermark = max(manifest.watermark, watermark)
            }
        } catch is Superseded {
            return false
        }
        return true
    }

    /// - Parameter parts: those that changed; nil for all.
    func put(
        _ dead: DeadDocuments, parts: Set<UInt32>? = nil, of segment: SegmentID,
        _ transaction: borrowing WriteTransaction
    ) throws {
        let parts = parts ?? Set(dead.docs.map { $0 / DeadDocuments.partDocs })
        for part in parts.sorted() {
            try transaction.checkedPut(
                in: tables.dead, key: DeadDocuments.key(segment, part: part), payload: dead.bytes(ofPart: part))
        }
    }
}
