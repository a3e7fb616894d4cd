// 登记编号: a record that comes without any number gets the next one of the body's register (R16–R18).
//
// Nothing is counted beside the records: the next number is one above the highest that a record has or had in its series. So a
// run that is killed loses no number, one that was taken back or destroyed is not given again, and numbers of an old system are
// gone on from.

import Archive
import Records

struct NumberIssue {
    /// Nil where the rules have no register.
    private let pattern: NumberPattern?
    private let intake: IntakePolicy
    /// The last serial by what stands before it.
    private var last: [String: Int] = [:]

    init(_ profile: Profile, _ intake: IntakePolicy) {
        pattern = profile.numbering.first { $0.id == "register" }?.pattern
        self.intake = intake
    }

    /// Gives a number to a record that has neither `id` nor `registerNo`, of the series of the day on which it was received.
    mutating func number(_ object: inout JSONObject, _ stored: borrowing RecordSnapshot) throws {
        func isGiven(_ key: String) -> Bool { object[key].map { !$0.isNull && $0.string.map { !$0.allSatisfy(\.isWhitespace) } ?? true } ?? false }
        guard let pattern, !isGiven("id"), !isGiven("registerNo"), let text = object["receivedAt"]?.string,
            let date = try? Timestamp(parsing: text).date
        else { return }
        let prefix = pattern.prefix(on: date)
        var serial = try last[prefix] ?? highest(pattern, prefix, date, stored)
        var number: String
        repeat {
            serial += 1
            number = pattern.number(serial, on: date)
            // Also a number that somebody else's system gave, out of its order.
        } while try intake.isDestroyed(number) || !stored.recordNumbers(alias: AliasName.folded(number), includingFormer: true).isEmpty
        last[prefix] = serial
        object.set("registerNo", to: .string(number))
    }

    private func highest(_ pattern: NumberPattern, _ prefix: String, _ date: CalendarDate, _ stored: borrowing RecordSnapshot) throws -> Int {
        guard let folded = NumberPattern(AliasName.folded(pattern.text)) else { return 0 }
        // Numbers of one length stand in their order; longer ones stand among them, and are looked for only if there are any.
        let isLong = try !stored.recordNumbers(
            alias: AliasName.folded(pattern.number(Self.power(pattern.digits), on: date)), includingFormer: true).isEmpty
        let series = folded.parse(AliasName.folded(pattern.number(1, on: date)))?.series
        var highest = 0
        try stored.forEachAlias(prefix: AliasName.folded(prefix)) { name in
            guard let found = folded.parse(name), found.series == series else { return true }
            highest = max(highest, found.serial)
            return isLong
        }
        return highest
    }

    private static func power(_ digits: Int) -> Int { (0..<digits).reduce(1) { value, _ in value * 10 } }
}
