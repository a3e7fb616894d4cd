// Question: how fast do values in key order become durable?
// Input: 64 MiB of values as long as a chunk that fills a page, in transactions as long as an import's.

import Glibc
import Measuring
import Store

struct StoreBenchmark {
    /// With its head and checksum such a value fills an overflow page of 4 KiB.
    private static let valueBytes = 4_000
    private static let valueCount = (64 << 20) / valueBytes
    private static let valuesAtOnce = 4_096

    let path: String

    func run() throws {
        let value = (0..<Self.valueBytes).map { UInt8(truncatingIfNeeded: $0) }
        for durable in [false, true] {
            let name = durable ? "LMDB append, each commit synced" : "LMDB append, one sync at the end"
            try Repetition.measure(
                name, per: "value", operations: Self.valueCount, bytes: Self.valueCount * Self.valueBytes, clock: .wall,
                runsMin: 3
            ) {
                unsafe unlink(path)
                unsafe unlink(path + "-lock")
                var options = Environment.Options()
                options.durable = durable
                let environment = try Environment(at: path, options: options)
                defer { environment.close() }
                let table = try environment.table("values")
                var next: UInt32 = 0
                while next < Self.valueCount {
                    let end = min(next + UInt32(Self.valuesAtOnce), UInt32(Self.valueCount))
                    try environment.write { transaction in
                        while next < end {
                            try transaction.put(in: table, key: [UInt8](bigEndian: next), value: value, append: true)
                            next += 1
                        }
                    }
                }
                try environment.sync()
            }
        }
    }
}
