// Which companies a text names.

import TextAnalysis
import Testing

@testable import Similarity

@Suite struct CompanyNamesTests {
    private static func names(_ text: String) -> [[UInt32]] {
        CompanyNames.all(in: Normalizer.shared.fold(text).span) { $0 != CommonPairs.key("商".utf16.first!, "贸".utf16.first!) }
    }

    @Test func `a name is what stands before the legal form`() {
        #expect(Self.names("投诉龙泉商贸有限公司乱收费") == Array(Self.names("龙泉商贸有限责任公司 投诉龙泉商贸有限公司").suffix(1)))
        #expect(Self.names("找了物业公司，这家公司不理，公司，有限公司").isEmpty)
        #expect(Self.names("").isEmpty)
        #expect(Self.names("公").isEmpty)
        #expect(Self.names("泉有限公司").isEmpty)
        #expect(Self.names("龙泉集团股份有限公司").count == 1)
    }

    @Test func `other companies are others, one company under two forms is one`() {
        let (a, b) = (Self.names("在龙泉商贸有限公司上班，拖欠工资"), Self.names("凤翔商贸有限公司拖欠工资"))
        #expect(CompanyNames.differ(a, b))
        #expect(!CompanyNames.differ(a, Self.names("海口龙泉商贸有限责任公司不发工资")))
        #expect(!CompanyNames.differ(a, Self.names("凤翔商贸有限公司和龙泉商贸有限公司都不发工资")))
        #expect(!CompanyNames.differ(a, Self.names("公司拖欠工资")))
        #expect(!CompanyNames.differ([], []))
    }
}
