// What the file takes, what of it is free, and who reads it: for `stat`, and for the decision to compact.

import CLMDB
import Glibc

package struct EnvironmentStatistics: Hashable, Sendable {
    package var fileBytes: UInt64
    package var pageSize: Int
    /// Pages that hold something; free ones are reused before the file grows.
    package var usedPages: Int
    package var freePages: Int
    package var lastTransaction: UInt64
    /// Slots of the reader table in use, idle ones included, over all processes.
    package var readers: Int
    package var readersMax: Int
    package var mapSizeBytes: UInt64
}

extension Environment {
    /// Reads the list of free pages, so it takes longer in a file with many.
    package var statistics: EnvironmentStatistics {
        get throws(StoreError) {
            let transaction = try beginRead()
            let access = transaction.access
            var information = unsafe MDB_envinfo()
            var pages = MDB_stat()
            unsafe mdb_env_info(access.environment.handle, &information)
            unsafe mdb_env_stat(access.environment.handle, &pages)
            var status = stat()
            guard unsafe stat(path, &status) == 0 else { throw .from(errno, path: path) }

            // Table 0 is LMDB's own list: a value is a count, then that many page numbers (mdb.c, "freeDB").
            var freePages = 0
            var cursor = try Cursor(access, Table(dbi: 0, owner: access.environment.number, name: "free pages"))
            var isThere = try cursor.move(MDB_FIRST)
            while isThere {
                if unsafe cursor.value.count >= 8 { unsafe freePages += cursor.value.loadUnaligned(as: Int.self) }
                isThere = try cursor.move(MDB_NEXT)
            }
            let lastPage = unsafe Int(information.me_last_pgno)
            return unsafe EnvironmentStatistics(
                fileBytes: UInt64(status.st_size), pageSize: Int(pages.ms_psize),
                usedPages: lastPage + 1 - freePages, freePages: freePages,
                lastTransaction: UInt64(information.me_last_txnid), readers: Int(information.me_numreaders),
                readersMax: Int(information.me_maxreaders), mapSizeBytes: UInt64(information.me_mapsize))
        }
    }
}
