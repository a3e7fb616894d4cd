// The committed folding table is what the ICU in use says. Also the maker of that table: see tools/make-fold-table.

import CICU
import Glibc
import TestSupport
import Testing
import TextAnalysis

private let tablePath = unsafe getenv("JUANZONG_FOLD_TABLE").map { unsafe String(cString: $0) }

@Suite(.serialized) struct FoldTableTests {
    @Test(.enabled(if: tablePath != nil)) func `makes the table file named in JUANZONG_FOLD_TABLE`() throws {
        let reference = FoldReference()
        var classes: [UInt8] = []
        var foldings: [(source: UInt32, target: [UInt32])] = []
        for codePoint in UInt32(0)...0x10FFFF {
            classes.append(reference.characterClass(codePoint))
            let folded = reference.folded(codePoint)
            if folded != [codePoint] && !folded.isEmpty { foldings.append((codePoint, folded)) }
        }
        let version = unsafe String(cString: cicu_unicodeVersion()).split(separator: ".").map { Int32($0)! }
        let bytes = FoldTable.encoded(
            unicodeVersion: version[0] * 256 + version[1], classes: classes, foldings: foldings)
        let path = try #require(tablePath)
        let file = unsafe fopen(path, "w")!
        unsafe fputs("""
            // Made by tools/make-fold-table; not edited by hand. Format: Sources/TextAnalysis/FoldTable.swift.
            // ICU \(unsafe String(cString: cicu_version())), Unicode \(unsafe String(cString: cicu_unicodeVersion())).
            #include "cicu_foldtable.h"

            static const uint8_t table[] = {
            \(lines(bytes))
            };

            const uint8_t *cicu_foldTableStart(void) { return table; }

            int32_t cicu_foldTableLength(void) { return (int32_t)sizeof table; }

            """, file)
        unsafe fclose(file)
        print("folding table: \(bytes.count) bytes")
    }

    @Test func `the committed table says what the ICU in use says`() {
        let table = Normalizer.shared.table
        let reference = FoldReference()
        let version = unsafe String(cString: cicu_unicodeVersion()).split(separator: ".").map { Int32($0)! }
        let sameUnicode = version[0] * 256 + version[1] == table.unicodeVersion
        var different: [String] = []
        for codePoint in UInt32(0)...0x10FFFF {
            let age = cicu_age(codePoint)
            if age == 0 || (0xD800...0xDFFF).contains(codePoint) { continue }
            var folded: [UInt32] = []
            table.appendFolded(codePoint, to: &folded)
            let isSame = folded == reference.folded(codePoint)
                && table.characterClass(of: codePoint).rawValue == reference.characterClass(codePoint)
            if !isSame { different.append("U+\(String(codePoint, radix: 16))") }
        }
        // A newer ICU knows more characters and may know more variants: told, and no failure. Folding goes on by the
        // table, so an index stays valid.
        if sameUnicode {
            #expect(different.isEmpty, "\(different.prefix(20)); run tools/make-fold-table")
        } else if !different.isEmpty {
            print("folding table: \(different.count) code points differ from ICU's newer data, \(different.prefix(20))")
        }
    }

    @Test func `the table survives its encoding`() {
        var classes = [UInt8](repeating: 0, count: 0x110000)
        for (codePoint, kind): (Int, UInt8) in [(0x41, 1), (0x42, 1), (0x43, 2), (0x102, 9), (0x2F801, 9), (0x10FFFF, 4)] {
            classes[codePoint] = kind
        }
        let foldings: [(source: UInt32, target: [UInt32])] = [
            (0x41, [0x61]), (0x43, [0x63]), (0x45, [0x65]), (0x46, [0x20000]), (0x100, [0x101]), (0x102, [0x31, 0x32]),
            (0x1F100, [0x30]), (0x2F800, [0x20001]), (0x2F801, [0x41, 0x20000, 0x43]),
        ]
        let table = FoldTable(decoding: FoldTable.encoded(unicodeVersion: 0x0F00, classes: classes, foldings: foldings).span)
        #expect(table.unicodeVersion == 0x0F00)
        for codePoint: UInt32 in [0x40, 0x41, 0x42, 0x43, 0x45, 0x46, 0x100, 0x101, 0x102, 0x1F100, 0x2F800, 0x2F801, 0x10FFFF] {
            var folded: [UInt32] = []
            #expect(table.characterClass(of: codePoint).rawValue == classes[Int(codePoint)])
            table.appendFolded(codePoint, to: &folded)
            #expect(folded == (foldings.first { $0.source == codePoint }?.target ?? [codePoint]))
        }
    }

    private func lines(_ bytes: [UInt8]) -> String {
        var result = ""
        var line = ""
        for byte in bytes {
            let word = "\(byte),"
            if line.utf8.count + word.utf8.count > 118 {
                result += line + "\n"
                line = ""
            }
            line += word
        }
        return result + line
    }
}
