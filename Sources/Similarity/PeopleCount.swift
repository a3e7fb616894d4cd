// How many different people stand behind some records: whoever shares a telephone, an identity number, or name and
// address with another is one person. Records without a person count nobody.

package enum PeopleCount {
    package static func of(_ persons: [[UInt64]]) -> Int {
        var parents: [Int] = []
        var known: [UInt64: Int] = [:]
        func root(_ place: Int) -> Int {
            var place = place
            while parents[place] != place { place = parents[place] }
            return place
        }
        for hashes in persons where !hashes.isEmpty {
            let own = parents.count
            parents.append(own)
            for hash in hashes {
                if let other = known[hash] {
                    let (a, b) = (root(own), root(other))
                    if a != b { parents[max(a, b)] = min(a, b) }
                } else {
                    known[hash] = own
                }
            }
        }
        return parents.indices.count { parents[$0] == $0 }
    }
}
