// What is marked in a stored text is where its units stand, by whatever way the bytes are gone through.

import Records
import TestSupport
import Testing

@testable import Index

@Suite struct TextMarksTests {
    /// Of one, two and three bytes, and some that share lead bytes.
    private static let alphabet: [UInt16] = Array("的。是不有我了在人工a7 投诉停车费垃圾噪音扰民鼹鼷黩".utf16) + [0xD842, 0xDFB7, 0x3130, 0xFFE5, 0x4DB5]

    private struct Mark: Hashable {
        var place: Int
        var number: UInt16
        var zone: TextZone?
    }

    private static func marks(_ found: borrowing TextMarks) -> [Mark] {
        (0..<found.count).map { Mark(place: found[$0].place, number: found[$0].number, zone: found[$0].zone) }
    }

    @Test(arguments: Seed.sample(40)) func `marks are where the units stand`(start: Seed) {
        var seed = start
        var marks = TextMarks()
        for _ in 0..<60 {
            // Zones from nothing to several blocks of bytes.
            var units: [UInt16] = []
            for zone in TextZone.allCases.shuffled(using: &seed).prefix(Int.random(in: 0...3, using: &seed)) {
                units += [DocumentText.zoneMark, UInt16(zone.rawValue)]
                units += (0..<Int.random(in: 0...120, using: &seed)).map { _ in Self.alphabet.randomElement(using: &seed)! }
            }
            var numbers = UnitNumbers()
            var wanted: [UInt16: UInt16] = [:]
            for unit in Self.alphabet.shuffled(using: &seed).prefix(Int.random(in: 0...12, using: &seed)) {
                wanted[unit] = UInt16.random(in: 1...9_999, using: &seed)
                numbers.set(wanted[unit]!, of: unit)
            }
            for unit in Self.alphabet { #expect(numbers[unit] == wanted[unit] ?? 0) }
            var expected: [Mark] = []
            var place = 0
            var isHead = false
            for unit in units {
                if isHead {
                    expected.append(Mark(place: place, number: 0, zone: TextZone(rawValue: UInt8(unit))))
                    isHead = false
                } else if unit == DocumentText.zoneMark {
                    isHead = true
                } else {
                    if let number = wanted[unit] { expected.append(Mark(place: place, number: number)) }
                    place += 1
                }
            }
            var bytes: [UInt8] = []
            TextCode.append(document: units[...], to: &bytes)
            unsafe bytes.withUnsafeBytes { buffer in
                // Holds: the text is not used behind this call.
                let text = unsafe StoredText(bytes: Bytes(buffer))
                marks.find(numbers, in: text)
                #expect(Self.marks(marks) == expected)
                #expect(marks.unitCount == place)
                marks.findPlainly(numbers, in: text)
                #expect(Self.marks(marks) == expected)
                #expect(marks.unitCount == place)
            }
        }
    }

    /// Nothing is read behind the end, and what is cut off is no unit.
    @Test(arguments: Seed.sample(8)) func `damaged bytes are gone through to their end`(start: Seed) {
        var seed = start
        var numbers = UnitNumbers()
        for (place, unit) in Self.alphabet.enumerated() { numbers.set(UInt16(place + 1), of: unit) }
        var marks = TextMarks()
        for _ in 0..<200 {
            let bytes = (0..<Int.random(in: 0...100, using: &seed)).map { _ in UInt8.random(in: 0...255, using: &seed) }
            unsafe bytes.withUnsafeBytes { buffer in
                // Holds: the text is not used behind this call.
                marks.find(numbers, in: unsafe StoredText(bytes: Bytes(buffer)))
                #expect(marks.count <= bytes.count)
            }
        }
    }
}
