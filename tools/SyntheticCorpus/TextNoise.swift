// What happens to texts on their way into an archive: slips of the pen, edits of a second filing, scanning, another
// script, other widths.

enum TextNoise {
    /// Characters that readers and scanners take for each other.
    private static let lookalikes: [UInt32: [UInt8]] = {
        let pairs =
            "己已未末日曰人入土士天夫大太千干问间侯候栽裁辩辨拔拨贷货折拆治冶晴睛住往受爱材村状壮厂广木本水永王玉力刀儿几乌鸟免兔休体析折沏砌"
            + "准淮特持请清情睛陪赔倍部晚挽喝渴钓钩今令处外没设话活时村计讨见贝申甲由田风凤车东压庄斤斥历厉司可"
        let scalars = Array(pairs.unicodeScalars)
        var table: [UInt32: [UInt8]] = [:]
        for index in stride(from: 0, to: scalars.count - 1, by: 2) {
            table[scalars[index].value] = Array(String(scalars[index + 1]).utf8)
            table[scalars[index + 1].value] = Array(String(scalars[index]).utf8)
        }
        return table
    }()

    private static let wide: [[UInt8]] = CharacterPools.all["稀"]!.unicodeScalars.map { Array(String($0).utf8) }

    /// One to three slips: a wrong character, a lost one, a doubled one, two in the wrong order.
    static func mistype(_ draft: inout Draft, narrator: Narrator) {
        var random = RandomStream(UInt64(narrator.below(1 << 30)))
        let opening = draft.openingPieces > 0 ? draft.pieceEnds[draft.openingPieces - 1] : 0
        var characters = split(draft.content[opening...])
        guard characters.count > 12 else { return }
        for _ in 0...random.below(3) {
            let place = random.below(characters.count - 2)
            guard characters[place].count == 3, characters[place + 1].count == 3 else { continue }
            switch random.below(4) {
            case 0: characters.remove(at: place)
            case 1: characters.swapAt(place, place + 1)
            case 2: characters.insert(characters[place], at: place)
            default: characters[place] = wide[random.below(wide.count)]
            }
        }
        // The pieces after the opening become one, so that their ends stay right.
        draft.content.replaceSubrange(opening..., with: characters.joined())
        draft.pieceEnds.removeSubrange(draft.openingPieces...)
        draft.pieceEnds.append(draft.content.count)
        draft.closingPieces = 0
    }

    /// Changes `percent` of the characters.
    static func edit(_ text: inout [UInt8], percent: Int, random: inout RandomStream) {
        var characters = split(text[...])
        let count = max(1, characters.count * percent / 100)
        for _ in 0..<count {
            let place = random.below(characters.count)
            switch random.below(6) {
            case 0 where characters.count > 10: characters.remove(at: place)
            case 1: characters.insert(wide[min(random.below(wide.count), random.below(wide.count))], at: place)
            case 2 where place + 1 < characters.count: characters.swapAt(place, place + 1)
            default: characters[place] = wide[min(random.below(wide.count), random.below(wide.count))]
            }
        }
        text = Array(characters.joined())
    }

    /// What a scanner misreads: up to one look-alike in twenty characters.
    static func misread(_ text: inout [UInt8], random: inout RandomStream) {
        var characters = split(text[...])
        for index in characters.indices where characters[index].count == 3 {
            if let other = lookalikes[scalar(characters[index])], random.chance(450) { characters[index] = other }
        }
        text = Array(characters.joined())
    }

    /// The pieces between opening and closing in another order.
    static func reorder(_ draft: inout Draft, random: inout RandomStream) {
        var pieces: [ArraySlice<UInt8>] = []
        var start = 0
        for end in draft.pieceEnds {
            pieces.append(draft.content[start..<end])
            start = end
        }
        let low = draft.openingPieces
        let high = pieces.count - draft.closingPieces
        if high - low > 1 {
            let turn = 1 + random.below(high - low - 1)
            let middle = Array(pieces[low..<high])
            for index in middle.indices { pieces[low + index] = middle[(index + turn) % middle.count] }
            if high - low > 3 { pieces.swapAt(low, low + 2) }
        } else {
            // Too few pieces: the clauses change places.
            var clauses: [[UInt8]] = [[]]
            for character in split(draft.content[...]) {
                clauses[clauses.count - 1] += character
                if character == Array("，".utf8) || character == Array("。".utf8) { clauses.append([]) }
            }
            if clauses.count > 2 { clauses.swapAt(0, clauses.count - 2) }
            draft.content = Array(clauses.joined())
            draft.pieceEnds = [draft.content.count]
            return
        }
        draft.content = Array(pieces.joined())
        draft.pieceEnds = [draft.content.count]
    }

    /// The first part of the text, cut after a piece.
    static func shorten(_ draft: inout Draft, random: inout RandomStream) {
        let wanted = draft.content.count * random.inside(40, 75) / 100
        let end = draft.pieceEnds.first { $0 >= wanted } ?? draft.content.count
        if end < draft.content.count {
            draft.content.removeSubrange(end...)
        } else {
            let characters = split(draft.content[...])
            draft.content = Array(characters[0..<max(10, characters.count * 2 / 3)].joined())
        }
        draft.pieceEnds = [draft.content.count]
    }

    /// Gives the text its looks.
    static func dress(_ text: inout [UInt8], _ looks: Looks, random: inout RandomStream) {
        if looks == Looks() { return }
        var result: [UInt8] = []
        result.reserveCapacity(text.count + 64)
        var column = 0
        let width = random.inside(26, 40)
        for character in split(text[...]) {
            var character = character[...]
            if looks.traditional { character = TraditionalScript.convert(character) }
            if looks.fullWidth, character.count == 1, (48...57).contains(character[character.startIndex]) {
                character = [0xEF, 0xBC, 0x90 + character[character.startIndex] - 48]
            }
            if looks.halfWidthPunctuation, character.count == 3, let narrow = narrowed(character) { character = [narrow] }
            result.append(contentsOf: character)
            if looks.scanned {
                column += 1
                if column == width {
                    result.append(10)
                    column = 0
                } else if character.count == 3, random.chance(60) {
                    result.append(32)
                }
            }
        }
        if result.last == 10 || result.last == 32 { result.removeLast() }
        text = result
    }

    private static func narrowed(_ character: ArraySlice<UInt8>) -> UInt8? {
        switch scalar(Array(character)) {
        case 0xFF0C: 44
        case 0x3002: 46
        case 0xFF1B: 59
        case 0xFF1A: 58
        case 0xFF01: 33
        case 0xFF08: 40
        case 0xFF09: 41
        default: nil
        }
    }

    static func split(_ text: ArraySlice<UInt8>) -> [[UInt8]] {
        var characters: [[UInt8]] = []
        characters.reserveCapacity(text.count / 2)
        var index = text.startIndex
        while index < text.endIndex {
            let lead = text[index]
            let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
            characters.append(Array(text[index..<min(index + length, text.endIndex)]))
            index += length
        }
        return characters
    }

    static func scalar(_ character: [UInt8]) -> UInt32 {
        switch character.count {
        case 3: UInt32(character[0] & 0x0F) << 12 | UInt32(character[1] & 0x3F) << 6 | UInt32(character[2] & 0x3F)
        case 2: UInt32(character[0] & 0x1F) << 6 | UInt32(character[1] & 0x3F)
        case 1: UInt32(character[0])
        default: 0
        }
    }
}
