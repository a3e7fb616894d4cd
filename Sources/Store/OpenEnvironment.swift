// The one mapping a process has of a database file.
//
// LMDB forbids opening a file twice in one process (closing the second drops the first one's locks), so all
// `Environment`s of a file share one `OpenEnvironment`, found by device and inode. It lives as long as anyone
// holds it: an environment, a table look-up, or a transaction that outlives its environment.

import CLMDB
import Glibc
import Synchronization

@safe final class OpenEnvironment: @unchecked Sendable {
    // Unchecked: LMDB's own locks guard the handle; all else is behind `Mutex` or atomic.
    nonisolated(unsafe) let handle: OpaquePointer
    let path: String
    let options: Environment.Options
    /// Different for each mapping of this process.
    let number: UInt32
    private static let numbers = Atomic<UInt32>(0)
    private let identity: FileIdentity
    private let tables = Mutex<[String: MDB_dbi]>([:])
    /// Readers that were reset and wait for use: beginning anew would take LMDB's reader lock each time.
    private let idleReaders = Mutex<[Idle]>([])
    /// The thread inside `write`, 0 when none of this process is.
    private let writingThread = Atomic<UInt>(0)

    @safe private struct Idle: @unchecked Sendable { let pointer: OpaquePointer }

    private struct FileIdentity: Hashable {
        let device: UInt64
        let inode: UInt64
    }
    private struct Reference { weak var environment: OpenEnvironment? }
    private static let opened = Mutex<[FileIdentity: Reference]>([:])

    private init(handle: OpaquePointer, path: String, options: Environment.Options, identity: FileIdentity) {
        unsafe self.handle = handle
        self.path = path
        self.options = options
        self.identity = identity
        number = Self.numbers.add(1, ordering: .relaxed).newValue
    }

    deinit {
        // The registry stays locked while the file closes, so nobody opens it a second time meanwhile.
        Self.opened.withLock { opened in
            idleReaders.withLock { for idle in $0 { unsafe mdb_txn_abort(idle.pointer) } }
            unsafe mdb_env_close(handle)
            if let reference = opened[identity], reference.environment == nil { opened[identity] = nil }
        }
    }

    // MARK: Opening

    static func open(at path: String, options: Environment.Options) throws(StoreError) -> OpenEnvironment {
        try DatabaseFile.opening(path) { () throws(StoreError) in try openHere(path, options) }
    }

    private static func openHere(_ path: String, _ options: Environment.Options) throws(StoreError) -> OpenEnvironment {
        let creating = options.createIfMissing && !options.readOnly
        let descriptor = unsafe Glibc.open(
            path, (options.readOnly ? O_RDONLY : O_RDWR) | O_CLOEXEC | (creating ? O_CREAT : 0), 0o600)
        guard descriptor >= 0 else { throw .from(errno, path: path) }
        // Closing this descriptor is harmless: LMDB's locks are on the lock file, not on the data.
        defer { close(descriptor) }
        if let kind = FileSystem.networkKind(ofOpenFile: descriptor) {
            throw .networkFileSystem(path: path, kind: kind)
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .from(errno, path: path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notADatabase(path: path) }
        let identity = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))

        while true {
            // Nothing is released inside the lock: `deinit` takes the same lock.
            let attempt: Result<OpenEnvironment, StoreError>? = opened.withLock { opened in
                if let reference = opened[identity] {
                    // Gone but not yet closed: its `deinit` waits for this lock.
                    return reference.environment.map { .success($0) }
                }
                do throws(StoreError) {
                    let new = try OpenEnvironment(descriptor: descriptor, path: path, options: options, identity)
                    opened[identity] = Reference(environment: new)
                    return .success(new)
                } catch {
                    return .failure(error)
                }
            }
            switch attempt {
            case nil: sched_yield()
            case .failure(let error): throw error
            case .success(let environment):
                guard !environment.options.readOnly || options.readOnly,
                    options.readOnly || environment.options.durable == options.durable
                else { throw .openedDifferently(path: path) }
                return environment
            }
        }
    }

    private convenience init(
        descriptor: Int32, path: String, options: Environment.Options, _ identity: FileIdentity
    ) throws(StoreError) {
        let meta = try MetaPages(ofOpenFile: descriptor, path: path)
        if meta == nil, options.readOnly { throw .notADatabase(path: path) }
        if let meta { try MetaPages.refuseDamaged(meta, descriptor: descriptor, path: path) }

        var mapSizeBytes = options.mapSizeBytes
        while true {
            var made: OpaquePointer?
            var code = unsafe mdb_env_create(&made)
            guard code == 0, let handle = unsafe made else { throw .from(code, path: path) }
            unsafe mdb_env_set_mapsize(handle, Int(mapSizeBytes))
            unsafe mdb_env_set_maxdbs(handle, MDB_dbi(options.maxTables))
            unsafe mdb_env_set_maxreaders(handle, UInt32(options.maxReaders))
            var flags = UInt32(MDB_NOSUBDIR | MDB_NOTLS)
            if options.readOnly { flags |= UInt32(MDB_RDONLY) }
            if !options.durable { flags |= UInt32(MDB_NOSYNC) }
            if !options.newestDurable { flags |= UInt32(MDB_NOMETASYNC) }
            if options.noReadAhead { flags |= UInt32(MDB_NORDAHEAD) }
            code = unsafe mdb_env_open(handle, path, flags, 0o600)
            if code == 0 {
                var dead: Int32 = 0
                unsafe mdb_reader_check(handle, &dead)
                if meta == nil { FileSystem.syncFolder(of: path) }
                unsafe self.init(handle: handle, path: path, options: options, identity: identity)
                return
            }
            unsafe mdb_env_close(handle)
            // Some machines have less address space than others (39 bits on small ARM boards).
            guard code == ENOMEM || code == EINVAL, mapSizeBytes >> 1 >= Environment.Options.mapSizeBytesMin else {
                throw .from(code, path: path)
            }
            mapSizeBytes >>= 1
        }
    }

    func error(_ code: Int32, table: String = "") -> StoreError {
        // LMDB says EIO when the system wrote a part only (mdb.c, mdb_page_flush): as a rule the disk was full then.
        code == EIO && FileSystem.isFull(at: path) ? .diskFull(path: path) : .from(code, path: path, table: table)
    }

    // MARK: Tables

    func table(_ name: String, create: Bool) throws(StoreError) -> Table {
        // One at a time: LMDB allows one transaction of a process to open tables.
        let found: Result<MDB_dbi, StoreError> = tables.withLock { tables in
            if let known = tables[name] { return .success(known) }
            // A read first: opening an existing table must not wait for another program's import.
            var (code, dbi) = openTable(name, transactionFlags: UInt32(MDB_RDONLY), flags: 0)
            if code == MDB_NOTFOUND, create {
                precondition(!isWritingHere, "a new table is opened before the write transaction begins")
                (code, dbi) = openTable(name, transactionFlags: 0, flags: UInt32(MDB_CREATE))
            }
            guard code == 0 else { return .failure(error(code, table: name)) }
            tables[name] = dbi
            return .success(dbi)
        }
        return Table(dbi: try found.get(), owner: number, name: name)
    }

    private func openTable(_ name: String, transactionFlags: UInt32, flags: UInt32) -> (Int32, MDB_dbi) {
        var transaction: OpaquePointer?
        var dbi: MDB_dbi = 0
        var code = unsafe mdb_txn_begin(handle, nil, transactionFlags, &transaction)
        guard code == 0 else { return (code, 0) }
        code = unsafe mdb_dbi_open(transaction, name, flags, &dbi)
        guard code == 0 else {
            unsafe mdb_txn_abort(transaction)
            return (code, 0)
        }
        return (unsafe mdb_txn_commit(transaction), dbi)
    }

    // MARK: Transactions

    func beginRead() throws(StoreError) -> TransactionAccess {
        var pointer = unsafe idleReaders.withLock { $0.popLast() }?.pointer
        if let idle = unsafe pointer {
            let code = unsafe mdb_txn_renew(idle)
            guard code == 0 else {
                unsafe mdb_txn_abort(idle)
                throw error(code)
            }
        } else {
            let code = unsafe mdb_txn_begin(handle, nil, UInt32(MDB_RDONLY), &pointer)
            guard code == 0 else { throw error(code) }
        }
        return unsafe TransactionAccess(pointer: pointer!, environment: self)
    }

    func endRead(_ access: TransactionAccess) {
        unsafe mdb_txn_reset(access.pointer)
        let kept = idleReaders.withLock { idle in
            guard idle.count < Environment.idleReadersMax else { return false }
            unsafe idle.append(Idle(pointer: access.pointer))
            return true
        }
        if !kept { unsafe mdb_txn_abort(access.pointer) }
    }

    private static var thisThread: UInt { UInt(pthread_self()) }
    private var isWritingHere: Bool { writingThread.load(ordering: .relaxed) == Self.thisThread }

    func beginWrite() throws(StoreError) -> TransactionAccess {
        precondition(!isWritingHere, "a write inside a write would wait for itself")
        var pointer: OpaquePointer?
        let code = unsafe mdb_txn_begin(handle, nil, 0, &pointer)
        guard code == 0 else { throw error(code) }
        writingThread.store(Self.thisThread, ordering: .relaxed)
        return unsafe TransactionAccess(pointer: pointer!, environment: self)
    }

    func commit(_ access: TransactionAccess) throws(StoreError) {
        writingThread.store(0, ordering: .relaxed)
        let code = unsafe mdb_txn_commit(access.pointer)
        guard code == 0 else { throw error(code) }
    }

    func abort(_ access: TransactionAccess) {
        writingThread.store(0, ordering: .relaxed)
        unsafe mdb_txn_abort(access.pointer)
    }
}
