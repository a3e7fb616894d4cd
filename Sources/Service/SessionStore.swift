// Sessions of the page: opened with a token, kept in memory alone, ended by leaving, by time, by a restart, or by
// revoking the token.

import Crypto
import Synchronization

final class SessionStore: Sendable {
    struct Session: Sendable {
        var tokenID: String
        var lastUsed: ContinuousClock.Instant
        let opened: ContinuousClock.Instant
    }

    /// A working day; and an hour away from the desk.
    static let lifetime: Duration = .seconds(12 * 3_600)
    static let idleTime: Duration = .seconds(3_600)
    private static let countMax = 10_000

    private let sessions = Mutex<[[UInt8]: Session]>([:])

    /// - Returns: the cookie's value. Only its hash is kept.
    func open(tokenID: String) -> String {
        let value = Secret.random()
        let now = ContinuousClock.now
        sessions.withLock { sessions in
            if sessions.count >= Self.countMax { sessions = sessions.filter { Self.isAlive($0.value, now) } }
            if sessions.count >= Self.countMax, let oldest = sessions.min(by: { $0.value.lastUsed < $1.value.lastUsed }) {
                sessions[oldest.key] = nil
            }
            sessions[Secret.hash(value)] = Session(tokenID: tokenID, lastUsed: now, opened: now)
        }
        return value
    }

    func session(_ value: String) -> Session? {
        let key = Secret.hash(value)
        let now = ContinuousClock.now
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
        let key = Secret.hash(value)
        sessions.withLock { $0[key] = nil }
    }

    private static func isAlive(_ session: Session, _ now: ContinuousClock.Instant) -> Bool {
        now - session.opened < lifetime && now - session.lastUsed < idleTime
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
