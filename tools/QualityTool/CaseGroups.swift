// Real tickets: those of one case by the operators' own reference (haikou_12345), and letters on one hot topic
// (teddy_a3_messages). Archives are made in a temporary folder and removed.

import Engine
import Glibc
import Records

/// A folder that goes when its owner does.
private final class ScratchArchive {
    let path: String
    let engine: Engine

    init(_ lines: [JSONObject]) throws {
        path = "/tmp/juanzong-quality-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        unsafe mkdir(path, 0o700)
        var bytes: [UInt8] = []
        for line in lines {
            line.write(into: &bytes)
            bytes.append(10)
        }
        let file = path + "/records.jsonl"
        let descriptor = unsafe open(file, O_WRONLY | O_CREAT, 0o600)
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress! + written, $0.count - written) }
            guard count > 0 else { break }
            written += count
        }
        close(descriptor)
        let options = EngineOptions(archivePath: path + "/archive")
        _ = try Engine.create(options, profile: nil)
        engine = try Engine(opening: options)
        _ = try engine.importRecords(ImportRequest(path: file)) { _ in }
    }

    deinit { remove(path) }

    private func remove(_ path: String) {
        if let folder = unsafe opendir(path) {
            while let entry = unsafe readdir(folder) {
                let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                    unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
                }
                if name != ".", name != ".." { remove(path + "/" + name) }
            }
            unsafe closedir(folder)
        }
        unsafe Glibc.remove(path)
    }
}

private func objects(_ path: String) throws -> [JSONObject] {
    var text = try String(decoding: FileBytes.read(path), as: UTF8.self)
    text.makeContiguousUTF8()
    return try text.split(separator: "\n").compactMap {
        guard case .object(let object) = try JSONValue.parse(String($0).utf8.span) else { return nil }
        return object
    }
}

struct CaseGroups {
    private let folder: String
    private let showsExamples: Bool
    /// Proposals listed for judging by hand.
    private let shownMax: Int

    init(_ options: Options) throws {
        folder = try options.text("data") + "/haikou_12345"
        let examples = try options.number("examples", default: 0)
        showsExamples = examples > 0
        shownMax = max(120, examples)
    }

    /// Runs of ten digits and more: ticket numbers, which give the case away.
    private static func withoutNumbers(_ text: String) -> String {
        var kept = ""
        var digits = ""
        for character in text.unicodeScalars {
            if ("0"..."9").contains(character) { digits.unicodeScalars.append(character); continue }
            if digits.utf8.count < 10 { kept += digits }
            digits = ""
            kept.unicodeScalars.append(character)
        }
        return digits.utf8.count < 10 ? kept + digits : kept
    }

    func print() throws {
        var records: [JSONObject] = []
        for row in try objects(folder + "/data.jsonl") {
            guard let id = row["id"]?.string, let text = row["text"]?.string, let date = row["date"]?.string, !text.isEmpty
            else { continue }
            var record: JSONObject = ["id": .string(id), "receivedAt": .string(date)]
            record.set("content", to: .string(Self.withoutNumbers(text)))
            let path = (1...4).compactMap { row["category\($0)"]?.string }.filter { !$0.isEmpty }
            if !path.isEmpty { record.set("category", to: .string(path.joined(separator: "/"))) }
            record.set("leadUnit", to: row["dept"])
            records.append(record)
        }
        let archive = try ScratchArchive(records)
        var groups: [Substring: [String]] = [:]
        for fields in try DuplicatesRun.lines(folder + "/case_groups.tsv").dropFirst() {
            groups[fields[0], default: []].append(String(fields[1]))
        }
        var request = CheckRequest()
        request.limit = 5
        var best: [String: [CheckCandidate]] = [:]
        for id in Set(groups.values.flatMap { $0 }) {
            best[id] = (try? archive.engine.check(record: id, request).candidates) ?? []
        }
        let names = best.mapValues { Set($0.map(\.id)) }
        var (found, pairs) = (0, 0)
        for (_, members) in groups.sorted(by: { $0.key < $1.key }) {
            for (place, a) in members.enumerated() {
                for b in members[..<place] {
                    pairs += 1
                    if names[a]!.contains(b) || names[b]!.contains(a) { found += 1 } else if showsExamples { Swift.print("    missed \(a) \(b)") }
                }
            }
        }
        DuplicatesRun.row(
            "haikou case groups, numbers taken out, pairs among the first 5", DuplicatesRun.share(found, of: pairs), "of \(pairs) pairs")
        // Proposals for tickets drawn over the whole set: for judging by hand.
        var (proposed, shown) = (0, 0)
        request.verdicts = [.sameFiling, .sameText, .repeatComplaint]
        for record in stride(from: 0, to: records.count, by: 13) {
            guard let id = records[record]["id"]?.string else { continue }
            for candidate in try archive.engine.check(record: id, request).candidates {
                proposed += 1
                if showsExamples, shown < shownMax {
                    shown += 1
                    Swift.print("    judge \(id) \(candidate.id) \(candidate.verdict.rawValue) \(DuplicatesRun.decimals(candidate.containment, 2))")
                }
            }
        }
        DuplicatesRun.row(
            "haikou, D0–D2 proposed", "\(proposed)", "for \((records.count + 12) / 13) tickets; --examples 1 lists ids to judge by hand, --examples 300 more")
    }
}

struct HotTopics {
    private let folder: String

    init(_ options: Options) throws { folder = try options.text("data") + "/teddy_a3_messages" }

    func print() throws {
        var records: [JSONObject] = []
        for row in try objects(folder + "/data.jsonl") {
            guard let id = row["id"]?.string, let time = row["time"]?.string else { continue }
            var record: JSONObject = ["id": .string(id), "receivedAt": .string(time)]
            record.set("title", to: row["title"])
            record.set("content", to: row["text"])
            records.append(record)
        }
        let archive = try ScratchArchive(records)
        var repeats: [Substring: [String]] = [:]
        for fields in try DuplicatesRun.lines(folder + "/exact_repeat_groups.tsv").dropFirst() {
            repeats[fields[0], default: []].append(String(fields[1]))
        }
        var request = CheckRequest()
        request.limit = 50
        request.verdicts = [.sameFiling, .sameText]
        var (found, pairs) = (0, 0)
        for members in repeats.values {
            let answers = members.map { id in
                Set((try? archive.engine.check(record: id, request).candidates.map(\.id)) ?? [])
            }
            for place in members.indices {
                for other in members[..<place] {
                    pairs += 1
                    if answers[place].contains(other) { found += 1 }
                }
            }
        }
        DuplicatesRun.row("teddy exact repeats, found as D0 or D1", DuplicatesRun.share(found, of: pairs), "of \(pairs) pairs")
        try printTopics(archive)
    }

    /// Letters that three or more of the student teams put on one topic: do they stand in one matter?
    private func printTopics(_ archive: ScratchArchive) throws {
        var topics: [Substring: [String]] = [:]
        for fields in try DuplicatesRun.lines(folder + "/gold_clusters.tsv").dropFirst() where fields[2] == "strong" {
            topics[fields[0], default: []].append(String(fields[1]))
        }
        var request = MattersRequest()
        request.recordsMin = 1
        request.limit = 100_000
        let answer = try archive.engine.matters(request) { _ in }
        var matterOf: [String: Int] = [:]
        for (place, matter) in answer.matters.enumerated() {
            for member in matter.members { matterOf[member.id] = place }
        }
        var (together, pairs) = (0, 0)
        for members in topics.values {
            for (place, a) in members.enumerated() {
                for b in members[..<place] {
                    pairs += 1
                    if let own = matterOf[a], own == matterOf[b] { together += 1 }
                }
            }
        }
        DuplicatesRun.row("teddy hot topics, strong members, pairs in one matter", DuplicatesRun.share(together, of: pairs), "of \(pairs) pairs")
        let largest = answer.matters.map(\.records).max() ?? 0
        DuplicatesRun.row(
            "teddy, largest matter as a share of the archive", DuplicatesRun.share(largest, of: matterOf.count),
            "\(largest) of \(matterOf.count) records, \(answer.matters.count) matters")
    }
}
