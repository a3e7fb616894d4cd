// Posting lists while a segment is gathered: one table of terms, and one pool of bytes in which their lists grow.
//
// Nearly every look-up lands on cold memory. So a term is looked up once for hundreds of documents (`GatheredDocuments`), all
// that is known of it stands in half a cache line, places are fetched ahead, and postings are copied as they came.

import CHash
import Glibc

/// Terms with their lists of documents, which only grow.
///
/// - Invariant: documents are added in ascending order.
@safe struct TermTable: ~Copyable {
    struct Entry: BitwiseCopyable {
        /// The term's key with the top bit set; 0: the place is free.
        var mark: UInt64
        /// The first posting stands here: a term that is in one document only, as most are, takes nothing of the pool.
        var firstDoc: UInt32
        var newestDoc: UInt32
        var docFrequency: UInt32
        /// Places in the pool: where the list begins, and where it goes on. 0 while there is none.
        var head: UInt32
        var tail: UInt32
        /// Bytes left in the newest slice.
        var left: UInt16
        /// Of the newest slice.
        var sizeClass: UInt8
        /// `WordWeight` level in the first document; 0 where the term is no word.
        var firstLevel: UInt8
    }

    fileprivate static let occupied: UInt64 = 1 << 63

    private var entries = GrowingMemory<Entry>(capacity: 1 << 10)
    private(set) var termCount = 0
    private var pool = GrowingMemory<UInt8>(capacity: 1 << 14, isZeroed: false)
    private var poolCount = 16  // place 0 means none

    private(set) var postingCount = 0

    init() {}

    var bytesHeld: Int { poolCount + entries.bytes }

    /// What the table takes more when it grows the next time, if that is near; twice as much is kept free, for what nobody counts grows
    /// with it.
    var growthBytes: Int { termCount * 8 > entries.capacity * 5 ? entries.bytes * 2 : 0 }

    // MARK: Adding

    @inline(__always)
    private func home(of mark: UInt64) -> Int {
        // Multiplicative hashing (Knuth, vol. 3, 6.4) by the golden ratio; the upper bits are the well mixed ones.
        Int(truncatingIfNeeded: (mark &* 0x9E37_79B9_7F4A_7C15) >> 20) & (entries.capacity - 1)
    }

    private static let (entryFetchedAhead, tailFetchedAhead) = (16, 8)

    /// Takes the lists of documents that follow those added before.
    ///
    /// - Parameter base: the number in the segment of their first.
    /// - Parameter facetNumbers: by number of a facet there, its number here.
    mutating func add(_ gathered: borrowing GatheredDocuments, base: UInt32, facetNumbers: [UInt32]) {
        let runs = gathered.runs.span
        let facets = facetNumbers.span
        func key(_ run: GatheredDocuments.Run) -> UInt64 {
            let key = TermKey(rawValue: run.term)
            return Self.occupied | (key.kind == .facet ? TermKey.facet(ordinal: Int(facets[Int(key.value)])).rawValue : run.term)
        }
        let capacity = capacity(for: runs.count)
        if capacity > entries.capacity { grow(to: capacity) }
        pool.reserve(poolCount)
        unsafe gathered.postings.withUnsafeBufferPointer { postings in
            for number in runs.indices {
                if number + Self.entryFetchedAhead < runs.count {
                    unsafe chash_prefetch(entries.elements + home(of: key(runs[number + Self.entryFetchedAhead])))
                }
                if number + Self.tailFetchedAhead < runs.count {
                    let mark = key(runs[number + Self.tailFetchedAhead])
                    let place = home(of: mark)
                    if unsafe entries.elements[place].mark == mark {
                        unsafe chash_prefetch(pool.elements + Int(entries.elements[place].tail))
                    }
                }
                let run = runs[number]
                let end = number + 1 < runs.count ? Int(runs[number + 1].rest) : postings.count
                // Holds: a run's bytes lie within the postings, which `GatheredDocuments` made.
                let rest = unsafe UnsafeBufferPointer(rebasing: postings[Int(run.rest)..<end])
                unsafe add(run, key(run), base, rest)
            }
        }
        postingCount += gathered.postingCount
    }

    @inline(__always)
    private mutating func add(
        _ run: GatheredDocuments.Run, _ mark: UInt64, _ base: UInt32, _ rest: UnsafeBufferPointer<UInt8>
    ) {
        var place = home(of: mark)
        while true {
            let found = unsafe entries.elements[place].mark
            if found == mark { break }
            if found == 0 {
                unsafe entries.elements[place] = Entry(
                    mark: mark, firstDoc: base + UInt32(run.first), newestDoc: base + UInt32(run.last),
                    docFrequency: UInt32(run.count), head: 0, tail: 0, left: 0, sizeClass: 0, firstLevel: run.firstLevel)
                termCount += 1
                unsafe append(rest, to: place)
                return
            }
            place = (place + 1) & (entries.capacity - 1)
        }
        // The first posting of the run follows one that its thread did not know.
        let gap = unsafe base + UInt32(run.first) - entries.elements[place].newestDoc - 1
        var value = UInt64(gap) << 1 | (run.firstLevel > 0 ? 1 : 0)
        var first = InlineArray<8, UInt8>(repeating: 0)
        var count = 0
        while value >= 0x80 {
            first[count] = UInt8(truncatingIfNeeded: value) | 0x80
            count += 1
            value >>= 7
        }
        first[count] = UInt8(truncatingIfNeeded: value)
        count += 1
        if run.firstLevel > 0 {
            first[count] = run.firstLevel
            count += 1
        }
        let span = first.span
        unsafe span.withUnsafeBufferPointer { unsafe append(UnsafeBufferPointer(rebasing: $0[..<count]), to: place) }
        unsafe append(rest, to: place)
        unsafe entries.elements[place].newestDoc = base + UInt32(run.last)
        unsafe entries.elements[place].docFrequency += UInt32(run.count)
    }

    /// Places that so many new terms need: three of four are taken at most.
    private func capacity(for new: Int) -> Int {
        var capacity = entries.capacity
        while (termCount + new) * 4 > capacity * 3 { capacity *= 2 }
        return capacity
    }

    /// What is kept free for a table that holds so many new terms.
    func growthBytes(adding new: Int) -> Int {
        let capacity = capacity(for: new)
        return capacity > entries.capacity ? capacity * MemoryLayout<Entry>.stride : 0
    }

    private mutating func grow(to capacity: Int) {
        while entries.capacity < capacity { double() }
    }

    /// In place: pages that were used before need not be given by the system, and cleared, anew.
    private mutating func double() {
        let old = entries.capacity
        entries.reserve(2 * old)
        // Behind a free place begins what is settled in turn: each term is taken out and finds a place at its own or before it, or
        // in the new half, where nothing stands but what was settled.
        var start = 0
        while unsafe start < old && entries.elements[start].mark != 0 { start += 1 }
        precondition(start < old, "three of four places are taken at most")
        /// Those that would go beyond the end, to places where terms stand that were not settled yet.
        var late: [Entry] = []
        for step in 1...old {
            let from = (start + step) & (old - 1)
            let entry = unsafe entries.elements[from]
            guard entry.mark != 0 else { continue }
            unsafe entries.elements[from].mark = 0
            var place = home(of: entry.mark)
            while unsafe place < entries.capacity && entries.elements[place].mark != 0 { place += 1 }
            if place < entries.capacity { unsafe entries.elements[place] = entry } else { late.append(entry) }
        }
        for entry in late {
            var place = home(of: entry.mark)
            while unsafe entries.elements[place].mark != 0 { place = (place + 1) & (entries.capacity - 1) }
            unsafe entries.elements[place] = entry
        }
    }

    // MARK: The pool
    //
    // A list is a chain of slices, each twice as long as the one before it up to 4 KiB. The last four bytes of a slice are the
    // place of the next.

    private static let linkBytes = 4
    private static let lastClass: UInt8 = 8

    @inline(__always)
    private static func dataBytes(_ sizeClass: UInt8) -> Int { (16 &<< Int(sizeClass)) - linkBytes }

    @inline(__always)
    private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, to place: Int) {
        let tail = unsafe Int(entries.elements[place].tail)
        if unsafe bytes.count <= Int(entries.elements[place].left) {
            // Holds: `left` bytes behind the tail belong to this list.
            for at in 0..<bytes.count { unsafe pool.elements[tail + at] = bytes[at] }
            unsafe entries.elements[place].tail = UInt32(truncatingIfNeeded: tail + bytes.count)
            unsafe entries.elements[place].left -= UInt16(truncatingIfNeeded: bytes.count)
        } else {
            unsafe appendOverSlices(bytes, to: place)
        }
    }

    private mutating func appendOverSlices(_ bytes: UnsafeBufferPointer<UInt8>, to place: Int) {
        var entry = unsafe entries.elements[place]
        var from = 0
        while from < bytes.count {
            if entry.left == 0 { addSlice(&entry) }
            let count = min(bytes.count - from, Int(entry.left))
            unsafe memcpy(pool.elements + Int(entry.tail), bytes.baseAddress! + from, count)
            entry.tail += UInt32(count)
            entry.left -= UInt16(count)
            from += count
        }
        unsafe entries.elements[place] = entry
    }

    private mutating func addSlice(_ entry: inout Entry) {
        if entry.head > 0, entry.sizeClass < Self.lastClass { entry.sizeClass += 1 }
        let size = Self.dataBytes(entry.sizeClass) + Self.linkBytes
        let new = poolCount
        precondition(new + size <= Int(UInt32.max), "a segment's lists are below 4 GiB")
        // One byte more: a list is read a byte behind its end.
        pool.reserve(new + size + 1)
        poolCount += size
        if entry.head == 0 {
            entry.head = UInt32(new)
        } else {
            // Holds: the link lies behind the data of the slice that is full now.
            unsafe UnsafeMutableRawPointer(pool.elements + Int(entry.tail)).storeBytes(of: UInt32(new), as: UInt32.self)
        }
        entry.tail = UInt32(new)
        entry.left = UInt16(Self.dataBytes(entry.sizeClass))
    }

    // MARK: Reading

    struct Place: BitwiseCopyable {
        /// `TermKey`.
        var key: UInt64
        var place: Int
    }

    /// Memory that `sortedPlaces` takes while it runs.
    var sortingBytes: Int { 2 * termCount * MemoryLayout<Place>.stride }

    /// Places of all terms, ascending by key.
    func sortedPlaces() -> [Place] { lists.sortedPlaces() }

    /// Radix sort from the lowest digit, of eleven bits each; digits that all keys share are passed over.
    ///
    /// - Source: Knuth, vol. 3, 5.2.5, algorithm R.
    fileprivate static func sort(_ places: inout [Place]) {
        guard places.count > 1 else { return }
        let (digitBits, digits) = (11, 6)
        let size = 1 << digitBits
        func digit(_ key: UInt64, _ number: Int) -> Int { Int(truncatingIfNeeded: key >> UInt64(number * digitBits)) & (size - 1) }
        let counts = GrowingMemory<UInt32>(capacity: digits * size)
        for place in places {
            for number in 0..<digits { unsafe counts.elements[number * size + digit(place.key, number)] += 1 }
        }
        let other = GrowingMemory<Place>(capacity: places.count, isZeroed: false)
        unsafe places.withUnsafeMutableBufferPointer { places in
            guard var from = places.baseAddress else { return }
            let start = unsafe from
            var to = unsafe other.elements
            let count = places.count
            for number in 0..<digits {
                let counts = unsafe counts.elements + number * size
                if unsafe counts[digit(from[0].key, number)] == count { continue }
                var sum: UInt32 = 0
                for value in 0..<size {
                    let here = unsafe counts[value]
                    unsafe counts[value] = sum
                    sum += here
                }
                // Holds: the counts add up to `count`, which both memories have room for.
                for place in 0..<count {
                    let value = unsafe from[place]
                    let digit = digit(value.key, number)
                    unsafe to[Int(counts[digit])] = value
                    unsafe counts[digit] += 1
                }
                unsafe swap(&from, &to)
            }
            if unsafe from != start { unsafe start.update(from: from, count: count) }
        }
    }

    /// The place of a term that was added.
    func place(of key: TermKey) -> Int? {
        var place = home(of: key.rawValue | Self.occupied)
        while unsafe entries.elements[place].mark != 0 {
            if unsafe entries.elements[place].mark == key.rawValue | Self.occupied { return place }
            place = (place + 1) & (entries.capacity - 1)
        }
        return nil
    }

    /// For threads that read while nobody adds.
    var lists: Lists {
        unsafe Lists(entries: entries.elements, pool: pool.elements, capacity: entries.capacity, termCount: termCount)
    }

    /// The lists of a table as several threads read them.
    ///
    /// - Invariant: the table is there and nobody adds to it as long as this is used.
    @safe struct Lists: @unchecked Sendable {
        fileprivate let entries: UnsafeMutablePointer<Entry>
        fileprivate let pool: UnsafeMutablePointer<UInt8>
        fileprivate let capacity: Int
        fileprivate let termCount: Int

        /// Places of all terms, ascending by key.
        func sortedPlaces() -> [Place] {
            var found = unsafe [Place](unsafeUninitializedCapacity: termCount) { found, filled in
                for place in 0..<capacity {
                    let mark = unsafe entries[place].mark
                    guard mark != 0 else { continue }
                    unsafe found.initializeElement(at: filled, to: Place(key: mark & ~TermTable.occupied, place: place))
                    filled += 1
                }
            }
            TermTable.sort(&found)
            return found
        }

        func docFrequency(_ place: Int) -> Int { unsafe Int(entries[place].docFrequency) }

        /// Has what `read` will want of the term fetched.
        func prefetch(_ place: Int) { unsafe chash_prefetch(entries + place) }
        func prefetchList(_ place: Int) { unsafe chash_prefetch(pool + Int(entries[place].head)) }

        /// Replaces what `list` holds by the list of the term at `place`.
        func read(_ place: Int, into list: inout ReadList) {
            let entry = unsafe entries[place]
            let count = Int(entry.docFrequency)
            list.makeRoom(for: count)
            let (docs, weights) = unsafe (list.docMemory.elements, list.weightMemory.elements)
            list.count = count
            unsafe docs[0] = entry.firstDoc
            unsafe weights[0] = entry.firstLevel
            var words = entry.firstLevel > 0 ? 1 : 0
            defer { list.wordCount = words }
            guard count > 1 else { return }
            var next = unsafe slices(of: entry, &list.chain)
            var doc = entry.firstDoc
            for place in 1..<count {
                // Holds: the slices have a posting for each document behind the first.
                var byte = unsafe next.pointee
                unsafe next += 1
                var value = UInt64(byte & 0x7F)
                var shift: UInt64 = 7
                while byte >= 0x80 {
                    byte = unsafe next.pointee
                    unsafe next += 1
                    value |= UInt64(byte & 0x7F) &<< shift
                    shift += 7
                }
                doc &+= UInt32(truncatingIfNeeded: value >> 1) &+ 1
                unsafe docs[place] = doc
                // No jump: words and others stand in no order.
                let isWord = UInt8(truncatingIfNeeded: value & 1)
                unsafe weights[place] = next.pointee & (0 &- isWord)
                unsafe next += Int(isWord)
                words &+= Int(isWord)
            }
        }

        /// The bytes of a list: where they stand if they are in one slice, else copied together. One byte more may be read.
        private func slices(of entry: Entry, _ chain: inout GrowingMemory<UInt8>) -> UnsafePointer<UInt8> {
            var place = Int(entry.head)
            let end = Int(entry.tail)
            var sizeClass: UInt8 = 0
            var filled = 0
            while true {
                let size = TermTable.dataBytes(sizeClass)
                // Holds: slices belong to one list each, and the tail lies in the last one.
                let isLast = end >= place && end <= place + size
                if isLast && filled == 0 { return unsafe UnsafePointer(pool + place) }
                let count = isLast ? end - place : size
                chain.reserve(filled + count + 1)
                unsafe memcpy(chain.elements + filled, pool + place, count)
                filled += count
                if isLast { return unsafe UnsafePointer(chain.elements) }
                unsafe place = Int(UnsafeRawPointer(pool + place + size).loadUnaligned(as: UInt32.self))
                if sizeClass < TermTable.lastClass { sizeClass += 1 }
            }
        }
    }

    /// A list as it was read, in memory that is used again.
    @safe struct ReadList: ~Copyable {
        fileprivate var docMemory = GrowingMemory<UInt32>(capacity: 1 << 10, isZeroed: false)
        fileprivate var weightMemory = GrowingMemory<UInt8>(capacity: 1 << 10, isZeroed: false)
        fileprivate var chain = GrowingMemory<UInt8>(capacity: 1 << 12, isZeroed: false)
        fileprivate(set) var count = 0
        /// In how many of the documents the term is a word.
        fileprivate(set) var wordCount = 0

        fileprivate mutating func makeRoom(for count: Int) {
            docMemory.reserve(count)
            weightMemory.reserve(count)
        }

        var docs: UnsafeBufferPointer<UInt32> { unsafe UnsafeBufferPointer(start: docMemory.elements, count: count) }
        /// 0 where the term is no word.
        var weights: UnsafeBufferPointer<UInt8> { unsafe UnsafeBufferPointer(start: weightMemory.elements, count: count) }
    }
}
