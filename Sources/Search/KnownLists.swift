// Posting lists that were looked up: the dictionary is asked for a pair once, not for every text that has it.

import Index

/// Lists of pairs that were looked up. Who looks for one record's like mostly looks for another's next, and most of the pairs
/// of one text are those of others.
struct KnownLists {
    /// By segment and pair.
    private var lists: [UInt64: PostingList?] = [:]
    private var snapshot: IndexSnapshot?
    /// Of more it forgets all: some 20 MiB.
    private static let listsMax = 1 << 17

    mutating func list(of pair: UInt32, _ segment: Int, in snapshot: IndexSnapshot) throws -> PostingList? {
        if self.snapshot !== snapshot || lists.count >= Self.listsMax {
            lists.removeAll(keepingCapacity: true)
            self.snapshot = snapshot
        }
        let key = UInt64(segment) << 32 | UInt64(pair)
        if let known = lists[key] { return known }
        let found = try snapshot.segments[segment].postings(of: PieceSearch.term(pair))
        lists[key] = .some(found)
        return found
    }
}
