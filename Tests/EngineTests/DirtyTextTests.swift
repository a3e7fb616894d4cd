// Dirty texts: twelve kinds of damage, each alone and in pairs, done to clean letters. Every piece of two and more
// neighbours that no damage fell on is found, and marked on the right place of the original.

import Engine
import Records
import TestSupport
import Testing

/// A letter as cells: what is written for one character of the clean text, and whether the next one is still its
/// neighbour.
private struct Letter {
    struct Cell {
        /// Nil: damaged, or nothing of the clean text.
        var clean: Unicode.Scalar?
        var written: String
        /// No match may be expected to cross from here to the next cell.
        var isBreak = false
    }

    var cells: [Cell]

    init(_ text: String) { cells = text.unicodeScalars.map { Cell(clean: $0, written: String($0)) } }

    var written: String { cells.map(\.written).joined() }

    /// Runs of two cells and more that belong together.
    var pieces: [Range<Int>] {
        var pieces: [Range<Int>] = []
        var start = 0
        for place in cells.indices {
            if cells[place].clean == nil {
                if place - start >= 2 { pieces.append(start..<place) }
                start = place + 1
            } else if cells[place].isBreak || place == cells.count - 1 {
                if place + 1 - start >= 2 { pieces.append(start..<place + 1) }
                start = place + 1
            }
        }
        return pieces
    }

    func clean(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        for cell in cells[range] { view.append(cell.clean!) }
        return String(view)
    }

    /// Where cells stand in what is written, in code points; without what damage put behind the last character.
    func place(_ range: Range<Int>) -> Range<Int> {
        let start = cells[..<range.lowerBound].reduce(0) { $0 + $1.written.unicodeScalars.count }
        return start..<start + cells[range.dropLast()].reduce(1) { $0 + $1.written.unicodeScalars.count }
    }
}

private enum Damage: CaseIterable {
    case traditional, wide, radicals, blanks, wraps, invisible, misread, lost, doubled, swapped, specks, banners

    private static let traditionalForms: [Unicode.Scalar: String] = [
        "车": "車", "费": "費", "业": "業", "电": "電", "楼": "樓", "门": "門", "问": "問", "题": "題", "没": "沒", "复": "復", "发": "發", "现": "現",
    ]
    private static let radicalForms: [Unicode.Scalar: String] = [
        "工": "⼯", "口": "⼝", "人": "⼈", "水": "⽔", "日": "⽇", "门": "⾨", "用": "⽤", "小": "⼩", "大": "⼤", "走": "⾛", "力": "⼒",
    ]

    private static func isHan(_ scalar: Unicode.Scalar?) -> Bool { scalar.map { (0x4E00...0x9FFF).contains($0.value) } ?? false }

    func apply(to letter: inout Letter, _ seed: inout Seed) {
        var cells: [Letter.Cell] = []
        for (place, cell) in letter.cells.enumerated() {
            var cell = cell
            let next = place + 1 < letter.cells.count ? letter.cells[place + 1].clean : nil
            let isHit = Int.random(in: 0..<6, using: &seed) == 0
            let isPlain = cell.clean.map { String($0) == cell.written } ?? false
            let joinsHan = Self.isHan(cell.clean) && Self.isHan(next) && !cell.isBreak && isHit
            switch self {
            case .traditional: if isPlain, let other = Self.traditionalForms[cell.clean!] { cell.written = other }
            case .wide:
                if isPlain, (0x21...0x7E).contains(cell.clean!.value) {
                    cell.written = String(Unicode.Scalar(cell.clean!.value + 0xFEE0)!)
                }
            case .radicals: if isPlain, let other = Self.radicalForms[cell.clean!] { cell.written = other }
            case .blanks: if joinsHan { cell.written += [" ", "\u{3000}", "  "].randomElement(using: &seed)! }
            case .wraps: if joinsHan { cell.written += ["\n", "\r\n"].randomElement(using: &seed)! }
            case .invisible: if joinsHan { cell.written += ["\u{200B}", "\u{FEFF}", "\u{AD}"].randomElement(using: &seed)! }
            case .misread:
                if isHit, isPlain {
                    cell.written = "囗"
                    cell.clean = nil
                }
            case .lost:
                if isHit, !cells.isEmpty {
                    cells[cells.count - 1].isBreak = true
                    continue
                }
            case .doubled:
                if isHit, Self.isHan(cell.clean) {
                    cells.append(.init(clean: cell.clean, written: String(cell.clean!), isBreak: true))
                }
            case .swapped:
                if isHit, Self.isHan(cell.clean), let last = cells.last, Self.isHan(last.clean) {
                    cells[cells.count - 1] = .init(clean: cell.clean, written: String(cell.clean!), isBreak: true)
                    if cells.count > 1 { cells[cells.count - 2].isBreak = true }
                    cell = .init(clean: last.clean, written: String(last.clean!), isBreak: true)
                }
            case .specks: if isHit { cells.append(.init(clean: nil, written: ["#", "~", "¤"].randomElement(using: &seed)!)) }
            case .banners: if place > 0, place % 24 == 0 { cells.append(.init(clean: nil, written: "\n第3页 共9页\n\n")) }
            }
            cells.append(cell)
        }
        letter.cells = cells
    }
}

@Suite struct DirtyTextTests {
    private static let texts = [
        "小区停车费每月从200元涨到350元业主没有同意物业公司也没有公示请有关部门复查",
        "电梯日夜发出异响住在6楼的老人不敢走出门口维修工人说没有配件要等到2024年3月",
        "工地夜间施工到凌晨2点大门口水泥车排队用喇叭催促小孩无法入睡问题至今没有答复",
    ]

    @Test(arguments: Seed.sample(1)) func `every undamaged piece is found and marked where it stands`(start: Seed) throws {
        var seed = start
        var letters: [(kinds: [Damage], letter: Letter)] = []
        let kinds = Damage.allCases
        for first in kinds.indices {
            for second in kinds[first...].indices {
                let done = first == second ? [kinds[first]] : [kinds[first], kinds[second]]
                var letter = Letter(Self.texts.randomElement(using: &seed)!)
                for kind in done { kind.apply(to: &letter, &seed) }
                letters.append((done, letter))
            }
        }
        let archive = try LinesArchive(letters.map(\.letter.written))
        var (asked, damaged) = (0, 0)
        for (number, (kinds, letter)) in letters.enumerated() {
            let id = "\(number + 1)"
            let view = try #require(archive.engine.show(id, version: nil).last)
            let before = asked
            for whole in letter.pieces {
                // The piece itself, and one of its inner pieces.
                let start = Int.random(in: whole.lowerBound...whole.upperBound - 2, using: &seed)
                let inner = start..<Int.random(in: start + 2...whole.upperBound, using: &seed)
                for piece in Set([whole, inner]) {
                    let query = "\"\(letter.clean(piece))\""
                    asked += 1
                    #expect(try archive.found(query).contains(id), "\(kinds) \(query) in \(letter.written)")
                    let marked = try archive.engine.marked(view, query: query).texts.flatMap(\.matches)
                    let place = letter.place(piece)
                    let isMarked = marked.contains {
                        $0.lowerBound <= place.lowerBound && $0.upperBound >= place.upperBound
                    }
                    #expect(isMarked, "\(kinds) \(query) marked at \(marked), stands at \(place) in \(letter.written)")
                }
            }
            if asked > before { damaged += 1 }
        }
        #expect(asked > 500 && damaged == letters.count)
    }
}
