// Reads out of the index what a report counts: the documents of a period, and for each the values of a few fields.

import Index
import Records

package enum FigureSource {
    /// - Parameter sequences: record versions that are live in the snapshot, ascending.
    package static func records(
        _ sequences: [RecordSequence], in snapshot: IndexSnapshot, _ layout: FigureLayout
    ) throws -> [FigureRecord] {
        var records: [FigureRecord] = []
        records.reserveCapacity(sequences.count)
        let sorted = sequences.sorted()
        for segment in snapshot.segments {
            var docs: [UInt32] = []
            let base = records.count
            guard segment.docCount > 0 else { continue }
            var moments = segment.receivedAtColumn
            for sequence in sorted where segment.firstSequence <= sequence && sequence <= segment.lastSequence {
                guard let doc = try segment.doc(of: sequence), !segment.dead.contains(doc) else { continue }
                docs.append(doc)
                records.append(
                    FigureRecord(
                        sequence: sequence, recordNumber: try segment.recordNumber(of: doc),
                        day: PeriodGrid.day(ofSeconds: try moments.number(of: doc)), layout))
            }
            guard !docs.isEmpty else { continue }
            // Place of a document among them.
            var places = [Int32](repeating: -1, count: segment.docCount)
            for (place, doc) in docs.enumerated() { places[Int(doc)] = Int32(place) }
            var block = PostingBlock()
            for (slot, field) in layout.fields.enumerated() {
                let ordinals = try segment.facetOrdinals(prefix: [field.code])
                try segment.forEachFacet(in: ordinals) { ordinal, list throws(IndexError) in
                    var name: String?
                    var failure: IndexError?
                    func add(_ place: Int) {
                        if name == nil {
                            do { name = FacetName.value(try segment.facetName(ordinal)) } catch {
                                failure = error
                                return
                            }
                        }
                        records[base + place].values[slot].append(name!)
                    }
                    list.forEach(using: &block) { doc, _ in
                        let place = places[Int(doc)]
                        if place >= 0, failure == nil { add(Int(place)) }
                    }
                    if let failure { throw failure }
                }
            }
            for (slot, field) in layout.quantities.enumerated() {
                try segment.forEachQuantity(of: field) { doc, value in
                    let place = places[Int(doc)]
                    guard place >= 0 else { return }
                    let known = records[base + Int(place)].quantities[slot]
                    records[base + Int(place)].quantities[slot] = min(known ?? .max, value)
                }
            }
        }
        return records
    }
}
