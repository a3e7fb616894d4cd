// The person at the terminal, as the operating system knows him.
//
// The folder's permissions are the wall: who may read its files needs no program. Roles bind what this program, and the
// service in front of it, show; so only root and the owner of the folder may speak for somebody else (JUANZONG_USER).

import Glibc

enum SystemUser {
    static func name(askedFor: String?, archivePath: String) -> String {
        let own = getuid()
        if let askedFor {
            var status = stat()
            let isOwner = unsafe stat(archivePath, &status) == 0 && status.st_uid == own
            if own == 0 || isOwner { return askedFor }
        }
        guard let entry = unsafe getpwuid(own) else { return "uid\(own)" }
        return unsafe String(cString: entry.pointee.pw_name)
    }
}
