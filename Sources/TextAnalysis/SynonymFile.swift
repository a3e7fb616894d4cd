// `synonyms.txt`: words that a body takes for one another, read and changed line by line. Comments stay.
//
// One group a line; words are separated by blanks, tabs or `=`; `#` begins a comment.

package enum SynonymFile {
    /// The words of one line; none for a comment.
    package static func words(of line: String) -> [String] {
        line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" || $0 == "=" || $0 == "\u{3000}" || $0 == "＝" }.map(String.init)
    }

    /// Puts words into one group with those they are in already; spelling does not count.
    ///
    /// - Returns: the whole group.
    package static func add(_ words: [String], to lines: inout [String]) -> [String] {
        var group: [String] = []
        var known: Set<[UInt16]> = []
        func take(_ word: String) { if known.insert(Normalizer.shared.fold(word)).inserted { group.append(word) } }
        let wanted = Set(words.map { Normalizer.shared.fold($0) })
        let hits = lines.indices.filter { place in
            self.words(of: lines[place]).contains { wanted.contains(Normalizer.shared.fold($0)) }
        }
        for place in hits { for word in self.words(of: lines[place]) { take(word) } }
        for word in words { take(word) }
        let comment = hits.first.flatMap { place in lines[place].firstIndex(of: "#").map { " " + lines[place][$0...] } } ?? ""
        let line = group.joined(separator: " ") + comment
        if let first = hits.first {
            lines[first] = line
            for place in hits.dropFirst().reversed() { lines.remove(at: place) }
        } else {
            lines.append(line)
        }
        return group
    }

    /// Takes a word out of every group; a group of one goes.
    ///
    /// - Returns: whether it was in one.
    package static func remove(_ word: String, from lines: inout [String]) -> Bool {
        let wanted = Normalizer.shared.fold(word)
        var isFound = false
        for place in lines.indices.reversed() {
            let before = words(of: lines[place])
            let after = before.filter { Normalizer.shared.fold($0) != wanted }
            guard after.count < before.count else { continue }
            isFound = true
            if after.count < 2 {
                lines.remove(at: place)
            } else {
                let comment = lines[place].firstIndex(of: "#").map { " " + lines[place][$0...] } ?? ""
                lines[place] = after.joined(separator: " ") + comment
            }
        }
        return isFound
    }
}
