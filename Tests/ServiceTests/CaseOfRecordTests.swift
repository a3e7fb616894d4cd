// A record tells which file it lies in, as soon as the file is opened, and tells nobody who may not see the file.

import Engine
import Records
import TestSupport
import Testing

extension ServiceTests {
@Suite struct CaseOfRecordTests {
    // Until it was filed nothing on a record said that it had a file: the page offered to open another one, which was refused.
    @Test func `a record names the file that it lies in`() async throws {
        let service = try await RunningService(bindsRoles: true, records: [record("R1", "北巷路灯不亮，请派人维修", level: "机密"), record("R2", "南巷路灯不亮，请派人维修"), record("R3", "西巷积水")])
        func ask(_ user: String, _ method: String, _ path: String, body: String? = nil) async throws -> Reply {
            await service.ask(method, path, ["Authorization: Bearer \(try service.token(user))", mark], body: body)
        }
        #expect(try await ask("maker", "POST", "/api/cases", body: "{\"records\":[\"R1\",\"R2\"]}").status == 201)
        #expect(try await ask("maker", "POST", "/api/cases", body: "{\"records\":[\"R3\"]}").status == 201)
        func file(_ user: String, _ id: String) async throws -> String? { try await ask(user, "GET", "/api/records/\(id)").json?["archive"]?["caseFile"]?.string }
        for id in ["R1", "R2"] { #expect(try await file("maker", id) == "AJ000001") }
        #expect(try await file("analyst", "R3") == "AJ000002")
        // A file names its records with day and title.
        let titles = try await ask("maker", "GET", "/api/cases/AJ000001").json?["items"]?.array?.first?["recordTitles"]?.array ?? []
        #expect(titles.compactMap { $0["id"]?.string } == ["R1", "R2"])
        #expect(titles.allSatisfy { $0["title"]?.string?.contains("路灯不亮") == true && $0["date"]?.string?.count == 10 }, "\(titles)")
        // Its other record is hidden from her, and so is the file.
        let refused = try await ask("analyst", "GET", "/api/cases/AJ000001")
        #expect([400, 403, 404].contains(refused.status) && !refused.text.contains("路灯"), "\(refused.status) \(refused.text)")
        let hers = try await ask("analyst", "GET", "/api/records/R2")
        #expect(hers.status == 200 && !hers.text.contains("AJ000001"), "\(hers.text)")
        await service.stop()
    }
}
}
