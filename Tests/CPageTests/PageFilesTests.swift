// The page is what the browser gets of the service: all of it in the binary, small, and closed to the outside.

import CPage
import Glibc
import Testing

@Suite struct PageFilesTests {
    struct File: Sendable {
        var name: String
        var type: String
        var bytes: [UInt8]
        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    static let files: [File] = (0..<cpage_count()).map { place in
        var count = 0
        let start = unsafe cpage_bytes(place, &count)
        let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
        let path = unsafe String(cString: cpage_path(place))
        return unsafe File(name: path == "/" ? "index.html" : String(path.dropFirst()), type: String(cString: cpage_type(place)), bytes: bytes)
    }

    static let assets: String = {
        let here = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return "/\(here)/Sources/CPage/assets"
    }()

    static func onDisk(_ folder: String, _ prefix: String = "") -> [String] {
        guard let open = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(open) }
        var names: [String] = []
        while let entry = unsafe readdir(open) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name.hasPrefix(".") { continue }
            if unsafe entry.pointee.d_type == UInt8(DT_DIR) { names += onDisk("\(folder)/\(name)", "\(prefix)\(name)/") } else { names.append(prefix + name) }
        }
        return names.sorted()
    }

    static func read(_ path: String) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY)
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = unsafe Glibc.read(descriptor, &buffer, buffer.count), count > 0 { bytes += buffer.prefix(count) }
        return bytes
    }

    @Test func `every file of assets is embedded as it is, run tools/list-page if not`() {
        #expect(Self.files.map(\.name) == Self.onDisk(Self.assets))
        for file in Self.files { #expect(file.bytes == Self.read("\(Self.assets)/\(file.name)"), "\(file.name)") }
    }

    @Test func `a place that is none has no bytes`() {
        var count = 0
        #expect(unsafe cpage_bytes(cpage_count(), &count) == nil)
        #expect(unsafe cpage_bytes(-1, &count) == nil)
    }

    @Test func `nothing comes from outside`() {
        for file in Self.files {
            let text = file.text.replacing("http://www.w3.org/2000/svg", with: "")
            #expect(!text.contains("http://") && !text.contains("https://") && !text.contains("@import"), "\(file.name)")
        }
    }

    @Test func `every file that is named is there`() {
        let names = Set(Self.files.map(\.name))
        for file in Self.files {
            for match in file.text.matches(of: /(?:href|src)="\/([^"\/][^"]*)"/) { #expect(names.contains(String(match.1)), "\(file.name): \(match.1)") }
            for match in file.text.matches(of: /(?:from|import\() ?"\.\/([^"]+)"/) { #expect(names.contains("js/\(match.1)"), "\(file.name): \(match.1)") }
        }
    }

    @Test func `every name that a script takes from another is there`() {
        let scripts = Dictionary(uniqueKeysWithValues: Self.files.filter { $0.name.hasSuffix(".js") }.map { ($0.name, $0.text) })
        var count = 0
        for (name, text) in scripts {
            for match in text.matches(of: /import \{([^}]*)\} from "\.\/([^"]+)"/) {
                for taken in match.1.split(separator: ",") {
                    let word = taken.split(separator: " ")[0]
                    let given = scripts["js/\(match.2)"]?.matches(of: /export (?:async )?(?:function|const|class|let) (\w+)/).map(\.1) ?? []
                    #expect(given.contains(word), "\(name) takes \(word) from \(match.2)")
                    #expect(text.matches(of: /\w+/).filter { $0.0 == word }.count > 1, "\(name) takes \(word) and does not use it")
                    count += 1
                }
            }
            for match in text.matches(of: /await import\("\.\/([^"]+)"\)\)\.(\w+)/) {
                #expect(scripts["js/\(match.1)"]?.contains("function \(match.2)(") == true || scripts["js/\(match.1)"]?.contains("const \(match.2) ") == true, "\(name): \(match.2)")
            }
        }
        #expect(count > 80)
    }

    /// Record text must never be read as markup or code. The walk in a browser (tools/page-walk) tries it with hostile records.
    @Test(arguments: ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "DOMParser", "createContextualFragment", "srcdoc=", "javascript:"])
    func `no way from text to markup`(word: String) {
        for file in Self.files where file.name.hasSuffix(".js") { #expect(!file.text.contains(word), "\(file.name)") }
    }

    @Test func `the frame holds neither script nor style of its own`() throws {
        let frame = try #require(Self.files.first { $0.name == "index.html" }).text
        #expect(!frame.contains("<style") && frame.matches(of: /<script(?![^>]*src=)/).isEmpty)
        #expect(frame.matches(of: #/ (style|on[a-z]+)="/#).isEmpty)
        #expect(frame.contains("lang=\"zh-CN\""))
    }
}
