// In how many documents each pair of letters stands, for the whole archive in one table: a comparison of two texts asks for
// hundreds, and a walk through the dictionary of every segment for each would be most of its time.
//
// Learnt from the dictionaries in one walk, kept in a file beside the index (FORMAT.md, "Pair counts"), mapped by whoever comes
// next. It may be deleted at any time.

import Glibc
import Store

/// - Invariant: the memory is there as long as the object, and nobody writes to it after `init`.
@safe package final class PairCounts: @unchecked Sendable {
    /// Documents of the archive when this was learnt.
    package let docCount: Int
    /// Pairs in more documents than a limit that its maker knows: `first << 16 | second`.
    package let common: [UInt32]

    private let memory: UnsafeMutableRawBufferPointer
    private let isMapped: Bool
    private let mask: Int
    /// The most frequent pairs and the bits of their weights: few enough to stay near the processor.
    private let hotSlots: UnsafePointer<UInt64>
    private static let hotCount = 1 << 15
    private static let hotMask = 2 * hotCount - 1
    /// All pairs and the bits of their weights; beside them their counts.
    private let slots: UnsafePointer<UInt64>
    private let counts: UnsafePointer<UInt32>

    private enum Head {
        static let magic: UInt64 = 0x3130_5249_4150_5A4A  // "JZPAIR01"
        /// magic, docCount, source, slotCount, commonCount, checksum of all behind it.
        static let byteCount = 48
        static let checksum = 40
        static let slots = byteCount + 8 * (hotMask + 1)
    }

    private init(_ memory: UnsafeMutableRawBufferPointer, isMapped: Bool) {
        unsafe self.memory = memory
        self.isMapped = isMapped
        let words = unsafe memory.bindMemory(to: UInt64.self)
        docCount = unsafe Int(words[1])
        let slotCount = unsafe Int(words[3])
        let commonCount = unsafe Int(words[4])
        mask = slotCount - 1
        // Holds: `isSound`, or the maker, has seen that all of it lies in the memory.
        let start = UnsafeRawPointer(memory.baseAddress!)
        unsafe hotSlots = (start + Head.byteCount).assumingMemoryBound(to: UInt64.self)
        unsafe slots = (start + Head.slots).assumingMemoryBound(to: UInt64.self)
        unsafe counts = (start + Head.slots + 8 * slotCount).assumingMemoryBound(to: UInt32.self)
        let first = unsafe counts + slotCount
        common = (0..<commonCount).map { unsafe first[$0] }
    }

    deinit {
        if isMapped { unsafe munmap(memory.baseAddress!, memory.count) } else { unsafe memory.deallocate() }
    }

    private static func byteCount(slots: Int, common: Int) -> Int { Head.slots + 12 * slots + 4 * common }

    // MARK: Asking

    @inline(__always)
    private static func home(_ pair: UInt32, _ mask: Int) -> Int { Int((UInt64(pair) &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask }

    @inline(__always)
    private func place(of pair: UInt32) -> Int? {
        var place = Self.home(pair, mask)
        while true {
            // Holds: a place is below the number of slots, and some are empty.
            let slot = unsafe slots[place]
            if slot == 0 { return nil }
            if UInt32(truncatingIfNeeded: slot >> 32) == pair { return place }
            place = (place + 1) & mask
        }
    }

    /// Documents that have the pair; nil if there was at most one when this was learnt.
    package func count(of pair: UInt32) -> Int? { place(of: pair).map { unsafe Int(counts[$0]) } }

    /// What the maker's function gave for the count; nil as for `count`.
    @inline(__always)
    package func weight(of pair: UInt32) -> Float? {
        var hot = Self.home(pair, Self.hotMask)
        while true {
            // Holds: a place is below the number of slots, and half of them are empty.
            let slot = unsafe hotSlots[hot]
            if slot == 0 { break }
            if UInt32(truncatingIfNeeded: slot >> 32) == pair { return Float(bitPattern: UInt32(truncatingIfNeeded: slot)) }
            hot = (hot + 1) & Self.hotMask
        }
        return place(of: pair).map { unsafe Float(bitPattern: UInt32(truncatingIfNeeded: slots[$0])) }
    }

    /// The same of several pairs at once; below 0 for nil.
    package func weights(of pairs: Span<UInt32>, into weights: inout [Float]) {
        for place in pairs.indices { weights[place] = weight(of: pairs[place]) ?? -1 }
    }

    // MARK: Learning

    /// - Parameter source: names what it is learnt from; a file from another source is not used.
    /// - Parameter weight: of a pair that stands in so many documents of so many.
    package convenience init(
        _ snapshot: IndexSnapshot, source: UInt64, commonAbove least: Int, weight: (_ count: Int, _ of: Int) -> Float
    ) throws(IndexError) {
        let total = snapshot.segments.reduce(0) { $0 + $1.docCount }
        var learnt = LearntPairs()
        for segment in snapshot.segments {
            try segment.forEachBigram { pair, count in learnt.add(pair, count) }
        }
        let common = learnt.pairs(above: least)
        // What stands in one document only is looked up when it is asked for: it may have come again since.
        let kept = learnt.entries.filter { UInt32(truncatingIfNeeded: $0) > 1 }
        var slotCount = 64
        while slotCount < 2 * kept.count { slotCount *= 2 }
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Self.byteCount(slots: slotCount, common: common.count), alignment: 16)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0)
        let words = unsafe memory.bindMemory(to: UInt64.self)
        unsafe words[0] = Head.magic
        unsafe words[1] = UInt64(total)
        unsafe words[2] = source
        unsafe words[3] = UInt64(slotCount)
        unsafe words[4] = UInt64(common.count)
        let start = memory.baseAddress!
        let counts = unsafe (start + Head.slots + 8 * slotCount).assumingMemoryBound(to: UInt32.self)
        let hotLeast = Self.least(of: Self.hotCount, kept)
        for entry in kept {
            let (pair, count) = (UInt32(entry >> 32), Int(UInt32(truncatingIfNeeded: entry)))
            let slot = UInt64(pair) << 32 | UInt64(weight(count, total).bitPattern)
            // Holds: both tables have room for twice what is put into them.
            func put(_ first: Int, _ mask: Int) -> Int {
                var place = Self.home(pair, mask)
                while unsafe words[first + place] != 0 { place = (place + 1) & mask }
                unsafe words[first + place] = slot
                return place
            }
            let place = put(Head.slots / 8, slotCount - 1)
            unsafe counts[place] = UInt32(clamping: count)
            if count > hotLeast { _ = put(Head.byteCount / 8, Self.hotMask) }
        }
        for (place, pair) in common.enumerated() { unsafe counts[slotCount + place] = pair }
        unsafe words[5] = Self.checksum(UnsafeRawBufferPointer(memory))
        unsafe self.init(memory, isMapped: false)
    }

    /// The count that at most so many entries are above.
    private static func least(of count: Int, _ entries: [UInt64]) -> Int {
        guard entries.count > count else { return 0 }
        let counts = entries.map { UInt32(truncatingIfNeeded: $0) }.sorted(by: >)
        return Int(counts[count])
    }

    /// Counts by pair while segment after segment is added.
    private struct LearntPairs {
        /// pair · 2³² + count; 0 where nothing is.
        private(set) var entries = [UInt64](repeating: 0, count: 1 << 12)
        private var used = 0

        mutating func add(_ pair: UInt32, _ count: Int) {
            guard pair != 0 else { return }
            if used * 2 >= entries.count { grow() }
            var place = PairCounts.home(pair, entries.count - 1)
            while entries[place] != 0, UInt32(entries[place] >> 32) != pair { place = (place + 1) & (entries.count - 1) }
            if entries[place] == 0 {
                entries[place] = UInt64(pair) << 32
                used += 1
            }
            entries[place] += UInt64(count)
        }

        private mutating func grow() {
            let old = entries
            entries = [UInt64](repeating: 0, count: old.count * 2)
            for entry in old where entry != 0 {
                var place = PairCounts.home(UInt32(entry >> 32), entries.count - 1)
                while entries[place] != 0 { place = (place + 1) & (entries.count - 1) }
                entries[place] = entry
            }
        }

        func pairs(above least: Int) -> [UInt32] {
            entries.filter { Int(UInt32(truncatingIfNeeded: $0)) > least }.map { UInt32($0 >> 32) }.sorted()
        }
    }

    // MARK: The file

    private static func checksum(_ memory: UnsafeRawBufferPointer) -> UInt64 {
        // The head but for the checksum itself stands in it too.
        var sum = unsafe Checked.checksum(of: UnsafeRawBufferPointer(rebasing: memory[Head.byteCount...]).bindMemory(to: UInt8.self).span)
        for word in 0..<(Head.checksum / 8) {
            sum = unsafe (sum ^ memory.loadUnaligned(fromByteOffset: 8 * word, as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
        }
        return sum
    }

    /// Maps a file; nil when there is none, when it is damaged, or when it was learnt from something else.
    ///
    /// - Parameter isNear: whether a table learnt from so many documents will do.
    package static func map(_ path: String, source: UInt64, where isNear: (_ docCount: Int) -> Bool) -> PairCounts? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_size > Head.byteCount, status.st_size < 1 << 33 else { return nil }
        let byteCount = Int(status.st_size)
        let mapped = unsafe mmap(nil, byteCount, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0)
        guard let start = unsafe mapped, unsafe start != MAP_FAILED else { return nil }
        let memory = unsafe UnsafeMutableRawBufferPointer(start: start, count: byteCount)
        let words = unsafe UnsafeRawBufferPointer(memory).bindMemory(to: UInt64.self)
        let slotCount = unsafe words[3]
        let commonCount = unsafe words[4]
        guard unsafe words[0] == Head.magic, unsafe words[2] == source, unsafe words[1] < 1 << 40, unsafe isNear(Int(words[1])),
            slotCount > 0, slotCount < 1 << 32, slotCount & (slotCount - 1) == 0, commonCount < 1 << 24,
            Self.byteCount(slots: Int(slotCount), common: Int(commonCount)) == byteCount,
            unsafe words[5] == checksum(UnsafeRawBufferPointer(memory))
        else {
            unsafe munmap(start, byteCount)
            return nil
        }
        return unsafe PairCounts(memory, isMapped: true)
    }

    /// Writes the file beside its place and renames it there. Where nothing can be written, nothing is.
    package func write(to path: String) {
        let temporary = path + ".new\(getpid())"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var done = 0
        while unsafe done < memory.count {
            let count = unsafe Glibc.write(descriptor, memory.baseAddress! + done, memory.count - done)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            done += count
        }
        // A torn file is found out by its checksum, so this need not reach the disk before the name does.
        if unsafe done != memory.count || rename(temporary, path) != 0 { unsafe unlink(temporary) }
    }
}

extension SegmentReader {
    /// All pairs in the order of the dictionary, each with its documents, dead ones included.
    fileprivate func forEachBigram(_ body: (_ pair: UInt32, _ docCount: Int) -> Void) throws(IndexError) {
        let (first, end) = (TermKey(.bigram, 0).rawValue, TermKey(.word, 0).rawValue)
        guard header.dictionaryBlocks > 0 else { return }
        var walk = try DictionaryWalk(self, block: try dictionaryBlock(of: first) ?? 0)
        while let entry = try walk.nextAcrossBlocks() {
            if entry.term >= end { return }
            if entry.term >= first { body(UInt32(truncatingIfNeeded: TermKey(rawValue: entry.term).value), entry.docCount) }
        }
    }
}
