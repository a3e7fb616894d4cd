// When the key is lost: who complained before stays sealed, and a new key seals what comes.

import Glibc
import Records
import Store

package enum KeyLoss {
    /// - Precondition: the writer lock is held, and no store of this process on the folder is open.
    /// - Returns: where the identities lie that the lost key sealed.
    package static func replace(_ folder: ArchiveFolder, archiveID: [UInt8], keyPath: String) throws -> String {
        let key = try KeyFile.create(at: keyPath)
        let fresh = folder.identityPath + ".new"
        for name in [fresh, fresh + "-lock"] { FileSystem.remove(name) }
        do {
            try IdentityStore.create(at: fresh, archiveID: archiveID, key: key)
            var number = 1
            while Files.exists(folder.identityPath + ".lost-\(number)") { number += 1 }
            let aside = folder.identityPath + ".lost-\(number)"
            try DatabaseFile.whileNobodyOpens(folder.identityPath) {
                guard unsafe rename(folder.identityPath, aside) == 0 else { throw ArchiveError.system(path: folder.identityPath, code: errno) }
                guard unsafe rename(fresh, folder.identityPath) == 0 else {
                    let code = errno
                    unsafe rename(aside, folder.identityPath)
                    throw ArchiveError.system(path: fresh, code: code)
                }
                for name in [folder.identityPath + "-lock", fresh + "-lock"] { FileSystem.remove(name) }
            }
            FileSystem.syncFolder(of: folder.identityPath)
            return aside
        } catch {
            unsafe unlink(keyPath)
            throw error
        }
    }
}
