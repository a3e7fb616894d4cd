// Where a list of results goes on: how many were shown, of which query, over which state of the archive.

struct SearchCursor: Equatable {
    var shown: Int
    var queryHash: UInt64
    var state: UInt64

    /// Three numbers in base 36, such as `a-1f3k-9z`.
    var text: String {
        [UInt64(shown), queryHash, state].map { String($0, radix: 36) }.joined(separator: "-")
    }

    init(shown: Int, queryHash: UInt64, state: UInt64) {
        self.shown = shown
        self.queryHash = queryHash
        self.state = state
    }

    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0, radix: 36) }
        guard parts.count == 3, let shown = parts[0], let hash = parts[1], let state = parts[2], shown < 1 << 31
        else { return nil }
        self.init(shown: Int(shown), queryHash: hash, state: state)
    }

    /// FNV-1a: stable from run to run.
    static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}
