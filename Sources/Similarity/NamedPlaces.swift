// Places that a text names: two letters before the kind of the place, as in 瑚湾小区 or 文毓村. A place alone says little of the
// matter; with rare words in common beside it, it says much.

package enum NamedPlaces {
    /// What is named as a place of its own; not streets, districts and offices, on which a whole town complains.
    private static let kinds: [UInt16: [[UInt16]]] = Dictionary(
        grouping: [
            "小区", "花园", "公寓", "大厦", "广场", "山庄", "家园", "新村", "村", "苑", "市场", "商场", "超市", "酒店", "宾馆", "饭店", "医院",
            "学校", "小学", "中学", "幼儿园", "学院", "公司", "工地", "厂", "店", "楼盘", "工业园", "别墅", "馆",
        ].map { Array($0.utf16) }, by: \.[0])

    /// - Parameter isTelling: whether the two letters are rare enough to be a name.
    package static func all(in units: Span<UInt16>, where isTelling: (_ pair: UInt32) throws -> Bool) rethrows -> Set<UInt64> {
        var places: Set<UInt64> = []
        for start in units.indices.dropFirst(2) {
            guard let kinds = kinds[units[start]], Shingles.isLetter(units[start - 1]), Shingles.isLetter(units[start - 2]) else { continue }
            for kind in kinds where start + kind.count <= units.count && kind.indices.allSatisfy({ units[start + $0] == kind[$0] }) {
                let pair = CommonPairs.key(units[start - 2], units[start - 1])
                // The first and the last unit of a kind tell it from all others.
                if try isTelling(pair) { places.insert(UInt64(pair) << 32 | UInt64(kind[0]) << 16 | UInt64(kind.last!)) }
            }
        }
        return places
    }

    /// Where people live together under a name: who complains of one does not complain of another.
    private static let estateKinds: [UInt16: [[UInt16]]] = Dictionary(
        grouping: ["小区", "花园", "公寓", "山庄", "家园", "新村", "苑", "楼盘"].map { Array($0.utf16) }, by: \.[0])

    /// The two letters before each kind of estate: 瑚湾小区 and 瑚湾花园 may be one.
    package static func estates(in units: Span<UInt16>, where isName: (_ pair: UInt32) throws -> Bool) rethrows -> Set<UInt32> {
        var names: Set<UInt32> = []
        for start in units.indices.dropFirst(2) {
            guard let kinds = estateKinds[units[start]], Shingles.isLetter(units[start - 1]), Shingles.isLetter(units[start - 2]) else { continue }
            guard kinds.contains(where: { kind in
                start + kind.count <= units.count && kind.indices.allSatisfy { units[start + $0] == kind[$0] }
            }) else { continue }
            let pair = CommonPairs.key(units[start - 2], units[start - 1])
            if try isName(pair) { names.insert(pair) }
        }
        return names
    }
}
