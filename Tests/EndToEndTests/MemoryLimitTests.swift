// What `--memory` says holds for any input: for texts that share nothing, of which each brings hundreds of new terms, and for
// records so long that a few of them under way take more than thousands of others.

import TestSupport
import Testing

@Suite struct MemoryLimitTests {
    /// Each character any of some ten thousand: nearly every pair of neighbours is a new term.
    private func records(_ count: Int, characters: Int, seed: inout Seed) -> [UInt8] {
        var bytes: [UInt8] = []
        for number in 0..<count {
            bytes += Array(#"{"id":"M\#(number)","receivedAt":"2024-03-05","title":"来信","content":""#.utf8)
            for _ in 0..<characters {
                let unit = Int(0x4E00 + seed.next() % 10_000)
                bytes += [0xE0 | UInt8(unit >> 12), 0x80 | UInt8(unit >> 6 & 0x3F), 0x80 | UInt8(unit & 0x3F)]
            }
            bytes += Array("\"}\n".utf8)
        }
        return bytes
    }

    @Test(.timeLimit(.minutes(Patience.minutes)), arguments: [(count: 3_600, characters: 450), (count: 20, characters: 110_000)])
    func `an import takes no more anonymous memory than it may`(shape: (count: Int, characters: Int)) throws {
        var seed = Seed(20)
        let archive = try TestArchive()
        let file = archive.folder.file("records.jsonl")
        FileBytes.write(records(shape.count, characters: shape.characters, seed: &seed), to: file)
        let mebibytesMax = 200
        let running = Program.start(["import", file, "--memory", "\(mebibytesMax)"], environment: ["JUANZONG_ARCHIVE": archive.path])
        let peak = running.peakAnonymousBytes()
        let outcome = running.wait()
        #expect(outcome.exitCode == 0, "\(outcome)")
        #expect(archive.countAll() == shape.count)
        // Else nothing was looked at.
        #expect(peak > 16 << 20)
        #expect(peak <= mebibytesMax << 20, "\(peak >> 20) MiB")
        print("MemoryLimitTests: \(shape) \(peak >> 20) MiB")
    }
}
