// The pairs of a text as they are kept when it is compared again and again: grouping an archive compares each record with
// dozens that came before it, and then dozens more with it.
//
// Only the pairs and the length of the vector are kept: what a pair weighs is known to the text that has it too. So a
// comparison is one look-up a pair, in a table as small as that text.

/// The pairs of one text, each once, and how long it is as a vector.
package struct PairVector: Sendable {
    /// Those of the title alone, then those of title and content, then those of the content alone.
    let pairs: [UInt32]
    let titleCount: Int
    let bothCount: Int
    /// With the weights of the archive as it was then; 0 if nothing in the text tells anything.
    let length: Double

    package var count: Int { pairs.count }

    /// What it takes in memory.
    package var bytesHeld: Int { pairs.count * MemoryLayout<UInt32>.stride + 64 }
}

extension LikenessProbe {
    /// - Parameter rarity: as for `WeightedText`.
    package mutating func vector(
        title: Span<UInt16>, text: Span<UInt16>, rarity: (UInt32) throws -> Float
    ) rethrows -> PairVector {
        gather(title, text)
        var squares = 0.0
        for place in touched {
            let entry = seen[Int(place)]
            let weight = Double(Self.damped(entry.zones) * (try rarity(entry.pair)))
            squares += weight * weight
        }
        return gathered(length: squares.squareRoot())
    }

    /// The text that others are compared with, right after `begin`.
    package func ownVector() -> PairVector { gathered(length: ownLength) }

    private func gathered(length: Double) -> PairVector {
        var (titles, both) = (0, 0)
        for place in touched {
            switch seen[Int(place)].zones {
            case 1: titles += 1
            case 2: break
            default: both += 1
            }
        }
        var next = [titles, 0, titles + both]
        var pairs = [UInt32](repeating: 0, count: touched.count)
        for place in touched {
            let entry = seen[Int(place)]
            let zone = entry.zones == 1 ? 1 : entry.zones == 2 ? 2 : 0
            pairs[next[zone]] = entry.pair
            next[zone] += 1
        }
        return PairVector(pairs: pairs, titleCount: titles, bothCount: both, length: length)
    }

    /// The cosine, and how many pairs that tell something both texts have.
    package func likeness(to other: PairVector) -> (likeness: Double, shared: Int) {
        var sum = 0.0
        var shared = 0
        unsafe ownPairs.withUnsafeBufferPointer { own in
            unsafe ownProducts.withUnsafeBufferPointer { products in
                unsafe other.pairs.withUnsafeBufferPointer { pairs in
                    let room = own.count
                    func add(_ range: Range<Int>, _ damped: Float) {
                        var part = 0.0
                        for index in range {
                            // Holds: the ranges lie within the pairs, places below the room, in which some place is free.
                            let pair = unsafe pairs[index]
                            var place = Self.place(of: pair, room)
                            while unsafe own[place] != pair, unsafe own[place] != 0 { place = (place &+ 1) & (room &- 1) }
                            guard unsafe own[place] == pair else { continue }
                            unsafe part += products[place]
                            shared &+= 1
                        }
                        sum += part * Double(damped)
                    }
                    let content = other.titleCount + other.bothCount
                    add(0..<other.titleCount, Self.damped(1))
                    add(other.titleCount..<content, Self.damped(3))
                    add(content..<pairs.count, Self.damped(2))
                }
            }
        }
        return (other.length > 0 ? min(1, sum / other.length) : 0, shared)
    }

    /// How many pairs of the text that others are compared with tell something.
    package var ownCount: Int { weights.count }

    /// Its heaviest pairs with their rarity, heaviest first: by which others are looked for.
    package func heaviest(_ count: Int) -> [(pair: UInt32, weight: Float, rarity: Float)] {
        Array(weights.sorted { $0.weight != $1.weight ? $0.weight > $1.weight : $0.pair < $1.pair }.prefix(count))
    }
}
