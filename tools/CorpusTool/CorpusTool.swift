import Glibc
import SyntheticCorpus

@main struct CorpusTool {
    static func main() throws {
        let n = Int(CommandLine.arguments[1])!
        let g = try Generator(seed: 1, plan: Plan(records: n))
        var b: [UInt8] = []
        for i in 0..<n {
            g.recordJSON(i, into: &b)
            if b.count > 1 << 20 || i == n - 1 {
                var at = 0
                while at < b.count { at += unsafe b.withUnsafeBytes { unsafe write(1, $0.baseAddress! + at, $0.count - at) } }
                b.removeAll(keepingCapacity: true)
            }
        }
    }
}
