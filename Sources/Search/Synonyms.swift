// Words that mean the same to a body: `synonyms.txt`. They widen unquoted parts of a query, and nothing else.

import Records

/// Groups of equivalent words.
///
/// - Shape: a line is a group, its words apart by blanks or `=`; `#` begins a comment. Words are folded.
package struct Synonyms: Sendable {
    package static let wordLengthMax = 31
    package static let wordsInGroupMax = 16
    package static let groupCountMax = 50_000
    package static let fileBytesMax = 8 << 20

    /// A line that is no group: it is left out, and searches go on.
    package struct Mistake: Hashable, Sendable {
        package enum Reason: Hashable, Sendable { case oneWord, tooManyWords, wordLength, tooManyGroups }
        package let line: Int
        package let reason: Reason
    }

    private var groups: [[[UInt16]]] = []
    /// From a word to the groups that hold it.
    private var groupsOfWord: [[UInt16]: [Int]] = [:]
    private var lengthMax = 0
    package private(set) var mistakes: [Mistake] = []

    package var isEmpty: Bool { groups.isEmpty }

    package init() {}

    package init(parsing file: String, fold: (String) -> [UInt16]) {
        for (place, line) in file.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" || $0 == "\u{3000}" || $0 == "\r" || $0 == "=" || $0 == "＝" }
            var group: [[UInt16]] = []
            for word in words {
                let folded = fold(String(word))
                if !folded.isEmpty, !group.contains(folded) { group.append(folded) }
            }
            if group.isEmpty { continue }
            if let reason = Self.mistake(in: group, groupCount: groups.count) {
                mistakes.append(Mistake(line: place + 1, reason: reason))
                continue
            }
            for word in group {
                groupsOfWord[word, default: []].append(groups.count)
                lengthMax = max(lengthMax, word.count)
            }
            groups.append(group)
        }
    }

    private static func mistake(in group: [[UInt16]], groupCount: Int) -> Mistake.Reason? {
        if group.count < 2 { return .oneWord }
        if group.count > wordsInGroupMax { return .tooManyWords }
        if group.contains(where: { $0.count > wordLengthMax || $0.count < 2 }) { return .wordLength }
        return groupCount < groupCountMax ? nil : .tooManyGroups
    }

    /// A word of a part and what may stand in its place.
    struct Place {
        var range: Range<Int>
        var others: [[UInt16]]
    }

    /// The words of `units` that have equivalents, longest first at each place, without overlap: the whole, or words
    /// that begin and end where words of the text do.
    func places(in units: [UInt16], words: () -> [Range<Int>]) -> [Place] {
        if isEmpty { return [] }
        if let whole = others(of: units) { return [Place(range: 0..<units.count, others: whole)] }
        var places: [Place] = []
        var borders: Set<Int>?
        var start = 0
        while start < units.count {
            var next = start + 1
            for length in stride(from: min(lengthMax, units.count - start), to: 1, by: -1) {
                let end = start + length
                guard let others = others(of: Array(units[start..<end])) else { continue }
                if borders == nil { borders = Set(words().flatMap { [$0.lowerBound, $0.upperBound] } + [0, units.count]) }
                guard borders!.contains(start), borders!.contains(end) else { continue }
                places.append(Place(range: start..<end, others: others))
                next = end
                break
            }
            start = next
        }
        return places
    }

    private func others(of word: [UInt16]) -> [[UInt16]]? {
        guard let numbers = groupsOfWord[word] else { return nil }
        var others: [[UInt16]] = []
        for other in numbers.flatMap({ groups[$0] }) where other != word && !others.contains(other) { others.append(other) }
        return others
    }
}
