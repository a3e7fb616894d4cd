// The other end of `POST /api/run`: a command line that has its verb run by the service.

import Engine
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Records

package enum ServiceClientError: NoticeError {
    case unreachable(path: String)
    /// As the service told it.
    case refused(text: String)
    case cutOff(path: String)

    package func notice(in language: Language) -> String {
        switch (self, language) {
        case (.unreachable(let path), .chinese): "错误：连不上服务\n位置：\(path)\n处理：检查服务是否在运行（juanzong serve），以及您是否属于套接字的用户组"
        case (.unreachable(let path), .english): "Error: the service cannot be reached\nWhere: \(path)\nRemedy: see that it runs (juanzong serve) and that you are in the socket's group"
        case (.refused(let text), _): text
        case (.cutOff(let path), .chinese): "错误：服务中途断开\n位置：\(path)\n处理：稍后再运行一次；已确认的改动都已保存"
        case (.cutOff(let path), .english): "Error: the service ended the connection\nWhere: \(path)\nRemedy: run it again later; what was acknowledged is safe"
        }
    }
}

package struct ServiceClient: Sendable {
    package let socketPath: String

    package init(socketPath: String) { self.socketPath = socketPath }

    private typealias Channel = NIOAsyncChannel<HTTPClientResponsePart, HTTPPart<HTTPRequestHead, ByteBuffer>>

    /// - Parameter bodyPieces: called until it gives nothing more.
    /// - Parameter take: frames as they come; a file's with the number of its file.
    /// - Returns: the verb's exit code.
    package func run(
        _ header: RunHeader, bodyBytes: Int?, bodyPieces: @escaping @Sendable () throws -> [UInt8]?,
        take: @escaping @Sendable (VerbStream, ArraySlice<UInt8>) throws -> Void
    ) async throws -> Int32 {
        let channel: Channel
        do {
            channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(unixDomainSocketPath: socketPath) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        try channel.pipeline.syncOperations.addHandler(PlainBodyHandler())
                        return try Channel(wrappingChannelSynchronously: channel)
                    }
                }
        } catch { throw ServiceClientError.unreachable(path: socketPath) }
        return try await channel.executeThenClose { inbound, outbound in
            var line: [UInt8] = []
            JSONValue.object(header.object).write(into: &line)
            line.append(UInt8(ascii: "\n"))
            var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/api/run")
            head.headers.add(name: "Host", value: "localhost")
            head.headers.add(name: "X-Juanzong", value: "cli")
            head.headers.add(name: "Accept-Language", value: header.language == .chinese ? "zh" : "en")
            if let bodyBytes { head.headers.add(name: "Content-Length", value: String(line.count + bodyBytes)) } else { head.headers.add(name: "Transfer-Encoding", value: "chunked") }
            do {
                try await outbound.write(.head(head))
                try await outbound.write(.body(ByteBuffer(bytes: line)))
                while let piece = try bodyPieces() { try await outbound.write(.body(ByteBuffer(bytes: piece))) }
                try await outbound.write(.end(nil))
            } catch is ChannelError {
                // It answers before it has read everything: what it says is worth more.
            } catch is IOError {}
            return try await answer(inbound, take)
        }
    }

    private func answer(_ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>, _ take: (VerbStream, ArraySlice<UInt8>) throws -> Void) async throws -> Int32 {
        var isOK = false
        var gathered = ByteBuffer()
        var exitCode: Int32?
        for try await part in inbound {
            switch part {
            case .head(let head): isOK = head.status == .ok
            case .body(var piece):
                gathered.writeBuffer(&piece)
                while isOK, let (stream, bytes) = Self.frame(&gathered) {
                    if stream == .exit { exitCode = Int32(bytes.first ?? 2) } else { try take(stream, bytes[...]) }
                }
            case .end:
                if isOK, let exitCode { return exitCode }
                if isOK { throw ServiceClientError.cutOff(path: socketPath) }
                throw ServiceClientError.refused(text: Self.notice(Array(buffer: gathered)))
            }
        }
        throw ServiceClientError.cutOff(path: socketPath)
    }

    private static func frame(_ buffer: inout ByteBuffer) -> (VerbStream, [UInt8])? {
        guard let length = buffer.getInteger(at: buffer.readerIndex + 1, as: UInt32.self), buffer.readableBytes >= 5 + Int(length),
            let kind = buffer.readInteger(as: UInt8.self), let stream = VerbStream(rawValue: kind), buffer.readInteger(as: UInt32.self) != nil,
            let bytes = buffer.readBytes(length: Int(length))
        else { return nil }
        buffer.discardReadBytes()
        return (stream, bytes)
    }

    /// A problem as people at a terminal read it.
    private static func notice(_ bytes: [UInt8]) -> String {
        guard let object = (try? JSONValue.parse(bytes))?.objectValue, let title = object["title"]?.string else { return "HTTP" }
        return [title, object["detail"]?.string, object["remedy"]?.string].compactMap { $0 }.joined(separator: "\n")
    }
}

/// Bodies as plain buffers.
private final class PlainBodyHandler: ChannelOutboundHandler {
    typealias OutboundIn = HTTPPart<HTTPRequestHead, ByteBuffer>
    typealias OutboundOut = HTTPClientRequestPart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head): context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body(let body): context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: promise)
        case .end(let trailers): context.write(wrapOutboundOut(.end(trailers)), promise: promise)
        }
    }
}
