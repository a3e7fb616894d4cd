// A set of documents of one segment: a sorted array while it is small, a bit for each document once it is not.

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

    init(empty docCount: Int) {
        form = .array([])
        self.docCount = docCount
    }

    init(sorted docs: [UInt32], docCount: Int) {
        self.docCount = docCount
        form = .array(docs)
        if docs.count > docCount / Self.arrayShare { form = .bits(Self.bits(docs, docCount)) }
    }

    init(bits: [UInt64], docCount: Int) {
        self.docCount = docCount
        form = .bits(bits)
        let count = self.count
        if count <= docCount / Self.arrayShare { form = .array(array) }
    }

    init(all docCount: Int) {
        self.docCount = docCount
        var words = [UInt64](repeating: .max, count: (docCount + 63) / 64)
        if docCount % 64 != 0 { words[words.count - 1] = (1 << UInt64(docCount % 64)) - 1 }
        form = .bits(words)
    }

    private static func bits(_ docs: [UInt32], _ docCount: Int) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: (docCount + 63) / 64)
        for doc in docs { words[Int(doc >> 6)] |= 1 << UInt64(doc & 63) }
        return words
    }

    var count: Int {
        switch form {
        case .array(let docs): docs.count
        case .bits(let words): words.reduce(0) { $0 + $1.nonzeroBitCount }
        }
    }

    var isEmpty: Bool {
        switch form {
        case .array(let docs): docs.isEmpty
        case .bits(let words): words.allSatisfy { $0 == 0 }
        }
    }

    var array: [UInt32] {
        switch form {
        case .array(let docs): return docs
        case .bits(let words):
            var docs: [UInt32] = []
            for (number, word) in words.enumerated() {
                var rest = word
                while rest != 0 {
                    docs.append(UInt32(number * 64 + rest.trailingZeroBitCount))
                    rest &= rest &- 1
                }
            }
            return docs
        }
    }

    var words: [UInt64] {
        switch form {
        case .array(let docs): Self.bits(docs, docCount)
        case .bits(let words): words
        }
    }

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

    func intersection(_ other: DocSet) -> DocSet {
        switch (form, other.form) {
        case (.array(let docs), _): return DocSet(sorted: docs.filter(other.contains), docCount: docCount)
        case (_, .array(let docs)): return DocSet(sorted: docs.filter(contains), docCount: docCount)
        case (.bits(var words), .bits(let others)):
            for i in words.indices { words[i] &= others[i] }
            return DocSet(bits: words, docCount: docCount)
        }
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
        var words = self.words
        let others = other.words
        for i in words.indices { words[i] |= others[i] }
        return DocSet(bits: words, docCount: docCount)
    }

    func subtracting(_ other: DocSet) -> DocSet {
        if case .array(let docs) = form {
            return DocSet(sorted: docs.filter { !other.contains($0) }, docCount: docCount)
        }
        var words = self.words
        let others = other.words
        for i in words.indices { words[i] &= ~others[i] }
        return DocSet(bits: words, docCount: docCount)
    }
}
