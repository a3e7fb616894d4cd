// Outbreaks found against false alarms, as a picture: one curve a method.

import Glibc

struct RocPicture {
    private let methods: [(String, [TrendsRun.Judged])]
    private static let colours = ["#c0392b", "#2c6fab", "#7f8c3f", "#8e5ea2", "#999999"]

    init(_ methods: [(String, [TrendsRun.Judged])]) { self.methods = methods }

    var svg: String {
        let (width, height) = (860, 400)
        var out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"\(width)\" height=\"\(height)\" fill=\"#ffffff\"/>\n"
        for (place, k) in [2, 3].enumerated() {
            let left = 60 + place * 400
            let (top, bottom, right) = (40, 340, left + 330)
            func x(_ rate: Double) -> Double { Double(left) + Double(right - left) * (log10(max(rate, 0.001)) + 3) / 2.4 }
            func y(_ found: Double) -> Double { Double(bottom) - Double(bottom - top) * found }
            out += "<text x=\"\(left)\" y=\"24\" font-weight=\"bold\">outbreaks of \(k) standard deviations, three weeks</text>\n"
            for rate in [0.001, 0.01, 0.1] {
                out += "<line x1=\"\(Int(x(rate)))\" x2=\"\(Int(x(rate)))\" y1=\"\(top)\" y2=\"\(bottom)\" stroke=\"#dddddd\"/><text x=\"\(Int(x(rate)))\" y=\"\(bottom + 18)\" text-anchor=\"middle\">\(rate * 100) %</text>\n"
            }
            for found in [0, 0.25, 0.5, 0.75, 1] {
                out += "<line x1=\"\(left)\" x2=\"\(right)\" y1=\"\(Int(y(found)))\" y2=\"\(Int(y(found)))\" stroke=\"#dddddd\"/><text x=\"\(left - 6)\" y=\"\(Int(y(found)) + 4)\" text-anchor=\"end\">\(found)</text>\n"
            }
            out += "<text x=\"\((left + right) / 2)\" y=\"\(bottom + 38)\" text-anchor=\"middle\">false alarms a series and week</text>\n"
            for (number, method) in methods.enumerated() {
                let quiet = method.1.flatMap(\.quiet).sorted()
                let best = method.1.map { $0.outbreak[place].min() ?? 1 }.sorted()
                var path = ""
                var rate = 0.001
                while rate < 0.25 {
                    let threshold = quiet[min(quiet.count - 1, Int(rate * Double(quiet.count)))]
                    let found = Double(best.filter { $0 <= threshold }.count) / Double(best.count)
                    path += "\(path.isEmpty ? "M" : "L")\(Int(x(rate))) \(Int(y(found)))"
                    rate *= 1.15
                }
                let colour = Self.colours[number % Self.colours.count]
                if method.0 == "EARS C3" {
                    let (f, d) = (Double(quiet.filter { $0 <= 0.0100001 }.count) / Double(quiet.count), Double(best.filter { $0 <= 0.0100001 }.count) / Double(best.count))
                    out += "<circle cx=\"\(Int(x(f)))\" cy=\"\(Int(y(d)))\" r=\"4\" fill=\"\(colour)\"/>\n"
                } else {
                    out += "<path d=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"/>\n"
                }
                if place == 1 { out += "<text x=\"\(right - 130)\" y=\"\(bottom - 90 + number * 17)\" fill=\"\(colour)\">\(method.0)</text>\n" }
            }
        }
        return out + "</svg>\n"
    }
}
