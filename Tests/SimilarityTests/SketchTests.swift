// The sketch against what it estimates.

import CSketch
import TestSupport
import Testing

@testable import Similarity

@Suite struct SketchTests {
    private static func units(_ text: String) -> [UInt16] { Array(text.utf16) }

    @Test func `a stored sketch is read for ever: its numbers do not change`() {
        var sketcher = Sketcher()
        let bands = sketcher.bands(of: Self.units("小区物业夜间施工噪音扰民").span)
        #expect(bands.count == Sketcher.bandCount)
        #expect(bands.prefix(3).map { String($0, radix: 16) } == ["7c6c2be1", "27e2fbed", "f4b4b3c8"])
    }

    @Test func `a text without letters has none`() {
        var sketcher = Sketcher()
        #expect(sketcher.bands(of: Self.units("2024-01-02，123。").span).isEmpty)
    }

    /// Two sets of shingles with a known share in common: bands meet as often as 1 − (1 − J⁵)²⁵ says.
    @Test(arguments: [0.5, 0.7, 0.8]) func `bands meet as often as the formula says`(jaccard: Double) {
        var seed = Seed(7)
        var sketcher = Sketcher()
        var met = 0
        let trials = 600
        for _ in 0..<trials {
            // Runs of three letters, so that each is one shingle; `common` of them in both texts.
            func run() -> [UInt16] { (0..<3).map { _ in UInt16.random(in: 0x4E00...0x9FA5, using: &seed) } + [0x20] }
            let count = 100
            let common = Int((2 * jaccard * Double(count) / (1 + jaccard)).rounded())
            let shared = (0..<common).flatMap { _ in run() }
            let a = shared + (0..<(count - common)).flatMap { _ in run() }
            let b = (0..<(count - common)).flatMap { _ in run() } + shared
            let (x, y) = (sketcher.bands(of: a.span), sketcher.bands(of: b.span))
            if zip(x, y).contains(where: ==) { met += 1 }
        }
        var apart = 1.0
        for _ in 0..<25 { apart *= 1 - jaccard * jaccard * jaccard * jaccard * jaccard }
        let expected = 1 - apart
        let found = Double(met) / Double(trials)
        #expect(abs(found - expected) < 0.08, "found \(found), expected \(expected)")
    }

    @Test(arguments: Seed.sample(4)) func `the wide loop gives what the plain one gives`(seed: Seed) {
        var seed = seed
        for count in [0, 1, 7, 300] {
            let elements = (0..<count).map { _ in UInt32.random(in: 0...UInt32.max, using: &seed) }
            let factors = (0..<256).map { _ in Int16.random(in: Int16.min...Int16.max, using: &seed) }
            var (wide, plain) = ([Int16](repeating: 0, count: 128), [Int16](repeating: 1, count: 128))
            unsafe csketch_minima(elements, count, factors, 128, &wide)
            unsafe csketch_minimaPlain(elements, count, factors, 128, &plain)
            #expect(wide == plain)
        }
    }
}
