// What rises in an area is told with the area's name, not with its code alone; and nobody learns a name from what he may not see.

import Engine
import Records
import TestSupport
import Testing

extension ServiceTests {
@Suite(.serialized, .timeLimit(.minutes(Patience.minutes))) struct AreaNameTests {
    /// Fourteen quiet weeks in three areas, and in the last one sixty records of one of them.
    private static func records(naming isNamed: Bool) -> [JSONObject] {
        let first = Int(CalendarDate(year: 2024, month: 1, day: 1)!.days)
        func made(_ id: String, _ day: Int, _ area: (code: String, name: String)) -> JSONObject {
            var object: JSONObject = [
                "id": .string(id), "receivedAt": .string(CalendarDate(days: Int32(first + day))!.text), "title": .string("第\(id)件"),
                "content": .string("\(id)反映的事"), "region": .string(area.code),
            ]
            if isNamed { object.set("regionName", to: .string(area.name)) }
            return object
        }
        let areas = [("330106", "试州市甲区"), ("330108", "试州市乙区"), ("330206", "验州市丙县")]
        var records: [JSONObject] = []
        for day in 0..<98 { for number in 0..<5 { records.append(made("Q\(day)-\(number)", day, areas[(day + number) % 3])) } }
        for number in 0..<60 { records.append(made("X\(number)", 91 + number % 7, areas[0])) }
        return records
    }

    @Test func `an alarm of an area has the area's name, and the city that of its districts`() async throws {
        let service = try await RunningService(records: Self.records(naming: true))
        let reply = await service.ask("GET", "/api/trends?by=region")
        let alarm = try #require(reply.json?["items"]?.array?.first { $0["key"]?.string == "330106" }, "\(reply.text)")
        #expect(alarm["name"]?.string == "试州市甲区")
        #expect(alarm["query"]?.string?.contains("330106") == true, "the query keeps the code")
        let names = reply.json?["names"]
        for (code, name) in [("330106", "试州市甲区"), ("330108", "试州市乙区"), ("330206", "验州市丙县")] { #expect(names?[code]?.string == name) }
        if let city = (reply.json?["items"]?.array ?? []).first(where: { $0["key"]?.string == "3301" }) { #expect(city["name"]?.string == "试州市") }
        await service.stop()
    }

    @Test func `where no record says its name an area stays a code`() async throws {
        let service = try await RunningService(records: Self.records(naming: false))
        let reply = await service.ask("GET", "/api/trends?by=region")
        let alarm = try #require(reply.json?["items"]?.array?.first { $0["key"]?.string == "330106" })
        #expect(alarm["name"] == nil && reply.json?["names"] == nil)
        await service.stop()
    }

    @Test func `a name that only a hidden record has is told to nobody who may not see it`() async throws {
        var records = Self.records(naming: false)
        var hidden = record("H1", "南巷的事，不外传", level: "机密", more: ["region": "330106", "regionName": "暗号市暗号区"])
        hidden.set("receivedAt", to: "2024-04-01")
        records.append(hidden)
        let service = try await RunningService(bindsRoles: true, records: records)
        let reply = await service.ask("GET", "/api/trends?by=region", ["Authorization: Bearer \(try service.token("analyst"))"])
        #expect(reply.status == 200 && reply.text.contains("330106") && !reply.text.contains("暗号"), "\(reply.status)")
        await service.stop()
    }
}
}
