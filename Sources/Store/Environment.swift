// One LMDB environment in one file: opened, read, written, copied. Bytes only; what they mean is for others.

import CLMDB
import Glibc
import Synchronization

/// A database file and its lock file (`<path>-lock`).
///
/// - Invariant: a process maps a file once, however many environments name it.
/// - Source: LMDB 0.9.24, lmdb.h "Caveats".
package final class Environment: Sendable {
    package struct Options: Hashable, Sendable {
        /// Address space, not disk space: the file grows as it is used. So large that no map is ever resized,
        /// which would need every transaction of every process to end first.
        package var mapSizeBytes: UInt64 = 1 << 40
        package var maxTables = 32
        package var readOnly = false
        /// False only while a file is built that nobody uses yet; call `sync()` before anybody does.
        package var durable = true
        /// False where the newest transactions may be lost in a power failure, but not those before them nor the whole:
        /// one disk flush a transaction instead of two. For what is derived and catches up.
        package var newestDurable = true
        package var createIfMissing = true
        /// Across all processes. The slots live in the lock file, 64 bytes each.
        package var maxReaders = 510
        /// For files larger than memory that are read here and there.
        package var noReadAhead = false

        static let mapSizeBytesMin: UInt64 = 1 << 34

        package init() {}
        package static var readOnly: Options {
            var options = Options()
            options.readOnly = true
            return options
        }
    }

    /// Kept readers hold a slot of the reader table but no snapshot.
    static let idleReadersMax = 16

    package let path: String
    private let options: Options
    private let state: Mutex<OpenEnvironment?>

    package init(at path: String, options: Options = Options()) throws(StoreError) {
        let opened = try OpenEnvironment.open(at: path, options: options)
        self.path = path
        self.options = options
        state = Mutex(opened)
    }

    /// Ends the use of the file. Transactions still running keep it mapped until they end.
    package func close() {
        let last = state.withLock { state in
            defer { state = nil }
            return state
        }
        _ = last  // released here, outside the lock
    }

    private func opened() throws(StoreError) -> OpenEnvironment {
        guard let opened = state.withLock({ $0 }) else { throw .closed(path: path) }
        return opened
    }

    /// Opens a table, or creates it. Call before the transactions that use it begin.
    package func table(_ name: String) throws(StoreError) -> Table {
        try opened().table(name, create: !options.readOnly)
    }

    /// Opens a table that must be there already.
    package func table(existing name: String) throws(StoreError) -> Table {
        try opened().table(name, create: false)
    }

    /// Reads from one snapshot for the length of `body`.
    package func read<Result>(_ body: (borrowing ReadTransaction) throws -> Result) throws -> Result {
        try body(try beginRead())
    }

    /// A snapshot that stays as long as its owner: dead pages stay with it and the file grows, so not for hours.
    package func beginRead() throws(StoreError) -> ReadTransaction {
        ReadTransaction(try opened().beginRead())
    }

    /// Number of the newest transaction: as long as it stays, a snapshot is not old.
    package var newestTransaction: UInt64 {
        get throws(StoreError) {
            let opened = try opened()
            var information = unsafe MDB_envinfo()
            unsafe mdb_env_info(opened.handle, &information)
            return unsafe UInt64(information.me_last_txnid)
        }
    }

    /// Writes whole what `body` changes, or, when it throws, nothing. Waits for another writer's end.
    ///
    /// Synchronous on purpose: LMDB ties a write to its thread.
    package func write<Result>(_ body: (borrowing WriteTransaction) throws -> Result) throws -> Result {
        precondition(!options.readOnly, "opened for reading only")
        let transaction = WriteTransaction(try opened().beginWrite())
        let result = try body(transaction)
        try transaction.commit()
        return result
    }

    /// Waits until everything committed is on disk, the file's name included.
    package func sync() throws(StoreError) {
        let opened = try opened()
        let code = unsafe mdb_env_sync(opened.handle, 1)
        guard code == 0 else { throw opened.error(code) }
        FileSystem.syncFolder(of: path)
    }

    /// Frees the slots of readers whose process died. Opening does it too.
    @discardableResult package func clearStaleReaders() throws(StoreError) -> Int {
        let opened = try opened()
        var dead: Int32 = 0
        let code = unsafe mdb_reader_check(opened.handle, &dead)
        guard code == 0 else { throw opened.error(code) }
        return Int(dead)
    }

    /// Writes a copy without free pages, from one snapshot, and makes it durable before its name appears.
    /// Replaces a file at `copyPath`.
    package func compactCopy(to copyPath: String) throws(StoreError) {
        let opened = try opened()
        let partial = copyPath + ".partial"
        unsafe unlink(partial)
        let code = unsafe mdb_env_copy2(opened.handle, partial, UInt32(MDB_CP_COMPACT))
        guard code == 0 else {
            unsafe unlink(partial)
            throw .from(code, path: copyPath)
        }
        let descriptor = unsafe Glibc.open(partial, O_RDWR | O_CLOEXEC)
        // LMDB makes the copy readable to all; what it holds is no less private than the original.
        guard descriptor >= 0, fchmod(descriptor, 0o600) == 0, fsync(descriptor) == 0, Glibc.close(descriptor) == 0,
            unsafe rename(partial, copyPath) == 0
        else { throw .from(errno, path: copyPath) }
        FileSystem.syncFolder(of: copyPath)
    }
}

/// A named map from keys to values inside an environment; keys are kept in the order of their bytes.
///
/// Belongs to the mapping it was opened in: after closing and opening a file anew, tables are opened anew too.
package struct Table: Hashable, Sendable {
    let dbi: MDB_dbi
    /// The mapping; a number used in another one would silently name another table.
    let owner: UInt32
    package let name: String
}
