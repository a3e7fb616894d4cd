// Where a shard is made before it is copied to the others: a folder on a local disk. It holds whole records, so what a killed maker
// left must not stay there: whoever makes a shard in the same place next removes it.

import Archive
import Glibc
import Records
import Store

final class ShardWorkFolder {
    private static let prefix = "juanzong-shard-"
    private static let lockName = "lock"

    let path: String
    /// Held while the maker lives, however it ends.
    private let lock: FileLock?

    init(in folder: String) throws {
        Self.sweep(folder)
        path = folder + "/" + Self.prefix + "\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 36))"
        try ShardFolder.make(path)
        lock = try FileLock.take(path + "/" + Self.lockName, .exclusive, creating: true)
    }

    deinit { withExtendedLifetime(lock) { Self.remove(path) } }

    /// The lock last: whoever is killed at this too leaves something that the next one knows for what it is.
    private static func remove(_ path: String) {
        for name in SmallFile.names(in: path) where name != lockName {
            if unsafe Glibc.unlink(path + "/" + name) != 0 { Engine.removeTree(path + "/" + name) }
        }
        Engine.removeTree(path)
    }

    /// A folder without its lock is being made this very moment; one that cannot be read is somebody else's.
    private static func sweep(_ folder: String) {
        for name in SmallFile.names(in: folder) where name.hasPrefix(prefix) {
            let path = folder + "/" + name
            guard let lock = try? FileLock.take(path + "/" + lockName, .exclusive) else { continue }
            withExtendedLifetime(lock) { remove(path) }
        }
    }
}
