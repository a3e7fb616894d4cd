// Changes that become visible, and durable, together.

import CLMDB

/// One batch of changes: written whole by `commit`, or not at all.
@safe package struct WriteTransaction: ~Copyable, Transaction {
    package let access: TransactionAccess
    private var isRunning = true

    init(_ access: TransactionAccess) { self.access = access }

    /// Uses the transaction up, whatever the outcome.
    consuming func commit() throws(StoreError) {
        isRunning = false  // LMDB frees the handle even when commit fails, so `deinit` must not abort it
        try access.environment.commit(access)
    }

    deinit {
        guard isRunning else { return }
        access.environment.abort(access)  // forgotten, or an error flew past: nothing is written
    }

    /// Sets the value of a key.
    ///
    /// - `append`: the key is above every other of the table; pages then fill up instead of splitting in halves.
    package func put(
        in table: Table, key: Span<UInt8>, value: Span<UInt8>, append: Bool = false
    ) throws(StoreError) {
        try checkLength(of: key, table)
        let code = unsafe key.withUnsafeBufferPointer { key in
            unsafe value.withUnsafeBufferPointer { value in
                // Holds: LMDB copies both during the call.
                var keyBytes = unsafe MDB_val(mv_size: key.count, mv_data: UnsafeMutableRawPointer(mutating: key.baseAddress))
                var valueBytes = unsafe MDB_val(mv_size: value.count, mv_data: UnsafeMutableRawPointer(mutating: value.baseAddress))
                return unsafe mdb_put(access.pointer, access.dbi(table), &keyBytes, &valueBytes, append ? UInt32(MDB_APPEND) : 0)
            }
        }
        guard code == 0 else { throw access.environment.error(code, table: table.name) }
    }

    package func put(in table: Table, key: [UInt8], value: [UInt8], append: Bool = false) throws(StoreError) {
        try put(in: table, key: key.span, value: value.span, append: append)
    }

    package func put(in table: Table, key: [UInt8], value: Span<UInt8>, append: Bool = false) throws(StoreError) {
        try put(in: table, key: key.span, value: value, append: append)
    }

    /// Sets a value of `count` bytes that `fill` writes in place. All of them must be written: the page holds
    /// whatever memory held before. When `fill` throws, let the transaction end without commit.
    package func put(
        in table: Table, key: Span<UInt8>, count: Int, append: Bool = false,
        filledBy fill: (inout MutableSpan<UInt8>) throws -> Void
    ) throws {
        try checkLength(of: key, table)
        var reserved = unsafe MDB_val(mv_size: count, mv_data: nil)
        let code = unsafe key.withUnsafeBufferPointer { key in
            var keyBytes = unsafe MDB_val(mv_size: key.count, mv_data: UnsafeMutableRawPointer(mutating: key.baseAddress))
            let flags = UInt32(MDB_RESERVE) | (append ? UInt32(MDB_APPEND) : 0)
            return unsafe mdb_put(access.pointer, access.dbi(table), &keyBytes, &reserved, flags)
        }
        guard code == 0 else { throw access.environment.error(code, table: table.name) }
        // Holds: the reserved bytes are ours until the next change of this transaction, and `fill` cannot keep them.
        let start = unsafe reserved.mv_data.assumingMemoryBound(to: UInt8.self)
        let buffer = unsafe UnsafeMutableBufferPointer(start: start, count: count)
        var span = unsafe buffer.mutableSpan
        try fill(&span)
    }

    /// - Returns: whether the key was there.
    @discardableResult package func delete(in table: Table, key: Span<UInt8>) throws(StoreError) -> Bool {
        guard key.count > 0, key.count <= Self.keyBytesMax else { return false }
        let code = unsafe key.withUnsafeBufferPointer { key in
            var keyBytes = unsafe MDB_val(mv_size: key.count, mv_data: UnsafeMutableRawPointer(mutating: key.baseAddress))
            return unsafe mdb_del(access.pointer, access.dbi(table), &keyBytes, nil)
        }
        guard code == 0 || code == MDB_NOTFOUND else { throw access.environment.error(code, table: table.name) }
        return code == 0
    }

    @discardableResult package func delete(in table: Table, key: [UInt8]) throws(StoreError) -> Bool {
        try delete(in: table, key: key.span)
    }

    /// Deletes every key that starts with `prefix`, or the first `limit` of them: large ranges go in slices, so
    /// that no transaction grows without bound.
    ///
    /// - Returns: how many were deleted.
    @discardableResult package func deleteAll(
        in table: Table, prefix: [UInt8], limit: Int = .max
    ) throws(StoreError) -> Int {
        var cursor = try Cursor(access, table)
        var count = 0
        // Sought anew each time: where a cursor stands after a delete differs from one LMDB release to the next.
        while count < limit, try cursor.seek(prefix), unsafe cursor.key.starts(with: prefix) {
            try cursor.delete()
            count += 1
        }
        return count
    }

    /// Empties a table; it stays open.
    package func drop(_ table: Table) throws(StoreError) {
        let code = unsafe mdb_drop(access.pointer, access.dbi(table), 0)
        guard code == 0 else { throw access.environment.error(code, table: table.name) }
    }

    /// mdb.c, MDB_MAXKEYSIZE.
    package static let keyBytesMax = 511

    private func checkLength(of key: Span<UInt8>, _ table: Table) throws(StoreError) {
        guard key.count > 0, key.count <= Self.keyBytesMax else {
            throw .keyLength(path: access.environment.path, table: table.name, bytes: key.count)
        }
    }
}
