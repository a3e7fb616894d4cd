// The profiles and the calendar that come with the program, read where the C target keeps them.

import CProfiles

package enum ShippedData {
    /// The text of a shipped file, by its name without `.yaml`.
    package static func text(named name: String) -> String? {
        for place in 0..<Int(cprofiles_count()) where self.name(at: place) == name {
            var count = 0
            // Holds: the bytes are constants of the program.
            guard let bytes = unsafe cprofiles_text(Int32(place), &count) else { return nil }
            return unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
        }
        return nil
    }

    /// In the order they are shipped: `S01` … first, then the pieces they share.
    package static let names: [String] = (0..<Int(cprofiles_count())).map(name(at:))

    private static func name(at place: Int) -> String { unsafe String(cString: cprofiles_name(Int32(place))) }
}
