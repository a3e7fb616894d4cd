// Sessions outlive the service, and nothing that is kept of them lets anybody in who was not.

import Glibc
import Records
import TestSupport
import Testing

@testable import Service

@Suite struct SessionTests {
    @Test func `a session is known after a restart, with the time that it was used last`() throws {
        let folder = TemporaryFolder()
        let before = SessionStore(archivePath: folder.path)
        let (stays, leaves) = (before.open(tokenID: "T1"), before.open(tokenID: "T2"))
        before.close(leaves)
        before.keep()
        let after = SessionStore(archivePath: folder.path)
        #expect(after.session(stays)?.tokenID == "T1")
        #expect(after.session(leaves) == nil && after.session("") == nil && after.session(stays + "0") == nil)
        let kept = String(decoding: FileBytes.read(folder.file("sessions.jsonl")), as: UTF8.self)
        #expect(!kept.contains(stays) && kept.contains(Secret.hex(Secret.hash(stays))))
        // The hash is not the key.
        #expect(after.session(Secret.hex(Secret.hash(stays))) == nil)
    }

    @Test func `who has left is not let in again where leaving cannot be kept`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("sessions.jsonl")
        let before = SessionStore(archivePath: folder.path)
        let leaves = before.open(tokenID: "T1")
        #expect(SessionStore(archivePath: folder.path).session(leaves) != nil)
        // Nothing can be put in its place.
        #expect(unsafe mkdir(path + ".new", 0o700) == 0)
        before.close(leaves)
        #expect(SessionStore(archivePath: folder.path).session(leaves) == nil)
    }

    @Test func `what was idle or open too long, comes from a clock set back, or cannot be read opens nothing`() {
        let folder = TemporaryFolder()
        let now = TokenStore.now
        func line(_ value: String, opened: Int64, used: Int64) -> JSONObject {
            ["hash": .string(Secret.hex(Secret.hash(value))), "token": "T1", "opened": .number(String(opened)), "used": .number(String(used))]
        }
        let lines = [
            line("idle", opened: now - 7_200, used: now - SessionStore.idleTime), line("old", opened: now - SessionStore.lifetime, used: now),
            line("ahead", opened: now + 9_000, used: now + 9_000), line("good", opened: now - 60, used: now - 30),
        ]
        FileBytes.write(Array("{\"hash\":1}\nno line\n".utf8) + JSONObject.lines(lines), to: folder.file("sessions.jsonl"))
        let store = SessionStore(archivePath: folder.path)
        #expect(["idle", "old", "ahead", "good"].map { store.session($0) != nil } == [false, false, false, true])
    }
}
