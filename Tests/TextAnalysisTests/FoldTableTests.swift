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
