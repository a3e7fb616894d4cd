// Numbers in text that was folded already, such as the index stores: personal ones are masked there and not found.

extension RecognizedNumber {
    package static func all(in units: [UInt16]) -> [RecognizedNumber] {
        var numbers: [RecognizedNumber] = []
        NumberRecognizer.appendNumbers(in: units, zone: 0..<units.count, to: &numbers)
        return numbers
    }
}
