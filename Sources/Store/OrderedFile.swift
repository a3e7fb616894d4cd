// A database file written once, in the order of its keys, and never changed again: pages fill up one after the other, so
// that the same entries make the same tree whatever was done to the file they come from.

import Glibc

/// Writes the entries of one table, ascending by key.
package final class OrderedTable {
    private let environment: Environment
    private let table: Table
    private var rows: [(key: [UInt8], payload: [UInt8])] = []
    private var bytes = 0
    /// Bytes of one transaction: what LMDB keeps in memory of it.
    private static let sliceBytes = 16 << 20

    fileprivate init(_ environment: Environment, _ table: Table) {
        self.environment = environment
        self.table = table
    }

    /// - Precondition: the key is above the one before.
    package func put(_ key: [UInt8], _ payload: [UInt8]) throws {
        rows.append((key, payload))
        bytes += key.count + payload.count
        if bytes >= Self.sliceBytes { try flush() }
    }

    fileprivate func flush() throws {
        guard !rows.isEmpty else { return }
        try environment.write { transaction in
            for row in rows { try transaction.checkedPut(in: table, key: row.key, payload: row.payload, append: true) }
        }
        rows.removeAll(keepingCapacity: true)
        bytes = 0
    }
}

package enum OrderedFile {
    /// Makes a file of mode 0600 with these tables; it appears whole, and durable, or not at all.
    ///
    /// - Parameter tables: each with what fills it.
    package static func write(to path: String, tables: [(name: String, fill: (OrderedTable) throws -> Void)]) throws {
        let draft = path + ".draft"
        defer { for name in [draft, draft + "-lock"] { FileSystem.remove(name) } }
        FileSystem.remove(draft)
        var options = Environment.Options()
        options.durable = false
        let environment = try Environment(at: draft, options: options)
        defer { environment.close() }
        let opened = try tables.map { try environment.table($0.name) }
        for (table, entry) in zip(opened, tables) {
            let rows = OrderedTable(environment, table)
            try entry.fill(rows)
            try rows.flush()
        }
        try environment.compactCopy(to: path)
    }
}

extension Environment.Options {
    /// For a file that nobody changes any more: hundreds of them are mapped at once, each as long as it is.
    package static func frozen(_ path: String) -> Environment.Options {
        var options = Environment.Options.readOnly
        var status = stat()
        let size = unsafe stat(path, &status) == 0 ? UInt64(status.st_size) : 0
        options.mapSizeBytes = max(1 << 20, (size + 0xFFFF) & ~0xFFFF)
        return options
    }
}
