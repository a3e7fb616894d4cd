// The page's files: embedded in the program, told from each other by their path alone. No path of this machine is ever
// made of what somebody asks for.

import CPage
import HTTPTypes
import Hummingbird
import NIOCore

struct PageFiles: Sendable {
    private struct File: Sendable {
        let type: String
        let tag: String
        let body: ByteBuffer
    }

    private let files: [String: File]

    init() {
        var files: [String: File] = [:]
        for place in 0..<cpage_count() {
            var count = 0
            guard let bytes = unsafe cpage_bytes(place, &count) else { continue }
            // Holds: a constant of the program, of that size.
            let body = unsafe ByteBuffer(bytes: UnsafeBufferPointer(start: bytes, count: count))
            unsafe files[String(cString: cpage_path(place))] = File(
                type: String(cString: cpage_type(place)), tag: String(cString: cpage_tag(place)), body: body)
        }
        self.files = files
    }

    /// Nil when the page has no such file.
    func response(to request: Request) -> Response? {
        guard let file = files[request.uri.path], request.method == .get || request.method == .head else { return nil }
        var headers = HTTPFields()
        headers[.eTag] = file.tag
        // Asked for again each time, answered with 304 mostly: a new version is there at once.
        headers[.cacheControl] = "no-cache"
        headers[.contentSecurityPolicy] =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
            + "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
        headers[HTTPField.Name("Permissions-Policy")!] = "camera=(), microphone=(), geolocation=()"
        headers[HTTPField.Name("Cross-Origin-Opener-Policy")!] = "same-origin"
        if request.headers[.ifNoneMatch] == file.tag { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = file.type
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.body))
    }
}
