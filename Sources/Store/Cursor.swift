// A place in a table, closed when its owner lets go of it.

import CLMDB

@safe struct Cursor: ~Copyable {
    private let pointer: OpaquePointer
    private let access: TransactionAccess
    private let table: Table
    private(set) var key = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    private(set) var value = unsafe UnsafeRawBufferPointer(start: nil, count: 0)

    init(_ access: TransactionAccess, _ table: Table) throws(StoreError) {
        var opened: OpaquePointer?
        let code = unsafe mdb_cursor_open(access.pointer, access.dbi(table), &opened)
        guard code == 0, let opened = unsafe opened else {
            throw access.environment.error(code, table: table.name)
        }
        unsafe pointer = opened
        self.access = access
        self.table = table
    }

    deinit { unsafe mdb_cursor_close(pointer) }

    mutating func move(_ operation: MDB_cursor_op) throws(StoreError) -> Bool {
        var (foundKey, foundValue) = unsafe (MDB_val(), MDB_val())
        let code = unsafe mdb_cursor_get(pointer, &foundKey, &foundValue, operation)
        return unsafe try took(code, foundKey, foundValue)
    }

    /// Moves to the first key at or after `target`.
    mutating func seek(_ target: [UInt8]) throws(StoreError) -> Bool {
        guard !target.isEmpty else { return try move(MDB_FIRST) }
        guard target.count <= 511 else { throw .keyLength(path: access.environment.path, table: table.name, bytes: target.count) }
        var (foundKey, foundValue) = unsafe (MDB_val(), MDB_val())
        let code = unsafe target.withUnsafeBytes { bytes in
            // Holds: LMDB reads the wanted key during the call and then points `foundKey` at its own.
            unsafe foundKey = MDB_val(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            return unsafe mdb_cursor_get(pointer, &foundKey, &foundValue, MDB_SET_RANGE)
        }
        return unsafe try took(code, foundKey, foundValue)
    }

    /// Moves to the last key at or before `target`.
    mutating func seekBack(_ target: [UInt8]) throws(StoreError) -> Bool {
        guard try seek(target) else { return try move(MDB_LAST) }
        if unsafe key.elementsEqual(target) { return true }
        return try move(MDB_PREV)
    }

    mutating func moveToStart(from start: [UInt8]?, prefix: [UInt8], reverse: Bool) throws(StoreError) -> Bool {
        guard reverse else {
            // Keys before the prefix are skipped by starting at it.
            guard let start, !start.lexicographicallyPrecedes(prefix) else { return try seek(prefix) }
            return try seek(start)
        }
        let end = Self.afterAll(prefix)
        if let start, end.map({ start.lexicographicallyPrecedes($0) }) ?? true { return try seekBack(start) }
        guard let end else { return try move(MDB_LAST) }
        guard try seek(end) else { return try move(MDB_LAST) }
        return try move(MDB_PREV)
    }

    /// The smallest key above every key with this prefix; nil when there is none.
    private static func afterAll(_ prefix: [UInt8]) -> [UInt8]? {
        guard let place = prefix.lastIndex(where: { $0 < 0xFF }) else { return nil }
        return prefix[..<place] + [prefix[place] + 1]
    }

    mutating func delete() throws(StoreError) {
        let code = unsafe mdb_cursor_del(pointer, 0)
        guard code == 0 else { throw access.environment.error(code, table: table.name) }
    }

    private mutating func took(_ code: Int32, _ foundKey: MDB_val, _ foundValue: MDB_val) throws(StoreError) -> Bool {
        switch code {
        case 0:
            unsafe key = UnsafeRawBufferPointer(start: foundKey.mv_data, count: foundKey.mv_size)
            unsafe value = UnsafeRawBufferPointer(start: foundValue.mv_data, count: foundValue.mv_size)
            return true
        case MDB_NOTFOUND: return false
        default: throw access.environment.error(code, table: table.name)
        }
    }
}
