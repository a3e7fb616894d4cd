// The invented province 云汀: three cities, twenty-two districts. Codes start with 99, which no place in China has,
// so no identity number or credit code made here can be anybody's.

package struct District: Sendable {
    package let code: String
    package let city: String
    package let name: String
    /// Share of the population, in units that sum to `Gazetteer.totalWeight`.
    package let weight: Int
}

package enum Gazetteer {
    package static let districts: [District] = [
        District(code: "990102", city: "汐洲市", name: "临汐区", weight: 140),
        District(code: "990103", city: "汐洲市", name: "枫岸区", weight: 110),
        District(code: "990104", city: "汐洲市", name: "望澜区", weight: 90),
        District(code: "990105", city: "汐洲市", name: "锦汀区", weight: 80),
        District(code: "990106", city: "汐洲市", name: "鹭浔区", weight: 60),
        District(code: "990107", city: "汐洲市", name: "安渚区", weight: 50),
        District(code: "990121", city: "汐洲市", name: "松屏县", weight: 26),
        District(code: "990122", city: "汐洲市", name: "桐堰县", weight: 22),
        District(code: "990202", city: "澜原市", name: "澜中区", weight: 84),
        District(code: "990203", city: "澜原市", name: "澜北区", weight: 62),
        District(code: "990204", city: "澜原市", name: "柳堰区", weight: 48),
        District(code: "990205", city: "澜原市", name: "白榆区", weight: 36),
        District(code: "990221", city: "澜原市", name: "沅汊县", weight: 24),
        District(code: "990222", city: "澜原市", name: "丰峪县", weight: 20),
        District(code: "990223", city: "澜原市", name: "云坂县", weight: 16),
        District(code: "990302", city: "青沅市", name: "青浔区", weight: 50),
        District(code: "990303", city: "青沅市", name: "沅岬区", weight: 30),
        District(code: "990304", city: "青沅市", name: "雁汊区", weight: 20),
        District(code: "990321", city: "青沅市", name: "霞坂县", weight: 12),
        District(code: "990322", city: "青沅市", name: "竹汊县", weight: 9),
        District(code: "990323", city: "青沅市", name: "梅坳县", weight: 7),
        District(code: "990324", city: "青沅市", name: "平汐县", weight: 4),
    ]
    package static let totalWeight = districts.reduce(0) { $0 + $1.weight }

    /// Where the respondent with this seed is at home.
    package static func district(ofEntity seed: UInt64) -> Int {
        var stream = RandomStream(seed, 0xD157)
        var drawn = stream.below(totalWeight)
        for (index, district) in districts.enumerated() {
            if drawn < district.weight { return index }
            drawn -= district.weight
        }
        return 0
    }

    static let names: [[UInt8]] = districts.map { Array($0.name.utf8) }
    static let cities: [[UInt8]] = districts.map { Array($0.city.utf8) }
}
