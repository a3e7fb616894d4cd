// Groups out of pairs: who is joined to whom, over however many steps.

/// - Source: Tarjan, "Efficiency of a good but not linear set union algorithm", JACM 22(2), 1975.
struct DisjointGroups {
    private var places: [String: Int32] = [:]
    private var names: [String] = []
    private var parents: [Int32] = []

    private mutating func place(_ name: String) -> Int32 {
        if let known = places[name] { return known }
        let new = Int32(names.count)
        places[name] = new
        names.append(name)
        parents.append(new)
        return new
    }

    private mutating func head(_ place: Int32) -> Int32 {
        var place = place
        while parents[Int(place)] != place {
            parents[Int(place)] = parents[Int(parents[Int(place)])]
            place = parents[Int(place)]
        }
        return place
    }

    private static func precedes(_ one: String, _ other: String) -> Bool { one.utf8.lexicographicallyPrecedes(other.utf8) }

    mutating func join(_ one: String, _ other: String) {
        let (a, b) = (head(place(one)), head(place(other)))
        guard a != b else { return }
        // The least name leads, so that the order of the pairs does not matter.
        if Self.precedes(names[Int(a)], names[Int(b)]) { parents[Int(b)] = a } else { parents[Int(a)] = b }
    }

    /// Heads and members, heads among these, in the order of both.
    mutating func members() -> [(head: String, member: String)] {
        var found: [(head: String, member: String)] = []
        for place in names.indices { found.append((names[Int(head(Int32(place)))], names[place])) }
        return found.sorted { one, other in
            one.head == other.head ? Self.precedes(one.member, other.member) : Self.precedes(one.head, other.head)
        }
    }
}
