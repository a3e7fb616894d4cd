// Queries that a body keeps under a name: `queries.jsonl` in the archive folder, one a line. The format is specified in
// Sources/Archive/FORMAT.md, "queries.jsonl".

import Archive
import Records
import Search

package struct SavedQuery: Hashable, Sendable {
    package var name: String
    package var query: String
    package var filters: [String] = []
    package var from: String?
    package var to: String?
    package var sort: SortOrder?

    package init(name: String, query: String) {
        self.name = name
        self.query = query
    }

    package var json: JSONObject {
        var object: JSONObject = ["name": .string(name), "query": .string(query)]
        if !filters.isEmpty { object.set("filters", to: .array(filters.map { .string($0) })) }
        object.set("from", to: from.map { .string($0) })
        object.set("to", to: to.map { .string($0) })
        object.set("sort", to: sort.map { .string($0.rawValue) })
        return object
    }

    fileprivate init?(json: JSONValue) {
        guard let name = json["name"]?.string, let query = json["query"]?.string else { return nil }
        self.init(name: name, query: query)
        filters = (json["filters"]?.array ?? []).compactMap(\.string)
        from = json["from"]?.string
        to = json["to"]?.string
        sort = json["sort"]?.string.flatMap(SortOrder.init)
    }

    package static let nameLengthMax = 64

    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.count <= nameLengthMax
            && name.unicodeScalars.allSatisfy {
                !$0.properties.isWhitespace && $0.value >= 0x20 && !"\"'@＠“”".unicodeScalars.contains($0)
            }
    }
}

extension Engine {
    private var savedQueriesFile: OwnFile { OwnFile(folder.path + "/queries.jsonl") }

    /// In the order in which they were saved.
    /// - Throws: `AccessError.userUnknown` for somebody without a role: what others look for is not his business.
    package func savedQueries() throws -> [SavedQuery] {
        _ = try viewer()
        return try Self.savedQueries(savedQueriesFile.lines())
    }

    package func savedQuery(_ name: String) throws -> SavedQuery {
        guard let query = try savedQueries().first(where: { $0.name == name }) else {
            throw EngineError.savedQueryUnknown(name: name)
        }
        return query
    }

    /// Keeps a query; one of the same name is replaced.
    ///
    /// - Returns: whether there was one.
    /// - Throws: what is wrong with the query: nobody wants to find out later.
    func unloggedSave(_ query: SavedQuery) throws -> Bool {
        guard SavedQuery.isName(query.name) else { throw EngineError.savedQueryName(name: query.name) }
        var request = SearchRequest(query: query.query)
        request.filters = query.filters
        request.from = query.from
        request.to = query.to
        _ = try root(of: request)
        return try savedQueriesFile.change { lines in
            let others = try Self.savedQueries(lines).filter { $0.name != query.name }
            let isReplaced = others.count < lines.count
            lines = (others + [query]).map { JSONValue.object($0.json).text }
            return isReplaced
        }
    }

    func unloggedRemoveSavedQuery(_ name: String) throws {
        try savedQueriesFile.change { lines in
            let queries = try Self.savedQueries(lines)
            guard queries.contains(where: { $0.name == name }) else { throw EngineError.savedQueryUnknown(name: name) }
            lines = queries.filter { $0.name != name }.map { JSONValue.object($0.json).text }
        }
    }

    private static func savedQueries(_ lines: [String]) throws -> [SavedQuery] {
        // A line that a person broke by hand must not take the others with it.
        lines.compactMap { (try? JSONValue.parse($0)).flatMap(SavedQuery.init) }
    }
}
