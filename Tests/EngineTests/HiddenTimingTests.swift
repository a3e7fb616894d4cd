// R102: whoever may not see a record cannot tell by the clock that it is there. Processor time of answers about a hidden record
// against those about a number that nobody has; a visible record's, which are longer, show that the measure can tell.

import Archive
import Engine
import Glibc
import Records
import Search
import TestSupport
import Testing

@Suite struct HiddenTimingTests {
    private static func nanoseconds() -> Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    /// The share of pairs in which the first took longer: one half when nothing tells them apart.
    private static func share(_ a: [Int], _ b: [Int]) -> Double {
        let above = a.reduce(0.0) { sum, one in sum + b.reduce(0.0) { $0 + ($1 < one ? 1 : $1 == one ? 0.5 : 0) } }
        return above / Double(a.count * b.count)
    }

    private static func median(_ values: [Int]) -> Double { Double(values.sorted()[values.count / 2]) }

    @Test func `an answer about a hidden record takes as long as one about a number nobody has`() throws {
        let folder = TemporaryFolder()
        var options = EngineOptions(archivePath: folder.file("archive"))
        _ = try Engine.create(options, profile: "S21")
        let path = options.archivePath + "/profile.yaml"
        let text = String(decoding: FileBytes.read(path), as: UTF8.self)
        FileBytes.write(Array((text.replacing("users: {}", with: "") + "\nusers:\n  maker: [supervisor, registrar]\n  clerk: [analyst]\n").utf8), to: path)
        options.user = "maker"
        let maker = try Engine(opening: options)
        let story = String(repeating: "电梯坏了半年，物业公司说没有钱修。", count: 40)
        _ = try maker.add((0..<60).map { number -> JSONObject in
            var record: JSONObject = ["id": .string("H\(100 + number)"), "receivedAt": "2024-03-04", "title": "电梯坏了", "content": .string(story)]
            if number % 2 == 0 { record.set("securityLevel", to: "机密") }
            return record
        })
        maker.closeAll()
        options.user = "clerk"
        let engine = try Engine(opening: options)
        #expect(try engine.show("H100", version: nil).isEmpty && engine.show("H101", version: nil).count == 1)
        let asks: [(name: String, ask: (String) throws -> Void)] = [
            ("show", { _ = try engine.show($0, version: nil) }), ("status", { _ = try engine.publicStatus(no: $0) }),
            ("search", { _ = try engine.search(SearchRequest(query: "no:\($0)")) }), ("deadlines", { _ = try engine.deadlines(of: $0, asOf: nil) }),
        ]
        for (name, ask) in asks {
            // The least that each number took: what else the machine does only adds. As long as the measure cannot tell, it is taken
            // once more.
            var least = [[Int]](repeating: [Int](repeating: .max, count: 30), count: 3)
            var (hidden, visible, ratio) = (0.0, 0.0, 0.0)
            for _ in 0..<20 where visible <= 0.8 {
                for round in 0..<240 {
                    // Hidden, nowhere, visible, one after the other, so that whatever else the machine does meets all of them.
                    let number = round % 30
                    let ids = ["H\(100 + number * 2)", "H\(200 + number * 2)", "H\(101 + number * 2)"]
                    for place in [round % 3, (round + 1) % 3, (round + 2) % 3] {
                        let start = Self.nanoseconds()
                        try ask(ids[place])
                        if round >= 30 { least[place][number] = min(least[place][number], Self.nanoseconds() - start) }
                    }
                }
                (hidden, visible) = (Self.share(least[0], least[1]), Self.share(least[2], least[1]))
                ratio = Self.median(least[0]) / Self.median(least[1])
            }
            print("timing of \(name): hidden over absent \(hidden) (medians \(ratio)), visible over absent \(visible)")
            #expect(visible > 0.8, "\(name): the measure cannot tell")
            #expect((0.25...0.75).contains(hidden) || (0.97...1.03).contains(ratio), "\(name): \(hidden), medians \(ratio)")
        }
    }
}
