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
        /// For browsers that take gzip; nil where it would not be smaller.
        let compressed: ByteBuffer?
    }

    private let files: [String: File]

    init() {
        var files: [String: File] = [:]
        for place in 0..<cpage_count() {
            var count = 0
            guard let bytes = unsafe cpage_bytes(place, &count) else { continue }
            // Holds: a constant of the program, of that size.
            let content = unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: count))
            let type = unsafe String(cString: cpage_type(place))
            let served = type.hasPrefix("text/javascript") ? PageText.script(content) : type.hasPrefix("text/css") ? PageText.styleSheet(content) : type.hasPrefix("text/html") ? PageText.page(content) : content
            unsafe files[String(cString: cpage_path(place))] = File(
                type: type, tag: Self.tag(served), body: ByteBuffer(bytes: served), compressed: Gzip.compressed(served).map { ByteBuffer(bytes: $0) })
        }
        self.files = files
    }

    /// Of all files together, as they are sent to whoever takes nothing compressed.
    var bytes: Int { files.values.reduce(0) { $0 + $1.body.readableBytes } }

    /// The same for whoever takes gzip.
    var compressedBytes: Int { files.values.reduce(0) { $0 + ($1.compressed ?? $1.body).readableBytes } }

    /// Strong: tells contents apart, nothing more (FNV-1a).
    private static func tag(_ content: [UInt8]) -> String {
        let hash = content.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "\"\(String(hash, radix: 16))\""
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
        headers[.vary] = "Accept-Encoding"
        // Proxies mark what they compressed themselves as weak.
        let known = request.headers[.ifNoneMatch]
        let compressedTag = file.tag.dropLast() + "-gzip\""
        if let known, [file.tag, "W/\(file.tag)", String(compressedTag), "W/\(compressedTag)"].contains(known) { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = file.type
        if let compressed = file.compressed, request.headers[.acceptEncoding]?.contains("gzip") == true {
            headers[.contentEncoding] = "gzip"
            headers[.eTag] = String(compressedTag)
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: compressed))
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.body))
    }
}
