// The key that opens the identity store: 32 random bytes in a file of one line, outside the archive folder.

import Crypto
import Glibc
import Records

package enum KeyFile {
    private static let mark = "juanzong-key-v1"

    /// Makes a key. Never replaces a file: a lost key is lost with everything it sealed.
    package static func create(at path: String) throws -> SealingKey {
        let secret = Random.bytes(count: 32)
        let key = SealingKey(secret: secret)
        do {
            try Files.create(path, "\(mark) \(key.id) \(Base64.encode(secret))\n")
        } catch {
            guard error == .system(path: path, code: EEXIST) else { throw error }
            throw IdentityError.keyExists(path: path)
        }
        return key
    }

    /// - Throws: `IdentityError` when the file is missing, readable by others, or not a key.
    package static func read(at path: String) throws -> SealingKey {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { throw IdentityError.keyMissing(path: path) }
            throw ArchiveError.system(path: path, code: errno)
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw ArchiveError.system(path: path, code: errno) }
        guard status.st_mode & 0o077 == 0 else { throw IdentityError.keyExposed(path: path) }
        guard let bytes = Files.read(descriptor, bytesMax: 4_096) else { throw IdentityError.keyUnreadable(path: path) }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 3, words[0] == mark, let secret = Base64.decode(words[2]), secret.count == 32,
            Base64.encode(secret) == words[2]
        else { throw IdentityError.keyUnreadable(path: path) }
        let key = SealingKey(secret: secret)
        // A mistyped character must not look like another archive's key.
        guard key.id == words[1] else { throw IdentityError.keyUnreadable(path: path) }
        return key
    }
}

/// A key in use. What is sealed and what is hashed have keys of their own, derived from the one in the file
/// (HKDF-SHA256, RFC 5869), so that neither tells anything of the other.
package struct SealingKey: Sendable {
    /// Names the key without telling anything of it: 16 hexadecimal digits.
    package let id: String
    let sealing: SymmetricKey
    /// What the key file holds, or what was wrapped for its holder.
    let secret: [UInt8]
    /// Has taken in the key and nothing else: taking it in costs twice as much as a name or a number does.
    private let keyed: HMAC<SHA256>

    init(secret: [UInt8]) {
        let material = SymmetricKey(data: secret)
        self.secret = secret
        sealing = Self.derive("seal", from: material)
        keyed = HMAC(key: Self.derive("hash", from: material))
        let check = unsafe Self.derive("check", from: material).withUnsafeBytes { unsafe Array(SHA256.hash(data: $0)) }
        id = hexText(check[..<8])
    }

    /// Opens what was wrapped for the holder of this key.
    var holding: Curve25519.KeyAgreement.PrivateKey {
        let seed = unsafe Self.derive("hold", from: SymmetricKey(data: secret)).withUnsafeBytes { unsafe Array($0) }
        // Holds: any 32 bytes are a private key of X25519.
        return try! Curve25519.KeyAgreement.PrivateKey(rawRepresentation: seed)
    }

    package var publicKey: [UInt8] { Array(holding.publicKey.rawRepresentation) }

    private static func derive(_ purpose: String, from material: SymmetricKey) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: material, info: Array("juanzong \(purpose) v1".utf8), outputByteCount: 32)
    }

    /// What stands for a person's name or number in a log: 16 hexadecimal digits that only this key makes.
    package func mark(of text: String) -> String { hexText(authenticationCode(of: [0] + Array(text.utf8)).prefix(8)) }

    /// 16 bytes of HMAC-SHA256 over a kind and a canonical value.
    package func hash(_ term: IdentityTerm) -> TermHash {
        let mac = authenticationCode(of: [term.kind.rawValue] + term.value)
        return TermHash(mac, role: term.role)
    }

    /// For `ContentHash`: tells whether an identity changed, and nothing else.
    package func hash(ofIdentity json: [UInt8]) -> [UInt8] {
        Array(authenticationCode(of: [0] + json))  // no kind has this number
    }

    private func authenticationCode(of bytes: [UInt8]) -> HMAC<SHA256>.MAC {
        var hmac = keyed
        hmac.update(data: bytes)
        return hmac.finalize()
    }
}

package func hexText(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

/// RFC 4648, standard alphabet, with padding.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? alphabet[Int(bits >> (18 - 6 * UInt32(place)) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func decode(_ text: Substring) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 4) {
            let group = digits[start..<start + 4]
            let padding = group.reversed().prefix { $0 == UInt8(ascii: "=") }.count
            guard padding <= 2, padding == 0 || start + 4 == digits.count else { return nil }
            var bits: UInt32 = 0
            for digit in group.dropLast(padding) {
                guard let value = alphabet.firstIndex(of: digit) else { return nil }
                bits = bits << 6 | UInt32(value)
            }
            bits <<= 6 * UInt32(padding)
            for place in 0..<(3 - padding) { bytes.append(UInt8(truncatingIfNeeded: bits >> (16 - 8 * UInt32(place)))) }
        }
        return bytes
    }
}
