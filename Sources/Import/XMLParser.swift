// expat, fed in pieces. A workbook part never has a document type, and every attack by entities needs one: it is
// refused where it begins.

import CExpat

/// The local name of an element or attribute, hashed: comparing two costs one instruction.
struct XMLName: Hashable {
    private let hash: UInt64

    init(_ name: StaticString) {
        // Holds: a StaticString's start and size never change.
        unsafe self.init(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    @unsafe fileprivate init(_ name: UnsafePointer<CChar>) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var place = 0
        while unsafe name[place] != 0 {
            let byte = unsafe UInt8(bitPattern: name[place])
            // A prefix says which vocabulary; the names we look for are unique without it.
            hash = byte == UInt8(ascii: ":") ? 0xCBF2_9CE4_8422_2325 : (hash ^ UInt64(byte)) &* 0x100_0000_01B3
            place += 1
        }
        self.hash = hash
    }

    private init(_ name: UnsafeBufferPointer<UInt8>) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for unsafe byte in unsafe name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        self.hash = hash
    }
}

/// The attributes of one start tag; valid while the handler runs.
@safe struct XMLAttributes {
    fileprivate let pairs: UnsafeMutablePointer<UnsafePointer<CChar>?>

    subscript(wanted: XMLName) -> String? {
        var place = 0
        while let name = unsafe pairs[place], let value = unsafe pairs[place + 1] {
            if unsafe XMLName(name) == wanted { return unsafe String(cString: value) }
            place += 2
        }
        return nil
    }
}

protocol XMLHandler: AnyObject {
    func start(_ name: XMLName, _ attributes: XMLAttributes)
    func end(_ name: XMLName)
    func text(_ bytes: UnsafeBufferPointer<UInt8>)
    /// Asked after every end tag; true pauses the parser there.
    var wantsPause: Bool { get }
}

extension XMLHandler {
    var wantsPause: Bool { false }
}

@safe final class XMLParser {
    enum Progress { case more, paused, failed }

    private let parser: XML_Parser
    private let handler: any XMLHandler
    private var hasDocumentType = false

    init(_ handler: any XMLHandler) {
        self.handler = handler
        unsafe parser = XML_ParserCreate(nil)
        // Holds: the parser is freed in `deinit`, so it never calls back into a dead object.
        unsafe XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        unsafe XML_SetElementHandler(
            parser,
            { context, name, attributes in
                let me = unsafe Unmanaged<XMLParser>.fromOpaque(context!).takeUnretainedValue()
                unsafe me.handler.start(XMLName(name!), XMLAttributes(pairs: attributes!))
            },
            { context, name in
                let me = unsafe Unmanaged<XMLParser>.fromOpaque(context!).takeUnretainedValue()
                unsafe me.handler.end(XMLName(name!))
                if me.handler.wantsPause { unsafe XML_StopParser(me.parser, XML_Bool(1)) }
            })
        unsafe XML_SetCharacterDataHandler(parser) { context, text, count in
            let me = unsafe Unmanaged<XMLParser>.fromOpaque(context!).takeUnretainedValue()
            unsafe text!.withMemoryRebound(to: UInt8.self, capacity: Int(count)) {
                unsafe me.handler.text(UnsafeBufferPointer(start: $0, count: Int(count)))
            }
        }
        unsafe XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in
            let me = unsafe Unmanaged<XMLParser>.fromOpaque(context!).takeUnretainedValue()
            me.hasDocumentType = true
            unsafe XML_StopParser(me.parser, XML_Bool(0))
        }
    }

    deinit { unsafe XML_ParserFree(parser) }

    /// Parses the first `count` bytes. After `.paused`, call `resume` before feeding more.
    func feed(_ bytes: [UInt8], count: Int, isLast: Bool) -> Progress {
        // Holds: expat copies what it must keep; it reads `count` bytes, which the array has.
        let status = unsafe bytes.withUnsafeBytes { bytes in
            unsafe XML_Parse(
                parser, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(min(count, bytes.count)),
                isLast ? 1 : 0)
        }
        return progress(status)
    }

    func resume() -> Progress { unsafe progress(XML_ResumeParser(parser)) }

    private func progress(_ status: XML_Status) -> Progress {
        if hasDocumentType { return .failed }
        switch status {
        case XML_STATUS_OK: return .more
        case XML_STATUS_SUSPENDED: return .paused
        default: return .failed
        }
    }
}
