// When a table is worth having, and where it comes from.

import CICU
import Synchronization

/// The table of a process: none for a few short texts, from an archive's folder for more, built when there is much to do.
package final class BreakTableKeeper: Sendable {
    package static let shared = BreakTableKeeper()

    private struct State {
        var folders: [String] = []
        var foldersTried = 0
        /// Units broken by ICU so far, and those expected.
        var unitCount = 0
        var source: BreakTable.Source?
        var table: BreakTable?
        /// One thread is at it; the others break by ICU meanwhile, to the same end.
        var isInMaking = false
        var isUnusable = false
    }

    private let state = Mutex(State())
    private let mapAfterUnits: Int
    private let buildAfterUnits: Int

    /// - Parameter mapAfterUnits: a table in a file is worth mapping after so many units broken by ICU …
    /// - Parameter buildAfterUnits: … and worth building (0.2 s) after so many.
    init(mapAfterUnits: Int = 10_000, buildAfterUnits: Int = 1_000_000) {
        self.mapAfterUnits = mapAfterUnits
        self.buildAfterUnits = buildAfterUnits
    }

    /// From now on a table is looked for in `folder`, and one that is built is written there. It is derived from ICU alone
    /// and may be deleted at any time.
    package func keep(in folder: String) {
        state.withLock { state in
            if !state.folders.contains(folder) { state.folders.append(folder) }
        }
    }

    /// Notes that so many units are about to be broken, though not which: then none of them wait for a table to be worth it.
    package func expect(units: Int) { state.withLock { $0.unitCount += max(0, units) } }

    /// The table, if it is worth having by now; nil for good when this ICU cannot be read or does not break as we do.
    ///
    /// - Parameter unitCount: units to be broken next.
    func table(forUnits unitCount: Int) -> BreakTable? {
        let (table, source) = state.withLock { state -> (BreakTable?, BreakTable.Source?) in
            if state.table != nil || state.isUnusable || state.isInMaking { return (state.table, nil) }
            state.unitCount += unitCount
            if state.unitCount >= mapAfterUnits { Self.map(&state) }
            guard state.table == nil, state.unitCount >= buildAfterUnits else { return (state.table, nil) }
            guard Self.readSource(&state) else {
                state.isUnusable = true
                return (nil, nil)
            }
            state.isInMaking = true
            return (nil, state.source)
        }
        guard let source else { return table }
        return build(source)
    }

    private static func map(_ state: inout State) {
        guard state.foldersTried < state.folders.count, readSource(&state), let source = state.source else { return }
        while state.table == nil && state.foldersTried < state.folders.count {
            state.table = BreakTable.map(BreakTable.path(in: state.folders[state.foldersTried]), source: source.checksum)
            state.foldersTried += 1
        }
    }

    private func build(_ source: BreakTable.Source) -> BreakTable? {
        var table = BreakTable.build(source)
        if let built = table, !WordBreaker.agrees(built) { table = nil }
        let folders = state.withLock { state in
            state.table = table
            state.isUnusable = table == nil
            state.isInMaking = false
            state.source = nil  // 1 MB of categories, not needed any more
            return state.folders
        }
        if let table { for folder in folders { table.write(to: BreakTable.path(in: folder)) } }
        return table
    }

    private static func readSource(_ state: inout State) -> Bool {
        if state.source != nil { return true }
        guard let iterator = unsafe cicu_openWords("zh") else { return false }
        defer { unsafe cicu_closeWords(iterator) }
        state.source = unsafe BreakTable.Source(of: iterator)
        if state.source == nil { state.isUnusable = true }
        return state.source != nil
    }
}
