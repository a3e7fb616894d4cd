// Connections and requests: Hummingbird's HTTP/1.1 over the sockets that we opened ourselves, because systemd may have
// opened them, because a socket file needs its permissions before the first connection, and because a connection's peer
// is asked for once.

import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOExtras
import NIOHTTP1
import NIOHTTPTypes
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Answers a request of a peer.
typealias PeerResponder = @Sendable (Request, Peer, any NIOCore.Channel) async -> Response

struct Server: Service {
    let sockets: ListeningSockets
    let limits: ServiceOptions.Limits
    let group: MultiThreadedEventLoopGroup
    let logger: Logger
    let whenStopping: @Sendable () -> Void
    let respond: PeerResponder

    typealias Connection = (channel: NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>, peer: Peer)

    private var http: HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            additionalChannelHandlers: [StalledWriteHandler(seconds: limits.stalledSeconds)],
            idleTimeout: .seconds(Int64(limits.idleSeconds)),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes, maxHeaderFieldCount: limits.headerCount))
    }

    func run() async throws {
        // Each watches over one listening socket and its connections.
        let quiescing = sockets.descriptors.map { _ in ServerQuiescingHelper(group: group) }
        let count = ConnectionCount(max: limits.connections)
        var listeners: [NIOAsyncChannel<Connection, Never>] = []
        for (descriptor, quiescing) in zip(sockets.descriptors, quiescing) {
            listeners.append(try await listen(descriptor, quiescing, count))
        }
        let dates = DateLine()
        let executors = LoopExecutors(group)
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for listener in listeners {
                    group.addTask { try await accept(listener, dates, executors) }
                }
                try await group.waitForAll()
            }
        } onGracefulShutdown: {
            sockets.removeName()
            logger.info("stopping")
            whenStopping()
            for helper in quiescing { helper.initiateShutdown(promise: nil) }
        }
    }

    private func listen(_ descriptor: CInt, _ quiescing: ServerQuiescingHelper, _ count: ConnectionCount) async throws -> NIOAsyncChannel<Connection, Never> {
        let setup = HTTP1Channel(responder: { _, _, _ in }, configuration: http)
        return try await ServerBootstrap(group: group)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(quiescing.makeServerChannelHandler(channel: channel))
                }
            }
            .serverChannelOption(.backlog, value: 1_024)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .bind(descriptor) { channel in
                if !count.enter() {
                    // Told nothing: an answer would cost as much as serving it.
                    return channel.close().flatMapThrowing { throw ChannelError.eof }
                }
                channel.closeFuture.whenComplete { _ in count.leave() }
                return Peer.of(channel).and(setup.setup(channel: channel, logger: logger)).map { (channel: $1, peer: $0) }
            }
    }

    private func accept(_ listener: NIOAsyncChannel<Connection, Never>, _ dates: DateLine, _ executors: LoopExecutors) async throws {
        try await withThrowingDiscardingTaskGroup { tasks in
            try await listener.executeThenClose { connections in
                for try await connection in connections {
                    tasks.addTask(executorPreference: executors.executor(of: connection.channel.channel.eventLoop)) { await serve(connection, dates) }
                }
            }
        }
    }

    private func serve(_ connection: Connection, _ dates: DateLine) async {
        let peer = connection.peer
        let http = HTTP1Channel(
            responder: { request, writer, channel in
                var response = await respond(request, peer, channel)
                response.headers[.date] = dates.text
                if request.method == .head {
                    // The length stays: that of the answer to GET.
                    try await writer.writeResponse(response.head)
                } else {
                    try await writer.write(response: response.head, body: response.body)
                }
            }, configuration: self.http)
        await http.handle(value: connection.channel, logger: logger)
    }
}

/// Connections open now; above the limit new ones are closed at once.
final class ConnectionCount: Sendable {
    private let max: Int
    private let open = Atomic<Int>(0)

    init(max: Int) { self.max = max }

    func enter() -> Bool {
        if open.add(1, ordering: .relaxed).newValue <= max { return true }
        leave()
        return false
    }

    func leave() { open.subtract(1, ordering: .relaxed) }
}

/// Cuts off a client that does not take its answer, or whose request is none.
final class StalledWriteHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let seconds: Int64
    private var check: Scheduled<Void>?
    private var unwritten = 0
    private var isStuck = false
    private var isRefused = false

    init(seconds: Int) { self.seconds = Int64(seconds) }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let promise = promise ?? context.eventLoop.makePromise()
        unwritten += 1
        isStuck = false
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        promise.futureResult.whenComplete { _ in
            handler.value.unwritten -= 1
            handler.value.isStuck = false
            if handler.value.unwritten == 0 {
                handler.value.check?.cancel()
                handler.value.check = nil
            }
        }
        if check == nil { watch(context) }
        context.write(data, promise: promise)
    }

    /// Looks twice: nothing written between two looks is a client that stalls.
    private func watch(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        check = context.eventLoop.scheduleTask(in: .seconds(seconds)) {
            let (handler, context) = bound.value
            handler.check = nil
            guard handler.unwritten > 0 else { return }
            if handler.isStuck { return context.close(promise: nil) }
            handler.isStuck = true
            handler.watch(context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { check?.cancel() }

    /// What is HTTP/1.1 but no request that the types can hold, such as raw bytes in its path: told, then cut off.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !(error is HTTPParserError), !isRefused else { return context.fireErrorCaught(error) }
        isRefused = true
        let head = HTTPResponse(status: .badRequest, headerFields: [.connection: "close", .contentLength: "0"])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }
}
