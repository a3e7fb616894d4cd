import Glibc
import TestSupport
import Testing

@testable import Store

@Suite struct FileSystemTests {
    @Test func `this machine's own disk is local`() throws {
        let folder = TemporaryFolder()
        FileBytes.write([], to: folder.file("a"))
        let descriptor = unsafe open(folder.file("a"), O_RDONLY)
        defer { close(descriptor) }
        #expect(FileSystem.networkKind(ofOpenFile: descriptor) == nil)
    }

    @Test func `network file systems are known by number, virtual machine disks are not among them`() {
        let types = FileSystem.networkTypes
        #expect(types[0x6969] == "NFS" && types[0xFF53_4D42] == "CIFS" && types[0xFE53_4D42] == "SMB2")
        for local: UInt32 in [0xEF53, 0x5846_5342, 0x9123_683E, 0x0102_1994, 0x794C_7630, 0x0102_1997, 0x6573_5546] {
            // ext4, xfs, btrfs, tmpfs, overlay, 9p; FUSE is decided by its mount.
            #expect(types[local] == nil)
        }
    }

    @Test func `a FUSE mount is judged by what is behind it`() {
        let mounts = """
            22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            40 22 0:50 / /mnt/a rw,nosuid shared:7 master:2 - fuse.sshfs host:/x rw
            41 22 0:51 / /mnt/b rw - virtiofs tag rw
            42 22 0:52 / /mnt/c rw - fuseblk /dev/sdb1 rw
            """
        func kind(_ device: String) -> String? { FileSystem.mountType(ofDevice: device, in: mounts) }
        #expect(kind("8:1") == "ext4" && kind("0:50") == "fuse.sshfs" && kind("0:51") == "virtiofs" && kind("9:9") == nil)
        #expect(FileSystem.isNetworkMount("fuse.sshfs"))
        #expect(!FileSystem.isNetworkMount("virtiofs") && !FileSystem.isNetworkMount("fuseblk"))
        #expect(!FileSystem.isNetworkMount("fuse.ntfs-3g"))
    }
}
