// Which file systems may hold a database: LMDB's lock lives in shared memory and its commits rely on the
// local page cache, so a file that several machines map is refused before it can be harmed.

import CLMDB
import Glibc

package enum FileSystem {
    /// The name of the network file system that holds the open file, or nil when it is local.
    ///
    /// 9p and virtiofs are not named: a virtual machine's local disk may come through them.
    static func networkKind(ofOpenFile descriptor: Int32) -> String? {
        var information = statfs()
        guard unsafe fstatfs(descriptor, &information) == 0 else { return nil }
        // The type is a C long whose upper half may be sign-filled; the magic numbers have 32 bits.
        let type = UInt32(truncatingIfNeeded: information.f_type)
        guard type == fuseType else { return networkTypes[type] }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, let mounts = readAll("/proc/self/mountinfo") else { return nil }
        let kind = mountType(ofDevice: "\(gnu_dev_major(status.st_dev)):\(gnu_dev_minor(status.st_dev))", in: mounts)
        return kind.flatMap { isNetworkMount($0) ? $0 : nil }
    }

    /// From linux/magic.h and the sources of the file systems that are not in it.
    static let networkTypes: [UInt32: String] = [
        0x0000_6969: "NFS", 0x0000_517B: "SMB", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB2", 0x0000_564C: "NCP",
        0x7375_7245: "Coda", 0x5346_414F: "AFS", 0x6B41_4653: "AFS", 0x00C3_6400: "Ceph", 0x0BD0_0BD0: "Lustre",
        0x7461_636F: "OCFS2", 0x0116_1970: "GFS2", 0x4750_4653: "GPFS", 0x1983_0326: "BeeGFS", 0x786F_4256: "vboxsf",
    ]

    private static let fuseType: UInt32 = 0x6573_5546

    /// FUSE carries local file systems too (ntfs-3g, virtiofs): only these are known to leave the machine.
    static func isNetworkMount(_ type: String) -> Bool {
        let remote = [
            "sshfs", "rclone", "s3fs", "gcsfuse", "goofys", "davfs", "glusterfs", "ceph-fuse", "curlftpfs", "smbnetfs",
            "juicefs", "mfs", "moosefs", "seaweedfs", "jmtpfs", "gvfsd-fuse",
        ]
        return type.hasPrefix("fuse.") && remote.contains { type.dropFirst(5) == $0 }
    }

    /// Finds a mount by `major:minor` in the text of `/proc/self/mountinfo` (proc(5): the type follows " - ").
    static func mountType(ofDevice device: String, in mounts: String) -> String? {
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 3, fields[2] == device, let dash = fields.firstIndex(of: "-") else { continue }
            return dash + 1 < fields.count ? String(fields[dash + 1]) : nil
        }
        return nil
    }

    private static func readAll(_ path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return count == 0 ? String(decoding: bytes, as: UTF8.self) : nil }
            bytes += piece[..<count]
        }
    }

    /// Bytes that this user may still write where `path` is; nil when the system does not say.
    package static func freeBytes(at path: String) -> UInt64? {
        var information = statvfs()
        guard unsafe statvfs(path, &information) == 0 else { return nil }
        return UInt64(information.f_bavail) * UInt64(information.f_frsize)
    }

    /// Whether a file as long as this one could not be a little longer: tried with a file of its own.
    static func isFull(at path: String) -> Bool {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return false }
        let probe = path + "-probe"
        let descriptor = unsafe open(probe, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return errno == ENOSPC || errno == EDQUOT }
        defer {
            close(descriptor)
            remove(probe)
        }
        let bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = unsafe bytes.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, status.st_size) }
        return count >= 0 ? count < bytes.count : [ENOSPC, EDQUOT, EFBIG].contains(errno)
    }

    /// - Returns: whether there is no such file any more.
    @discardableResult package static func remove(_ path: String) -> Bool {
        unsafe unlink(path) == 0 || errno == ENOENT
    }

    package static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    /// Makes a new or renamed entry of a folder durable.
    package static func syncFolder(of path: String) {
        let descriptor = unsafe open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
