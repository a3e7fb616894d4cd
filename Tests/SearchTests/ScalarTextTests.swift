// A text made of its scalars is the same text.

import TestSupport
import Testing

@testable import Search

@Suite struct ScalarTextTests {
    @Test(arguments: Seed.sample(40)) func `scalars of every width make the text that they came from`(seed: Seed) {
        var seed = seed
        let borders: [UInt32] = [0, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF]
        for _ in 0..<100 {
            let scalars = (0..<Int.random(in: 0...20, using: &seed)).map { _ in
                Unicode.Scalar(Bool.random(using: &seed) ? borders.randomElement(using: &seed)! : UInt32.random(in: 0...0x10FFFF, using: &seed)) ?? "停"
            }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            #expect(Array(String(scalars: scalars).utf8) == Array(String(view).utf8))
        }
    }
}
