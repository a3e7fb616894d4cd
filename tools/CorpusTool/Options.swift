// The options of tools/corpus.

import SyntheticCorpus

struct Options {
    enum Format: String { case jsonl, csv }

    var seed: UInt64 = 1
    var plan = Plan(records: 0)
    var out = ""
    var from = 0
    var to: Int?
    var truth = false
    var queries = false
    var format = Format.jsonl
    var workers = 2

    static let help = """
        Makes an invented complaint archive from a seed.

        tools/corpus --records N --seed S --out DIR [options]

          --records N            size of the whole archive, 1 to \(Plan.maximumRecords)
          --seed S               a number; the same seed and options make the same bytes everywhere (default 1)
          --out DIR              folder for records.jsonl or records.csv; - writes records to stdout
          --from I --to J        only records I ..< J of that archive (default: all)
          --format jsonl|csv     (default jsonl)
          --truth                also DIR/truth: records.tsv, relations.tsv, groups.jsonl, outbreaks.jsonl, plan.json
          --queries              also DIR/queries.jsonl, qrels.tsv, staff-queries.txt (up to 20,000 records)
          --start YYYY-MM-DD     first day (default 2022-01-01)
          --years Y              (default 3)
          --duplicates X --repeats X --groups X --appeals X --same-respondent X --hard-negatives X --anonymous X
                                 shares of the records, 0 to 1, such as 0.03
          --outbreaks N          number of injected outbreaks
          --wordiness P          details in percent of the usual (default 100: about 190 characters a text)
          --workers N            threads (default 2); the bytes do not depend on it

        Example: 20,000 records of three years with their truth, then the thousand before the last alone:
          tools/corpus --records 20000 --seed 7 --out /tmp/archive --truth
          tools/corpus --records 20000 --seed 7 --from 18999 --to 19999 --out - | head -1

        Progress and notices go to stderr. Exit: 0 done, 2 error.
        """

    /// nil when help was asked for.
    static func read(_ arguments: [String]) throws(ToolError) -> Options? {
        var options = Options()
        var records: Int?
        var index = 0
        while index < arguments.count {
            let name = arguments[index]
            index += 1
            if name == "--help" || name == "-h" { return nil }
            if name == "--truth" { options.truth = true; continue }
            if name == "--queries" { options.queries = true; continue }
            guard Self.withValue.contains(name) else { throw .unknownOption(name) }
            guard index < arguments.count else { throw .valueMissing(name) }
            let value = arguments[index]
            index += 1
            func number() throws(ToolError) -> Int {
                guard let number = Int(value) else { throw .valueUnreadable(name, value) }
                return number
            }
            switch name {
            case "--records": records = try number()
            case "--seed":
                guard let seed = UInt64(value) else { throw .valueUnreadable(name, value) }
                options.seed = seed
            case "--out": options.out = value
            case "--from": options.from = try number()
            case "--to": options.to = try number()
            case "--format":
                guard let format = Format(rawValue: value) else { throw .valueUnreadable(name, value) }
                options.format = format
            case "--start":
                let parts = value.split(separator: "-").compactMap { Int($0) }
                guard parts.count == 3, (1970...2100).contains(parts[0]), (1...12).contains(parts[1]), (1...28).contains(parts[2])
                else { throw .valueUnreadable(name, value) }
                options.plan.start = Day(year: parts[0], month: parts[1], day: parts[2])
            case "--years": options.plan.years = try number()
            case "--outbreaks": options.plan.outbreaks = try number()
            case "--wordiness":
                options.plan.wordiness = try number()
                if !(0...300).contains(options.plan.wordiness) { throw .valueUnreadable(name, value) }
            case "--workers":
                options.workers = try number()
                if !(1...64).contains(options.workers) { throw .valueUnreadable(name, value) }
            case "--duplicates": options.plan.duplicates = try share(name, value)
            case "--repeats": options.plan.repeats = try share(name, value)
            case "--groups": options.plan.groups = try share(name, value)
            case "--appeals": options.plan.appeals = try share(name, value)
            case "--same-respondent": options.plan.sameRespondent = try share(name, value)
            case "--hard-negatives": options.plan.hardNegatives = try share(name, value)
            default: options.plan.anonymous = try share(name, value)
            }
        }
        guard let records else { throw .missing("--records") }
        if options.out.isEmpty { throw .missing("--out") }
        if options.out == "-", options.truth || options.queries { throw .missing("--out DIR (for --truth, --queries)") }
        options.plan.records = records
        return options
    }

    private static let withValue: Set<String> = [
        "--records", "--seed", "--out", "--from", "--to", "--format", "--start", "--years", "--outbreaks", "--wordiness",
        "--workers", "--duplicates", "--repeats", "--groups", "--appeals", "--same-respondent", "--hard-negatives",
        "--anonymous",
    ]

    /// "0.03" as 30 per mille.
    private static func share(_ name: String, _ value: String) throws(ToolError) -> Int {
        guard let number = Double(value), number >= 0, number <= 1 else { throw .valueUnreadable(name, value) }
        return Int((number * 1000).rounded())
    }
}
