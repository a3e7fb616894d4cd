// The sockets we listen on: made here or handed over by systemd, and the connections that come in.
//
// The socket file belongs to one service: a lock beside it tells a running one from one that was killed. Its permissions
// are set before anybody can connect.

import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOExtras
import NIOPosix
import Records
import Engine

package enum ListenerError: NoticeError {
    case pathTooLong(path: String, bytesMax: Int)
    case inUse(path: String)
    case groupUnknown(name: String)
    case system(place: String, code: Int32)
    case nothingToListen

    package func notice(in language: Language) -> String {
        let (what, place, remedy): (String, String, String) =
            switch (self, language) {
            case (.pathTooLong(let path, let max), .chinese): ("套接字路径太长，最多 \(max) 字节", path, "换一个短的路径，如 /run/juanzong/api.sock")
            case (.pathTooLong(let path, let max), .english): ("the socket's path is too long, \(max) bytes at most", path, "choose a short one, such as /run/juanzong/api.sock")
            case (.inUse(let path), .chinese): ("已有一个服务在此", path, "先停止它，或换一个 --socket")
            case (.inUse(let path), .english): ("a service is running here already", path, "stop it first, or choose another --socket")
            case (.groupUnknown(let name), .chinese): ("没有这个用户组", "--socket-group \(name)", "检查组名，或先建立该组")
            case (.groupUnknown(let name), .english): ("there is no such group", "--socket-group \(name)", "check its name, or make the group first")
            case (.system(let place, let code), .chinese): (SystemReason.text(code, in: .chinese), place, "检查路径、权限和端口后重试")
            case (.system(let place, let code), .english): (SystemReason.text(code, in: .english), place, "check the path, the permissions and the port, then try again")
            case (.nothingToListen, .chinese): ("没有给出监听地址", "juanzong serve", "给出 --socket 路径或 --tcp 127.0.0.1:端口")
            case (.nothingToListen, .english): ("there is nothing to listen on", "juanzong serve", "give --socket PATH or --tcp 127.0.0.1:PORT")
            }
        return language == .chinese
            ? "错误：\(what)\n位置：\(place)\n处理：\(remedy)" : "Error: \(what)\nWhere: \(place)\nRemedy: \(remedy)"
    }
}

/// Sockets that listen already.
final class ListeningSockets: Sendable {
    let descriptors: [CInt]
    private let socketPath: String?
    private let lock: CInt

    private init(_ descriptors: [CInt], socketPath: String?, lock: CInt) {
        self.descriptors = descriptors
        self.socketPath = socketPath
        self.lock = lock
    }

    static func open(_ options: ServiceOptions) throws -> ListeningSockets {
        let handed = handedOver()
        if !handed.isEmpty { return ListeningSockets(handed, socketPath: nil, lock: -1) }
        var descriptors: [CInt] = []
        var lock: CInt = -1
        if let path = options.socketPath {
            lock = try takeLock(path)
            descriptors.append(try unixSocket(path, options))
        }
        if let port = options.tcpPort {
            do { descriptors.append(try loopbackSocket(port, options)) } catch {
                ListeningSockets(descriptors, socketPath: options.socketPath, lock: lock).removeName()
                throw error
            }
        }
        guard !descriptors.isEmpty else { throw ListenerError.nothingToListen }
        return ListeningSockets(descriptors, socketPath: options.socketPath, lock: lock)
    }

    /// sd_listen_fds(3): `LISTEN_PID` is us, `LISTEN_FDS` counts descriptors from 3 on.
    private static func handedOver() -> [CInt] {
        guard let process = variable("LISTEN_PID").flatMap({ Int32($0) }), process == getpid(),
            let count = variable("LISTEN_FDS").flatMap({ CInt($0) }), (1...16).contains(count)
        else { return [] }
        for descriptor in 3..<(3 + count) {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            let flags = fcntl(descriptor, F_GETFL)
            _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
        }
        return Array(3..<(3 + count))
    }

    private static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    private static func takeLock(_ path: String) throws -> CInt {
        let lock = unsafe Glibc.open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw ListenerError.system(place: path + ".lock", code: errno) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw ListenerError.inUse(path: path)
        }
        return lock
    }

    private static func unixSocket(_ path: String, _ options: ServiceOptions) throws -> CInt {
        var address = sockaddr_un()
        let bytes = Array(path.utf8)
        let bytesMax = MemoryLayout.size(ofValue: address.sun_path) - 1
        guard bytes.count <= bytesMax else { throw ListenerError.pathTooLong(path: path, bytesMax: bytesMax) }
        address.sun_family = sa_family_t(AF_UNIX)
        // Holds: the path and the zero behind it fit, as checked.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        var status = stat()
        if unsafe lstat(path, &status) == 0 {
            // Left by a service that was killed: the lock says that none runs. Anything but a socket is not ours to remove.
            guard status.st_mode & S_IFMT == S_IFSOCK else { throw ListenerError.system(place: path, code: EEXIST) }
            unsafe unlink(path)
        }
        let descriptor = try make(AF_UNIX, path)
        let before = umask(0o177)
        let isBound = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        let code = errno
        umask(before)
        guard isBound else { throw ListenerError.system(place: path, code: code) }
        if let group = options.socketGroup {
            guard let entry = unsafe getgrnam(group) else { throw ListenerError.groupUnknown(name: group) }
            guard unsafe chown(path, uid_t.max, entry.pointee.gr_gid) == 0 else { throw ListenerError.system(place: path, code: errno) }
        }
        guard unsafe chmod(path, mode_t(options.socketMode)) == 0 else { throw ListenerError.system(place: path, code: errno) }
        try listen(descriptor, path)
        return descriptor
    }

    private static func loopbackSocket(_ port: Int, _ options: ServiceOptions) throws -> CInt {
        let place = "127.0.0.1:\(port)"
        let descriptor = try make(AF_INET, place)
        var one: CInt = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<CInt>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let isBound = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isBound else { throw ListenerError.system(place: place, code: errno) }
        try listen(descriptor, place)
        return descriptor
    }

    private static func make(_ family: CInt, _ place: String) throws -> CInt {
        let descriptor = socket(family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw ListenerError.system(place: place, code: errno) }
        return descriptor
    }

    private static func listen(_ descriptor: CInt, _ place: String) throws {
        guard Glibc.listen(descriptor, 512) == 0 else { throw ListenerError.system(place: place, code: errno) }
    }

    /// The name goes first: who connects from now on is told that nobody listens.
    func removeName() {
        if let socketPath { unsafe unlink(socketPath) }
        if lock >= 0 {
            if let socketPath { unsafe unlink(socketPath + ".lock") }
            close(lock)
        }
    }
}
