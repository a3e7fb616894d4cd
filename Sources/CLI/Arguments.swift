// What a person types, arranged so that the parser understands it as meant.
//
// - `juanzong --archive DIR search …`: options before the verb move behind it.
// - `juanzong search 物业 -停车`: in a query, a dash before Chinese, digits or a bracket is the NOT of the query language,
//   no option of ours looks like that. A blank in front hides it from the parser and means nothing to the query.

import Engine
import Records

enum Arguments {
    private static let optionsOfAll = ["--archive", "--key"]
    private static let verbsWithQuery: Set<String> = ["search", "export", "query"]

    static func arranged(_ arguments: [String]) -> [String] {
        var rest = arguments[...]
        var early: [String] = []
        while let option = optionsOfAll.first(where: { rest.first == $0 || rest.first?.hasPrefix($0 + "=") == true }) {
            let count = rest.first == option ? 2 : 1
            early += rest.prefix(count)
            rest = rest.dropFirst(count)
        }
        guard let verb = rest.first else { return arguments }
        var out = [verb]
        // `juanzong --archive DIR case open …`: behind both words.
        if !Juanzong.parts(of: verb).isEmpty, let second = rest.dropFirst().first, !second.hasPrefix("-") {
            out.append(second)
            rest = rest.dropFirst()
        }
        out += early
        var endOfOptions = false
        for argument in rest.dropFirst() {
            endOfOptions = endOfOptions || argument == "--"
            let isNot = !endOfOptions && verbsWithQuery.contains(verb) && isNegatedPart(argument)
            out.append(isNot ? " " + argument : argument)
        }
        return out
    }

    /// The words that name the command: `case add`; nil where the first is no verb.
    static func command(in arguments: [String]) -> String? {
        guard let verb = arguments.first, Juanzong.verbs.contains(verb) else { return nil }
        guard let part = arguments.dropFirst().first, Juanzong.parts(of: verb).contains(part) else { return verb }
        return verb + " " + part
    }

    static func isNegatedPart(_ argument: String) -> Bool {
        let bytes = Array(argument.utf8)
        guard bytes.count >= 2, bytes[0] == UInt8(ascii: "-"), bytes[1] != UInt8(ascii: "-") else { return false }
        let marks = Set(":\"( ".utf8)
        return bytes[1] >= 0x80 || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[1])
            || bytes.dropFirst().contains { marks.contains($0) }
    }

    /// What the parser would answer with less help: a first word that is no verb, `-word` in a query.
    static func mistake(in arguments: [String]) -> UsageMistake? {
        guard let verb = arguments.first, !verb.hasPrefix("-"), verb != "help" else { return nil }
        if verbsWithQuery.contains(verb) {
            let options = arguments.prefix { $0 != "--" }
            let isShort = { (argument: String) in
                argument.utf8.count >= 2 && argument.hasPrefix("-") && !argument.hasPrefix("--") && argument != "-h"
            }
            if let short = options.first(where: isShort) { return UsageMistake(shortOption: short, verb: verb) }
        }
        let parts = Juanzong.parts(of: verb)
        if !parts.isEmpty, let part = arguments.dropFirst().first, !part.hasPrefix("-"), part != "help", !parts.contains(part) {
            return UsageMistake(unknownPart: part, of: verb, parts: parts)
        }
        if Juanzong.verbs.contains(verb) { return nil }
        let near = Juanzong.verbs.map { (verb: $0, distance: distance($0, verb)) }.min { $0.distance < $1.distance }
        let beginning = Juanzong.verbs.first { verb.utf8.count >= 2 && $0.hasPrefix(verb) }
        return UsageMistake(unknownVerb: verb, nearest: beginning ?? near.flatMap { $0.distance <= 2 ? $0.verb : nil })
    }

    /// Letters to insert, drop or change.
    static func distance(_ a: String, _ b: String) -> Int {
        let a = Array(a.unicodeScalars.prefix(64)), b = Array(b.unicodeScalars.prefix(64))
        var row = Array(0...b.count)
        for (i, left) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in b.enumerated() {
                let changed = diagonal + (left == right ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(changed, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}
