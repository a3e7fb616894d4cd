// Small files that every question depends on, and that others may change at any moment: what tells that one was changed costs one
// look at its name, reading it costs four.

import Glibc

/// What tells that a file was changed or replaced.
struct FileStamp: Equatable, Sendable {
    private let inode: UInt64
    private let bytes: Int64
    private let seconds: Int
    private let nanoseconds: Int

    /// Nil when there is no such file.
    init?(_ path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        inode = UInt64(status.st_ino)
        bytes = Int64(status.st_size)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }

    /// Two changes within one tick of the file system's clock leave the same stamp; one that comes after this is true leaves another.
    var isSettled: Bool { time(nil) - seconds > 2 }
}

/// What was made of a file, as long as nobody changes it.
struct KeptReading<Value> {
    private var kept: (stamp: FileStamp, value: Value)?

    /// - Parameter make: reads the file, if there is one.
    mutating func value<Failure>(of path: String, _ make: () throws(Failure) -> Value) throws(Failure) -> Value {
        // Before the file is read: a change in between shows in the next stamp.
        let stamp = FileStamp(path)
        if let stamp, let kept, kept.stamp == stamp { return kept.value }
        let value = try make()
        kept = if let stamp, stamp.isSettled { (stamp, value) } else { nil }
        return value
    }
}
