// Who can open the identities: each holder has a key file of his own, and the one key that seals them lies in `identity.lmdb` once
// for each holder, wrapped for him. So a second person can open what the first one lost the key of, and new keys can be wrapped
// for a holder who is not there. FORMAT.md, "holders".

import Crypto
import FoundationEssentials
import Records
import Store

package struct KeyHolder: Hashable, Sendable {
    /// Of the key file: 16 hexadecimal digits.
    package var keyID: String
    package var name: String
    /// X25519, 32 bytes.
    package var publicKey: [UInt8]
    package var since: String

    package init(keyID: String, name: String, publicKey: [UInt8], since: String) {
        (self.keyID, self.name, self.publicKey, self.since) = (keyID, name, publicKey, since)
    }

    /// What a holder hands over so that the key is wrapped for him: his key's id and its public half.
    package static func text(_ key: SealingKey) -> String { "juanzong-holder-v1 \(key.id) \(Base64.encode(key.publicKey))" }

    package init?(text: String, name: String, since: String) {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 3, words[0] == "juanzong-holder-v1", words[1].count == 16, let key = Base64.decode(words[2]), key.count == 32
        else { return nil }
        self.init(keyID: String(words[1]), name: name, publicKey: key, since: since)
    }
}

/// HPKE (RFC 9180): X25519, HKDF-SHA256, ChaCha20-Poly1305; 32 bytes of encapsulated key, then the sealed secret.
enum KeyWrap {
    private static let suite = HPKE.Ciphersuite.Curve25519_SHA256_ChachaPoly
    private static let info = Data("juanzong holder v1".utf8)

    static func wrap(_ secret: [UInt8], for holder: KeyHolder, archiveID: [UInt8]) throws -> [UInt8] {
        var sender = try HPKE.Sender(
            recipientKey: Curve25519.KeyAgreement.PublicKey(rawRepresentation: holder.publicKey), ciphersuite: suite, info: info)
        return try Array(sender.encapsulatedKey) + Array(sender.seal(secret, authenticating: archiveID + Array(holder.keyID.utf8)))
    }

    /// Nil when it was not wrapped for this key, or was changed.
    static func unwrap(_ wrapped: [UInt8], with key: SealingKey, archiveID: [UInt8]) -> [UInt8]? {
        guard wrapped.count > 32,
            var recipient = try? HPKE.Recipient(
                privateKey: key.holding, ciphersuite: suite, info: info, encapsulatedKey: Data(wrapped[..<32])),
            let secret = try? recipient.open(wrapped[32...], authenticating: archiveID + Array(key.id.utf8)), secret.count == 32
        else { return nil }
        return Array(secret)
    }
}

extension IdentityStore {
    static let holderTable = "holders"

    /// Everybody for whom the key is wrapped. Empty in an archive that only ever had the key it was made with.
    package func holders() throws -> [KeyHolder] {
        guard let table = try? environment.table(existing: Self.holderTable) else { return [] }
        return try environment.read { transaction in
            var found: [KeyHolder] = []
            try transaction.forEachChecked(in: table) { key, payload in
                guard let json = try? JSONValue.parse(payload), let publicKey = json["publicKey"]?.string.flatMap({ Base64.decode($0[...]) })
                else { throw transaction.damagedError(in: table, key: key) }
                found.append(
                    KeyHolder(
                        keyID: String(decoding: key.bytesCopied, as: UTF8.self), name: json["name"]?.string ?? "", publicKey: publicKey,
                        since: json["since"]?.string ?? ""))
                return true
            }
            return found.sorted { ($0.since, $0.keyID) < ($1.since, $1.keyID) }
        }
    }

    /// Ids of the key files that open what is sealed.
    static func holderIDs(_ environment: Environment) throws -> [String] {
        guard let table = try? environment.table(existing: holderTable) else { return [] }
        return try environment.read { transaction in
            var found: [String] = []
            try transaction.forEach(in: table) { key, _ in
                found.append(String(decoding: key.bytesCopied, as: UTF8.self))
                return true
            }
            return found
        }
    }

    /// Wraps the key for somebody. The first time, whoever does it becomes a holder by name as well.
    package func add(_ holders: [KeyHolder]) throws {
        let key = try requireKey()
        let table = try environment.table(Self.holderTable)
        try environment.write { transaction in
            for holder in holders { try Self.put(holder, key, archiveID, table, transaction) }
        }
        try environment.sync()
    }

    static func put(
        _ holder: KeyHolder, _ key: SealingKey, _ archiveID: [UInt8], _ table: Table, _ transaction: borrowing WriteTransaction
    ) throws {
        var json: JSONObject = ["name": .string(holder.name), "publicKey": .string(Base64.encode(holder.publicKey)), "since": .string(holder.since)]
        json.set("wrapped", to: .string(Base64.encode(try KeyWrap.wrap(key.secret, for: holder, archiveID: archiveID))))
        var bytes: [UInt8] = []
        JSONValue.object(json).write(into: &bytes)
        try transaction.checkedPut(in: table, key: Array(holder.keyID.utf8), payload: bytes)
    }

    package func removeHolder(_ keyID: String) throws {
        let table = try environment.table(Self.holderTable)
        _ = try environment.write { try $0.delete(in: table, key: Array(keyID.utf8)) }
        try environment.sync()
    }

    /// The sealing key by the key of a file: itself, or what is wrapped for it.
    static func sealingKey(
        _ key: SealingKey, expected: String, _ environment: Environment, archiveID: [UInt8]
    ) throws -> SealingKey? {
        if key.id == expected { return key }
        guard let table = try? environment.table(existing: holderTable) else { return nil }
        let json = try environment.read { transaction in
            try transaction.checkedValue(in: table, for: Array(key.id.utf8)) { try? JSONValue.parse($0) }
        }
        guard let text = (json ?? nil)?["wrapped"]?.string, let wrapped = Base64.decode(text[...]),
            let secret = KeyWrap.unwrap(wrapped, with: key, archiveID: archiveID)
        else { return nil }
        let sealing = SealingKey(secret: secret)
        return sealing.id == expected ? sealing : nil
    }
}
