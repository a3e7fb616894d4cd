// Terms as a segment will have them: encoding is most of the work of writing a segment, and any thread may do it.

/// A term's row of the dictionary, places apart.
struct EncodedTerm {
    var key: UInt64
    var docCount: UInt32
    /// Documents in which the term is a word.
    var wordCount: UInt32
    var firstDoc: UInt32
    var firstWeight: UInt8
    /// 0 for a term of one document: that stands in the dictionary.
    var listBytes: UInt32

    /// Appends the list to `out`.
    ///
    /// - Parameter weights: one a document, or none if the term is no word.
    init(
        _ key: UInt64, _ docs: UnsafeBufferPointer<UInt32>, _ weights: UnsafeBufferPointer<UInt8>, _ wordCount: Int,
        lengths: DocumentLengths, _ encoder: inout PostingEncoder, _ out: inout [UInt8]
    ) {
        self.key = key
        docCount = UInt32(docs.count)
        self.wordCount = UInt32(wordCount)
        firstDoc = unsafe docs[0]
        firstWeight = unsafe weights.first ?? 0
        let before = out.count
        if docs.count > 1 { unsafe encoder.encode(docs, weights, lengths, into: &out) }
        listBytes = UInt32(out.count - before)
    }
}

/// Some terms, ascending, their lists one after the other.
struct EncodedTerms {
    var terms: [EncodedTerm] = []
    var lists: [UInt8] = []

    init() {}

    init(_ places: ArraySlice<TermTable.Place>, _ table: TermTable.Lists, lengths: DocumentLengths) {
        var encoder = TermEncoder(table, lengths: lengths)
        terms.reserveCapacity(places.count)
        lists.reserveCapacity(places.count * 16)
        for place in places.indices {
            if place + 8 < places.endIndex { table.prefetch(places[place + 8].place) }
            if place + 4 < places.endIndex { table.prefetchList(places[place + 4].place) }
            encoder.append(places[place].key, at: places[place].place, to: &self)
        }
    }
}

/// Reads lists from a table and encodes them.
@safe struct TermEncoder: ~Copyable {
    private let table: TermTable.Lists
    private let lengths: DocumentLengths
    private var encoder = PostingEncoder()
    private var list = TermTable.ReadList()

    init(_ table: TermTable.Lists, lengths: DocumentLengths) {
        self.table = table
        self.lengths = lengths
    }

    mutating func append(_ key: UInt64, at place: Int, to encoded: inout EncodedTerms) {
        table.read(place, into: &list)
        let none = unsafe UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        unsafe encoded.terms.append(
            EncodedTerm(
                key, list.docs, list.wordCount > 0 ? list.weights : none, list.wordCount, lengths: lengths, &encoder,
                &encoded.lists))
    }
}
