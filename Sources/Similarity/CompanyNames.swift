// Companies that a text names with their legal form: who complains of 龙泉商贸有限公司 does not complain of 凤翔商贸有限公司,
// however like the words. Without the form (物业公司, 这家公司) a company is a kind of thing, not a name.

package enum CompanyNames {
    /// A name is known by so many letters before its form.
    private static let lettersMax = 6
    /// 有限公司, 有限责任公司, 股份公司, 集团公司.
    private static let forms: [[UInt16]] = ["有限", "责任", "股份", "集团"].map { Array($0.utf16) }
    private static let company = Array("公司".utf16)

    /// The telling pairs of letters of each name in a text, in its order.
    ///
    /// - Parameter isTelling: whether a pair stands in few enough records to be part of a name.
    package static func all(in units: Span<UInt16>, where isTelling: (_ pair: UInt32) throws -> Bool) rethrows -> [[UInt32]] {
        var names: [[UInt32]] = []
        for start in units.indices.dropFirst(2) where units[start] == company[0] && start + 1 < units.count && units[start + 1] == company[1] {
            var end = start
            var form = 0
            while form < forms.count {
                form = forms.firstIndex { end >= 2 && units[end - 2] == $0[0] && units[end - 1] == $0[1] } ?? forms.count
                if form < forms.count { end -= 2 }
            }
            guard end < start else { continue }
            var first = end
            while first > 0, end - first < lettersMax, Shingles.isLetter(units[first - 1]) { first -= 1 }
            guard end - first >= 2 else { continue }
            var pairs: [UInt32] = []
            for place in (first + 1)..<end {
                let pair = CommonPairs.key(units[place - 1], units[place])
                if try isTelling(pair) { pairs.append(pair) }
            }
            if !pairs.isEmpty, !names.contains(pairs) { names.append(pairs) }
        }
        return names
    }

    /// Whether both texts name companies, and none of one is one of the other's: of the pairs of the name that has fewer, not half are
    /// the other's too.
    package static func differ(_ names: [[UInt32]], _ others: [[UInt32]]) -> Bool {
        guard !names.isEmpty, !others.isEmpty else { return false }
        return !names.contains { name in
            others.contains { other in
                name.count { other.contains($0) } * 2 >= min(name.count, other.count)
            }
        }
    }
}
