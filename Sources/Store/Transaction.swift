// Reading and writing inside one snapshot. Pointers never leave this module, but for `bytes(in:for:)`, which the
// index needs to scan its lists without a copy.

import CLMDB
import Synchronization

/// What every transaction can do: read.
///
/// A transaction is used by one thread at a time.
package protocol Transaction: ~Copyable {
    var access: TransactionAccess { get }
}

/// The way into a running transaction, closed to other modules.
@safe package struct TransactionAccess {
    let pointer: OpaquePointer
    let environment: OpenEnvironment

    /// The number LMDB knows a table by.
    func dbi(_ table: Table) -> MDB_dbi {
        precondition(table.owner == environment.number, "a table is used with the environment that opened it")
        return table.dbi
    }

    /// - Returns: the mapped bytes of the value; they hold until the transaction ends or, in a write, changes.
    @unsafe func get(_ table: Table, _ key: Span<UInt8>) throws(StoreError) -> UnsafeRawBufferPointer? {
        var found = unsafe MDB_val()
        let code = unsafe key.withUnsafeBufferPointer { bytes in
            // Holds: LMDB only reads the key, and only during the call.
            var wanted = unsafe MDB_val(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            return unsafe mdb_get(pointer, dbi(table), &wanted, &found)
        }
        switch code {
        case 0: return unsafe UnsafeRawBufferPointer(start: found.mv_data, count: found.mv_size)
        case MDB_NOTFOUND: return nil
        case MDB_BAD_VALSIZE: return nil  // an empty or too long key is in no table
        default: throw environment.error(code, table: table.name)
        }
    }

    func damaged(_ table: Table, key: Span<UInt8>) -> StoreError {
        .damaged(path: environment.path, table: table.name, keyHex: hex(key))
    }
}

/// One snapshot; unaffected by later writes. Ends when its owner lets go of it.
@safe package struct ReadTransaction: ~Copyable, Transaction {
    package let access: TransactionAccess

    init(_ access: TransactionAccess) { self.access = access }

    deinit { access.environment.endRead(access) }

    /// Number of the write transaction this snapshot shows.
    package var number: UInt64 { unsafe UInt64(mdb_txn_id(access.pointer)) }
}

/// Lends mapped bytes for the length of `body`.
func lend<Result>(_ bytes: UnsafeRawBufferPointer, to body: (Span<UInt8>) throws -> Result) rethrows -> Result {
    // Holds: LMDB keeps the page mapped until the transaction ends, every caller borrows the transaction for the
    // whole call, and a `Span` cannot leave `body`.
    let typed = unsafe bytes.assumingMemoryBound(to: UInt8.self)
    return try body(unsafe typed.span)
}

extension Transaction where Self: ~Copyable {
    package var path: String { access.environment.path }

    /// The mapped bytes of a value, without a copy.
    ///
    /// Unsafe: they hold until this transaction ends; inside a write, until its next change.
    @unsafe package func bytes(in table: Table, for key: Span<UInt8>) throws(StoreError) -> UnsafeRawBufferPointer? {
        unsafe try access.get(table, key)
    }

    @unsafe package func bytes(in table: Table, for key: [UInt8]) throws(StoreError) -> UnsafeRawBufferPointer? {
        unsafe try access.get(table, key.span)
    }

    /// Lends a value for the length of `body`; nil when the key is not there.
    package func value<Result>(
        in table: Table, for key: Span<UInt8>, _ body: (Span<UInt8>) throws -> Result
    ) throws -> Result? {
        guard let bytes = unsafe try access.get(table, key) else { return nil }
        return unsafe try lend(bytes, to: body)
    }

    package func value<Result>(
        in table: Table, for key: [UInt8], _ body: (Span<UInt8>) throws -> Result
    ) throws -> Result? {
        try value(in: table, for: key.span, body)
    }

    /// A copy of a value.
    package func value(in table: Table, for key: [UInt8]) throws(StoreError) -> [UInt8]? {
        guard let bytes = unsafe try access.get(table, key.span) else { return nil }
        return unsafe [UInt8](bytes)
    }

    package func contains(_ key: [UInt8], in table: Table) throws(StoreError) -> Bool {
        unsafe try access.get(table, key.span) != nil
    }

    /// Number of entries of a table.
    package func entryCount(in table: Table) throws(StoreError) -> Int {
        var statistics = MDB_stat()
        let code = unsafe mdb_stat(access.pointer, access.dbi(table), &statistics)
        guard code == 0 else { throw access.environment.error(code, table: table.name) }
        return Int(statistics.ms_entries)
    }

    /// Visits entries in the order of their keys until `body` returns false.
    ///
    /// - `from`: where to start, inclusive; upwards without `reverse`, downwards with it.
    /// - `prefix`: only keys that start with it.
    /// - Precondition: `body` does not change the table.
    package func forEach(
        in table: Table, from start: [UInt8]? = nil, prefix: [UInt8] = [], reverse: Bool = false,
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws -> Bool
    ) throws {
        var cursor = try Cursor(access, table)
        var isThere = try cursor.moveToStart(from: start, prefix: prefix, reverse: reverse)
        while isThere {
            let (key, value) = unsafe (cursor.key, cursor.value)
            let goesOn = unsafe try lend(key) { key in
                guard starts(key, with: prefix) else { return false }
                return unsafe try lend(value) { try body(key, $0) }
            }
            guard goesOn else { return }
            isThere = try cursor.move(reverse ? MDB_PREV : MDB_NEXT)
        }
    }

    /// The largest key of a table, or of those with a prefix.
    package func lastKey(in table: Table, prefix: [UInt8] = []) throws(StoreError) -> [UInt8]? {
        try edgeKey(in: table, prefix: prefix, reverse: true)
    }

    package func firstKey(in table: Table, prefix: [UInt8] = []) throws(StoreError) -> [UInt8]? {
        try edgeKey(in: table, prefix: prefix, reverse: false)
    }

    private func edgeKey(in table: Table, prefix: [UInt8], reverse: Bool) throws(StoreError) -> [UInt8]? {
        var cursor = try Cursor(access, table)
        guard try cursor.moveToStart(from: nil, prefix: prefix, reverse: reverse) else { return nil }
        let key = unsafe [UInt8](cursor.key)
        return key.starts(with: prefix) ? key : nil
    }
}

func starts(_ key: Span<UInt8>, with prefix: [UInt8]) -> Bool {
    guard key.count >= prefix.count else { return false }
    for place in prefix.indices where key[place] != prefix[place] { return false }
    return true
}
