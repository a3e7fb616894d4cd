// Writes a record as JSON (keys of the record schema) or as a row of CSV, straight into bytes.

final class RecordWriter {
    private let book: ThemeBook
    private let rules: Rules
    /// `,"category":["…","…","…"]` and the like, made once.
    private let categoryJSON: [[UInt8]]
    private let categoryCSV: [[UInt8]]
    private var scratch: [UInt8] = []

    private struct Rules {
        let complainant, name, address, handler, replyStart, replyEnd: Int32
        init(_ book: ThemeBook) {
            complainant = book.rule("投诉人"); name = book.rule("人名"); address = book.rule("家址")
            handler = book.rule("承办员"); replyStart = book.rule("答起"); replyEnd = book.rule("答收")
        }
    }

    init(_ book: ThemeBook) {
        self.book = book
        rules = Rules(book)
        categoryJSON = book.problems.indices.map {
            Array((",\"category\":\"" + book.categoryPath(of: $0).joined(separator: "/") + "\"").utf8)
        }
        categoryCSV = book.problems.indices.map { Array(book.categoryPath(of: $0).joined(separator: "/").utf8) }
    }

    static let csvHeader = Array(
        ("登记编号,标识,接收时间,类型,渠道,题名,内容,诉求,类别,区划代码,区划,被投诉单位,投诉人,联系电话,证件号码,地址,状态,牵头单位,承办人,办结时间,答复,满意度\r\n").utf8)

    /// The parts of a record that are neither text nor person.
    private struct Course {
        var day: Day
        var seconds: Int
        var closedDay: Day?
        var closedSeconds = 0
        var channel: StaticString
        var status: StaticString
    }

    private func course(_ origin: Origin, _ generator: Generator, _ random: inout RandomStream) -> Course {
        let schedule = generator.schedule
        let seconds = schedule.secondOfDay(of: origin.record, day: origin.day, jitter: random.next())
        let day = Day(number: schedule.start.number + origin.day)
        let drawn = random.below(100)
        let channel: StaticString =
            switch origin.telling.register {
            case .hotline: drawn < 93 ? "来电" : "微信"
            case .letter: drawn < 42 ? "来信" : drawn < 70 ? "领导信箱" : drawn < 88 ? "电子邮件" : "来访"
            case .online: drawn < 52 ? "网站" : drawn < 84 ? "微信" : drawn < 95 ? "手机应用" : "短信"
            case .elderly: drawn < 52 ? "来电" : drawn < 82 ? "来访" : "来信"
            case .form: drawn < 55 ? "来访" : drawn < 90 ? "网站" : "传真"
            }
        let delay = 1 + min(random.below(28), random.below(28))
        let closed = origin.day + delay < schedule.dayCount
        var status: StaticString = "办理中"
        if closed {
            let drawn = random.below(100)
            status = drawn < 90 ? "已办结" : drawn < 93 ? "不予受理" : drawn < 95 ? "已撤回" : drawn < 97 ? "待补正" : "办理中"
        }
        var course = Course(day: day, seconds: seconds, channel: channel, status: status)
        if closed, status.description == "已办结" {
            course.closedDay = Day(number: day.number + delay)
            course.closedSeconds = random.inside(8 * 3600 + 1800, 17 * 3600 + 1800)
        }
        return course
    }

    /// How the person shows on this record. A repeat may come with another phone, or without the identity number.
    private struct Person {
        var phoneSeed: UInt64
        var hasPhone = true
        var hasIdentityNumber: Bool
        var hasAddress: Bool
    }

    private func person(_ origin: Origin, _ random: inout RandomStream) -> Person {
        let seed = origin.telling.personSeed
        var shown = Person(
            phoneSeed: seed, hasIdentityNumber: random.chance(origin.telling.register == .form ? 800 : 220),
            hasAddress: random.chance(origin.telling.register == .hotline ? 250 : 550))
        shown.hasPhone = random.chance(970)
        guard let link = origin.link else { return shown }
        shown.hasPhone = true
        switch PersonEvidence(of: origin) {
        case .identityNumber:
            shown.phoneSeed = RandomStream.hash(seed, UInt64(link.record))
            shown.hasIdentityNumber = true
        case .address:
            shown.phoneSeed = RandomStream.hash(seed, UInt64(link.record))
            shown.hasIdentityNumber = false
            shown.hasAddress = true
        case .phone, .agent: break
        case .none:
            if link.relation == .source {
                shown.hasIdentityNumber = true
                shown.hasAddress = true
            }
        }
        return shown
    }

    func writeJSON(_ origin: Origin, _ draft: Draft, generator: Generator, into out: inout [UInt8]) {
        let narrator = generator.composer.narrator
        var random = RandomStream(RandomStream.hash(generator.seed, 0x2EC), UInt64(origin.record))
        let course = course(origin, generator, &random)
        let district = Gazetteer.districts[narrator.district]
        let problem = book.problems[origin.telling.problem]
        let theme = book.themes[problem.theme]
        let linked = origin.link != nil

        put("{\"id\":\"", &out)
        writeID(origin.record, into: &out)
        put("\",\"registerNo\":\"", &out)
        writeRegisterNumber(origin, course.day, generator.schedule, into: &out)
        put("\"", &out)
        let upstream = origin.link?.relation == .referral ? Int(origin.link!.of) : origin.record
        if origin.link?.relation == .source || origin.link?.relation == .referral || random.chance(110) {
            put(",\"origin\":\"", &out)
            put(["上级转办", "部门转办", "领导交办", "系统转办"][random.below(4)], &out)
            put("\",\"aliasNos\":[{\"kind\":\"上级编号\",\"no\":\"SJ", &out)
            var digits = RandomStream(RandomStream.hash(generator.seed, 0x5), UInt64(upstream))
            Numerals.write(generator.schedule.start.parts.year, into: &out)
            Numerals.writePadded(upstream, digits: 8, into: &out)
            Numerals.writePadded(digits.below(100), digits: 2, into: &out)
            put("\"}]", &out)
        }
        put(",\"receivedAt\":\"", &out)
        writeTime(course.day, course.seconds, into: &out)
        put("\",\"kind\":\"", &out)
        put(origin.kind.rawValue, &out)
        put("\",\"channel\":\"", &out)
        put(course.channel, &out)
        put("\"", &out)
        if origin.telling.register == .form {
            put(",\"formType\":\"", &out)
            put(formType(theme.name), &out)
            put("\"", &out)
        }
        // Telephone tickets often have no title.
        if !(origin.telling.register == .hotline && random.chance(150)) {
            put(",\"title\":\"", &out)
            escape(draft.title, into: &out)
            put("\"", &out)
        }
        put(",\"content\":\"", &out)
        escape(draft.content, into: &out)
        put("\"", &out)
        if !draft.demand.isEmpty {
            put(",\"demand\":\"", &out)
            escape(draft.demand, into: &out)
            put("\"", &out)
        }
        out.append(contentsOf: categoryJSON[origin.telling.problem])
        put(",\"region\":\"", &out)
        put(district.code, &out)
        put("\",\"regionName\":\"", &out)
        put(district.city, &out)
        put(district.name, &out)
        put("\"", &out)
        if linked || !random.chance(60) {
            put(",\"respondents\":[{\"unit\":\"", &out)
            narrator.write(book.anchors[problem.anchor].unitRule, into: &out)
            put("\"", &out)
            if random.chance(70) {
                put(",\"person\":\"", &out)
                narrator.write(rules.name, ofPerson: origin.telling.matterSeed, into: &out)
                put("\"", &out)
            }
            put("}]", &out)
        }
        if let amount = draft.firstAmount, random.chance(400) {
            put(",\"amountClaimed\":", &out)
            Numerals.write(amount, into: &out)
        }
        if origin.isAnonymous {
            put(",\"namedState\":\"匿名\"", &out)
        } else {
            put(",\"namedState\":\"实名\",\"complainants\":[{\"name\":\"", &out)
            narrator.write(rules.complainant, into: &out)
            let shown = person(origin, &random)
            if shown.hasPhone { put("\",\"phone\":\"", &out); writePhone(shown.phoneSeed, into: &out) }
            if shown.hasIdentityNumber { put("\",\"idNo\":\"", &out); writeIdentityNumber(origin.telling.personSeed, into: &out) }
            if shown.hasAddress {
                put("\",\"address\":\"", &out)
                narrator.write(rules.address, into: &out)
            }
            put("\"}]", &out)
            if origin.link?.relation == .byAgent {
                let seed = RandomStream.hash(origin.telling.personSeed, 0xA6E)
                put(",\"agent\":{\"name\":\"", &out)
                narrator.write(rules.name, ofPerson: seed, into: &out)
                put("\",\"phone\":\"", &out)
                writePhone(seed, into: &out)
                put("\"}", &out)
            }
        }
        // Some appeals name what they appeal against; the others say so in words only.
        if let link = origin.link, link.relation == .appeal, random.chance(600) {
            put(",\"appealOf\":\"", &out)
            writeID(Int(link.of), into: &out)
            put("\"", &out)
        }
        put(",\"status\":\"", &out)
        put(course.status, &out)
        put("\",\"leadUnit\":\"", &out)
        narrator.write(theme.leadUnit, into: &out)
        put("\",\"handler\":\"", &out)
        writeHandler(origin, narrator.district, narrator, &random, into: &out)
        put("\"", &out)
        if let closed = course.closedDay {
            put(",\"closedAt\":\"", &out)
            writeTime(closed, course.closedSeconds, into: &out)
            put("\"", &out)
            if random.chance(420) {
                put(",\"reply\":\"", &out)
                writeReply(theme, narrator, into: &out)
                put("\"", &out)
            }
            let verdict = random.below(100)
            if origin.kind == .inquiry || origin.kind == .suggestion {
                // Nothing to verify.
            } else {
            put(",\"verified\":\"", &out)
            put(verdict < 44 ? "属实" : verdict < 68 ? "部分属实" : verdict < 86 ? "不属实" : "无法查实", &out)
            put("\"", &out)
            }
            if !origin.isAnonymous, random.chance(550) {
                let mood = random.below(100)
                put(",\"satisfaction\":\"", &out)
                put(mood < 48 ? "满意" : mood < 70 ? "较满意" : mood < 84 ? "一般" : "不满意", &out)
                put("\"", &out)
            }
        }
        put("}\n", &out)
    }

    func writeCSV(_ origin: Origin, _ draft: Draft, generator: Generator, into out: inout [UInt8]) {
        let narrator = generator.composer.narrator
        var random = RandomStream(RandomStream.hash(generator.seed, 0x2EC), UInt64(origin.record))
        let course = course(origin, generator, &random)
        let district = Gazetteer.districts[narrator.district]
        let problem = book.problems[origin.telling.problem]
        let theme = book.themes[problem.theme]
        writeRegisterNumber(origin, course.day, generator.schedule, into: &out)
        put(",", &out)
        writeID(origin.record, into: &out)
        put(",", &out)
        writeTime(course.day, course.seconds, into: &out)
        put(",", &out)
        put(origin.kind.rawValue, &out)
        put(",", &out)
        put(course.channel, &out)
        put(",", &out)
        quote(draft.title, into: &out)
        put(",", &out)
        quote(draft.content, into: &out)
        put(",", &out)
        quote(draft.demand, into: &out)
        put(",", &out)
        out.append(contentsOf: categoryCSV[origin.telling.problem])
        put(",", &out)
        put(district.code, &out)
        put(",", &out)
        put(district.city, &out)
        put(district.name, &out)
        put(",", &out)
        narrator.write(book.anchors[problem.anchor].unitRule, into: &out)
        put(",", &out)
        if origin.isAnonymous {
            put("匿名,,,,", &out)
        } else {
            let shown = person(origin, &random)
            narrator.write(rules.complainant, into: &out)
            put(",", &out)
            if shown.hasPhone { writePhone(shown.phoneSeed, into: &out) }
            put(",", &out)
            if shown.hasIdentityNumber { writeIdentityNumber(origin.telling.personSeed, into: &out) }
            put(",", &out)
            if shown.hasAddress { narrator.write(rules.address, into: &out) }
            put(",", &out)
        }
        put(course.status, &out)
        put(",", &out)
        narrator.write(theme.leadUnit, into: &out)
        put(",", &out)
        writeHandler(origin, narrator.district, narrator, &random, into: &out)
        put(",", &out)
        if let closed = course.closedDay {
            writeTime(closed, course.closedSeconds, into: &out)
            put(",", &out)
            scratch.removeAll(keepingCapacity: true)
            if random.chance(420) { writeReply(theme, narrator, into: &scratch) }
            quote(scratch, into: &out)
            put(",", &out)
            if !origin.isAnonymous, random.chance(550) {
                let mood = random.below(100)
                put(mood < 48 ? "满意" : mood < 70 ? "较满意" : mood < 84 ? "一般" : "不满意", &out)
            }
        } else {
            put(",,", &out)
        }
        put("\r\n", &out)
    }

    // MARK: Pieces

    private func formType(_ theme: String) -> String {
        switch theme {
        case "欠薪": "劳动保障监察举报投诉登记表"
        case "医患": "医疗投诉登记表"
        case "预付卡", "网购", "食品", "汽车", "租房装修": "消费者投诉登记表"
        default: "投诉举报登记表"
        }
    }

    private func writeReply(_ theme: Theme, _ narrator: Narrator, into out: inout [UInt8]) {
        narrator.write(rules.replyStart, into: &out)
        narrator.write(theme.answers, into: &out)
        put("。", &out)
        narrator.write(rules.replyEnd, into: &out)
    }

    /// One of some forty people of the district and theme.
    private func writeHandler(
        _ origin: Origin, _ district: Int, _ narrator: Narrator, _ random: inout RandomStream, into out: inout [UInt8]
    ) {
        let rank = random.longTailRank(bits: 5)
        let place = UInt64(district * 100 + book.problems[origin.telling.problem].theme)
        narrator.write(rules.handler, ofPerson: RandomStream.hash(place << 8 | UInt64(rank), 0x4A4D), into: &out)
    }

    private func put(_ text: StaticString, _ out: inout [UInt8]) {
        // Holds: a static string of this file lies in the program's constant data.
        unsafe out.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private func put(_ text: String, _ out: inout [UInt8]) { out.append(contentsOf: text.utf8) }

    static func writeID(_ record: Int, into out: inout [UInt8]) {
        out.append(67)
        Numerals.writePadded(record, digits: 9, into: &out)
    }
    private func writeID(_ record: Int, into out: inout [UInt8]) { Self.writeID(record, into: &out) }

    /// RX, the date, and the record's number within its day: no gaps.
    private func writeRegisterNumber(_ origin: Origin, _ day: Day, _ schedule: Schedule, into out: inout [UInt8]) {
        put("RX", &out)
        let (year, month, dayOfMonth) = day.parts
        Numerals.write(year, into: &out)
        Numerals.writePadded(month, digits: 2, into: &out)
        Numerals.writePadded(dayOfMonth, digits: 2, into: &out)
        Numerals.writePadded(origin.record - schedule.firstRecord[origin.day] + 1, digits: 6, into: &out)
    }

    private func writeTime(_ day: Day, _ seconds: Int, into out: inout [UInt8]) {
        let (year, month, dayOfMonth) = day.parts
        Numerals.write(year, into: &out)
        out.append(45)
        Numerals.writePadded(month, digits: 2, into: &out)
        out.append(45)
        Numerals.writePadded(dayOfMonth, digits: 2, into: &out)
        out.append(84)
        Numerals.writePadded(seconds / 3600, digits: 2, into: &out)
        out.append(58)
        Numerals.writePadded(seconds / 60 % 60, digits: 2, into: &out)
        out.append(58)
        Numerals.writePadded(seconds % 60, digits: 2, into: &out)
        put("+08:00", &out)
    }

    /// 154 and 164: eleven digits that look like a mobile number, of series no operator has been given.
    private func writePhone(_ seed: UInt64, into out: inout [UInt8]) {
        var random = RandomStream(seed, 0x154)
        put(random.chance(500) ? "154" : "164", &out)
        Numerals.writePadded(random.below(100_000_000), digits: 8, into: &out)
    }

    /// GB 11643 with a region code that does not exist; the check digit is right.
    private func writeIdentityNumber(_ seed: UInt64, into out: inout [UInt8]) {
        var random = RandomStream(seed, 0x1D)
        let start = out.count
        put(Gazetteer.districts[random.below(Gazetteer.districts.count)].code, &out)
        Numerals.write(PersonFacts.birthYear(seed), into: &out)
        Numerals.writePadded(random.inside(1, 12), digits: 2, into: &out)
        Numerals.writePadded(random.inside(1, 28), digits: 2, into: &out)
        Numerals.writePadded(random.below(500) * 2 + (PersonFacts.isMale(seed) ? 1 : 0), digits: 3, into: &out)
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
        var sum = 0
        for (index, weight) in weights.enumerated() { sum += (Int(out[start + index]) - 48) * weight }
        out.append(Array("10X98765432".utf8)[sum % 11])
    }

    private func escape(_ text: [UInt8], into out: inout [UInt8]) {
        if !text.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) { return out.append(contentsOf: text) }
        for byte in text {
            switch byte {
            case 10: put("\\n", &out)
            case 0x22: put("\\\"", &out)
            case 0x5C: put("\\\\", &out)
            default: out.append(byte)
            }
        }
    }

    private func quote(_ text: [UInt8], into out: inout [UInt8]) {
        if !text.contains(where: { $0 == 10 || $0 == 0x22 || $0 == 0x2C }) { return out.append(contentsOf: text) }
        put("\"", &out)
        for byte in text {
            if byte == 0x22 { out.append(0x22) }
            out.append(byte)
        }
        put("\"", &out)
    }
}

/// By what a later record shows that it comes from the same person.
package enum PersonEvidence: String, Sendable {
    case phone, identityNumber = "idNo", address, agent

    /// nil when the record is no later filing of the same person.
    package init?(of origin: Origin) {
        guard let link = origin.link, origin.matter != origin.record, link.relation != .anonymousAgain else { return nil }
        if link.relation == .byAgent { self = .agent; return }
        guard link.relation.isRepeat || link.relation == .appeal else { self = .phone; return }
        switch RandomStream.hash(UInt64(link.record), 0xE71D) % 20 {
        case ..<12: self = .phone
        case ..<17: self = .identityNumber
        default: self = .address
        }
    }
}
