// The rules of one body as plain values: what a profile file says, checked. No procedure is code.

import Records

package struct Profile: Sendable {
    package var id: String
    package var title: String
    /// The document the rules are taken from.
    package var source: String?
    package var note: String?

    // MARK: Registration

    package var forms: [Form] = []
    /// Fields that every record should have (R02).
    package var required: [String] = []
    package var categoryVersion: String?
    package var categories: [String] = []
    /// Former version → old path → new path, so that counts over years stay comparable.
    package var formerCategories: [String: [String: String]] = [:]
    package var kinds: [String] = []
    package var channels: [String] = []
    package var numbering: [NumberSeries] = []
    /// Status → those that may follow.
    package var flow: [String: [String]] = [:]
    package var anonymous = AnonymousPolicy.accept
    /// This many different persons about one matter are asked to send a representative (R92).
    package var groupSizeMin: Int?
    package var ladder: Ladder?
    package var limitationYears: Int?

    // MARK: Time limits

    package var deadlines: [DeadlineRule] = []
    package var pauses: [String: [String]] = [:]
    package var movesOffRestDays = false
    package var assumesWeekends = false

    // MARK: Result

    /// Channel (or `*`) → ways in which a reply may be given (R61).
    package var replyModes: [String: [String]] = [:]
    package var feedbackParties: [String] = []
    /// What a report of an investigation, and a reply, must speak of (R57).
    package var reportSections: [String] = []
    package var replySections: [String] = []

    // MARK: Archive

    package var retention = RetentionTable()
    package var referenceCode = ReferencePattern()
    package var order: [DocumentGroup] = []
    package var checks: [String] = []

    // MARK: Access

    package var roles: [Role] = []
    package var users: [UserBinding] = []
    /// 初查保密 and the like: by stage of the procedure.
    package var secrecy: [SecrecyRule] = []

    package init(id: String, title: String) {
        self.id = id
        self.title = title
    }
}

/// A named form: its columns and the fields they feed.
package struct Form: Sendable {
    package var id: String
    package var columns: [(name: String, field: String)]
    /// Where each column stands in the profile's file, for those who must mend it.
    package var places: [ProfileNode] = []

    package init(id: String, columns: [(name: String, field: String)]) { (self.id, self.columns) = (id, columns) }

    /// The field map by which a table with these columns is imported.
    package var mapText: String {
        var feeds: [(field: String, columns: [String])] = []
        for (name, field) in columns {
            if let place = feeds.firstIndex(where: { $0.field == field }) {
                feeds[place].columns.append(name)
            } else {
                feeds.append((field, [name]))
            }
        }
        let quoted = { (text: String) in "\"" + text + "\"" }
        let lines = feeds.map { feed in
            let value = feed.columns.count == 1
                ? "{from: \(quoted(feed.columns[0])), optional: true}"
                : "{join: [\(feed.columns.map(quoted).joined(separator: ", "))], optional: true}"
            return "  \(feed.field): \(value)\n"
        }
        return "fields:\n  formType: {constant: \(quoted(id))}\n" + lines.joined()
    }
}

package struct NumberSeries: Sendable {
    package var id: String
    package var title: String
    /// Such as `TJ{year}-{serial:5}`.
    package var pattern: NumberPattern
    /// Papers that carry the same number (R17).
    package var sameOn: [String] = []
}

/// A number made of fixed text, the year or month and a serial.
package struct NumberPattern: Hashable, Sendable {
    enum Piece: Hashable, Sendable {
        case text(String)
        case year, month, day
        case serial(digits: Int)
    }

    package let text: String
    let pieces: [Piece]

    /// Nil when a brace is not closed, a name is unknown, or there is not exactly one serial.
    package init?(_ text: String) {
        self.text = text
        var pieces: [Piece] = []
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{") {
            if open > rest.startIndex { pieces.append(.text(String(rest[..<open]))) }
            guard let close = rest[open...].firstIndex(of: "}") else { return nil }
            let words = rest[rest.index(after: open)..<close].split(separator: ":")
            switch words.first {
            case "year": pieces.append(.year)
            case "month": pieces.append(.month)
            case "day": pieces.append(.day)
            case "serial":
                guard let digits = words.count == 2 ? Int(words[1]) : 1, (1...9).contains(digits) else { return nil }
                pieces.append(.serial(digits: digits))
            default: return nil
            }
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        guard pieces.count(where: { if case .serial = $0 { true } else { false } }) == 1 else { return nil }
        self.pieces = pieces
    }

    /// What stands before the serial.
    package func prefix(on date: CalendarDate) -> String {
        let whole = number(1, on: date)
        var behind = 0
        for piece in pieces.reversed() {
            switch piece {
            case .serial(let digits): return String(whole.dropLast(behind + digits))
            case .text(let text): behind += text.count
            case .year: behind += 4
            case .month, .day: behind += 2
            }
        }
        return ""
    }

    /// Digits that a serial has at least.
    package var digits: Int {
        for piece in pieces { if case .serial(let digits) = piece { return digits } }
        return 1
    }

    package func number(_ serial: Int, on date: CalendarDate) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .year: String(date.year)
            case .month: Self.padded(date.month, 2)
            case .day: Self.padded(date.day, 2)
            case .serial(let digits): Self.padded(serial, digits)
            }
        }.joined()
    }

    /// Series (everything but the serial) and serial of a number of this pattern; nil for any other text.
    package func parse(_ number: String) -> (series: String, serial: Int)? {
        var rest = Substring(number)
        var series = ""
        var found: Int?
        for (place, piece) in pieces.enumerated() {
            switch piece {
            case .text(let text):
                guard rest.hasPrefix(text) else { return nil }
                series += text
                rest = rest.dropFirst(text.count)
            case .year, .month, .day:
                let digits = rest.prefix(piece == .year ? 4 : 2)
                guard digits.allSatisfy(\.isASCIIDigit), digits.count == (piece == .year ? 4 : 2) else { return nil }
                series += digits
                rest = rest.dropFirst(digits.count)
            case .serial(let count):
                let all = rest.prefix(while: \.isASCIIDigit)
                // A long year has more serials than digits: only other digits behind it can end it.
                let next = place + 1 < pieces.count ? pieces[place + 1] : .text("")
                let isOpenEnded = if case .text = next { true } else { false }
                let digits = isOpenEnded ? all : all.prefix(count)
                guard digits.count >= count, let serial = Int(digits) else { return nil }
                found = serial
                series += "#"
                rest = rest.dropFirst(digits.count)
            }
        }
        return rest.isEmpty ? found.map { (series, $0) } : nil
    }

    static func padded(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}

/// What becomes of a complaint without a name (R100).
package enum AnonymousPolicy: String, CaseIterable, Sendable { case accept, asReport, refuse }

/// How many verified matters in so many months lead to which step (R94).
package struct Ladder: Sendable {
    package var months = 12
    package var steps: [String]
}

/// Part, and the kinds of documents in their order (卷内排列).
package struct DocumentGroup: Sendable {
    package var title: String
    package var types: [String]
    /// 副卷: never leaves the body.
    package var isInner = false
}

package struct Role: Sendable {
    package var id: String
    package var title: String
    /// Levels the role may read; records without a level are internal.
    package var levels: [String]
    /// Categories the role may read although others may not; `*` is all.
    package var restricted: [String] = []
    package var maySeeIdentity = false
    package var mayExport = false
    package var mayDestroy = false
    package var mayAdminister = false
    package var mayWrite = false
}

/// While records are in a stage of the procedure they have this level at least (R102: 初步调查应当保密).
package struct SecrecyRule: Sendable {
    package var condition = RecordCondition()
    /// Moments of `CaseTimeline` with any of which the stage is over; none is never.
    package var until: [String] = []
    package var level: String
    package var basis: String?

    package init(level: String) { self.level = level }

    package func holds(for record: Complaint) -> Bool {
        guard condition.holds(for: record) else { return false }
        let timeline = CaseTimeline(record)
        return !until.contains { timeline.first($0) != nil }
    }
}

/// A user of the operating system and what the body lets him do.
package struct UserBinding: Sendable {
    package var name: String
    package var roles: [String]
    /// Names and units by which complaints may be about this user: such records are hidden from him (S07, R104).
    package var alsoKnownAs: [String] = []
}
