// What areas are called: records carry a code (区划代码), and many of them its name beside it.
//
// A name is taken from the newest record of exactly that area which the viewer may see, so that nothing of a hidden one shows.

import Records
import Search

extension Engine {
    /// Areas that get a name: what a screen shows of a facet, and some.
    private static let namedMax = 24
    /// Records of an area that are looked into before it stays a code.
    private static let looksMax = 3

    func regionNames(of facets: [FacetCounts], _ view: View) throws -> [String: String] {
        var names: [String: String] = [:]
        for facet in facets where facet.field == .region {
            for (code, _) in facet.counts.prefix(Self.namedMax) where names[code] == nil {
                names[code] = try regionName(of: code, view.searcher)
            }
        }
        return names
    }

    /// The names of areas and of those they lie in, which no record is of: a city is what the names of its districts begin with.
    ///
    /// - Parameter all: every area that has records, the largest first.
    func regionNames(of codes: some Sequence<String>, among all: [String], _ searcher: Searcher) throws -> [String: String] {
        var names: [String: String] = [:]
        var known: [String: String?] = [:]
        func name(_ code: String) throws -> String? {
            if let found = known[code] { return found }
            let found = try regionName(of: code, searcher)
            known[code] = .some(found)
            return found
        }
        for code in codes where names[code] == nil {
            if let own = try name(code) {
                names[code] = own
                continue
            }
            let parts = try all.lazy.filter { $0 != code && $0.hasPrefix(code) }.prefix(Self.partsMax).compactMap { try name($0) }
            names[code] = RegionName.common(to: parts)
        }
        return names
    }

    /// Areas within one that are asked for its name.
    private static let partsMax = 6

    private func regionName(of code: String, _ searcher: Searcher) throws -> String? {
        try TimeLimit.check()
        let page = try searcher.search(try Self.parser.filter("region=\(code)"), sort: .newest, offset: 0, limit: Self.looksMax)
        for hit in page.hits {
            guard let version = try records.version(at: hit.sequence) else { continue }
            let record = try Self.complaint(version)
            guard record.region == code, let name = record.extra["regionName"]?.string, !name.isEmpty else { continue }
            return PersonalNumbers.masked(name)
        }
        return nil
    }
}

enum RegionName {
    /// What names of areas begin with, up to the last 省, 市, 区 or the like that all of them share; nil where that is nothing, or where
    /// they are one and the same.
    static func common(to names: [String]) -> String? {
        guard let first = names.first, Set(names).count > 1 else { return nil }
        var shared = first[...]
        for name in names { shared = shared.prefix(zip(shared, name).prefix { $0 == $1 }.count) }
        while let last = shared.last, !"省市州盟县旗区".contains(last) { shared.removeLast() }
        return shared.isEmpty ? nil : String(shared)
    }
}
