import Records
import SyntheticCorpus
import Testing

/// What the maker writes is what the schema reads: a misspelt member would be kept, and never found.
@Suite struct CorpusSchemaTests {
    @Test func `invented records have no member that the schema does not know, but the region's name`() throws {
        let generator = try Generator(seed: 5, plan: Plan(records: 2_000))
        var unknown: Set<String> = []
        var numbers = 0
        for record in 0..<2_000 {
            var bytes: [UInt8] = []
            generator.recordJSON(record, into: &bytes)
            let object = try #require(try JSONValue.parse(bytes.span).objectValue)
            let complaint = try Complaint(json: object)
            unknown.formUnion(complaint.extra.keys)
            for part in complaint.aliasNos {
                unknown.formUnion(part.extra.keys)
                if part.no != nil { numbers += 1 }
            }
            for part in complaint.respondents { unknown.formUnion(part.extra.keys) }
            for part in complaint.complainants { unknown.formUnion(part.extra.keys) }
            for part in complaint.reply { unknown.formUnion(part.extra.keys) }
        }
        #expect(unknown == ["regionName"])
        #expect(numbers > 100)
    }
}
