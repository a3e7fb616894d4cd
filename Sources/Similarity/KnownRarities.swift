// How rare pairs of letters are in an archive, as far as they were looked up: where there is no table of all.

/// Counts and weights by pair.
package struct KnownRarities: Sendable {
    private struct Entry {
        /// 0 where nothing is.
        var pair: UInt32 = 0
        var records: UInt32 = 0
        var weight: Float = 0
    }

    private let total: Int
    private var entries = [Entry](repeating: Entry(), count: 1 << 12)
    private var count = 0
    /// Of more it forgets all: 24 MiB.
    private static let countMax = 1 << 20

    /// - Parameter total: records of the archive.
    package init(total: Int) { self.total = total }

    /// How many records have a pair, and how much it tells.
    package mutating func rarity(of pair: UInt32, docCount: (UInt32) throws -> Int) rethrows -> (records: Int, weight: Float) {
        var place = self.place(of: pair)
        if entries[place].pair != pair || pair == 0 {
            let records = try docCount(pair)
            if (count + 1) * 2 > entries.count {
                grow()
                place = self.place(of: pair)
            }
            entries[place] = Entry(
                pair: pair, records: UInt32(clamping: records), weight: TextRarity.telling(docCount: records, of: total))
            count += 1
        }
        return (Int(entries[place].records), entries[place].weight)
    }

    @inline(__always)
    private func place(of pair: UInt32) -> Int {
        var place = Int((pair &* 0x9E37_79B1) >> 8) & (entries.count - 1)
        while entries[place].pair != 0, entries[place].pair != pair { place = (place + 1) & (entries.count - 1) }
        return place
    }

    private mutating func grow() {
        let known = count >= Self.countMax ? [] : entries
        entries = [Entry](repeating: Entry(), count: count >= Self.countMax ? 1 << 12 : entries.count * 2)
        count = known.count { $0.pair != 0 }
        for entry in known where entry.pair != 0 { entries[place(of: entry.pair)] = entry }
    }
}
