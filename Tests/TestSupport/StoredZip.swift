// A zip archive whose parts are stored as they are: enough to make an office document for a test.

package enum StoredZip {
    package static func bytes(_ parts: [(name: String, text: String)]) -> [UInt8] {
        func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for (name, text) in parts {
            let (name, bytes) = (Array(name.utf8), Array(text.utf8))
            let sizes = little(checksum(bytes), 4) + little(bytes.count, 4) + little(bytes.count, 4) + little(name.count, 2) + little(0, 2)
            let fixed = little(20, 2) + little(0x800, 2) + little(0, 2) + little(0, 4)
            directory += [0x50, 0x4B, 1, 2] + little(20, 2) + fixed + sizes + little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4) + little(file.count, 4) + name
            file += [0x50, 0x4B, 3, 4] + fixed + sizes + name + bytes
        }
        let end = [0x50, 0x4B, 5, 6] + little(0, 4) + little(parts.count, 2) + little(parts.count, 2) + little(directory.count, 4) + little(file.count, 4) + little(0, 2)
        return file + directory + end
    }

    /// CRC-32 (ISO 3309), bit by bit.
    private static func checksum(_ bytes: [UInt8]) -> Int {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return Int(~crc)
    }

    /// A letter of these paragraphs as .docx keeps it.
    package static func docx(_ paragraphs: [String], macro: Bool = false) -> [UInt8] {
        let body = paragraphs.map { "<w:p><w:r><w:t xml:space=\"preserve\">\($0)</w:t></w:r></w:p>" }.joined()
        var parts = [
            ("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
            ("word/document.xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>\(body)</w:body></w:document>"),
        ]
        if macro { parts.append(("word/vbaProject.bin", "x")) }
        return bytes(parts)
    }
}
