// Sessions of the page: opened with a token, ended by leaving, by time, or by revoking the token. `sessions.jsonl` in the archive
// holds their hashes, so that a restart of the service sends nobody to look for his token; a copy of it opens nothing.

import Crypto
import Engine
import Glibc
import Records
import Synchronization

final class SessionStore: Sendable {
    struct Session: Sendable {
        var tokenID: String
        /// Seconds since 1970.
        var lastUsed: Int64
        let opened: Int64
    }

    /// A working day; and an hour away from the desk. Seconds.
    static let lifetime: Int64 = 12 * 3_600
    static let idleTime: Int64 = 3_600
    private static let countMax = 10_000

    private let path: String
    private let sessions: Mutex<[String: Session]>

    init(archivePath: String) {
        path = archivePath + "/sessions.jsonl"
        sessions = Mutex(Self.read(path))
    }

    /// - Returns: the cookie's value. Only its hash is kept.
    func open(tokenID: String) -> String {
        let value = Secret.random()
        let now = TokenStore.now
        sessions.withLock { sessions in
            sessions = sessions.filter { Self.isAlive($0.value, now) }
            if sessions.count >= Self.countMax, let oldest = sessions.min(by: { $0.value.lastUsed < $1.value.lastUsed }) {
                sessions[oldest.key] = nil
            }
            sessions[Self.key(value)] = Session(tokenID: tokenID, lastUsed: now, opened: now)
            write(sessions)
        }
        return value
    }

    func session(_ value: String) -> Session? {
        let key = Self.key(value)
        let now = TokenStore.now
        return sessions.withLock { sessions in
            guard var session = sessions[key] else { return nil }
            guard Self.isAlive(session, now) else {
                sessions[key] = nil
                return nil
            }
            session.lastUsed = now
            sessions[key] = session
            return session
        }
    }

    func close(_ value: String) {
        sessions.withLock { sessions in
            if sessions.removeValue(forKey: Self.key(value)) != nil { write(sessions) }
        }
    }

    /// Of those that are open.
    var tokenIDs: Set<String> {
        let now = TokenStore.now
        return sessions.withLock { sessions in Set(sessions.values.filter { Self.isAlive($0, now) }.map(\.tokenID)) }
    }

    /// Keeps when each was used last, for the next start.
    func keep() { sessions.withLock { write($0) } }

    private static func key(_ value: String) -> String { Secret.hex(Secret.hash(value)) }

    private static func isAlive(_ session: Session, _ now: Int64) -> Bool {
        // A clock set back keeps nobody in.
        session.opened <= now + 300 && now - session.opened < lifetime && now - session.lastUsed < idleTime
    }

    // MARK: Between two starts

    /// What cannot be kept ends with the service: everybody signs in anew. The file from before goes too, or who has left would be
    /// let in again.
    private func write(_ sessions: [String: Session]) {
        let lines = sessions.sorted { $0.key < $1.key }.map { hash, session -> JSONObject in
            ["hash": .string(hash), "token": .string(session.tokenID), "opened": .number(String(session.opened)), "used": .number(String(session.lastUsed))]
        }
        do { try Engine.writeFile(JSONObject.lines(lines), to: path) } catch { unsafe unlink(path) }
    }

    /// Of a file, or a line, that cannot be read nobody is let in.
    private static func read(_ path: String) -> [String: Session] {
        guard let bytes = try? Engine.fileBytes(path) else { return [:] }
        var sessions: [String: Session] = [:]
        for line in bytes.split(separator: UInt8(ascii: "\n")).prefix(countMax) {
            guard let object = (try? JSONValue.parse(Array(line)))?.objectValue, let hash = object["hash"]?.string, hash.utf8.count == 64,
                let token = object["token"]?.string, let opened = object["opened"]?.int, let used = object["used"]?.int
            else { continue }
            sessions[hash] = Session(tokenID: token, lastUsed: Int64(used), opened: Int64(opened))
        }
        return sessions
    }
}

/// Secrets of 256 bits: nobody guesses one, so a plain hash keeps them well.
enum Secret {
    static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return hex((0..<4).flatMap { _ in withBytes(generator.next()) })
    }

    private static func withBytes(_ number: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }

    static func hash(_ text: some StringProtocol) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.reduce(into: "") { text, byte in
            text += byte < 16 ? "0" : ""
            text += String(byte, radix: 16)
        }
    }
}
