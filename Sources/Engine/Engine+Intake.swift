// The body's rules on what comes in: applied where they change a record, listed where a person must look (R02, R13, R14,
// R16, R17, R19, R23, R24, R27, R29, R92, R100).

import Archive
import Records
import Search

/// What changes or stops a record on its way in. A plain value: many threads use it at once.
struct IntakePolicy: Sendable {
    /// Nil where the rules leave records without a name as they are.
    private var profile: Profile?
    private var destroyed: Set<String> = []

    init() {}

    init(_ profile: Profile, destroyed: Set<String>) {
        self.profile = profile.anonymous == .accept ? nil : profile
        self.destroyed = destroyed
    }

    /// Records come in as they are, but for those that were destroyed.
    var leavesAsTheyAre: Bool { profile == nil }

    func apply(to object: inout JSONObject) { _ = profile?.applyAnonymousPolicy(to: &object) }
    func isDestroyed(_ id: String) -> Bool { !destroyed.isEmpty && destroyed.contains(id) }
}

package struct IntakeLine: Sendable {
    package var id: String
    package var findings: [IntakeFinding]
}

/// What a series of numbers lacks, and has twice.
package struct NumberLine: Sendable {
    package var series: String
    package var title: String
    package var count: Int
    package var first: Int
    package var last: Int
    /// Runs of serials that no record has.
    package var missing: [ClosedRange<Int>]
    /// A number that several records have.
    package var doubles: [(number: String, ids: [String])]
}

/// Papers of one case that should carry one number and do not (R17).
package struct NumberMismatch: Sendable {
    package var id: String
    package var registerNo: String
    package var paper: String
    package var number: String
}

package struct NumberReport: Sendable {
    package var lines: [NumberLine]
    package var mismatches: [NumberMismatch]
    /// Records whose register number is of another form.
    package var otherForms: Int
}

extension Engine {
    func intakePolicy() throws -> IntakePolicy {
        let profile = try profile()
        // A register there is only where there are files.
        let destroyed = SmallFile.size(folder.casesPath) == nil ? [] : Set(try cases().tombstones().flatMap(\.records))
        return IntakePolicy(profile, destroyed: destroyed)
    }

    /// A status follows another only as the rules say.
    func refuseStep(from before: Complaint, to after: Complaint) throws {
        guard let from = before.status?.canonicalText, let to = after.status?.canonicalText, from != to, let allowed = try profile().statuses(after: from),
            // A word the rules do not know at all is the body's own business.
            !allowed.contains(to), try profile().statuses(after: to) != nil
        else { return }
        throw CaseError.statusRefused(from: from, to: to, allowed: allowed)
    }

    /// What of one record a clerk should look at.
    func unloggedIntakeFindings(of id: String) throws -> [IntakeFinding] {
        guard let number = try recordNumbers(named: id).first, let version = try records.latest(of: number), !version.header.isWithdrawn else { return [] }
        return try profile().findings(of: Self.complaint(version))
    }

    /// The ladder of the profile (R94): months back and the step of each number of matters; no steps where it has none.
    package func ladderRules() throws -> (months: Int, steps: [String]) {
        let ladder = try profile().ladder
        return (ladder?.months ?? 12, ladder?.steps ?? [])
    }

    private func forEachVisible(_ body: (Complaint, _ isWithdrawn: Bool) throws -> Void) throws {
        let snapshot = try records.snapshot()
        let hidden = try viewer().isUnrestricted ? nil : Set(try view().searcher.allSequences(.all))
        try snapshot.forEachVersion { version in
            guard try snapshot.isHead(version.sequence) else { return true }
            if let hidden, !hidden.contains(version.sequence) { return true }
            try body(try Self.complaint(version), version.header.isWithdrawn)
            return true
        }
    }

    /// Records received in a period that do not go with the rules, and why.
    func unloggedIntakeReport(_ period: ClosedRange<CalendarDate>?) throws -> [IntakeLine] {
        let profile = try profile()
        var lines: [IntakeLine] = []
        try forEachVisible { record, isWithdrawn in
            guard !isWithdrawn, period.map({ $0.contains(record.receivedAt.date) }) ?? true else { return }
            let findings = profile.findings(of: record)
            if !findings.isEmpty { lines.append(IntakeLine(id: record.archiveID, findings: findings)) }
        }
        return lines
    }

    /// Series of register numbers and of 档号: what is missing, what is there twice; papers whose numbers disagree.
    ///
    /// A record that was taken back or destroyed keeps its number: it is no gap.
    func unloggedNumberReport() throws -> NumberReport {
        // A gap in what one may see would tell of what one may not.
        try require(\.mayAudit, "report numbers")
        let profile = try profile()
        var given: [String: (title: String, serials: [Int: [String]])] = [:]
        var report = NumberReport(lines: [], mismatches: [], otherForms: 0)
        let register = profile.numbering.first { $0.id == "register" }
        try forEachVisible { record, isWithdrawn in
            for series in profile.numbering {
                let numbers = series.id == "register" ? [record.registerNo].compactMap { $0 } : record.aliasNos.filter { $0.kind == series.title || $0.kind == series.id }.compactMap(\.no)
                for number in numbers {
                    guard let (name, serial) = series.pattern.parse(number) else {
                        if series.id == "register" { report.otherForms += 1 }
                        continue
                    }
                    given[name, default: (series.title, [:])].serials[serial, default: []].append(record.archiveID)
                }
            }
            if !isWithdrawn, let number = record.registerNo, let papers = register?.sameOn, !papers.isEmpty {
                for paper in record.evidenceDocs {
                    guard let type = paper.type, let no = paper.no, no != number, papers.contains(where: type.contains) else { continue }
                    report.mismatches.append(NumberMismatch(id: record.archiveID, registerNo: number, paper: type, number: no))
                }
            }
        }
        report.lines = given.sorted { $0.key < $1.key }.map { Self.line($0.key, $0.value.title, $0.value.serials) }
        report.lines += try referenceLines(profile)
        return report
    }

    private func referenceLines(_ profile: Profile) throws -> [NumberLine] {
        guard SmallFile.size(folder.casesPath) != nil else { return [] }
        var serials: [String: [Int: [String]]] = [:]
        for (series, last) in try cases().serialsGiven() { serials[series] = last > 0 ? [last: []] : [:] }
        for file in try cases().all() {
            guard let parts = file.referenceCode.flatMap({ profile.referenceCode.parse($0) }) else { continue }
            serials[parts.series, default: [:]][parts.file, default: []].append(file.id)
        }
        return serials.sorted { $0.key < $1.key }.map { series, given in
            var line = Self.line(series.replacing("|", with: " "), "档号", given)
            // Given once, and to a file that is no longer there: as missing as one never given.
            let lost = given.filter { $0.value.isEmpty }.keys
            line.count -= lost.count
            for serial in lost { line.missing.append(serial...serial) }
            return line
        }
    }

    private static func line(_ series: String, _ title: String, _ serials: [Int: [String]]) -> NumberLine {
        let sorted = serials.keys.sorted()
        var missing: [ClosedRange<Int>] = []
        var next = 1
        for serial in sorted {
            if serial > next { missing.append(next...(serial - 1)) }
            next = serial + 1
        }
        return NumberLine(
            series: series, title: title, count: serials.count, first: sorted.first ?? 0, last: sorted.last ?? 0, missing: missing,
            doubles: sorted.filter { serials[$0]!.count > 1 }.map { (series.replacing("#", with: String($0)), serials[$0]!) })
    }
}
