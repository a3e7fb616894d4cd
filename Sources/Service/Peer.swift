// Who is at the other end of a connection, as the kernel says.

import CPeer
import Glibc
import NIOCore
import Synchronization

enum Peer: Sendable, Hashable {
    /// Over the Unix socket.
    case user(id: UInt32)
    /// Over TCP: any process of this machine.
    case network

    /// Asks the kernel, once a connection.
    static func of(_ channel: any NIOCore.Channel) -> EventLoopFuture<Peer> {
        guard channel.localAddress?.protocol == .unix || channel.remoteAddress?.protocol == .unix,
            let provider = channel as? any SocketOptionProvider
        else { return channel.eventLoop.makeSucceededFuture(.network) }
        // Holds: for SO_PEERCRED the kernel fills exactly these three numbers (unix(7); checked in cpeer.c).
        let credentials: EventLoopFuture<cpeer_credentials> = provider.unsafeGetSocketOption(
            level: NIOBSDSocket.OptionLevel(rawValue: cpeer_level), name: NIOBSDSocket.Option(rawValue: cpeer_option))
        return credentials.map { .user(id: $0.uid) }
    }
}

/// Names of system users, looked up once: `getpwuid` may ask a directory over the network.
final class SystemUsers: Sendable {
    private let names = Mutex<[UInt32: String]>([:])

    func name(of id: UInt32) -> String {
        if let known = names.withLock({ $0[id] }) { return known }
        let name = Self.look(id) ?? "uid\(id)"
        names.withLock { $0[id] = name }
        return name
    }

    private static func look(_ id: UInt32) -> String? {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1 << 14) { buffer in
            // Holds: the name lies in `buffer` and is copied before it ends.
            guard unsafe getpwuid_r(id, &entry, buffer.baseAddress!, buffer.count, &found) == 0, unsafe found != nil else { return nil }
            return unsafe String(cString: entry.pw_name)
        }
    }
}
