// A set of documents of one segment: a sorted array while it is small, a bit for each document once it is not.

import Index

/// - Units: raw `DocID`s of one segment.
/// - Invariant: an array ascends strictly; a bit set has a word for each 64 documents of the segment.
struct DocSet {
    enum Form {
        case array([UInt32])
        case bits([UInt64])
    }

    private(set) var form: Form
    let docCount: Int

    /// Above this share of the segment a bit set is smaller and faster than an array: 1 in 32.
    private static let arrayShare = 32

    static func isLarge(_ count: Int, of docCount: Int) -> Bool { count > docCount / arrayShare }

    init(empty docCount: Int) {
        form = .array([])
        self.docCount = docCount
    }

    init(sorted docs: [UInt32], docCount: Int) {
        self.docCount = docCount
        form = Self.isLarge(docs.count, of: docCount) ? .bits(Self.bits(docs, docCount)) : .array(docs)
    }

    init(bits: [UInt64], docCount: Int) {
        self.docCount = docCount
        form = .bits(bits)
        let count = self.count
        if !Self.isLarge(count, of: docCount) { form = .array(Self.array(bits, count)) }
    }

    init(all docCount: Int) { self.init(0..<UInt32(docCount), docCount: docCount) }

    init(_ range: Range<UInt32>, docCount: Int) {
        self.docCount = docCount
        guard Self.isLarge(range.count, of: docCount) else {
            form = .array(Array(range))
            return
        }
        var words = [UInt64](repeating: 0, count: (docCount + 63) / 64)
        let (first, last) = (Int(range.lowerBound >> 6), Int((range.upperBound - 1) >> 6))
        for word in first...last { words[word] = .max }
        words[first] &= .max << UInt64(range.lowerBound & 63)
        words[last] &= .max >> UInt64(63 - (range.upperBound - 1) & 63)
        form = .bits(words)
    }

    init(_ list: PostingList, docCount: Int, using block: inout PostingBlock) {
        self.docCount = docCount
        if Self.isLarge(list.docCount, of: docCount) {
            var words = [UInt64](repeating: 0, count: (docCount + 63) / 64)
            list.fill(&words, using: &block)
            form = .bits(words)
        } else {
            form = .array(list.docs(using: &block))
        }
    }

    private static func bits(_ docs: [UInt32], _ docCount: Int) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: (docCount + 63) / 64)
        for doc in docs { words[Int(doc >> 6)] |= 1 << UInt64(doc & 63) }
        return words
    }

    private static func array(_ words: [UInt64], _ count: Int) -> [UInt32] {
        unsafe [UInt32](unsafeUninitializedCapacity: count) { docs, filled in
            for number in words.indices {
                var rest = words[number]
                while rest != 0 {
                    // Holds: `count` is the number of bits set.
                    unsafe docs[filled] = UInt32(truncatingIfNeeded: number &* 64 &+ rest.trailingZeroBitCount)
                    filled &+= 1
                    rest &= rest &- 1
                }
            }
        }
    }

    var count: Int {
        switch form {
        case .array(let docs): docs.count
        case .bits(let words): Self.count(words)
        }
    }

    private static func count(_ words: [UInt64]) -> Int {
        var count = 0
        for word in words { count &+= word.nonzeroBitCount }
        return count
    }

    var isEmpty: Bool {
        switch form {
        case .array(let docs): docs.isEmpty
        case .bits(let words): words.allSatisfy { $0 == 0 }
        }
    }

    var array: [UInt32] {
        switch form {
        case .array(let docs): docs
        case .bits(let words): Self.array(words, Self.count(words))
        }
    }

    var words: [UInt64] {
        switch form {
        case .array(let docs): Self.bits(docs, docCount)
        case .bits(let words): words
        }
    }

    /// Its documents of a range, ascending.
    func forEach(in range: Range<UInt32>, _ body: (UInt32) -> Void) {
        switch form {
        case .bits(let words):
            for number in Int(range.lowerBound >> 6)..<min(words.count, Int((range.upperBound + 63) >> 6)) {
                var rest = words[number]
                while rest != 0 {
                    let doc = UInt32(truncatingIfNeeded: number &* 64 &+ rest.trailingZeroBitCount)
                    rest &= rest &- 1
                    if range.contains(doc) { body(doc) }
                }
            }
        case .array(let docs):
            var low = 0
            var high = docs.count
            while low < high {
                let middle = (low + high) / 2
                if docs[middle] < range.lowerBound { low = middle + 1 } else { high = middle }
            }
            while low < docs.count, docs[low] < range.upperBound {
                body(docs[low])
                low += 1
            }
        }
    }

    @inline(__always)
    func contains(_ doc: UInt32) -> Bool {
        switch form {
        case .bits(let words): return words[Int(doc >> 6)] >> UInt64(doc & 63) & 1 == 1
        case .array(let docs):
            var low = 0
            var high = docs.count
            while low < high {
                let middle = (low + high) / 2
                if docs[middle] < doc { low = middle + 1 } else { high = middle }
            }
            return low < docs.count && docs[low] == doc
        }
    }

    /// The documents of both, of this set and a list.
    func intersection(_ list: PostingList, using block: inout PostingBlock) -> DocSet {
        switch form {
        case .array(let docs): return DocSet(sorted: list.intersection(docs, using: &block), docCount: docCount)
        case .bits(let words):
            // A list much smaller than the set is cheaper to look up than to write out.
            if !Self.isLarge(list.docCount, of: docCount) {
                return DocSet(sorted: Self.filter(list.docs(using: &block), by: words, keeping: true), docCount: docCount)
            }
            var others = [UInt64](repeating: 0, count: words.count)
            list.fill(&others, using: &block)
            for i in words.indices { others[i] &= words[i] }
            return DocSet(bits: others, docCount: docCount)
        }
    }

    private static func filter(_ docs: [UInt32], by words: [UInt64], keeping isKept: Bool) -> [UInt32] {
        let wanted: UInt64 = isKept ? 1 : 0
        return docs.filter { words[Int($0 >> 6)] >> UInt64($0 & 63) & 1 == wanted }
    }

    func intersection(_ other: DocSet) -> DocSet {
        switch (form, other.form) {
        case (.array(let a), .array(let b)):
            return DocSet(sorted: Self.merge(a, b), docCount: docCount)
        case (.array(let docs), .bits(let words)), (.bits(let words), .array(let docs)):
            return DocSet(sorted: Self.filter(docs, by: words, keeping: true), docCount: docCount)
        case (.bits(var words), .bits(let others)):
            for i in words.indices { words[i] &= others[i] }
            return DocSet(bits: words, docCount: docCount)
        }
    }

    private static func merge(_ a: [UInt32], _ b: [UInt32]) -> [UInt32] {
        var both: [UInt32] = []
        var (i, j) = (0, 0)
        while i < a.count, j < b.count {
            if a[i] == b[j] {
                both.append(a[i])
                i += 1
                j += 1
            } else if a[i] < b[j] {
                i += 1
            } else {
                j += 1
            }
        }
        return both
    }

    private static func difference(_ docs: [UInt32], _ others: [UInt32]) -> [UInt32] {
        var left: [UInt32] = []
        left.reserveCapacity(docs.count)
        var next = 0
        for doc in docs {
            while next < others.count, others[next] < doc { next += 1 }
            if next == others.count || others[next] != doc { left.append(doc) }
        }
        return left
    }

    func union(_ other: DocSet) -> DocSet {
        if isEmpty { return other }
        if other.isEmpty { return self }
        if case .array(let a) = form, case .array(let b) = other.form {
            var merged: [UInt32] = []
            merged.reserveCapacity(a.count + b.count)
            var (i, j) = (0, 0)
            while i < a.count || j < b.count {
                if j == b.count || i < a.count && a[i] < b[j] {
                    merged.append(a[i])
                    i += 1
                } else {
                    if i < a.count, a[i] == b[j] { i += 1 }
                    merged.append(b[j])
                    j += 1
                }
            }
            return DocSet(sorted: merged, docCount: docCount)
        }
        // Documents of an array are set one by one in the other's bits.
        if case .array(let docs) = form { return other.inserting(docs) }
        if case .array(let docs) = other.form { return inserting(docs) }
        var words = self.words
        let others = other.words
        for i in words.indices { words[i] |= others[i] }
        return DocSet(bits: words, docCount: docCount)
    }

    private func inserting(_ docs: [UInt32]) -> DocSet {
        var words = self.words
        for doc in docs { words[Int(doc >> 6)] |= 1 << UInt64(doc & 63) }
        return DocSet(bits: words, docCount: docCount)
    }

    /// Without what is dead in the segment.
    func subtracting(_ dead: DeadDocuments) -> DocSet {
        switch form {
        case .array(let docs): return DocSet(sorted: docs.filter { !dead.contains($0) }, docCount: docCount)
        case .bits(var words):
            dead.remove(from: &words)
            return DocSet(bits: words, docCount: docCount)
        }
    }

    func subtracting(_ other: DocSet) -> DocSet {
        switch (form, other.form) {
        case (.array(let docs), .bits(let words)):
            return DocSet(sorted: Self.filter(docs, by: words, keeping: false), docCount: docCount)
        case (.array(let docs), .array(let others)):
            return DocSet(sorted: Self.difference(docs, others), docCount: docCount)
        case (.bits(var words), .array(let docs)):
            for doc in docs { words[Int(doc >> 6)] &= ~(1 << UInt64(doc & 63)) }
            return DocSet(bits: words, docCount: docCount)
        case (.bits(var words), .bits(let others)):
            for i in words.indices { words[i] &= ~others[i] }
            return DocSet(bits: words, docCount: docCount)
        }
    }
}
