// What of a person is compared, and in which form: two spellings of one number must meet, and nothing more of
// it may be kept than its keyed hash.

/// Who the number or name belongs to. The raw value is stored: never renumber.
package enum IdentityRole: UInt8, CaseIterable, Sendable {
    case complainant = 1
    case agent = 2
    case principal = 3
    /// Found in the free text of the record.
    case inText = 4
}

package struct IdentityTerm: Hashable, Sendable {
    /// The raw value enters the hash: never renumber.
    package enum Kind: UInt8, CaseIterable, Sendable {
        case phone = 1
        case phoneLast8 = 2
        case phoneLast4 = 3
        case idNumber = 4
        case idNumberLast4 = 5
        case name = 6
        case nameAndAddress = 7
    }

    package let kind: Kind
    package let role: IdentityRole
    /// Canonical bytes.
    package let value: [UInt8]

    /// - `value`: canonical already; the functions below make it so.
    package init(_ kind: Kind, _ role: IdentityRole, value: [UInt8]) {
        self.kind = kind
        self.role = role
        self.value = value
    }

    /// All by which a telephone number is found: the whole, its last 8, its last 4 digits.
    ///
    /// Digits only, without +86. Of a masked number (138****5678) the digits after the mask count.
    package static func phone(_ text: String, role: IdentityRole) -> [IdentityTerm] {
        var (values, isWhole) = digits(of: text)
        if isWhole, values.count >= 13 {
            if values.starts(with: "0086".utf8) { values.removeFirst(4) }
            if values.starts(with: "86".utf8) { values.removeFirst(2) }
        }
        var terms: [IdentityTerm] = []
        if isWhole, values.count >= 5 { terms.append(IdentityTerm(.phone, role, value: values)) }
        if values.count >= 8 { terms.append(IdentityTerm(.phoneLast8, role, value: Array(values.suffix(8)))) }
        if values.count >= 4 { terms.append(IdentityTerm(.phoneLast4, role, value: Array(values.suffix(4)))) }
        return terms
    }

    /// The whole number of an identity document, and its last 4 characters.
    package static func idNumber(_ text: String, role: IdentityRole) -> [IdentityTerm] {
        let (values, isWhole) = digits(of: text, letters: true)
        var terms: [IdentityTerm] = []
        if isWhole, values.count >= 6 { terms.append(IdentityTerm(.idNumber, role, value: values)) }
        if values.count >= 4 { terms.append(IdentityTerm(.idNumberLast4, role, value: Array(values.suffix(4)))) }
        return terms
    }

    /// - `name`: normalised by the caller as it normalises a name that is looked up.
    package static func name(_ name: String, role: IdentityRole) -> [IdentityTerm] {
        let value = withoutBlanks(name)
        return value.isEmpty ? [] : [IdentityTerm(.name, role, value: value)]
    }

    package static func name(_ name: String, address: String, role: IdentityRole) -> [IdentityTerm] {
        let (name, address) = (withoutBlanks(name), withoutBlanks(address))
        // 00 stands in neither, so no other pair gives the same bytes.
        return name.isEmpty || address.isEmpty ? [] : [IdentityTerm(.nameAndAddress, role, value: name + [0] + address)]
    }

    private static func withoutBlanks(_ text: String) -> [UInt8] {
        if text.isPlainHan { return Array(text.utf8) }
        guard text.unicodeScalars.contains(where: isBlank) else { return Array(text.utf8) }
        return Array(String(text.unicodeScalars.filter { !isBlank($0) }).utf8)
    }

    /// White space of Unicode, and 0: told by the numbers, as to ask for a property is slow and is done for each address that is compared.
    static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0, 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// ASCII digits, and with `letters` capital letters, full-width ones folded; after the last mask character.
    private static func digits(of text: String, letters: Bool = false) -> (values: [UInt8], isWhole: Bool) {
        var values: [UInt8] = []
        var isWhole = true
        for scalar in text.unicodeScalars {
            let folded = (0xFF01...0xFF5E).contains(scalar.value) ? scalar.value - 0xFEE0 : scalar.value
            switch folded {
            case 0x30...0x39: values.append(UInt8(folded))
            case 0x41...0x5A where letters: values.append(UInt8(folded))
            case 0x61...0x7A where letters: values.append(UInt8(folded - 0x20))
            case 0x2A, 0x00D7, 0x25CF, 0x2588, 0x3007, 0x25A0, 0x2022:  // * × ● █ 〇 ■ •
                values = []
                isWhole = false
            default: break
            }
        }
        return (values, isWhole)
    }
}

/// The keyed hash of a term: all that is kept for matching.
package struct TermHash: Hashable, Sendable {
    /// The 16 bytes as two big-endian numbers.
    let high: UInt64
    let low: UInt64
    package let role: IdentityRole

    init(_ code: some Sequence<UInt8>, role: IdentityRole) {
        var halves: (UInt64, UInt64) = (0, 0)
        for (place, byte) in code.enumerated() {
            if place == 16 { break }
            if place < 8 { halves.0 = halves.0 << 8 | UInt64(byte) } else { halves.1 = halves.1 << 8 | UInt64(byte) }
        }
        (high, low) = halves
        self.role = role
    }

    var bytes: [UInt8] { [UInt8](bigEndian: high) + [UInt8](bigEndian: low) }

    /// Half of it: enough to count people of one archive.
    package var short: UInt64 { high }
}
