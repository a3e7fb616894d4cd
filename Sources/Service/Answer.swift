// Bytes of answers: one JSON object, or the lines that the command line prints.

import HTTPTypes
import Hummingbird
import NIOCore
import Records

extension Response {
    static func json(_ object: JSONObject, status: HTTPResponse.Status = .ok) -> Response {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1 << 12)
        object.write(into: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        return Response(bytes, type: "application/json", status: status)
    }

    init(_ bytes: [UInt8], type: String, status: HTTPResponse.Status = .ok) {
        var headers = HTTPFields()
        headers[.contentType] = type
        // Records of people: no cache on the way keeps them.
        headers[.cacheControl] = "no-store"
        self.init(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

extension JSONObject {
    /// Lines, one object each.
    static func lines(_ objects: some Sequence<JSONObject>) -> [UInt8] {
        var bytes: [UInt8] = []
        for object in objects {
            object.write(into: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }
}

extension HTTPField.Name {
    static let remoteUser = HTTPField.Name("X-Remote-User")!
    /// Every request that changes something carries it: a page of another origin cannot.
    static let pageMark = HTTPField.Name("X-Juanzong")!
    static let purpose = HTTPField.Name("X-Juanzong-Purpose")!
    static let forwardedProtocol = HTTPField.Name("X-Forwarded-Proto")!
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    static let crossOriginResourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy")!
    static let fetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
