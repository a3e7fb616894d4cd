// gzip for what is sent again and again and never changes while the service runs: the page's files.

import CZlib

enum Gzip {
    /// The bytes as one gzip member; nil when zlib refuses, or when it would not be smaller.
    static func compressed(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = unsafe z_stream()
        let gzipWindow: Int32 = 15 + 16
        guard unsafe deflateInit2_(
            &stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzipWindow, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return nil }
        defer { unsafe deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: Int(unsafe deflateBound(&stream, UInt(bytes.count))))
        // Holds: both arrays outlive the call, and zlib is told their sizes.
        let status = unsafe input.withUnsafeMutableBufferPointer { from in
            unsafe output.withUnsafeMutableBufferPointer { to in
                unsafe stream.next_in = from.baseAddress
                unsafe stream.avail_in = UInt32(from.count)
                unsafe stream.next_out = to.baseAddress
                unsafe stream.avail_out = UInt32(to.count)
                return unsafe deflate(&stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END else { return nil }
        let count = unsafe output.count - Int(stream.avail_out)
        return count < bytes.count ? Array(output.prefix(count)) : nil
    }
}
