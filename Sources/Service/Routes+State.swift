// The state of the service itself: its document, its figures for Prometheus.

import Answers
import COpenAPI
import Engine
import HTTPTypes
import Hummingbird
import NIOCore
import Records

extension ArchiveService {
    func addStateRoutes(_ table: RouteTable) {
        var count = 0
        let bytes = unsafe copenapi_bytes(&count)
        // Holds: a constant of the program, of that size.
        let document = unsafe ByteBuffer(bytes: UnsafeBufferPointer(start: bytes, count: count))
        table.on(.get, "/api/openapi.json") { _ in
            var headers = HTTPFields()
            headers[.contentType] = "application/json"
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: document))
        }
        table.on(.get, "/api/metrics") { call in
            let service = call.service
            // Figures tell of the archive: for who administers it.
            try await call.read { try $0.requireAdministrator("metrics") }
            let text = service.metrics.text(gauges: [
                ("juanzong_reads_waiting", "Reads waiting or running.", service.readers.waitingCount),
                ("juanzong_verbs_waiting", "Verbs waiting or running.", service.verbs.waitingCount),
                ("juanzong_writes_waiting", "Record writes waiting.", service.writers.waitingCount),
                ("juanzong_resident_bytes", "Memory of the process.", ServiceMetrics.residentBytes),
            ])
            return Response(Array(text.utf8), type: "text/plain; version=0.0.4; charset=utf-8")
        }
    }
}
