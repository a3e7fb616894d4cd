// What a program would have noted whose clock ran ahead.

import Archive
import Records
import Store

enum FutureClock {
    static func set(_ folder: ArchiveFolder, seconds: UInt64) throws {
        let environment = try Environment(at: folder.auditPath)
        let table = try environment.table(existing: "meta")
        var bytes: [UInt8] = []
        for shift in stride(from: UInt64(56), through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: seconds >> shift)) }
        try environment.write { try $0.checkedPut(in: table, key: Array("clock".utf8), payload: bytes) }
        environment.close()
    }
}
