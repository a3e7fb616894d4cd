// Tokens: for machines, and for people at a browser without a proxy that knows them. `tokens.jsonl` in the archive holds
// only their hashes, so a copy of the file opens nothing; each acts as one user of the profile, until a day.
//
// The hash covers the archive's own number too: a token of another archive, or of a copy made into another, opens nothing.

import Engine
import Glibc
import Records
import Synchronization

package struct AccessToken: Sendable, Hashable {
    package var id: String
    package var name: String
    package var user: String
    /// Seconds since 1970.
    package var created: Int64
    package var expires: Int64
    package var revoked: Int64?
    var hash: String

    package var isAlive: Bool { revoked == nil && TokenStore.now < expires }
}

package final class TokenStore: Sendable {
    private struct Known {
        var stamp: [Int64] = []
        var tokens: [String: AccessToken] = [:]
    }

    package let path: String
    private let archiveID: String
    private let known = Mutex(Known())
    private static let mark = "jz"

    package init(archivePath: String, archiveID: String) {
        path = archivePath + "/tokens.jsonl"
        self.archiveID = archiveID
    }

    static var now: Int64 { Int64(time(nil)) }

    // MARK: Looking up

    /// The token that is alive, by what its holder sends.
    func holder(of text: some StringProtocol) -> AccessToken? {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == Self.mark, let token = holder(id: String(parts[1])) else { return nil }
        return Self.isSame(token.hash, hash(id: token.id, secret: parts[2])) ? token : nil
    }

    func holder(id: String) -> AccessToken? {
        guard let token = current()[id], token.isAlive else { return nil }
        return token
    }

    package func all() -> [AccessToken] { current().values.sorted { ($0.created, $0.id) < ($1.created, $1.id) } }

    /// Read anew when the file was replaced: a token that was revoked opens nothing from the next request on.
    private func current() -> [String: AccessToken] {
        var status = stat()
        let exists = unsafe stat(path, &status) == 0
        let stamp = exists ? [Int64(status.st_ino), Int64(status.st_size), Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec)] : []
        return known.withLock { known in
            if known.stamp == stamp { return known.tokens }
            known.stamp = stamp
            known.tokens = [:]
            guard exists, let bytes = try? Engine.fileBytes(path) else { return known.tokens }
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                guard let object = (try? JSONValue.parse(Array(line)))?.objectValue, let token = AccessToken(object) else { continue }
                known.tokens[token.id] = token
            }
            return known.tokens
        }
    }

    private func hash(id: String, secret: some StringProtocol) -> String { Secret.hex(Secret.hash("\(archiveID) \(id) \(secret)")) }

    /// Takes the same time wherever the texts differ.
    private static func isSame(_ a: String, _ b: String) -> Bool {
        let a = Array(a.utf8), b = Array(b.utf8)
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    // MARK: Giving out

    /// - Returns: what the holder sends. It is shown once and kept nowhere.
    package func make(name: String, user: String, days: Int) throws -> (token: AccessToken, text: String) {
        let id = String(Secret.random().prefix(12)), secret = Secret.random()
        let token = AccessToken(
            id: id, name: name, user: user, created: Self.now, expires: Self.now + Int64(days) * 86_400, hash: hash(id: id, secret: secret))
        try change { $0[id] = token }
        return (token, "\(Self.mark)_\(id)_\(secret)")
    }

    /// - Returns: false when there is no such token.
    package func revoke(_ id: String) throws -> Bool {
        var isKnown = false
        try change { tokens in
            guard tokens[id] != nil else { return }
            isKnown = true
            if tokens[id]?.revoked == nil { tokens[id]?.revoked = Self.now }
        }
        return isKnown
    }

    private func change(_ body: (inout [String: AccessToken]) -> Void) throws {
        // One at a time, in all processes.
        let lock = unsafe open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(lock) }
        _ = flock(lock, LOCK_EX)
        var tokens = current()
        body(&tokens)
        try Engine.writeFile(JSONObject.lines(tokens.values.sorted { ($0.created, $0.id) < ($1.created, $1.id) }.map(\.object)), to: path)
    }
}

extension AccessToken {
    fileprivate init?(_ object: JSONObject) {
        guard let id = object["id"]?.string, let user = object["user"]?.string, let hash = object["hash"]?.string,
            let created = object["created"]?.int, let expires = object["expires"]?.int
        else { return nil }
        self.init(
            id: id, name: object["name"]?.string ?? "", user: user, created: Int64(created), expires: Int64(expires),
            revoked: object["revoked"]?.int.map { Int64($0) }, hash: hash)
    }

    fileprivate var object: JSONObject {
        var object: JSONObject = [
            "id": .string(id), "name": .string(name), "user": .string(user), "created": .number(String(created)),
            "expires": .number(String(expires)), "hash": .string(hash),
        ]
        object.set("revoked", to: revoked.map { .number(String($0)) })
        return object
    }
}
