// The archive grouped into matters: what many people complain of, where, since when, and whether it grows.

import Archive
import Glibc
import Index
import Records
import Similarity
import Store

package struct MattersRequest: Sendable {
    /// Matters of fewer different people are left out. Where nobody is named, records count instead.
    package var peopleMin = 1
    package var recordsMin = 2
    package var limit = 20
    /// Only records received in this span count.
    package var from: CalendarDate?
    package var until: CalendarDate?
    /// So many people on one respondent and cause are a group that should elect representatives (R92).
    package var groupMin = 5
    package var onlyRising = false
    /// False: the matters as far as records are grouped by now, when many are not.
    package var waits = true

    package init() {}
}

package struct MatterView: Sendable {
    package struct Member: Sendable {
        package var id: String
        package var date: String
        package var title: String
        package var respondent: String?
        package var region: String?
        package var leadUnit: String?
        package var status: String?
        package var isAnonymous: Bool
    }

    /// The id of its first record.
    package var matter: String
    package var title: String
    package var records: Int
    /// Different persons, as far as they are known.
    package var people: Int
    /// 人次: complainants of all records, summed.
    package var personTimes: Int
    /// Most frequent first.
    package var respondents: [(name: String, count: Int)]
    package var places: [(name: String, count: Int)]
    package var category: String?
    package var first: String
    package var last: String
    /// Records of the last seven days, and how many the four weeks before let expect.
    package var recent: Int
    package var expected: Double
    package var isRising: Bool
    /// At least `groupMin` people on one respondent: representatives should be elected.
    package var asksForRepresentatives: Bool
    package var members: [Member]
}

package struct MattersAnswer: Sendable {
    package var matters: [MatterView]
    /// Of all that met the request, listed or not.
    package var total: Int
    package var records: Int
    package var until: String
    package var personsAreKnown: Bool
    /// Versions of records that are not grouped yet.
    package var behind = 0
}

extension Engine {
    /// Records placed between two saves at least …
    private static let rowsSaved = 128
    /// … and so many times as long as a save took: what a kill costs is seconds.
    private static let savingShare = 20
    /// Records placed on one view of the archive.
    private static let rowsInSlice = 16_384
    /// Whoever asks for matters waits so many times as long as a writer: what is under way is mostly a few new records.
    private static let groupingWaits = 30
    /// Of the memory that bulk work may take, so much holds records that were read.
    private static let keptShare = 0.5

    /// So many are grouped at once, in a second or two, for somebody who does not want to wait long.
    package static let groupedAtOnce = 2_000

    private func matterBook() throws -> MatterBook {
        let (path, stamp) = try matterBookPlace()
        return try MatterBook(at: path, stamp: stamp)
    }

    private func matterBookPlace() throws -> (path: String, stamp: UInt64) {
        var stamp = "\(IndexFolder.stamp.text) \(try identity().hasKey)"
        var name = "matters.lmdb"
        if let sightName = try sightName() {
            // Records that are hidden must not join others: a book for each sight, made anew when the rules change.
            stamp += " \(sightName) " + (try ledgerStamp(profile()))
            name = "matters-\(SearchCursor.hash(sightName)).lmdb"
        }
        return (folder.indexFolderPath + "/" + name, SearchCursor.hash(stamp))
    }

    private var matterLockPath: String { folder.indexFolderPath + "/matters.lock" }

    /// Versions of records that are not grouped yet.
    private func mattersBehind() throws -> Int {
        let (path, stamp) = try matterBookPlace()
        return Int(try index().watermark.rawValue) - Int(try MatterBook.watermark(at: path, stamp: stamp))
    }

    /// Groups what is not grouped yet, as the user sees it; nothing while somebody else does. Takes minutes a million records.
    package func bringMattersUpToDate() throws {
        _ = try currentIndex()
        guard try mattersBehind() > 0, let lock = try FileLock.take(matterLockPath, .exclusive, creating: true) else { return }
        lock.noteProcess()
        try withExtendedLifetime(lock) {
            let book = try matterBook()
            defer { book.close() }
            try catchUpMatters(book) { _ in }
        }
    }

    /// Brings the matters up to the records of now, some at a time: what is done is kept, whoever stops it, and nobody who
    /// writes has to wait.
    func catchUpMatters(_ book: MatterBook, report: ProgressReport) throws {
        let start = book.watermark
        let last = try index().watermark
        var work: (first: Checker, batch: BatchWork)?
        var kept = GroupedFilings(bytesMax: Int(Double(options.memoryBytes) * Self.keptShare))
        while book.watermark < last.rawValue {
            // A fresh view for every slice: an old one keeps the index from being merged.
            let first = try checker()
            if work?.first !== first {
                // What was kept is measured by what was rare then.
                if let before = work?.first, first.pairs == nil || first.pairs !== before.pairs {
                    kept = GroupedFilings(bytesMax: Int(Double(options.memoryBytes) * Self.keptShare))
                }
                work = (first, BatchWork(self, identity: try identity(), first: first))
            }
            let done = Int(book.watermark - start)
            let total = Int(last.rawValue - start)
            try place(changes(after: book.watermark, since: start, upTo: last), book, work!.batch, kept) { placed in
                report(Progress(.comparing, done: min(done + placed, total), total: total))
            }
        }
    }

    /// A record to be placed, or one that is gone.
    private struct MatterChange: Sendable {
        var at: RecordSequence
        var sequence: RecordSequence
        var number: RecordNumber
        var isGone: Bool
    }

    /// The next records to be placed, and up to where they were looked for. A record is placed where its first version came,
    /// as it is now: an edit makes it no later filing.
    ///
    /// - Parameter start: versions behind it are all part of this catching up.
    private func changes(
        after watermark: UInt64, since start: UInt64, upTo last: RecordSequence
    ) throws -> (changes: [MatterChange], end: UInt64) {
        let sight = try sight()
        let stored = try records.snapshot()
        var changes: [MatterChange] = []
        var next = RecordSequence(watermark + 1)
        while next <= last, changes.count < Self.rowsInSlice {
            guard let header = try stored.header(at: next) else { return (changes, last.rawValue) }
            if header.previous.map({ $0.rawValue <= start }) ?? true, let head = try stored.head(of: header.recordNumber)?.latest {
                let isGone = try stored.header(at: head)?.isWithdrawn ?? true || !sight.sees(header.recordNumber)
                changes.append(MatterChange(at: next, sequence: head, number: header.recordNumber, isGone: isGone))
            }
            next = RecordSequence(next.rawValue + 1)
        }
        return (changes, next.rawValue - 1)
    }

    private func place(
        _ slice: (changes: [MatterChange], end: UInt64), _ book: MatterBook, _ work: BatchWork, _ kept: GroupedFilings,
        report: (Int) -> Void
    ) throws {
        let changes = slice.changes
        let clock = ContinuousClock()
        var placed = 0
        var unsaved = 0
        var nextSave = clock.now
        try inPieces(
            of: changes.count, report: { _ in report(placed) },
            work: { place in changes[place].isGone ? nil : try work.neighbours(of: changes[place].sequence, kept) }
        ) { (found: RecordNeighbours?) in
            let change = changes[placed]
            placed += 1
            unsaved += 1
            if let found {
                book.place(
                    found.number, in: book.matter(for: found.neighbours), sequence: found.sequence,
                    receivedAtSeconds: found.receivedAtSeconds, persons: found.persons)
            } else {
                book.remove(change.number.rawValue)
            }
            // In the order of the changes: what is saved is what is true up to the watermark.
            guard unsaved >= Self.rowsSaved, clock.now >= nextSave else { return }
            let began = clock.now
            try book.save(watermark: change.at.rawValue)
            nextSave = clock.now + (clock.now - began) * Self.savingShare
            unsaved = 0
        }
        try book.save(watermark: slice.end)
    }

    /// Runs `body` while nobody else makes the matters of this archive. Records may be written meanwhile.
    private func whileGrouping<Result>(_ body: () throws -> Result) throws -> Result {
        let path = matterLockPath
        let clock = ContinuousClock()
        let end = clock.now + .seconds(options.writerWaitSeconds * Self.groupingWaits)
        while true {
            if let lock = try FileLock.take(path, .exclusive, creating: true) {
                lock.noteProcess()
                return try withExtendedLifetime(lock) { try body() }
            }
            guard clock.now < end else { throw EngineError.mattersInMaking(path: path, process: FileLock.process(notedIn: path)) }
            usleep(50_000)
        }
    }

    func unloggedMatters(_ request: MattersRequest, report: ProgressReport) throws -> MattersAnswer {
        _ = try currentIndex()
        if !request.waits {
            let behind = try mattersBehind()
            let lock = behind > 0 && behind <= Self.groupedAtOnce ? try FileLock.take(matterLockPath, .exclusive, creating: true) : nil
            return try withExtendedLifetime(lock) { try grouped(request, behind: lock == nil ? behind : 0, catchesUp: lock != nil, report: report) }
        }
        return try whileGrouping { try grouped(request, report: report) }
    }

    private func grouped(_ request: MattersRequest, behind: Int = 0, catchesUp: Bool = true, report: ProgressReport) throws -> MattersAnswer {
        let book = try matterBook()
        defer { book.close() }
        if catchesUp { try catchUpMatters(book, report: report) }
        let matters = book.matters()
        let newest = matters.values.joined().map(\.row.receivedAtSeconds).max() ?? Self.nowSeconds
        let until = request.until.map { Timestamp($0).seconds + 86_399 } ?? newest
        let from = request.from.map { Timestamp($0).seconds } ?? .min
        var chosen: [(matter: UInt64, rows: [(number: UInt64, row: MatterRow)], people: Int, recent: Int, expected: Double)] = []
        var counted = 0
        for (matter, rows) in matters {
            let rows = rows.filter { from <= $0.row.receivedAtSeconds && $0.row.receivedAtSeconds <= until }
            counted += rows.count
            guard rows.count >= max(request.recordsMin, 1) else { continue }
            let people = PeopleCount.of(rows.map(\.row.persons))
            guard people >= request.peopleMin || people == 0 && rows.count >= request.peopleMin else { continue }
            let (recent, expected) = Self.recent(rows.map(\.row.receivedAtSeconds), until: until)
            if request.onlyRising, !Self.isRising(recent, expected) { continue }
            chosen.append((matter, rows, people, recent, expected))
        }
        // Most people first; then records, the newer matter, its name.
        chosen.sort { a, b in
            if a.people != b.people { return a.people > b.people }
            if a.rows.count != b.rows.count { return a.rows.count > b.rows.count }
            let (x, y) = (a.rows.last!.row.receivedAtSeconds, b.rows.last!.row.receivedAtSeconds)
            return x != y ? x > y : a.matter < b.matter
        }
        let views = try chosen.prefix(request.limit).map { matter in
            try view(
                matter.matter, matter.rows, people: matter.people, recent: matter.recent, expected: matter.expected,
                groupMin: request.groupMin)
        }
        return MattersAnswer(
            matters: views, total: chosen.count, records: counted,
            until: Timestamp(seconds: until)?.date.text ?? "", personsAreKnown: try identity().hasKey, behind: behind)
    }

    private static func recent(_ moments: [Int64], until: Int64) -> (count: Int, expected: Double) {
        let week: Int64 = 7 * 86_400
        let recent = moments.count { $0 > until - week }
        let before = moments.count { $0 > until - 5 * week && $0 <= until - week }
        return (recent, Double(before) / 4)
    }

    private static func isRising(_ recent: Int, _ expected: Double) -> Bool {
        recent >= 3 && Double(recent) > 2 * expected + 1
    }

    private func view(
        _ matter: UInt64, _ rows: [(number: UInt64, row: MatterRow)], people: Int, recent: Int, expected: Double,
        groupMin: Int
    ) throws -> MatterView {
        var members: [MatterView.Member] = []
        var respondents: [String: Int] = [:]
        var peopleOf: [String: [[UInt64]]] = [:]
        var places: [String: Int] = [:]
        var categories: [String: Int] = [:]
        var personTimes = 0
        let stored = try records.snapshot()
        for (_, row) in rows {
            guard let version = try stored.version(at: RecordSequence(row.sequence)) else { continue }
            let complaint = try Self.complaint(version)
            let respondent = RespondentNames(complaint.respondents).shown
            if let respondent {
                respondents[respondent, default: 0] += 1
                peopleOf[respondent, default: []].append(row.persons)
            }
            // An area by its name where the record has it: a code says nothing to who reads.
            let area = complaint.extra["regionName"]?.string.flatMap { $0.isEmpty ? nil : PersonalNumbers.masked($0) } ?? complaint.region
            if let place = complaint.incidentPlace ?? area { places[place, default: 0] += 1 }
            if let category = complaint.category.first { categories[category, default: 0] += 1 }
            personTimes += max(1, complaint.representedCount ?? complaint.complainantCount ?? 1)
            members.append(
                MatterView.Member(
                    id: complaint.archiveID, date: complaint.receivedAt.date.text,
                    title: PersonalNumbers.title(of: complaint, openingMax: 30),
                    respondent: respondent, region: complaint.region, leadUnit: complaint.leadUnit,
                    status: complaint.status?.canonicalText, isAnonymous: complaint.namedState?.known == .anonymous))
        }
        func ranked(_ counts: [String: Int]) -> [(name: String, count: Int)] {
            counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
        }
        let founder = try stored.latest(of: RecordNumber(matter)).map { try Self.complaint($0).archiveID }
        let dates = members.map(\.date).sorted()
        return MatterView(
            matter: founder ?? members.first?.id ?? "", title: Self.typicalTitle(members.map(\.title)),
            records: rows.count, people: people, personTimes: personTimes, respondents: ranked(respondents),
            places: ranked(places), category: ranked(categories).first?.name, first: dates.first ?? "",
            last: dates.last ?? "", recent: recent, expected: expected, isRising: Self.isRising(recent, expected),
            asksForRepresentatives: peopleOf.values.contains { PeopleCount.of($0) >= groupMin }, members: members)
    }

    /// The title that shares most with the others; the first among equals.
    private static func typicalTitle(_ titles: [String]) -> String {
        let few = titles.prefix(40).map { title -> Set<UInt32> in
            let units = Array(title.utf16)
            return Set(zip(units, units.dropFirst()).map { UInt32($0) << 16 | UInt32($1) })
        }
        guard !few.isEmpty else { return "" }
        var best = (place: 0, share: -1.0)
        for (place, own) in few.enumerated() where !own.isEmpty {
            let share = few.reduce(0.0) { sum, other in
                sum + Double(own.intersection(other).count) / Double(own.union(other).count)
            }
            if share > best.share + 1e-9 { best = (place, share) }
        }
        return titles[best.place]
    }
}

/// A record with the earlier ones it may belong with.
struct RecordNeighbours: Sendable {
    var number: UInt64
    var sequence: UInt64
    var receivedAtSeconds: Int64
    var persons: [UInt64]
    var neighbours: [MatterNeighbour]
}

extension BatchWork {
    func neighbours(of sequence: RecordSequence, _ kept: GroupedFilings) throws -> RecordNeighbours {
        try with { checker in
            let checked = try checker.prepareStored(sequence) ?? prepared(sequence, checker)
            let decisions = try decisions(on: checked.own!)
            let neighbours = try checker.neighbours(of: checked, decisions: decisions, kept)
            let found = Set(neighbours.map(\.recordNumber))
            // What people put together belongs together, however little the two have in common.
            let linked = decisions.filter { $0.value.isLink && $0.key < checked.own! && !found.contains($0.key.rawValue) }.keys
            return RecordNeighbours(
                number: checked.own!.rawValue, sequence: sequence.rawValue,
                receivedAtSeconds: checked.filing.receivedAtSeconds, persons: checked.persons.map(\.hash.short),
                neighbours: neighbours + linked.map { MatterNeighbour(recordNumber: $0.rawValue, score: 1) })
        }
    }

    /// A version that came after the checker's view of the index.
    private func prepared(_ sequence: RecordSequence, _ checker: Checker) throws -> CheckedFiling {
        guard let (complaint, number) = try complaint(at: sequence) else {
            throw ArchiveError.recordUnreadable(path: recordsPath, sequence: sequence.rawValue)
        }
        return try checker.prepare(ReadRecord(complaint), complaint, own: number)
    }
}
