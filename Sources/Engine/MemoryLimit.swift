// How much memory a bulk build has taken, looked at rather than reckoned: what the stores, the allocator and the threads hold
// beside the gathered documents differs from input to input, and no sum of tables knows it.

import CGNU
import Glibc

/// Anonymous memory that this process may take while it gathers documents.
struct MemoryLimit {
    private let bytesMax: Int
    private let isShared: Bool
    private let pageBytes = sysconf(Int32(_SC_PAGESIZE))

    /// - Parameter bytesMax: of the option.
    /// - Parameter isShared: whether the process does other things too, as the service does: what it holds already is not of this work.
    init(bytesMax: Int, isShared: Bool) {
        self.bytesMax = bytesMax
        self.isShared = isShared
        othersBytes = 0
        if isShared { othersBytes = taken ?? 0 }
    }

    private var othersBytes: Int

    /// Anonymous memory of the process; nil where the system does not say.
    private var taken: Int? {
        guard let bytes = try? SmallFile.read("/proc/self/statm") else { return nil }
        // In pages: all addresses, what is in memory, and of that what is of files.
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ").prefix(3).compactMap { Int($0) }
        return fields.count == 3 ? max(0, fields[1] - fields[2]) * pageBytes : nil
    }

    /// Whether `more` bytes would go beyond it.
    func isReached(by more: Int) -> Bool {
        guard let taken else { return false }
        return taken + more > bytesMax + othersBytes
    }

    /// After each segment; but threads that answer others would wait for the allocator meanwhile.
    func giveBackBetween() { if !isShared { Self.giveBack() } }

    /// What was given back to the allocator goes back to the system: hundreds of megabytes would lie there while others need them.
    static func giveBack() { cgnu_giveBackMemory() }
}
