// A pipe whose reader went ended the whole service, when pieces were left in it: libdispatch ends a program that lets a semaphore go
// with less room than it came with. It showed at a stop amid an import.

import NIOCore
import Testing

@testable import Service

extension ServiceTests {
@Suite struct PipeTests {
    @Test(arguments: [0, 1, 5]) func `a pipe may go with pieces in it, taken or not, closed or not`(count: Int) async throws {
        for isClosed in [false, true] {
            for taken in 0...min(count, 2) {
                let pipe = Pipe(pieces: 8)
                for number in 0..<count { try pipe.write(ByteBuffer(integer: UInt8(number))) }
                for number in 0..<taken { #expect(await pipe.next() == ByteBuffer(integer: UInt8(number))) }
                if isClosed {
                    pipe.close()
                    #expect(throws: Pipe.Closed.self) { try pipe.write(ByteBuffer()) }
                }
                pipe.finish()
            }
        }
    }
}
}
