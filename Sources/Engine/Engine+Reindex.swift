// The next generation of the index, made beside the one in use: built anew from the records, or copied without its
// unused space. Searches, imports and single additions go on in the old one; what they bring is caught up with, and only
// the last of it, the count and the switch need the writer lock.

import Archive
import Glibc
import Index
import Records
import Store
import TextAnalysis

extension Engine {
    /// Versions that may be left to catch up with while nobody else can write.
    private static let versionsUnderLock: UInt64 = 2_000

    /// What a reindex needs on the disk beside what is there, and what is free.
    package func reindexNeed() throws -> (bytesNeeded: UInt64, bytesFree: UInt64) {
        let half = indexFolder.building.flatMap { SmallFile.size(indexFolder.path(of: $0.name)) } ?? 0
        // The file in use may hold much that is free, or be damaged, so it is not asked for more than its size.
        let stored = try records.statistics
        let whole = min(
            indexFolder.current.flatMap { SmallFile.size(indexFolder.path(of: $0)) } ?? .max,
            UInt64(stored.usedPages) * UInt64(stored.pageSize) * Self.indexToRecordsPercent / 100)
        // Segments joined stand beside what they are joined into for a while.
        let needed = whole + whole / 2 + Self.roomToWork
        return (needed > half ? needed - half : 0, FileSystem.freeBytes(at: indexFolder.path) ?? .max)
    }

    /// Bytes of an index for each 100 of its records: 187 with a million records of 1,200 bytes as JSON, free pages
    /// included.
    private static let indexToRecordsPercent: UInt64 = 200
    private static let roomToWork: UInt64 = 32 << 20

    /// Builds the next generation, then switches. One that a killed reindex left half-built is gone on with.
    ///
    /// - Parameter waitingSeconds: longest time to wait, once all is built, for another writer to finish; nil waits
    ///   as long as it takes, and takes in what that writer brings.
    func unloggedReindex(waitingSeconds: Int? = nil, report: ProgressReport) throws {
        try requireAdministrator("reindex")
        try rebuild(waitingSeconds: waitingSeconds, report: report)
    }

    /// As `reindex`, for work that needs it done and asked for its own right.
    func rebuild(waitingSeconds: Int? = nil, report: ProgressReport = { _ in }) throws {
        try refuseShards()
        let lock = try indexFolder.buildLock()
        try withExtendedLifetime(lock) {
            let need = try reindexNeed()
            guard need.bytesNeeded <= need.bytesFree else {
                throw EngineError.diskShort(path: indexFolder.path, bytesNeeded: need.bytesNeeded, bytesFree: need.bytesFree)
            }
            let words = try lexiconStamp()
            let (name, next) = try beginOrContinue()
            defer { next.close() }
            try feed(next, headsOnly: true, report: report)
            report(Progress(.merging))
            try next.mergeAsNeeded()
            try levelAndSwitch(to: next, name, waitingSeconds: waitingSeconds, report: report)
            try indexFolder.note(wordsStamp: words)
        }
        indexFolder.removeUnused()
    }

    private func beginOrContinue() throws -> (name: String, generation: IndexGeneration) {
        let origin = IndexFolder.Building.Origin.records(lexicon: SearchCursor.hash(try lexiconText()))
        if let building = indexFolder.building, building.name != indexFolder.current {
            if building.origin == origin, let half = try? half(building.name) { return (building.name, half) }
        }
        // The name before the rest goes: no name is used twice.
        let name = indexFolder.nextName
        indexFolder.abandonBuilding()
        try indexFolder.begin(.init(name: name, origin: origin))
        return (name, try IndexGeneration(at: indexFolder.path(of: name), stamp: IndexFolder.stamp, creating: true))
    }

    /// - Throws: when what is there cannot be gone on with.
    private func half(_ name: String) throws -> IndexGeneration {
        let generation = try IndexGeneration(at: indexFolder.path(of: name), stamp: IndexFolder.stamp)
        try generation.removeGarbage()
        guard try generation.watermark <= records.lastSequence else {
            generation.close()
            throw IndexError.damaged(path: generation.path, chunk: "manifest")
        }
        return generation
    }

    private func lexiconText() throws -> String {
        guard SmallFile.size(folder.lexiconPath) != nil else { return "" }
        return String(decoding: try SmallFile.read(folder.lexiconPath), as: UTF8.self)
    }

    /// Writes the index anew without the space that deleted chunks left, and switches to it.
    func unloggedCompact(report: ProgressReport) throws {
        try requireAdministrator("compact")
        try refuseShards()
        let lock = try indexFolder.buildLock()
        try withExtendedLifetime(lock) {
            try whileWriting { try catchUp(report: report) }
            let index = try index()
            report(Progress(.merging))
            try index.mergeAll()
            let statistics = try index.statistics
            let needed = UInt64(statistics.usedPages) * UInt64(statistics.pageSize) + Self.roomToWork
            let name = indexFolder.nextName
            indexFolder.abandonBuilding()
            let free = FileSystem.freeBytes(at: indexFolder.path) ?? .max
            guard needed <= free else {
                throw EngineError.diskShort(path: indexFolder.path, bytesNeeded: needed, bytesFree: free)
            }
            report(Progress(.copying))
            try indexFolder.begin(.init(name: name, origin: .copy))
            do {
                try index.compactCopy(to: indexFolder.path(of: name))
                let next = try IndexGeneration(at: indexFolder.path(of: name), stamp: IndexFolder.stamp)
                defer { next.close() }
                // Segments that others were making at that moment.
                try next.removeGarbage()
                try levelAndSwitch(to: next, name, waitingSeconds: options.writerWaitSeconds, report: report)
            } catch {
                indexFolder.abandonBuilding()
                throw error
            }
        }
        indexFolder.removeUnused()
    }

    /// Takes in what arrived meanwhile, sees that nothing is missing, and makes the new generation the one in use.
    private func levelAndSwitch(
        to next: IndexGeneration, _ name: String, waitingSeconds: Int?, report: ProgressReport
    ) throws {
        let clock = ContinuousClock()
        let end = waitingSeconds.map { clock.now + .seconds($0) }
        while true {
            try feed(next, headsOnly: true, report: report)
            _ = try next.mergeStep(for: .milliseconds(500))
            do {
                let isSwitched = try whileWriting(waitingSeconds: 0) {
                    let behind = try records.lastSequence.rawValue - next.watermark.rawValue
                    guard behind <= Self.versionsUnderLock else { return false }
                    try feed(next, headsOnly: true, report: { _ in })
                    try checkCount(next)
                    try next.sync()
                    closeIndex()
                    next.close()
                    try indexFolder.switchTo(name)
                    return true
                }
                if isSwitched { return }
            } catch ArchiveError.writerActive where end.map({ clock.now < $0 }) ?? true {
                usleep(20_000)
            }
        }
    }

    private func checkCount(_ next: IndexGeneration) throws {
        let expected = try records.liveCount
        let found = try next.snapshot().liveDocCount
        guard UInt64(found) == expected else {
            throw IndexError.damaged(path: next.path, chunk: "\(found) of \(expected) records")
        }
    }
}
