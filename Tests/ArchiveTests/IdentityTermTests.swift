// Names and addresses are compared without white space, whatever Unicode calls so.

import Testing

@testable import Archive

@Suite struct IdentityTermTests {
    @Test func `blanks are the white space of Unicode, and 0`() {
        for value in UInt32(0)...0x1_FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            if IdentityTerm.isBlank(scalar) != (scalar.properties.isWhitespace || value == 0) { Issue.record("U+\(String(value, radix: 16))") }
        }
        let terms = IdentityTerm.name("欧\u{3000}阳 测试", address: "城南 12\u{A0}号", role: .complainant)
        #expect(terms.map(\.value) == [Array("欧阳测试".utf8) + [0] + Array("城南12号".utf8)])
    }
}
