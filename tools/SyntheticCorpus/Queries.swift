// Judged queries: each is written from what stands behind a record, and its answers follow from the same, so nobody had
// to judge them by hand.

package struct JudgedQueries {
    package static let maximumRecords = 20_000

    /// id, text, kind.
    package private(set) var queries: [(id: String, text: String, kind: String)] = []
    /// Numbers of the records that answer each query, in order of arrival.
    package private(set) var answers: [[Int]] = []

    private struct About: Hashable {
        let anchor: Int
        let rank: Int
        let problem: Int
    }

    package init(_ generator: Generator) {
        let book = generator.book
        let composer = generator.composer
        let origins = (0..<generator.plan.records).map { generator.origin(of: $0) }
        var contents: [[UInt8]] = []
        var draft = Draft()
        for origin in origins {
            generator.compose(origin, into: &draft)
            contents.append(draft.looks == Looks() ? draft.content : [])
        }
        var byAbout: [About: [Int]] = [:]
        var byPlace: [[Int]: [Int]] = [:]
        func about(_ origin: Origin) -> About {
            About(
                anchor: book.problems[origin.telling.problem].anchor, rank: origin.telling.rank,
                problem: origin.telling.problem)
        }
        func district(_ origin: Origin) -> Int {
            Gazetteer.district(
                ofEntity: Narrator.entitySeed(anchor: book.problems[origin.telling.problem].anchor, rank: origin.telling.rank))
        }
        for origin in origins {
            byAbout[about(origin), default: []].append(origin.record)
            byPlace[[district(origin), origin.telling.problem], default: []].append(origin.record)
        }
        func text(_ body: (inout [UInt8]) -> Void) -> String {
            var bytes: [UInt8] = []
            body(&bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
        func name(_ origin: Origin) -> String {
            text { composer.writeName(anchor: about(origin).anchor, rank: origin.telling.rank, into: &$0) }
        }

        var random = RandomStream(generator.seed, 0x9E21)
        var used: Set<About> = []
        var tries = 0
        func fresh() -> Origin? {
            while tries < origins.count * 4 {
                tries += 1
                let origin = origins[random.below(origins.count)]
                if used.insert(about(origin)).inserted { return origin }
            }
            return nil
        }

        for _ in 0..<45 {
            guard let origin = fresh() else { break }
            let wording = random.next()
            let title = text { composer.writeTitle(origin.telling, wording: wording, into: &$0) }
            let name = name(origin)
            add(title.contains(name) ? title : name + title, "restated", byAbout[about(origin)] ?? [])
        }
        for _ in 0..<30 {
            guard let origin = fresh() else { break }
            add("\(name(origin)) \(book.problems[origin.telling.problem].name)", "respondent and problem", byAbout[about(origin)] ?? [])
        }
        for _ in 0..<25 {
            guard let origin = fresh() else { break }
            let wording = random.next()
            let detail = text { composer.writeDetail(origin.telling, wording: wording, into: &$0) }
            add("\(name(origin))，\(detail)", "detail in other words", byAbout[about(origin)] ?? [])
        }
        var placed = 0
        for (key, records) in byPlace.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) where placed < 20 {
            let district = Gazetteer.districts[key[0]].name
            guard records.count < 12, random.chance(300) else { continue }
            guard records.allSatisfy({ Self.find(Array(district.utf8), in: contents[$0]) }) else { continue }
            add("\(district) \(book.problems[key[1]].name)", "place and problem", records)
            placed += 1
        }
        tries = 0
        var numbers = 0
        while numbers < 15, tries < 4000 {
            tries += 1
            let record = random.below(origins.count)
            guard let run = Self.longestNumber(contents[record]), run.count >= 11 else { continue }
            add(String(decoding: run, as: UTF8.self), "number", contents.indices.filter { Self.find(run, in: contents[$0]) })
            numbers += 1
        }
        tries = 0
        var fragments = 0
        while fragments < 15, tries < 4000 {
            tries += 1
            let record = random.below(origins.count)
            let characters = TextNoise.split(contents[record][...])
            guard characters.count > 60 else { continue }
            let start = random.inside(18, characters.count - 36)
            let fragment = Array(characters[start..<start + random.inside(12, 16)].joined())
            let found = contents.indices.filter { Self.find(fragment, in: contents[$0]) }
            guard found.count < 8 else { continue }
            add(String(decoding: fragment, as: UTF8.self), "pasted piece", found)
            fragments += 1
        }
    }

    private mutating func add(_ text: String, _ kind: String, _ records: [Int]) {
        if records.isEmpty { return }
        let number = queries.count + 1
        queries.append(("q" + (number < 10 ? "00" : number < 100 ? "0" : "") + "\(number)", text, kind))
        answers.append(records)
    }

    private static func find(_ piece: [UInt8], in text: [UInt8]) -> Bool {
        guard piece.count <= text.count, let first = piece.first else { return false }
        for start in 0...text.count - piece.count where text[start] == first {
            if text[start..<start + piece.count].elementsEqual(piece) { return true }
        }
        return false
    }

    private static func longestNumber(_ text: [UInt8]) -> [UInt8]? {
        var best: ArraySlice<UInt8> = []
        var start = 0
        for index in 0...text.count {
            let isPart = index < text.count && ((48...57).contains(text[index]) || (65...90).contains(text[index]) || text[index] == 45)
            if !isPart {
                if index - start > best.count { best = text[start..<index] }
                start = index + 1
            }
        }
        return best.isEmpty ? nil : Array(best)
    }

    package var queriesJSONL: [UInt8] {
        var out: [UInt8] = []
        for query in queries { out += "{\"id\":\"\(query.id)\",\"text\":\"\(query.text)\",\"source\":\"\(query.kind)\"}\n".utf8 }
        return out
    }

    package var qrelsTSV: [UInt8] {
        var out: [UInt8] = []
        for (query, records) in zip(queries, answers) {
            for record in records {
                out += "\(query.id)\t".utf8
                RecordWriter.writeID(record, into: &out)
                out.append(10)
            }
        }
        return out
    }
}
