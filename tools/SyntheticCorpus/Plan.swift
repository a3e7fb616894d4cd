// What to make: how many records, over which days, and which shares of them are related to earlier ones.

package struct Plan: Sendable {
    package static let maximumRecords = 100_000_000

    package var records: Int
    package var start = Day(year: 2022, month: 1, day: 1)
    package var years = 3
    /// Shares of all records, in per mille.
    package var duplicates = 30
    package var repeats = 50
    package var groups = 15
    package var appeals = 5
    package var sameRespondent = 10
    package var hardNegatives = 10
    package var anonymous = 80
    /// nil: some for each year, fewer in a small archive.
    package var outbreaks: Int?
    /// In percent of the usual number of details: 100 gives about 190 characters a text.
    package var wordiness = 100
    /// In per mille of records.
    package var typingErrors = 70
    package var traditionalScript = 10
    package var fullWidthDigits = 15
    package var halfWidthPunctuation = 50
    package var scanNoise = 10

    package init(records: Int) { self.records = records }

    package var dayCount: Int {
        let (year, month, day) = start.parts
        return Day(year: year + years, month: month, day: min(day, 28)).number
            - Day(year: year, month: month, day: min(day, 28)).number
    }

    package var outbreakCount: Int { outbreaks ?? min(12 * years, max(3, records / 8000)) }

    /// nil, or what is wrong with it.
    package var problem: PlanError? {
        if !(1...Self.maximumRecords).contains(records) { return .recordsOutOfRange(records) }
        if !(1...20).contains(years) { return .yearsOutOfRange(years) }
        let shares = duplicates + repeats + groups + appeals + sameRespondent + hardNegatives
        if shares > 400 || [duplicates, repeats, groups, appeals, sameRespondent, hardNegatives].contains(where: { $0 < 0 }) {
            return .sharesOutOfRange(shares)
        }
        if !(0...1000).contains(anonymous) { return .sharesOutOfRange(anonymous) }
        if outbreakCount < 0 || outbreakCount > 5000 { return .outbreaksOutOfRange(outbreakCount) }
        return nil
    }
}

package enum PlanError: Error, Hashable, Sendable {
    case recordsOutOfRange(Int)
    case yearsOutOfRange(Int)
    case sharesOutOfRange(Int)
    case outbreaksOutOfRange(Int)

    /// What happened, where, and the remedy; for the developer at the terminal.
    package var notice: String {
        switch self {
        case .recordsOutOfRange(let n):
            "error: cannot make \(n) records\nwhere: --records\nremedy: give a number from 1 to \(Plan.maximumRecords)"
        case .yearsOutOfRange(let n): "error: cannot spread records over \(n) years\nwhere: --years\nremedy: give 1 to 20"
        case .sharesOutOfRange(let n):
            "error: shares of \(n) per mille do not fit\nwhere: --duplicates, --repeats, --groups, --appeals, "
                + "--same-respondent, --hard-negatives, --anonymous\nremedy: related records may make up 0 to 0.4 in all"
        case .outbreaksOutOfRange(let n): "error: cannot inject \(n) outbreaks\nwhere: --outbreaks\nremedy: give 0 to 5000"
        }
    }
}
