import Records
import TestSupport
import Testing

@Suite struct CalendarDateTests {
    @Test func `every day from 1900 to 2200 agrees with a counter that walks the calendar`() throws {
        var days: Int32 = -25_567
        var weekday = 1  // 1900-01-01 was a Monday
        for year in 1900...2200 {
            let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
            for (month, length) in zip(1...12, [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
                for day in 1...length {
                    let date = try #require(CalendarDate(year: year, month: month, day: day))
                    let parts = date.components
                    if date.days != days || parts != (year, month, day) || date.weekday != weekday
                        || CalendarDate(days: days) != date
                    {
                        Issue.record("\(year)-\(month)-\(day) is wrong")
                    }
                    days += 1
                    weekday = weekday % 7 + 1
                }
                #expect(CalendarDate(year: year, month: month, day: length + 1) == nil)
            }
        }
        #expect(CalendarDate.last.days == days - 1)
        #expect(CalendarDate.first.text == "1900-01-01")
        #expect(CalendarDate.last.text == "2200-12-31")
        #expect(CalendarDate(days: days) == nil)
        #expect(CalendarDate(days: -25_568) == nil)
    }

    @Test(arguments: Seed.sample(8)) func `what is written is read back`(seed: Seed) throws {
        var seed = seed
        for _ in 0..<500 {
            let date = CalendarDate.random(using: &seed)
            #expect(try CalendarDate(parsing: date.text) == date)
            let (year, month, day) = date.components
            #expect(try CalendarDate(parsing: "\(year)/\(month)/\(day)") == date)
            #expect(try CalendarDate(parsing: "\(year)年\(month)月\(day)日") == date)
            let moment = try #require(
                Timestamp(seconds: Timestamp(date).seconds + Int64.random(in: 0..<86_400, using: &seed)))
            #expect(try Timestamp(parsing: moment.text) == moment)
            #expect(moment.date == date)
            #expect(try Timestamp(parsing: Timestamp(date).text) == Timestamp(date))
        }
    }

    @Test(arguments: [
        ("2024", "2024-01-01", "2024-12-31"), ("2024年", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"), ("2023年2月", "2023-02-01", "2023-02-28"),
        ("2024/3", "2024-03-01", "2024-03-31"), ("2024-03-15", "2024-03-15", "2024-03-15"),
        ("２０２４－０３", "2024-03-01", "2024-03-31"),
    ])
    func `a year, a month or a day names a range of days`(text: String, from: String, to: String) throws {
        #expect(CalendarDate.period(text) == (try CalendarDate(parsing: from)...CalendarDate(parsing: to)))
    }

    @Test(arguments: ["", "24", "2024-13", "2024年3", "2024-", "1899", "2024-02-30", "2024-3-", "202403", "abcd"])
    func `what names no days has no range`(text: String) {
        #expect(CalendarDate.period(text) == nil)
    }
}

@Suite struct TimestampTests {
    @Test(arguments: [
        ("2024-01-05", "2024-01-05"), (" 2024-01-05\n", "2024-01-05"), ("2024/1/5", "2024-01-05"),
        ("2024.1.5", "2024-01-05"), ("2024年1月5日", "2024-01-05"), ("2024年01月05号", "2024-01-05"),
        ("20240105", "2024-01-05"), ("２０２４年１月５日", "2024-01-05"), ("2024-02-29", "2024-02-29"),
        ("2024-01-05T08:30:00", "2024-01-05T08:30:00+08:00"), ("2024-01-05 08:30", "2024-01-05T08:30:00+08:00"),
        ("2024-01-05T00:30:00Z", "2024-01-05T08:30:00+08:00"), ("2024-01-05T20:30:00Z", "2024-01-06T04:30:00+08:00"),
        ("2024-01-05T08:30:00+08:00", "2024-01-05T08:30:00+08:00"),
        ("2024-01-05T08:30:00.123456+0800", "2024-01-05T08:30:00+08:00"),
        ("2024-01-05T08:30:00-05:00", "2024-01-05T21:30:00+08:00"), ("2024-01-05t08:30+09", "2024-01-05T07:30:00+08:00"),
        ("2024/1/5 8:30:00", "2024-01-05T08:30:00+08:00"), ("2024/1/5  8:05", "2024-01-05T08:05:00+08:00"),
        ("2024年1月5日 8时30分", "2024-01-05T08:30:00+08:00"), ("2024年1月5日8时", "2024-01-05T08:00:00+08:00"),
        ("2024年1月5日8点5分9秒", "2024-01-05T08:05:09+08:00"), ("2024年1月5日08:30", "2024-01-05T08:30:00+08:00"),
        ("2024年1月5日 下午3时5分", "2024-01-05T15:05:00+08:00"), ("2024/1/5 上午12:10:00", "2024-01-05T00:10:00+08:00"),
        ("2024/1/5 下午12:10", "2024-01-05T12:10:00+08:00"), ("20240105083000", "2024-01-05T08:30:00+08:00"),
        ("202401050830", "2024-01-05T08:30:00+08:00"), ("20240105T083000", "2024-01-05T08:30:00+08:00"),
        ("20240105 08:30:15", "2024-01-05T08:30:15+08:00"), ("2024-01-05 24:00:00", "2024-01-06T00:00:00+08:00"),
        ("2024-01-05　08：30：00", "2024-01-05T08:30:00+08:00"), ("1969-12-31T23:00:00+08:00", "1969-12-31T23:00:00+08:00"),
    ])
    func `the ways of Chinese tables are read`(text: String, meaning: String) throws {
        #expect(try Timestamp(parsing: text).text == meaning)
    }

    @Test(arguments: [
        ("", DateError.unreadable), ("5.1.2024", .unreadable), ("05/01/2024", .unreadable), ("24-01-05", .unreadable),
        ("2024-01", .unreadable), ("2024", .unreadable), ("2024-01-05x", .unreadable), ("2024-01-05 x", .unreadable),
        ("2024-01/05", .unreadable), ("2024-01-05T", .unreadable), ("2024-01-05T08", .unreadable),
        ("2024-01-0508:30", .unreadable), ("2024-01-05 08:30:", .unreadable), ("2024-01-05 08:30:00.", .unreadable),
        ("2024-01-05 08:30 +8", .unreadable), ("2024Y1M5D", .unreadable), ("2024-01-05 8h30", .unreadable),
        ("2024年1月5", .unreadable), ("1704412800", .unreadable), ("+2024-01-05", .unreadable), ("45296", .unreadable),
        ("2024-001-05", .unreadable), ("二〇二四年一月五日", .unreadable),
        ("2024-02-30", .impossible), ("2023-02-29", .impossible), ("2100-02-29", .impossible), ("2024-13-01", .impossible),
        ("2024-00-10", .impossible), ("2024-01-00", .impossible), ("20240230", .impossible),
        ("2024-01-05 25:00", .impossible), ("2024-01-05 08:60", .impossible), ("2024-01-05 08:30:60", .impossible),
        ("2024-01-05 24:01", .impossible), ("20240105256000", .impossible), ("2024-01-05 08:30+15:00", .impossible),
        ("1899-12-31", .outOfRange), ("2201-01-01", .outOfRange), ("0001-01-01", .outOfRange), ("9999-12-31", .outOfRange),
        ("2200-12-31T23:00:00Z", .outOfRange),
    ])
    func `what is no date is refused`(text: String, reason: DateError) {
        #expect(throws: reason) { try Timestamp(parsing: text) }
    }

    @Test(arguments: Seed.sample(16)) func `characters changed at random never crash and never mean another year`(seed: Seed) {
        var seed = seed
        for _ in 0..<300 {
            var scalars = Array("2024年1月5日 8时30分".unicodeScalars)
            for _ in 0..<Int.random(in: 1...4, using: &seed) {
                let place = Int.random(in: 0..<scalars.count, using: &seed)
                scalars[place] = Array("09年月日:-/ T+Z.午上下".unicodeScalars).randomElement(using: &seed)!
            }
            var text = String()
            text.unicodeScalars.append(contentsOf: scalars)
            if let moment = try? Timestamp(parsing: text) { #expect(CalendarDate.years.contains(moment.date.year)) }
        }
    }

    @Test func `a day alone sorts before its first second and both before its second`() throws {
        let moments = try ["2024-01-05", "2024-01-05 00:00:00", "2024-01-05 00:00:01"].map { try Timestamp(parsing: $0) }
        #expect(moments.sorted() == moments)
        #expect(moments[0] < moments[1])
    }
}

@Suite struct DecimalAmountTests {
    @Test(arguments: [
        ("1,234.50", 1_234_500), ("0", 0), ("-0.5", -500), ("+3", 3000), (".5", 500), ("12.3456", 12_346), ("12.3454", 12_345),
        ("1234.5600000000001", 1_234_560), ("１，２３４．５", 1_234_500), (" 7 ", 7000), ("1,000,000", 1_000_000_000),
        ("9223372036854775.807", Int64.max), ("007", 7000),
    ] as [(String, Int64)])
    func `plain numbers are read`(text: String, thousandths: Int64) {
        #expect(DecimalAmount(parsing: text)?.thousandths == thousandths)
    }

    @Test(arguments: [
        "", "-", ".", "5.", "1e5", "3500元", "1,23", "1,2345", ",123", "1,,234", "1.2.3", "--1", "0x1", "九", "1 000", "1.2,345",
        "9223372036854775.808", "99999999999999999999999", "9223372036854775.8079",
    ])
    func `anything else is refused`(text: String) {
        #expect(DecimalAmount(parsing: text) == nil)
    }

    @Test(arguments: Seed.sample(16)) func `what is written is read back`(seed: Seed) {
        var seed = seed
        for _ in 0..<100 {
            let bits = Int.random(in: 1...63, using: &seed)
            let number = Int64.random(in: Int64.min + 1...Int64.max, using: &seed) >> (63 - bits)
            let amount = DecimalAmount(thousandths: number)
            #expect(DecimalAmount(parsing: amount.text) == amount)
        }
    }
}

extension CalendarDate {
    static func random(using seed: inout Seed) -> CalendarDate {
        CalendarDate(days: Int32.random(in: first.days...last.days, using: &seed))!
    }
}
