// Which route a path belongs to, as the router decides it.

import HTTPTypes
import Testing

@testable import Service

@Suite struct RouteTemplateTests {
    private let table: RouteTemplates = {
        var table = RouteTemplates()
        table.add(.get, "/api/records/{id}")
        table.add(.post, "/api/records/batch")
        table.add(.delete, "/api/records/{id}")
        table.add(.get, "/api/search")
        return table
    }()

    @Test(arguments: [
        ("/api/search", "/api/search", [HTTPRequest.Method.get]), ("/api/search/", "/api/search", [.get]), ("//api//search", "/api/search", [.get]),
        ("/api/records/R1", "/api/records/{id}", [.get, .delete]), ("/api/records/batch", "/api/records/batch", [.post]),
        ("/api/records/{id}", "/api/records/{id}", [.get, .delete]), ("/api/records", nil, []), ("/api/records/R1/x", nil, []), ("", nil, []), ("/", nil, []),
    ] as [(path: String, template: String?, methods: [HTTPRequest.Method])])
    func `a path written out goes before one with a piece left open`(path: String, template: String?, methods: [HTTPRequest.Method]) {
        #expect(table.template(of: path) == template)
        #expect(table.methods(of: path) == methods)
    }
}
