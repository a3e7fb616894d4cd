// A service that is told to stop while a large import runs through it: it ends within seconds, what was stored stays, whoever imports is
// told what became of his file, and the same file again brings the rest.

import Glibc
import Records
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(Patience.minutes))) struct StoppedServiceTests {
    /// More than a batch: the first 8,192 are stored while the rest is read.
    private static let count = 16_000
    /// What a machine that builds something else beside may take; the service itself waits two seconds for the import.
    private static let secondsMax = 20.0
    private static let patienceSeconds = 900.0

    private struct Stage {
        let archive: TestArchive
        let file: String
        let socket: String
        let service: RunningProgram

        init() throws {
            archive = try TestArchive()
            file = archive.folder.file("records.jsonl")
            socket = archive.folder.file("s")
            FileBytes.write(try Sample.synthetic(StoppedServiceTests.count), to: file)
            service = Self.serve(archive, socket)
        }

        static func serve(_ archive: TestArchive, _ socket: String) -> RunningProgram {
            let service = archive.start(["serve", "--socket", socket])
            for _ in 0..<3_000 where unsafe access(socket, F_OK) != 0 { usleep(10_000) }
            return service
        }

        var stored: Int { (try? archive.run("stat", "--json").objects.first?["records"]?.int) ?? 0 }

        /// How many records were there when it was told to stop.
        func stopMidway(_ line: Int = #line) throws -> Int {
            var seen = 0
            // The service imports when nobody else has work for the processors: beside other tests that may take minutes.
            let end = Self.now + StoppedServiceTests.patienceSeconds
            while seen == 0, Self.now < end {
                usleep(20_000)
                seen = stored
            }
            try #require(seen > 0 && seen < StoppedServiceTests.count, "line \(line): \(seen) stored, nothing to be stopped")
            let began = Self.now
            kill(service.pid, SIGTERM)
            let outcome = service.wait()
            #expect(outcome.exitCode == 0, "\(outcome)")
            #expect(Self.now - began < StoppedServiceTests.secondsMax, "\(Self.now - began) s")
            return seen
        }

        static var now: Double {
            var time = timespec()
            unsafe clock_gettime(CLOCK_MONOTONIC, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }

        /// Everything is there once.
        func isWhole() throws {
            let statistics = try archive.run("stat", "--json").objects.first
            #expect(statistics?["records"]?.int == StoppedServiceTests.count)
            #expect(statistics?["versions"]?.int == StoppedServiceTests.count, "a version was written twice")
            #expect(archive.countAll() == StoppedServiceTests.count)
            #expect(archive.run("verify").exitCode == 0)
        }
    }

    @Test func `an import by the command line is told, and goes on at the next start`() throws {
        let stage = try Stage()
        let importer = stage.archive.start(["import", stage.file, "--json", "--socket", stage.socket])
        let seen = try stage.stopMidway()
        let outcome = importer.wait()
        // What ends within the patience of the service is whole.
        if outcome.exitCode == 0 {
            #expect(stage.stored == Self.count, "\(outcome)")
        } else {
            #expect(outcome.exitCode == 2 && outcome.noticeText.contains("stop") && outcome.noticeText.contains("Remedy"), "\(outcome)")
        }
        #expect(stage.stored >= seen)
        let service = Stage.serve(stage.archive, stage.socket)
        let again = stage.archive.run("import", stage.file, "--json", "--socket", stage.socket)
        #expect(again.exitCode == 0, "\(again)")
        #expect(try again.objects.first?["rejected"]?.int == 0)
        kill(service.pid, SIGTERM)
        #expect(service.wait().exitCode == 0)
        try stage.isWhole()
    }

    @Test func `an upload is told by a problem, and the same file goes on at the next start`() throws {
        let stage = try Stage()
        let upload = Upload(stage.file, to: stage.socket)
        let seen = try stage.stopMidway()
        let answer = upload.rest()
        #expect(answer.contains(#""phase":"failed""#) && answer.contains("stop"), "\(answer.suffix(600))")
        #expect(!answer.contains(#""phase":"done""#))
        #expect(stage.stored >= seen)
        let service = Stage.serve(stage.archive, stage.socket)
        #expect(Upload(stage.file, to: stage.socket).rest().contains(#""phase":"done""#))
        kill(service.pid, SIGTERM)
        #expect(service.wait().exitCode == 0)
        try stage.isWhole()
    }
}

/// A file on its way through `POST /api/import`.
private struct Upload {
    private let descriptor: CInt

    init(_ file: String, to path: String) {
        descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
        _ = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let body = Array("{\"name\":\"records.jsonl\"}\n".utf8) + FileBytes.read(file)
        let head = "POST /api/import HTTP/1.1\r\nHost: l\r\nX-Juanzong: test\r\nAccept-Language: en\r\nConnection: close\r\nContent-Length: \(body.count)\r\n\r\n"
        var left = (Array(head.utf8) + body)[...]
        while !left.isEmpty {
            let count = unsafe left.withUnsafeBytes { unsafe send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
            if count <= 0 { break }
            left = left.dropFirst(count)
        }
    }

    /// What the service answers until it closes.
    func rest() -> String {
        defer { close(descriptor) }
        var answer: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
            if count <= 0 { return String(decoding: answer, as: UTF8.self) }
            answer += piece[..<count]
        }
    }
}
