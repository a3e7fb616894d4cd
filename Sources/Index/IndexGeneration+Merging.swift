// Merging and removing, in slices: each is one short transaction, so that a writer never waits long and a reader not
// at all. Between two slices anything may happen: other programs add, mark documents dead, merge, or die.

import Glibc
import Records
import Store

extension IndexGeneration {
    /// Chunks deleted in one transaction: 16 pages each.
    private static let removedAtOnce = 500

    /// Does merge work for about `budget`, and no more than one slice beyond it. What is not finished goes on at the
    /// next call, or is dropped with this generation.
    ///
    /// - Parameter last: joins all segments up to this record version into as few as can be; nil joins when there are
    ///   too many.
    /// - Returns: whether there is more to do.
    package func mergeStep(for budget: Duration, joiningAllUpTo last: RecordSequence? = nil) throws -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + budget
        guard let lock = try FileLock.take(workPath, byte: 0) else { return false }
        return try withExtendedLifetime(lock) {
            do {
                repeat {
                    if try removeSlice() { continue }
                    let snapshot = try snapshot()
                    dropRuns(withoutInputsIn: snapshot)
                    if let run = try nextRun(snapshot, last) { runs.append(run) }
                    guard let run = runs.last else { return false }
                    if try run.step(snapshot, until: end) {
                        runs.removeLast()
                        if try !publish(run) { run.abandon() }
                    }
                } while clock.now < end
                return true
            } catch {
                // Whatever it was (a full disk, a damaged chunk), the segments that count are as they were.
                for run in runs { run.abandon() }
                runs = []
                throw error
            }
        }
    }

    /// Joins neighbouring segments until few are left.
    package func mergeAsNeeded() throws {
        while try mergeStep(for: .milliseconds(50)) {}
    }

    /// Joins all segments there are now into as few as can be, none with dead documents. Others may go on adding.
    package func mergeAll() throws {
        guard let last = try snapshot().segments.last?.lastSequence else { return }
        while true {
            while try mergeStep(for: .milliseconds(50), joiningAllUpTo: last) {}
            if try runs.isEmpty && plan(snapshot(), last).nextOfAll == nil { return }
            usleep(10_000)  // another program is merging just now
        }
    }

    /// Joins the best run of neighbours if there are too many segments; or all, into as few as can be.
    ///
    /// - Returns: whether anything was joined.
    package func mergeOnce(all: Bool = false) throws -> Bool {
        let before = try snapshot().segments.map(\.id)
        if all {
            try mergeAll()
        } else {
            while try mergeStep(for: .milliseconds(50)), try snapshot().segments.map(\.id) == before {}
        }
        return try snapshot().segments.map(\.id) != before
    }

    /// So many segments wait to be joined that a writer should merge before it adds more.
    package func mergingIsPressing() throws -> Bool {
        let snapshot = try snapshot()
        return snapshot.segments.count > MergePlan.segmentsLimit ? try plan(snapshot).isPressing : false
    }

    /// - Parameter last: leaves out segments with later versions.
    private func plan(_ snapshot: IndexSnapshot, _ last: RecordSequence? = nil) throws -> MergePlan {
        var busy = Set(runs.flatMap(\.inputs))
        for row in try environment.read({ try pending($0) }) where row.role == .merging && !busy.isSuperset(of: row.inputs) {
            // Of another program, unless it died.
            if try !isOrphan(row) { busy.formUnion(row.inputs) }
        }
        return MergePlan(
            segments: try snapshot.segments.prefix { last == nil || $0.lastSequence <= last! }.map {
                .init(
                    liveDocs: $0.liveDocCount, deadDocs: $0.dead.count, textChunks: try $0.textChunkCount(),
                    isBusy: busy.contains($0.id))
            })
    }

    /// A merge to begin before those under way go on, if it is smaller: large ones must not hold up the small.
    private func nextRun(_ snapshot: IndexSnapshot, _ last: RecordSequence?) throws -> MergeRun? {
        if last != nil {
            // What is under way may not be part of the best.
            guard !runs.contains(where: \.isOfAll) else { return nil }
            for run in runs { run.abandon() }
            runs = []
        }
        let plan = try plan(snapshot, last)
        guard let range = last == nil ? plan.next : plan.nextOfAll else { return nil }
        let segments = snapshot.segments[range]
        if let smallest = runs.last, smallest.docCount < segments.reduce(0, { $0 + $1.liveDocCount }) { return nil }
        return MergeRun(segments, of: self, isOfAll: last != nil)
    }

    /// Another program may have merged the same segments and been quicker.
    private func dropRuns(withoutInputsIn snapshot: IndexSnapshot) {
        let there = Set(snapshot.segments.map(\.id))
        for run in runs where !run.inputs.allSatisfy(there.contains) { run.abandon() }
        runs.removeAll { !$0.inputs.allSatisfy(there.contains) }
    }

    /// Puts the joined segment in the place of its inputs. Documents that died meanwhile are dead in it.
    ///
    /// - Returns: false when the inputs are no longer what they were.
    private func publish(_ run: MergeRun) throws -> Bool {
        let isPublished = try change { manifest, transaction in
            guard let first = manifest.segments.firstIndex(of: run.inputs[0]),
                manifest.segments[first...].starts(with: run.inputs)
            else { return false }
            let place = first..<(first + run.inputs.count)
            if let sink = run.finished {
                let output = try sink.publish(in: &manifest, transaction)
                let dead = try run.newlyDead { segment in
                    try transaction.deadDocuments(of: segment, in: tables.dead, path: path)
                }
                try put(dead, of: output, transaction)
                manifest.segments.replaceSubrange(place, with: [output])
            } else {
                manifest.segments.removeSubrange(place)
            }
            for input in run.inputs {
                try transaction.deleteAll(in: tables.dead, prefix: Chunk.prefix(of: input))
                try setPending(.removing, input, transaction)
            }
            return true
        }
        return isPublished
    }

    // MARK: Removing

    /// Deletes what crashes left behind: chunks of segments that no manifest names and nobody writes.
    package func removeGarbage() throws {
        try noteGarbage()
        guard let lock = try FileLock.take(workPath, byte: 0) else { return }
        try withExtendedLifetime(lock) { while try removeSlice() {} }
    }

    /// Marks for removal what no living program is writing.
    private func noteGarbage() throws {
        let (named, pending, found) = try stored()
        // Without a row it was never begun by this program's rules, and its number is not given out again.
        let stray = found.subtracting(named).subtracting(pending.map(\.segment))
        let orphaned = try pending.filter(isOrphan)
        guard !stray.isEmpty || !orphaned.isEmpty else { return }
        try environment.write { transaction in
            let rows = Set(try self.pending(transaction).map(\.segment))
            // Its maker may have published it, and let go of the byte, after the snapshot.
            let garbage = stray.union(orphaned.map(\.segment).filter(rows.contains))
            for segment in garbage { try setPending(.removing, segment, transaction) }
        }
    }

    /// From one snapshot: the segments that count, those that are pending, and all that have chunks.
    private func stored() throws -> (
        named: Set<SegmentID>, pending: [Pending], found: Set<SegmentID>
    ) {
        let transaction = try environment.beginRead()
        var found: Set<SegmentID> = []
        var from: [UInt8] = []
        while true {
            var next: SegmentID?
            try transaction.forEach(in: tables.chunks, from: from) { key, _ in
                next = key.number(bigEndianAt: 0)
                return false
            }
            guard let segment = next else { break }
            found.insert(segment)
            guard segment < .max else { break }
            from = Chunk.prefix(of: segment + 1)
        }
        return (Set(try manifest(transaction).segments), try pending(transaction), found)
    }

    /// Deletes some chunks of the segments that are to go: few transactions for small segments, and none that grows
    /// with a large one.
    ///
    /// - Returns: false when none is left.
    private func removeSlice() throws -> Bool {
        let waiting = try environment.read { try pending($0) }.filter { $0.role == .removing }.map(\.segment)
        guard !waiting.isEmpty else { return false }
        var removed: [SegmentID] = []
        try environment.write { transaction in
            removed = []
            var room = Self.removedAtOnce
            for segment in waiting where room > 0 {
                room -= try transaction.deleteAll(in: tables.chunks, prefix: Chunk.prefix(of: segment), limit: room)
                guard room > 0 else { break }
                try transaction.deleteAll(in: tables.dead, prefix: Chunk.prefix(of: segment))
                try setPending(nil, segment, transaction)
                removed.append(segment)
            }
        }
        for segment in removed { forgetVerified(segment) }
        return true
    }
}
