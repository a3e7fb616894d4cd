// `audit.journal`: the newest entries of the log. An answer waits for its entry; an entry costs one write at the end of this file,
// where a transaction of audit.lmdb would wait for the disk, and for whoever else keeps the disk busy. audit.lmdb takes them
// over in groups.
//
// Several programs, and several journals of one program, append to the same file: each does so under a lock on it, and
// first reads what others have appended. FORMAT.md, "audit.journal".

import CGNU
import Glibc
import Store
import Synchronization

final class AuditJournal: Sendable {
    let path: String
    private let archiveID: [UInt8]
    private let ownerPath: String
    private let state = Mutex(State())

    /// - Parameter ownerPath: a file whose owner and mode this one gets: root's program makes it for the service too.
    init(at path: String, archiveID: [UInt8], ownerPath: String) {
        self.path = path
        self.archiveID = archiveID
        self.ownerPath = ownerPath
    }

    private struct State {
        var file: JournalFile?
        var epoch: UInt64 = 0
        /// Frames up to here were read or written by us.
        var end = 0
        var head = AuditLog.Head(number: 0, hash: [])
        /// The latest moment among frames behind `taken`, and where its frame ends.
        var latest: (seconds: Int64, end: Int)?
        /// The file system has room for the file up to here.
        var reservedEnd = 0
        /// The space up to here was given back.
        var givenBackTo = JournalHead.framesFrom
        /// The newest entry that is on disk, as far as we know.
        var syncedHead: AuditLog.Head?

        mutating func isSynced(_ head: AuditLog.Head) {
            if head.number >= syncedHead?.number ?? 0 { syncedHead = head }
        }
    }

    func close() { state.withLock { $0 = State() } }

    // MARK: Appending

    /// Appends what `entries` makes of the newest entry. The bytes are the system's when this returns: a killed program
    /// loses none of them, a power failure those that were not synced.
    ///
    /// - Parameter newest: the newest entry of audit.lmdb, for a journal that is not there yet.
    /// - Returns: bytes that audit.lmdb has not taken over.
    func append(newest: () throws -> AuditLog.Head, _ entries: (AuditLog.Head) -> [JournalFrame]) throws -> Int {
        try state.withLock { state in
            try locked(&state, newest: newest) { state, file, taken in
                let frames = entries(state.head)
                guard let last = frames.last else { return state.end - taken }
                var bytes: [UInt8] = []
                for frame in frames { frame.write(into: &bytes) }
                reserve(bytes.count, file, &state)
                do { try file.write(bytes, at: state.end) } catch {
                    // What was written of it is no entry: whoever comes next cuts it off, if we cannot.
                    try? file.truncate(to: state.end)
                    throw error
                }
                state.end += bytes.count
                state.head = last.head
                note(frames, &state)
                return state.end - taken
            }
        }
    }

    /// Room on the disk for some more entries: when others have filled it, who only reads can go on for a while.
    private static let reservedBytes = 1 << 20

    private func reserve(_ count: Int, _ file: JournalFile, _ state: inout State) {
        guard state.end + count + Self.reservedBytes / 2 > state.reservedEnd else { return }
        // Where it cannot be had, writing tells.
        file.reserve(from: state.end, count: Self.reservedBytes)
        state.reservedEnd = state.end + Self.reservedBytes
    }

    /// Waits until everything appended is on disk.
    func sync() throws {
        let (file, head) = state.withLock { ($0.file, $0.head) }
        guard let file else { return }
        try file.sync()
        state.withLock { $0.isSynced(head) }
    }

    /// The newest entry of all; nil when there is no journal, and audit.lmdb has it.
    func head(newest: () throws -> AuditLog.Head) throws -> AuditLog.Head? {
        guard Files.exists(path) else { return nil }
        return try state.withLock { state in try locked(&state, newest: newest) { state, _, _ in state.head } }
    }

    /// An entry that is on disk when this returns, for what must not outlive it: the newest one that we have synced, or, before
    /// there is any, the newest of all. So who writes again and again waits for the disk once each time, for the entry of the write.
    func syncedHead(newest: () throws -> AuditLog.Head) throws -> AuditLog.Head? {
        guard Files.exists(path) else { return nil }
        let (known, head, file) = try state.withLock { state in
            try locked(&state, newest: newest) { state, file, _ in (state.syncedHead, state.head, file) }
        }
        if let known { return known }
        try file.sync()
        state.withLock { $0.isSynced(head) }
        return head
    }

    /// The latest moment of an entry that audit.lmdb has not taken over, seconds since 1970.
    func latestSeconds(newest: () throws -> AuditLog.Head) throws -> Int64? {
        guard Files.exists(path) else { return nil }
        return try state.withLock { state in try locked(&state, newest: newest) { state, _, taken in state.latest.flatMap { $0.end > taken ? $0.seconds : nil } } }
    }

    /// Bytes that audit.lmdb has not taken over.
    func waitingBytes(newest: () throws -> AuditLog.Head) throws -> Int {
        guard Files.exists(path) else { return 0 }
        return try state.withLock { state in try locked(&state, newest: newest) { state, _, taken in state.end - taken } }
    }

    private func note(_ frames: [JournalFrame], _ state: inout State) {
        guard let seconds = frames.map(\.seconds).max() else { return }
        state.latest = (max(seconds, state.latest?.seconds ?? seconds), state.end)
    }

    // MARK: The file as it is now

    /// Runs `body` under the lock, with the state level with the file.
    private func locked<Result>(
        _ state: inout State, newest: () throws -> AuditLog.Head, _ body: (inout State, JournalFile, _ taken: Int) throws -> Result
    ) throws -> Result {
        if let file = state.file, !file.isNamed { state = State() }
        let file = try state.file ?? JournalFile(path, likeOwnerOf: ownerPath)
        state.file = file
        try file.lock()
        defer { file.unlock() }
        let head = try file.head() ?? begin(file, newest: newest)
        guard head.archiveID == archiveID else { throw ArchiveError.foreignFile(path: path) }
        let size = try file.size
        var taken = Int(head.taken)
        // Begun anew, and killed before it was said.
        if taken > size { taken = JournalHead.framesFrom }
        if state.epoch != head.epoch || state.end < taken || state.end > size {
            (state.epoch, state.end, state.head, state.latest, state.syncedHead, state.reservedEnd) = (head.epoch, taken, head.head, nil, nil, 0)
            state.givenBackTo = JournalHead.framesFrom
        }
        if let latest = state.latest, latest.end <= taken { state.latest = nil }
        if state.end < size { try readOn(file, size, &state) }
        return try body(&state, file, taken)
    }

    /// A new file, or one whose head was never written or is damaged.
    private func begin(_ file: JournalFile, newest: () throws -> AuditLog.Head) throws -> JournalHead {
        if try file.read(from: 0, to: file.size).contains(where: { $0 != 0 }) { try setAside(file, from: 0) }
        try file.truncate(to: 0)
        let head = JournalHead(
            archiveID: archiveID, epoch: UInt64.random(in: 1 ... .max), taken: UInt64(JournalHead.framesFrom), head: try newest())
        try file.truncate(to: JournalHead.framesFrom)
        try file.write(head.encoded, at: 0)
        try file.sync()
        FileSystem.syncFolder(of: path)
        return head
    }

    /// What others have appended.
    private func readOn(_ file: JournalFile, _ size: Int, _ state: inout State) throws {
        let bytes = try file.read(from: state.end, to: size)
        let first = state.end
        var place = 0
        while place < bytes.count {
            do throws(JournalFrame.Unreadable) {
                let (frame, end) = try JournalFrame.read(bytes.span, at: place)
                place = end
                state.end = first + place
                state.head = frame.head
                note([frame], &state)
            } catch {
                if error == .damaged { try setAside(file, from: state.end) }
                try file.truncate(to: state.end)
                return
            }
        }
    }

    /// What cannot be read is kept for whoever wants to know what happened; `verify` tells of it.
    private func setAside(_ file: JournalFile, from start: Int) throws {
        let bytes = try file.read(from: start, to: file.size)
        var name = path + Self.asideMark + String(RecordStore.nowMilliseconds / 1_000)
        while Files.exists(name) { name += "x" }
        try Files.create(name, bytes)
        FileSystem.syncFolder(of: name)
    }

    private static let asideMark = ".damaged-"

    /// Names of the files in which unreadable ends of the journal were kept.
    var setAsideNames: [String] {
        let name = String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]) + Self.asideMark
        return (Files.names(in: FileSystem.folder(of: path)) ?? []).filter { $0.hasPrefix(name) }.sorted()
    }

    // MARK: Taking over

    private static let pieceBytes = 4 << 20
    /// A journal that audit.lmdb holds whole begins anew when it has grown to this.
    private static let resetBytes = 64 << 10
    /// Space is given back in stretches of so many bytes: meanwhile whoever appends waits, 10 to 25 ms on a busy disk.
    private static let givenBackBytes = 16 << 20

    /// Hands every frame that audit.lmdb lacks to `store`; then their space is given back, when it is much.
    ///
    /// - Parameter store: puts entries into audit.lmdb that are not there, and has them on disk when it returns.
    func takeOver(newest: () throws -> AuditLog.Head, _ store: ([JournalFrame]) throws -> Void) throws {
        guard Files.exists(path) else { return }
        let (file, epoch, first, end) = try state.withLock { state in
            try locked(&state, newest: newest) { state, file, taken in (file, state.epoch, taken, state.end) }
        }
        var place = first
        var last: AuditLog.Head?
        while place < end {
            let bytes = try file.read(from: place, to: min(end, place + Self.pieceBytes))
            var frames: [JournalFrame] = []
            var used = 0
            while used < bytes.count, let (frame, next) = try? JournalFrame.read(bytes.span, at: used) {
                frames.append(frame)
                used = next
            }
            if frames.isEmpty {
                // Longer than a piece; or somebody else has taken it over and begun anew; or damaged since we read it.
                let rest = try file.read(from: place, to: end)
                guard let (frame, next) = try? JournalFrame.read(rest.span, at: 0) else { return try readAnew(newest: newest) }
                (frames, used) = ([frame], next)
            }
            try store(frames)
            last = frames.last?.head
            place += used
        }
        let given = try state.withLock { state -> (from: Int, to: Int)? in
            try locked(&state, newest: newest) { state, file, taken in
                // Somebody else was first.
                guard state.epoch == epoch, taken <= place else { return nil }
                if let last {
                    try file.write(JournalHead(archiveID: archiveID, epoch: epoch, taken: UInt64(place), head: last).encoded, at: 0)
                    if let latest = state.latest, latest.end <= place { state.latest = nil }
                }
                if try reset(&state, file, place) || place - state.givenBackTo < Self.givenBackBytes { return nil }
                let from = state.givenBackTo
                state.givenBackTo = place / JournalFile.pageBytes * JournalFile.pageBytes
                return (from, state.givenBackTo)
            }
        }
        if let given {
            // Else the head could be on disk after the frames are gone.
            try file.sync()
            file.giveBack(from: given.from, to: given.to)
        }
    }

    /// Reads again what audit.lmdb lacks: what is damaged there is set aside, and `verify` tells of it.
    private func readAnew(newest: () throws -> AuditLog.Head) throws {
        try state.withLock { state in
            state.epoch = 0  // of no file
            try locked(&state, newest: newest) { _, _, _ in }
        }
    }

    /// - Returns: whether the file begins anew.
    private func reset(_ state: inout State, _ file: JournalFile, _ taken: Int) throws -> Bool {
        guard state.end == taken, taken - JournalHead.framesFrom >= Self.resetBytes else { return false }
        try file.truncate(to: JournalHead.framesFrom)
        // Else the head could be on disk before the file is short.
        try file.sync()
        state.epoch &+= 1
        // All of it is in audit.lmdb.
        (state.end, state.syncedHead, state.reservedEnd, state.givenBackTo) = (JournalHead.framesFrom, state.head, 0, JournalHead.framesFrom)
        reserve(0, file, &state)
        try file.write(JournalHead(archiveID: archiveID, epoch: state.epoch, taken: UInt64(JournalHead.framesFrom), head: state.head).encoded, at: 0)
        return true
    }
}

/// The open file.
private final class JournalFile: Sendable {
    /// Space is given back in whole pages.
    static let pageBytes = 4_096

    private let descriptor: CInt
    private let path: String

    init(_ path: String, likeOwnerOf owner: String) throws {
        self.path = path
        var descriptor = unsafe open(path, O_RDWR | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT {
            descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            var status = stat()
            if descriptor >= 0, unsafe stat(owner, &status) == 0 {
                _ = fchown(descriptor, status.st_uid, status.st_gid)
                _ = fchmod(descriptor, status.st_mode & 0o777)
            }
        }
        guard descriptor >= 0 else { throw StoreError.from(errno, path: path) }
        self.descriptor = descriptor
    }

    deinit { Glibc.close(descriptor) }

    /// False once the archive's folder was removed or the file replaced.
    var isNamed: Bool {
        var (mine, named) = (stat(), stat())
        guard unsafe fstat(descriptor, &mine) == 0, unsafe stat(path, &named) == 0 else { return false }
        return mine.st_ino == named.st_ino && mine.st_dev == named.st_dev
    }

    func lock() throws {
        while flock(descriptor, LOCK_EX) != 0 { guard errno == EINTR else { throw StoreError.from(errno, path: path) } }
    }

    func unlock() { flock(descriptor, LOCK_UN) }

    var size: Int {
        get throws {
            var status = stat()
            guard unsafe fstat(descriptor, &status) == 0 else { throw StoreError.from(errno, path: path) }
            return Int(status.st_size)
        }
    }

    func head() throws -> JournalHead? { JournalHead(decoding: try read(from: 0, to: JournalHead.bytes)) }

    /// Fewer bytes where the file ends before.
    func read(from start: Int, to end: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: max(0, end - start))
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress! + done, $0.count - done, off_t(start + done)) }
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw StoreError.from(errno, path: path)
            }
            if count == 0 { break }
            done += count
        }
        return Array(bytes.prefix(done))
    }

    func write(_ bytes: [UInt8], at offset: Int) throws {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress! + done, $0.count - done, off_t(offset + done)) }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw StoreError.from(count == 0 ? ENOSPC : errno, path: path)
            }
            done += count
        }
    }

    func truncate(to size: Int) throws { guard ftruncate(descriptor, off_t(size)) == 0 else { throw StoreError.from(errno, path: path) } }

    func sync() throws { guard fdatasync(descriptor) == 0 else { throw StoreError.from(errno, path: path) } }

    func reserve(from start: Int, count: Int) { _ = cgnu_reserve(descriptor, start, count) }

    /// Where the file system cannot, the file keeps them until it begins anew.
    func giveBack(from start: Int, to end: Int) { _ = cgnu_giveBack(descriptor, start, end - start) }
}
