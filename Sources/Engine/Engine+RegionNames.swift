// What the areas of a facet are called: records carry a code (区划代码), and many of them its name beside it.
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
                try TimeLimit.check()
                let page = try view.searcher.search(try Self.parser.filter("region=\(code)"), sort: .newest, offset: 0, limit: Self.looksMax)
                for hit in page.hits {
                    guard let version = try records.version(at: hit.sequence) else { continue }
                    let record = try Self.complaint(version)
                    guard record.region == code, let name = record.extra["regionName"]?.string, !name.isEmpty else { continue }
                    names[code] = PersonalNumbers.masked(name)
                    break
                }
            }
        }
        return names
    }
}
