// Sums over a window of documents: what posting lists are added up in, and what of it is large enough to be looked at.

import CFind

/// The sums of some documents that stand side by side, and what was taken out of them last.
@safe package struct SumWindow: ~Copyable {
    private let sums: UnsafeMutablePointer<Int32>
    private let places: UnsafeMutablePointer<UInt32>
    private let values: UnsafeMutablePointer<Int32>
    private let room: Int
    /// Documents whose sum was at least what was asked for, ascending, and their sums.
    package private(set) var docs: [UInt32] = []
    package private(set) var taken: [Int32] = []

    package init(room: Int) {
        self.room = room
        unsafe sums = .allocate(capacity: max(1, room))
        unsafe sums.initialize(repeating: 0, count: max(1, room))
        unsafe places = .allocate(capacity: max(1, room))
        unsafe values = .allocate(capacity: max(1, room))
    }

    deinit {
        unsafe sums.deallocate()
        unsafe places.deallocate()
        unsafe values.deallocate()
    }

    /// Of the document at `place` of the window.
    package func sum(_ place: Int) -> Int32 {
        precondition(place >= 0 && place < room)
        return unsafe sums[place]
    }

    /// Adds `weight` to the sums of a list's documents in the window.
    @inline(__always)
    package func add(_ weight: Int32, of cursor: PostingCursor, window: Range<UInt32>) {
        precondition(window.count <= room)
        // Holds: there is room for the window.
        unsafe cursor.add(weight, to: UnsafeMutableBufferPointer(start: sums, count: room), window: window)
    }

    /// Sets the sums of dead documents to 0.
    ///
    /// - Parameter window: starts at a multiple of 64.
    package func clear(_ dead: DeadDocuments, window: Range<UInt32>) {
        precondition(window.count <= room && window.lowerBound & 63 == 0)
        unsafe dead.withWords { words in
            let from = Int(window.lowerBound >> 6)
            guard from < words.count, let base = words.baseAddress else { return }
            // Holds: there are so many words from there on, and so many sums.
            unsafe cwindow_clear(sums, window.count, base + from, words.count - from)
        }
    }

    /// Puts the documents whose sum is at least `least` into `docs`, their sums into `taken`, and sets all sums to 0.
    ///
    /// - Returns: how many sums are at least `needed`.
    package mutating func take(_ window: Range<UInt32>, atLeast least: Int32, counting needed: Int32) -> Int {
        precondition(window.count <= room && least > .min && needed > .min)
        var counted = 0
        // Holds: there is room for as many places and values as the window has documents.
        let found = unsafe cwindow_take(sums, window.count, least, needed, places, values, &counted)
        for place in 0..<found { unsafe places[place] += window.lowerBound }
        docs.removeAll(keepingCapacity: true)
        taken.removeAll(keepingCapacity: true)
        unsafe docs.append(contentsOf: UnsafeBufferPointer(start: places, count: found))
        unsafe taken.append(contentsOf: UnsafeBufferPointer(start: values, count: found))
        return counted
    }
}
