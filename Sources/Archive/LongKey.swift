// LMDB keys end at 511 bytes, texts do not: the one place that says how a text becomes a key.
//
// A text is its UTF-8 bytes and an end mark FF. A text too long for that is its first bytes, a mark FE, and the
// SHA-256 of the whole. FE and FF occur in no UTF-8, so no two texts share a key, and no key is the beginning of
// another's; the whole text is stored beside and compared.

import Crypto

enum LongKey {
    /// Keys stay below this, so that a fixed suffix (a record number) still fits.
    static let bytesMax = 480

    static func key(of text: [UInt8]) -> [UInt8] { key(of: text.span) }

    static func key(of text: Span<UInt8>) -> [UInt8] {
        var key: [UInt8] = []
        key.reserveCapacity(min(text.count + 1, bytesMax))
        append(keyOf: text, to: &key)
        return key
    }

    /// The key behind what is there.
    static func append(keyOf text: Span<UInt8>, to bytes: inout [UInt8]) {
        guard text.count >= bytesMax else {
            bytes.append(text)
            bytes.append(0xFF)
            return
        }
        bytes.append(text.extracting(..<(bytesMax - 33)))
        bytes.append(0xFE)
        bytes.append(contentsOf: SHA256.hash(data: text.bytesCopied))
    }
}
