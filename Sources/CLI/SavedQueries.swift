// A query as it was typed, with `@name` parts replaced by what was saved under the name.

import Engine
import Records

enum SavedQueries {
    /// Filters and dates of a saved query hold beside those given; an order given wins.
    static func request(
        _ parts: [String], filters: [String], from: String? = nil, to: String? = nil, sort: Search.Order? = nil,
        in engine: Engine
    ) throws -> SearchRequest {
        var texts: [String] = []
        var request = SearchRequest(query: "")
        var savedSort: Search.Order?
        for part in parts {
            let trimmed = part.drop { $0 == " " }
            guard let sign = trimmed.first, sign == "@" || sign == "＠", trimmed.count > 1 else {
                texts.append(part)
                continue
            }
            // `@name more words` in one argument means the same as in two.
            let name = trimmed.dropFirst().prefix { !$0.isWhitespace }
            let saved = try engine.savedQuery(String(name))
            // Bracketed, so that an OR inside it stays inside.
            if !saved.query.allSatisfy(\.isWhitespace) { texts.append("(\(saved.query))") }
            let rest = trimmed.dropFirst(1 + name.count)
            if !rest.allSatisfy(\.isWhitespace) { texts.append(String(rest)) }
            request.filters += saved.filters
            request.from = saved.from ?? request.from
            request.to = saved.to ?? request.to
            savedSort = saved.sort.flatMap { Search.Order(rawValue: $0.rawValue) } ?? savedSort
        }
        // A single saved query needs no brackets: pasted text in it stays pasted text.
        if texts.count == 1, parts.count == 1, texts[0].hasPrefix("("), texts[0] != parts[0] {
            texts[0] = String(texts[0].dropFirst().dropLast())
        }
        request.query = texts.joined(separator: " ")
        request.filters += filters
        request.from = from ?? request.from
        request.to = to ?? request.to
        switch sort ?? savedSort ?? .relevance {
        case .relevance: request.sort = .relevance
        case .newest: request.sort = .newest
        case .oldest: request.sort = .oldest
        }
        return request
    }
}
