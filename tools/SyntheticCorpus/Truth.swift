// The truth beside an archive: who filed what about whom, which records belong together and why, which outbreaks were
// injected. Written by the same tables that made the records; formats in corpus/README.md.

package enum Verdict: String, Sendable {
    case sameBytesOrNumber = "D0"
    case sameText = "D1"
    case samePersonSameMatter = "D2"
    case otherPersonSameMatter = "D3"
    case sameRespondentOtherMatter = "D4"
    case appeal = "D5"
    case none
}

/// One pair of records, the later first.
package struct RelatedPair: Sendable {
    package let later: Int
    package let earlier: Int
    package let verdict: Verdict
    package let relation: Relation
    /// Percent of characters changed, or the place in a chain.
    package let detail: Int
    package let likeness: Likeness
    package let personBy: PersonEvidence?
    package let sameRespondent: Bool
    package let sameProblem: Bool
    package let daysBetween: Int
}

/// Overlap of two texts by character trigrams; punctuation dropped, each run of digits one symbol. In per mille.
package struct Likeness: Hashable, Sendable {
    package let jaccard: Int
    /// The larger of both directions.
    package let containment: Int

    package init(_ a: [UInt8], _ b: [UInt8]) {
        let x = Self.trigrams(a)
        let y = Self.trigrams(b)
        var common = 0
        var i = 0
        var j = 0
        while i < x.count, j < y.count {
            if x[i] == y[j] { common += 1; i += 1; j += 1 } else if x[i] < y[j] { i += 1 } else { j += 1 }
        }
        let union = x.count + y.count - common
        jaccard = union == 0 ? 1000 : common * 1000 / union
        let smaller = min(x.count, y.count)
        containment = smaller == 0 ? 0 : common * 1000 / smaller
    }

    private static func trigrams(_ text: [UInt8]) -> [UInt64] {
        var symbols: [UInt64] = []
        for character in TextNoise.split(text[...]) {
            let scalar = UInt64(TextNoise.scalar(character))
            let isDigit = (48...57).contains(scalar)
            if isDigit { if symbols.last != 48 { symbols.append(48) }; continue }
            let isLetter = (65...90).contains(scalar) || (97...122).contains(scalar)
            if isLetter || (0x4E00...0x9FFF).contains(scalar) { symbols.append(scalar) }
        }
        guard symbols.count > 2 else { return [] }
        var grams = (0..<symbols.count - 2).map { symbols[$0] << 42 | symbols[$0 + 1] << 21 | symbols[$0 + 2] }
        grams.sort()
        var unique: [UInt64] = []
        for gram in grams where unique.last != gram { unique.append(gram) }
        return unique
    }
}

extension Generator {
    /// All pairs of related records but for members of groups (see `relations.groups`), ordered by the later record.
    /// Records are made again for each pair: about 50 µs each.
    package func forEachPair(_ body: (RelatedPair) -> Void) {
        // Later filings of one chain, so that each is compared with each before it.
        var chains: [Int: [Int]] = [:]
        var first = Draft()
        var second = Draft()
        for link in relations.links {
            switch link.relation {
            case .source, .outbreak, .groupMember: continue
            default: break
            }
            let record = Int(link.record)
            let source = Int(link.of)
            var earlier = [source]
            if link.relation == .repeated || link.relation == .insistent {
                earlier += chains[source, default: []]
                chains[source, default: []].append(record)
            }
            let late = origin(of: record)
            compose(late, into: &second)
            for other in earlier {
                let early = origin(of: other)
                compose(early, into: &first)
                let likeness = Likeness(first.content, second.content)
                body(pair(late, early, link: link, likeness: likeness, sameBytes: first.content == second.content))
            }
        }
    }

    private func pair(_ late: Origin, _ early: Origin, link: Link, likeness: Likeness, sameBytes: Bool) -> RelatedPair {
        let samePerson = late.person == early.person && !late.isAnonymous && !early.isAnonymous
        let problem = (late: book.problems[late.telling.problem], early: book.problems[early.telling.problem])
        let sameRespondent = problem.late.anchor == problem.early.anchor && late.telling.rank == early.telling.rank
        let sameProblem = late.telling.problem == early.telling.problem
        let verdict: Verdict =
            switch link.relation {
            case .copy, .referral: .sameBytesOrNumber
            case .appeal: .appeal
            case .hardNegative: sameRespondent ? .otherPersonSameMatter : .none
            case .sameRespondent: sameProblem ? .otherPersonSameMatter : .sameRespondentOtherMatter
            case let relation where relation.isDuplicate && (sameBytes && late.person == early.person): .sameText
            case let relation where relation.isDuplicate && likeness.containment >= 900: .sameText
            default: samePerson ? .samePersonSameMatter : .otherPersonSameMatter
            }
        return RelatedPair(
            later: late.record, earlier: early.record, verdict: verdict, relation: link.relation,
            detail: Int(link.detail), likeness: likeness,
            personBy: samePerson ? PersonEvidence(of: late) ?? .phone : nil, sameRespondent: sameRespondent,
            sameProblem: sameProblem, daysBetween: late.day - early.day)
    }

    package static let truthRecordsHeader = "record\tmatter\tcause\tperson\trespondent\tproblem\tregion\trelation\tof\n"

    /// One line of `truth/records.tsv`.
    package func truthLine(_ i: Int, into out: inout [UInt8]) {
        let origin = origin(of: i)
        let problem = book.problems[origin.telling.problem]
        let seed = Narrator.entitySeed(anchor: problem.anchor, rank: origin.telling.rank)
        RecordWriter.writeID(i, into: &out)
        out.append(9)
        RecordWriter.writeID(origin.matter, into: &out)
        out.append(9)
        switch origin.cause {
        case .record(let first): RecordWriter.writeID(first, into: &out)
        case .outbreak(let number): out += "O\(number)".utf8
        }
        out.append(9)
        if origin.isAnonymous { out += "-".utf8 } else { out += "P\(origin.person)".utf8 }
        out += "\t\(book.anchors[problem.anchor].name)-\(origin.telling.rank)".utf8
        out += "\t\(book.categoryPath(of: origin.telling.problem).joined(separator: "/"))".utf8
        out += "\t\(Gazetteer.districts[Gazetteer.district(ofEntity: seed)].code)".utf8
        if let link = origin.link {
            out += "\t\(link.relation)\t".utf8
            switch link.relation {
            case .outbreak: out += "O\(link.of)".utf8
            default: RecordWriter.writeID(Int(link.of), into: &out)
            }
        } else {
            out += "\t-\t-".utf8
        }
        out.append(10)
    }

    package static let truthRelationsHeader =
        "record\tof\tverdict\thow\tdetail\tjaccard\tcontainment\tpersonBy\tsameRespondent\tsameProblem\tdays\n"

    /// One line of `truth/relations.tsv`.
    package func truthLine(_ pair: RelatedPair, into out: inout [UInt8]) {
        RecordWriter.writeID(pair.later, into: &out)
        out.append(9)
        RecordWriter.writeID(pair.earlier, into: &out)
        out +=
            ("\t\(pair.verdict.rawValue)\t\(pair.relation)\t\(pair.detail)\t\(pair.likeness.jaccard)"
            + "\t\(pair.likeness.containment)\t\(pair.personBy?.rawValue ?? "-")\t\(pair.sameRespondent ? 1 : 0)"
            + "\t\(pair.sameProblem ? 1 : 0)\t\(pair.daysBetween)\n").utf8
    }

    /// One line of `truth/groups.jsonl`.
    package func truthLine(_ group: Group, into out: inout [UInt8]) {
        let origins = group.members.map { origin(of: $0) }
        let people = Set(origins.map(\.person)).count
        let first = origins[0]
        out += "{\"cause\":\"".utf8
        RecordWriter.writeID(group.first, into: &out)
        out += "\",\"category\":\"\(book.categoryPath(of: first.telling.problem).joined(separator: "/"))\"".utf8
        let anchor = book.anchors[book.problems[first.telling.problem].anchor].name
        out += ",\"respondent\":\"\(anchor)-\(first.telling.rank)\",\"people\":\(people)".utf8
        out += ",\"days\":\(origins[origins.count - 1].day - first.day + 1),\"records\":[".utf8
        for (index, member) in group.members.enumerated() {
            out += (index == 0 ? "\"" : ",\"").utf8
            RecordWriter.writeID(member, into: &out)
            out.append(0x22)
        }
        out += "]}\n".utf8
    }

    /// One line of `truth/outbreaks.jsonl`.
    package func truthLine(outbreak number: Int, into out: inout [UInt8]) {
        let outbreak = relations.outbreaks[number]
        let problem = book.problems[outbreak.problem]
        out += "{\"outbreak\":\"O\(number)\",\"by\":\"\(outbreak.kind.rawValue)\"".utf8
        out += ",\"category\":\"\(book.categoryPath(of: outbreak.problem).joined(separator: "/"))\"".utf8
        switch outbreak.kind {
        case .category: break
        case .respondent:
            out += ",\"respondent\":\"\(book.anchors[problem.anchor].name)-\(outbreak.rank)\",\"unit\":\"".utf8
            composer.writeUnit(anchor: problem.anchor, rank: outbreak.rank, into: &out)
            out += "\"".utf8
        case .region:
            let district = Gazetteer.districts[outbreak.district]
            out += ",\"region\":\"\(district.code)\",\"regionName\":\"\(district.city)\(district.name)\"".utf8
        case .term:
            out += ",\"term\":\"".utf8
            composer.writeTerm(outbreak.term ?? 0, into: &out)
            out += "\"".utf8
        }
        func date(_ day: Int) -> String {
            let (year, month, dayOfMonth) = Day(number: schedule.start.number + day).parts
            return "\(year)-\(month < 10 ? "0" : "")\(month)-\(dayOfMonth < 10 ? "0" : "")\(dayOfMonth)"
        }
        let baseline = outbreak.baselineThousandths
        let fraction = "\(1000 + baseline % 1000)".dropFirst()
        out += ",\"start\":\"\(date(outbreak.first))\",\"end\":\"\(date(outbreak.last))\"".utf8
        out += ",\"deviationsPerWeek\":\(outbreak.deviations),\"baseline\":\(baseline / 1000).\(fraction)".utf8
        out += ",\"added\":\(outbreak.members.count),\"records\":[".utf8
        for (index, member) in outbreak.members.enumerated() {
            out += (index == 0 ? "\"" : ",\"").utf8
            RecordWriter.writeID(member, into: &out)
            out.append(0x22)
        }
        out += "]}\n".utf8
    }
}

extension Generator {
    package static var csvHeader: [UInt8] { RecordWriter.csvHeader }

    /// `truth/plan.json`: everything the archive was made from.
    package func planLine(into out: inout [UInt8]) {
        let (year, month, day) = plan.start.parts
        let start = "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
        out += "{\"seed\":\(seed),\"records\":\(plan.records),\"start\":\"\(start)\",\"years\":\(plan.years)".utf8
        out += ",\"wordiness\":\(plan.wordiness),\"perMille\":{\"duplicates\":\(plan.duplicates)".utf8
        out += ",\"repeats\":\(plan.repeats),\"groups\":\(plan.groups),\"appeals\":\(plan.appeals)".utf8
        out += ",\"sameRespondent\":\(plan.sameRespondent),\"hardNegatives\":\(plan.hardNegatives)".utf8
        out += ",\"anonymous\":\(plan.anonymous)},\"outbreaks\":\(relations.outbreaks.count)}\n".utf8
    }
}
