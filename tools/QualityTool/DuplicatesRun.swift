// How well repeats are told apart: against the truth of an invented archive, and against real tickets of one case.
//
// Input: --truth DIR and --archive ARCHIVE (an archive of tools/corpus with its truth); --data DIR, the folder of public
// data sets. Nothing of the data is printed but figures and, with --examples, ids.

import Engine
import Glibc
import Records

struct DuplicatesRun {
    let options: Options

    init(_ options: Options) { self.options = options }

    func print() throws {
        let parts = try options.names("parts") { $0 } ?? ["truth", "sketch", "haikou", "teddy", "latency"]
        for part in parts {
            switch part {
            case "truth": try TruthVerdicts(options).print()
            case "sketch": try SketchRecall(options).print()
            case "haikou": try CaseGroups(options).print()
            case "teddy": try HotTopics(options).print()
            case "latency": try CheckLatency(options).print()
            case "matters": try MattersTime(options).print()
            default: throw Options.OptionError(name: "--parts \(part)")
            }
        }
    }

    /// One row: what was measured, the figure, and what it rests on.
    static func row(_ name: String, _ figure: String, _ note: String = "") {
        Swift.print(name.padded(to: 64) + figure.padded(to: 12) + note)
    }

    static func share(_ part: Int, of whole: Int) -> String {
        whole == 0 ? "-" : decimals(Double(part) / Double(whole), 3)
    }

    static func decimals(_ number: Double, _ places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = Int((number * scale).rounded())
        let fraction = String(scaled % Int(scale))
        return "\(scaled / Int(scale))." + String(repeating: "0", count: places - fraction.count) + fraction
    }

    static func lines(_ path: String) throws -> [[Substring]] {
        var text = try String(decoding: FileBytes.read(path), as: UTF8.self)
        text.makeContiguousUTF8()
        return text.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        count >= width ? self + " " : self + String(repeating: " ", count: width - count)
    }
}

enum FileBytes {
    static func read(_ path: String) throws -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY)
        guard descriptor >= 0 else { throw Options.OptionError(name: path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
        }
    }
}

/// Verdicts against the truth of an invented archive.
private struct TruthVerdicts {
    private let engine: Engine
    private let folder: String
    private let showsExamples: Bool
    private let recordsMax: Int

    init(_ options: Options) throws {
        engine = try Engine(opening: EngineOptions(archivePath: options.text("archive")))
        folder = try options.text("truth")
        showsExamples = try options.number("examples", default: 0) > 0
        recordsMax = try options.number("records", default: 4_000)
    }

    private struct Row {
        var matter, cause, person, respondent, problem, relation: Substring
    }

    private struct Pair {
        var earlier: Substring
        var verdict: String
        var how: String
        /// Borderline by the truth's own measure, or equal texts, which it may call D0 or D1.
        var isLoose: Bool
    }

    func print() throws {
        var rows: [Substring: Row] = [:]
        for fields in try DuplicatesRun.lines(folder + "/records.tsv").dropFirst() {
            rows[fields[0]] = Row(
                matter: fields[1], cause: fields[2], person: fields[3], respondent: fields[4], problem: fields[5],
                relation: fields[7])
        }
        var pairs: [Substring: [Pair]] = [:]
        for fields in try DuplicatesRun.lines(folder + "/relations.tsv").dropFirst() {
            let containment = Int(fields[6]) ?? 0
            let isText = fields[2] == "D0" || fields[2] == "D1" || containment >= 800
            pairs[fields[0], default: []].append(
                Pair(
                    earlier: fields[1], verdict: String(fields[2]), how: String(fields[3]),
                    isLoose: (isText && (800..<950).contains(containment)) || containment >= 995))
        }
        var request = CheckRequest()
        request.limit = 200
        request.includesDecided = true
        var (found, wanted): ([String: Int], [String: Int]) = ([:], [:])
        var (right, proposed): ([String: Int], [String: Int]) = ([:], [:])
        var missed: [String: Int] = [:]
        var wrong: [String: Int] = [:]
        var examples: [String] = []
        let later = pairs.keys.sorted().prefix(recordsMax)
        for record in later {
            let answer = try engine.check(record: String(record), request)
            let verdicts = Dictionary(answer.candidates.map { ($0.id, $0.verdict.rawValue) }) { a, _ in a }
            for pair in pairs[record]! {
                let given = verdicts[String(pair.earlier)] ?? "none"
                wanted[pair.verdict, default: 0] += 1
                if Self.agree(given, pair) {
                    found[pair.verdict, default: 0] += 1
                } else {
                    missed["\(pair.how): \(pair.verdict) as \(given)", default: 0] += 1
                    if showsExamples { examples.append("\(record) \(pair.earlier) \(pair.how) \(pair.verdict) as \(given)") }
                }
            }
            guard let own = rows[record] else { continue }
            for candidate in answer.candidates {
                guard let other = rows[Substring(candidate.id)] else { continue }
                let given = candidate.verdict.rawValue
                proposed[given, default: 0] += 1
                let known = pairs[record]!.first { $0.earlier == candidate.id }
                    ?? pairs[Substring(candidate.id)]?.first { $0.earlier == record }
                let isRight: Bool
                if let known {
                    isRight = Self.agree(given, known)
                } else {
                    isRight = Self.isRight(given, own, other, containment: candidate.containment)
                }
                if isRight {
                    right[given, default: 0] += 1
                } else {
                    wrong["\(given) for \(known?.how ?? "\(Self.sameness(own, other))")", default: 0] += 1
                    if showsExamples { examples.append("\(record) \(candidate.id) \(given) wrong") }
                }
            }
        }
        for verdict in ["D0", "D1", "D2", "D3", "D4", "D5", "none"] {
            DuplicatesRun.row(
                "synthetic truth, \(verdict), recall", DuplicatesRun.share(found[verdict, default: 0], of: wanted[verdict, default: 0]),
                "of \(wanted[verdict, default: 0]) pairs")
        }
        DuplicatesRun.row(
            "synthetic truth, all verdicts, recall",
            DuplicatesRun.share(found.values.reduce(0, +), of: wanted.values.reduce(0, +)), "of \(wanted.values.reduce(0, +)) pairs")
        for verdict in ["D0", "D1", "D2", "D3", "D4", "D5"] {
            DuplicatesRun.row(
                "synthetic truth, \(verdict), precision",
                DuplicatesRun.share(right[verdict, default: 0], of: proposed[verdict, default: 0]), "of \(proposed[verdict, default: 0]) proposed")
        }
        DuplicatesRun.row(
            "synthetic truth, all verdicts, precision",
            DuplicatesRun.share(right.values.reduce(0, +), of: proposed.values.reduce(0, +)), "of \(proposed.values.reduce(0, +)) proposed")
        for (what, count) in missed.sorted(by: { $0.value > $1.value }).prefix(20) { Swift.print("    \(count)  \(what)") }
        for (what, count) in wrong.sorted(by: { $0.value > $1.value }).prefix(20) { Swift.print("    \(count)  wrong: \(what)") }
        for example in examples.prefix(60) { Swift.print("    \(example)") }
    }

    private static func agree(_ given: String, _ pair: Pair) -> Bool {
        if given == pair.verdict { return true }
        guard pair.isLoose else { return false }
        let text: Set = ["D0", "D1", "D2", "D3"]
        return text.contains(given) && text.contains(pair.verdict)
    }

    private static func sameness(_ a: Row, _ b: Row) -> String {
        "\(a.respondent == b.respondent ? "same" : "other") respondent, \(a.problem == b.problem ? "same" : "other") problem"
    }

    /// By the definitions, for pairs of which the truth says nothing by name.
    private static func isRight(_ given: String, _ a: Row, _ b: Row, containment: Double) -> Bool {
        let samePerson = a.person == b.person && a.person != "-"
        switch given {
        case "D0": return containment >= 0.98
        case "D1": return containment >= 0.9 && a.respondent == b.respondent
        case "D2": return samePerson && a.problem == b.problem
        case "D3": return a.problem == b.problem
        case "D4": return true
        case "D5": return a.matter == b.matter
        default: return false
        }
    }
}
