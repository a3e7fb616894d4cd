// Posting lists while a segment is gathered: one table of terms, and one pool of bytes in which their lists grow.
//
// A document brings some five hundred postings, and nearly every one of them lands on cold memory. So all that is
// known of a term stands in one entry of half a cache line, the places of a document's terms are fetched ahead, and
// a posting is a byte or two in the pool from the start: an eighth of what a list of numbers to be sorted takes.

import CHash
import Glibc

/// Terms with their lists of documents, which only grow.
///
/// - Invariant: documents are added in ascending order.
@safe struct TermTable: ~Copyable {
    /// The newest document of a term stays in the entry, until the next one comes: a term that stands in one document
    /// only, as most do, takes nothing of the pool.
    struct Entry {
        /// The term's key with the top bit set; 0: the place is free.
        var mark: UInt64
        var newestDoc: UInt32
        /// From the document before it (or from −1), less one.
        var newestGap: UInt32
        var docFrequency: UInt32
        /// Places in the pool: where the list begins, and where it goes on. 0 while there is none.
        var head: UInt32
        var tail: UInt32
        /// Of the newest document; 0 while the term is no word of it.
        var weight: Float
    }

    private static let occupied: UInt64 = 1 << 63

    // Holds for both: made in `init`, replaced only by growing, freed once in `deinit`; every place used is below
    // `capacity` and `poolCapacity`.
    private var entries: UnsafeMutablePointer<Entry>
    private var capacity: Int
    private(set) var termCount = 0
    private var pool: UnsafeMutablePointer<UInt8>
    private var poolCapacity: Int
    private var poolCount = 1  // place 0 means none

    private(set) var postingCount = 0

    init() {
        capacity = 1 << 13
        poolCapacity = 1 << 16
        unsafe entries = Self.zeroed(capacity)
        unsafe pool = Self.zeroed(poolCapacity)
    }

    deinit {
        unsafe free(entries)
        unsafe free(pool)
    }

    private static func zeroed<Element>(_ count: Int) -> UnsafeMutablePointer<Element> {
        guard let memory = unsafe calloc(count, MemoryLayout<Element>.stride) else { fatalError("out of memory") }
        return unsafe memory.bindMemory(to: Element.self, capacity: count)
    }

    /// Memory in use, and what it becomes while the table grows the next time, if that is near.
    var bytes: Int {
        let table = capacity * MemoryLayout<Entry>.stride
        return poolCount + (termCount * 8 > capacity * 5 ? table * 3 : table)
    }

    // MARK: Adding

    @inline(__always)
    private func home(of mark: UInt64) -> Int {
        // Multiplicative hashing (Knuth, vol. 3, 6.4) by the golden ratio; the upper bits are the well mixed ones.
        Int(truncatingIfNeeded: (mark &* 0x9E37_79B9_7F4A_7C15) >> 20) & (capacity - 1)
    }

    /// Has the term's place on its way to the processor.
    @inline(__always)
    func prefetch(_ key: TermKey) { unsafe chash_prefetch(entries + home(of: key.rawValue | Self.occupied)) }

    /// Has the end of the term's list on its way, if its entry has come and stands where it should.
    @inline(__always)
    func prefetchTail(_ key: TermKey) {
        let mark = key.rawValue | Self.occupied
        let place = home(of: mark)
        if unsafe entries[place].mark == mark { unsafe chash_prefetch(pool + Int(entries[place].tail)) }
    }

    /// Notes that the term stands in `doc`, once more if it is known to.
    ///
    /// - Parameter gain: what this occurrence adds to the weight, if the term is a word of the document.
    @inline(__always)
    mutating func add(_ key: TermKey, _ doc: UInt32, gain: Float = 0) {
        let mark = key.rawValue | Self.occupied
        var place = home(of: mark)
        while true {
            let found = unsafe entries[place].mark
            if found == mark { break }
            if found == 0 {
                insert(mark, at: place, doc, gain)
                return
            }
            place = (place + 1) & (capacity - 1)
        }
        if unsafe entries[place].newestDoc == doc {
            unsafe entries[place].weight += gain
            return
        }
        settle(place)
        unsafe entries[place].newestGap = doc - entries[place].newestDoc - 1
        unsafe entries[place].newestDoc = doc
        unsafe entries[place].weight = gain
        unsafe entries[place].docFrequency += 1
        postingCount += 1
    }

    private mutating func insert(_ mark: UInt64, at place: Int, _ doc: UInt32, _ gain: Float) {
        unsafe entries[place] = Entry(
            mark: mark, newestDoc: doc, newestGap: doc, docFrequency: 1, head: 0, tail: 0, weight: gain)
        termCount += 1
        postingCount += 1
        if termCount * 4 > capacity * 3 { grow() }
    }

    private mutating func grow() {
        let old = unsafe entries
        let oldCapacity = capacity
        capacity *= 2
        unsafe entries = Self.zeroed(capacity)
        for place in 0..<oldCapacity where unsafe old[place].mark != 0 {
            var target = unsafe home(of: old[place].mark)
            while unsafe entries[target].mark != 0 { target = (target + 1) & (capacity - 1) }
            unsafe entries[target] = old[place]
        }
        unsafe free(old)
    }

    // MARK: The pool
    //
    // A list is a chain of slices, each longer than the one before it. Free bytes of a slice are 0 but the last, which
    // says 16 + its size class; when the writer comes upon that, the last four bytes make room for the place of the next slice.

    private static let sliceBytes: [Int] = [6, 14, 20, 30, 40, 60, 80, 120, 200, 400]
    private static let lastClass = 9
    private static let linkBytes = 4

    /// Moves the newest document from the entry to its list.
    @inline(__always)
    private mutating func settle(_ place: Int) {
        // The lowest bit says whether a weight follows.
        let level = unsafe WordWeight.level(of: entries[place].weight)
        var rest = unsafe UInt64(entries[place].newestGap) << 1 | (level > 0 ? 1 : 0)
        if poolCount + 1_024 > poolCapacity { growPool() }
        var tail = unsafe Int(entries[place].tail)
        if tail == 0 {
            tail = newSlice(0)
            unsafe entries[place].head = UInt32(tail)
        }
        while rest >= 0x80 {
            put(UInt8(truncatingIfNeeded: rest) | 0x80, &tail)
            rest >>= 7
        }
        put(UInt8(truncatingIfNeeded: rest), &tail)
        if level > 0 { put(level, &tail) }
        unsafe entries[place].tail = UInt32(tail)
    }

    @inline(__always)
    private mutating func put(_ byte: UInt8, _ tail: inout Int) {
        if unsafe pool[tail] != 0 { goOn(&tail) }
        unsafe pool[tail] = byte
        tail += 1
    }

    /// The slice is full but for its last byte: three bytes before it move to the next one, which is linked.
    private mutating func goOn(_ tail: inout Int) {
        let sizeClass = unsafe Int(pool[tail] & 15)
        let next = newSlice(min(sizeClass + 1, Self.lastClass))
        for back in 0..<3 { unsafe pool[next + back] = pool[tail - 3 + back] }
        for byte in 0..<4 { unsafe pool[tail - 3 + byte] = UInt8(truncatingIfNeeded: next >> (8 * byte)) }
        tail = next + 3
    }

    private mutating func newSlice(_ sizeClass: Int) -> Int {
        let start = poolCount
        poolCount += Self.sliceBytes[sizeClass]
        unsafe pool[poolCount - 1] = UInt8(16 | sizeClass)
        return start
    }

    /// Places are of 32 bits; who fills 4 GiB does not look at `bytes`.
    private mutating func growPool() {
        let old = poolCapacity
        poolCapacity = min(old + max(old / 2, 1 << 16), Int(UInt32.max))
        precondition(poolCapacity >= poolCount + 1_024, "the pool of postings is full")
        guard let memory = unsafe realloc(pool, poolCapacity) else { fatalError("out of memory") }
        unsafe pool = memory.bindMemory(to: UInt8.self, capacity: poolCapacity)
        unsafe (pool + old).update(repeating: 0, count: poolCapacity - old)
    }

    // MARK: Reading

    /// Places of all terms, ascending by key.
    func sortedPlaces() -> [(key: TermKey, place: Int)] {
        var found: [(key: TermKey, place: Int)] = []
        found.reserveCapacity(termCount)
        for place in 0..<capacity {
            let mark = unsafe entries[place].mark
            if mark != 0 { found.append((TermKey(rawValue: mark & ~Self.occupied), place)) }
        }
        found.sort { $0.key.rawValue < $1.key.rawValue }
        return found
    }

    /// The place of a term that was added.
    func place(of key: TermKey) -> Int? {
        var place = home(of: key.rawValue | Self.occupied)
        while unsafe entries[place].mark != 0 {
            if unsafe entries[place].mark == key.rawValue | Self.occupied { return place }
            place = (place + 1) & (capacity - 1)
        }
        return nil
    }

    /// Replaces `docs` and `weights` by the list of the term at `place`; weights are 0 where it is no word.
    ///
    /// - Returns: whether it is a word of any document.
    func read(_ place: Int, docs: inout [UInt32], weights: inout [UInt8]) -> Bool {
        let entry = unsafe entries[place]
        let count = Int(entry.docFrequency)
        Self.setCount(of: &docs, to: count)
        Self.setCount(of: &weights, to: count)
        var isWord = false
        var reader = SliceReader(entry)
        var next: UInt32 = 0
        var docSpan = docs.mutableSpan
        var weightSpan = weights.mutableSpan
        for place in 0..<(count - 1) {
            let gap = unsafe reader.varint(pool)
            var weight: UInt8 = 0
            if gap & 1 == 1 {
                weight = unsafe reader.byte(pool)
                isWord = true
            }
            weightSpan[place] = weight
            let doc = next &+ UInt32(truncatingIfNeeded: gap >> 1)
            docSpan[place] = doc
            next = doc &+ 1
        }
        docSpan[count - 1] = entry.newestDoc
        weightSpan[count - 1] = WordWeight.level(of: entry.weight)
        return isWord || entry.weight > 0
    }

    /// Arrays used before keep their room.
    private static func setCount<Element: FixedWidthInteger>(of array: inout [Element], to count: Int) {
        if array.count > count {
            array.removeLast(array.count - count)
        } else {
            array.append(contentsOf: repeatElement(0, count: count - array.count))
        }
    }

    private struct SliceReader {
        private var place: Int
        private var end = 0
        private var sizeClass = 0
        private let tail: Int

        init(_ entry: Entry) {
            place = Int(entry.head)
            tail = Int(entry.tail)
            setEnd()
        }

        /// Later slices stand higher in the pool, so the tail is in this one or above it. Here data goes up to the tail, in
        /// a slice that is linked up to the link.
        private mutating func setEnd() {
            let size = TermTable.sliceBytes[sizeClass]
            end = tail < place + size ? tail : place + size - TermTable.linkBytes
        }

        @inline(__always)
        @unsafe mutating func byte(_ pool: UnsafeMutablePointer<UInt8>) -> UInt8 {
            if place == end { unsafe follow(pool) }
            defer { place += 1 }
            return unsafe pool[place]
        }

        @inline(__always)
        @unsafe mutating func varint(_ pool: UnsafeMutablePointer<UInt8>) -> UInt64 {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            while true {
                let byte = unsafe byte(pool)
                value |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return value }
                shift += 7
            }
        }

        @unsafe private mutating func follow(_ pool: UnsafeMutablePointer<UInt8>) {
            var next = 0
            for byte in 0..<TermTable.linkBytes { next |= unsafe Int(pool[place + byte]) << (8 * byte) }
            sizeClass = min(sizeClass + 1, TermTable.lastClass)
            place = next
            setEnd()
        }
    }
}
