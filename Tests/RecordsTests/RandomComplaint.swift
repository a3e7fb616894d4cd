// Random records: a visitor that fills every member it is shown, so a new field is tested without a line here.

import Records
import TestSupport

/// Fills about half of the members. Values of identity members all contain `mark`, nothing else does.
struct RandomFiller: MemberVisitor {
    static let mark = "身份标记"

    var seed: Seed
    private var depth = 0
    private var isInParty = false
    private var serial = 0

    init(seed: Seed) { self.seed = seed }

    private mutating func isFilled() -> Bool { Int.random(in: 0..<2, using: &seed) == 0 }

    private mutating func secret() -> String {
        serial += 1
        return "\(Self.mark)\(serial)"
    }

    private mutating func word() -> String {
        isInParty ? secret() : "值" + String.random(using: &seed)
    }

    mutating func key(_ name: String, _ value: inout String?) {
        if isFilled() { value = isInParty ? secret() : "编\(UInt32.random(in: 0...UInt32.max, using: &seed))号" }
    }
    mutating func line(_ name: String, _ value: inout String?) { if isFilled() { value = word() } }
    mutating func text(_ name: String, _ value: inout String?) { if isFilled() { value = word() } }
    mutating func identityLine(_ name: String, _ value: inout String?) { if isFilled() { value = secret() } }

    mutating func lines(_ name: String, _ values: inout [String]) {
        if isFilled() { values = (0..<Int.random(in: 0...3, using: &seed)).map { _ in word() } }
    }

    mutating func code<Words>(_ name: String, _ value: inout Code<Words>?) { if isFilled() { value = code() } }

    mutating func codes<Words>(_ name: String, _ values: inout [Code<Words>]) {
        if isFilled() { values = [code(), code()] }
    }

    private mutating func code<Words>() -> Code<Words> {
        isFilled() ? Code("自定\(Int.random(in: 0..<9, using: &seed))") : Code(Words.allCases.randomElement(using: &seed)!)
    }

    mutating func flag(_ name: String, _ value: inout Bool?) { if isFilled() { value = Bool.random(using: &seed) } }

    mutating func count(_ name: String, _ value: inout Int?) {
        if isFilled() { value = Int.random(in: 0...100_000, using: &seed) }
    }

    mutating func amount(_ name: String, _ value: inout DecimalAmount?) {
        if isFilled() { value = DecimalAmount(thousandths: Int64.random(in: -(1 << 50)...(1 << 50), using: &seed)) }
    }

    mutating func date(_ name: String, _ value: inout CalendarDate?) {
        if isFilled() { value = CalendarDate.random(using: &seed) }
    }

    mutating func moment(_ name: String, _ value: inout Timestamp?) {
        let day = Timestamp(CalendarDate.random(using: &seed))
        if isFilled() {
            value = isFilled() ? day : Timestamp(seconds: day.seconds + Int64.random(in: 0..<86_400, using: &seed))
        }
    }

    mutating func part<Part: RecordPart>(_ name: String, _ value: inout Part?) throws(RecordError) {
        if isFilled() { value = try filled() }
    }

    mutating func parts<Part: RecordPart>(_ name: String, _ values: inout [Part]) throws(RecordError) {
        guard isFilled() else { return }
        for _ in 0..<Int.random(in: 0...3, using: &seed) { values.append(try filled()) }
    }

    private mutating func filled<Part: RecordPart>() throws(RecordError) -> Part {
        let wasInParty = isInParty
        isInParty = isInParty || Part.self == Party.self
        depth += 1
        var part = Part()
        try part.visit(&self)
        depth -= 1
        isInParty = wasInParty
        return part
    }

    mutating func map(_ name: String, _ value: inout JSONObject) { rest(&value) }

    mutating func rest(_ value: inout JSONObject) {
        guard isFilled() else { return }
        value = unknownMembers(depth: 2)
    }

    private static let identityNames = [
        "phone", "contactTel", "contact_tel", "Mobile No", "电话", "联系电话", "手机号", "联系方式", "投诉人", "举报人姓名", "身份证号",
        "IDCard", "家庭住址", "complainantName", "informant", "被投诉人电话", "姓 名", "ＰＨＯＮＥ",
    ]

    private mutating func unknownMembers(depth: Int) -> JSONObject {
        var object = JSONObject()
        for _ in 0..<Int.random(in: 0...4, using: &seed) {
            if !isInParty, isFilled() {
                let name = Self.identityNames.randomElement(using: &seed)!
                object.set(name, to: isFilled() ? .string(secret()) : .object(["值": .string(secret())]))
            } else if isInParty {
                object.set("附加\(serial)", to: .string(secret()))
            } else {
                let name = "其他\(Int.random(in: 0..<9, using: &seed))"
                switch Int.random(in: 0..<4, using: &seed) {
                case 0 where depth > 0: object.set(name, to: .object(unknownMembers(depth: depth - 1)))
                case 1 where depth > 0:
                    object.set(name, to: [1, .object(unknownMembers(depth: depth - 1)), .object(unknownMembers(depth: 0))])
                default: object.set(name, to: JSONValue.random(depth: 1, using: &seed))
                }
            }
        }
        return object
    }
}

extension Complaint {
    static func random(from seed: Seed) throws -> Complaint {
        var filler = RandomFiller(seed: seed)
        var complaint = Complaint()
        try complaint.visit(&filler)
        complaint.id = complaint.id ?? "A\(seed.start)"
        complaint.content = complaint.content ?? "内容"
        return complaint
    }
}
