// How often terms stand is found out once for the records that count, and holds however these are merged.

import Index
import Records
import TestSupport
import Testing

@testable import Search

@Suite struct TermFrequenciesTests {
    @Test(arguments: Seed.sample(8)) func `what is known of terms holds after a merge, and not after a change`(start: Seed) throws {
        let folder = TemporaryFolder()
        var corpus = SearchCorpus(60, start)
        let index = try corpus.index(.withDead, in: folder)
        let terms = Set(corpus.records.flatMap { record in
            record.zones.flatMap { zone in
                zone.units.indices.flatMap { place -> [TermKey] in
                    [.unigram(zone.units[place])] + (place > 0 ? [.bigram(zone.units[place - 1], zone.units[place])] : [])
                } + SearchCorpus.words(zone.units).map { .word(Array(zone.units[$0])) }
            }
        })
        func counts(_ facts: IndexFacts) throws -> [TermKey: [Int]] {
            let statistics = IndexStatistics(facts)
            var counts: [TermKey: [Int]] = [:]
            for term in terms { counts[term] = [try statistics.docFrequency(of: term), try statistics.wordFrequency(of: term)] }
            return counts
        }
        let before = try IndexFacts(index.snapshot())
        let known = try counts(before)
        try index.mergeAll()
        let merged = try index.snapshot()
        let after = try IndexFacts(merged, earlier: before.frequencies)
        #expect(after.frequencies === before.frequencies)
        #expect(try counts(after) == known)
        #expect(try counts(IndexFacts(merged)) == known)
        #expect(try after.liveTextUnits == merged.liveTextUnits())

        var builder = SegmentBuilder()
        let record = corpus.record()
        builder.add(record.document)
        try index.add(builder, replacing: [corpus.records[0].sequence], watermark: record.sequence)
        let changed = try IndexFacts(index.snapshot(), earlier: after.frequencies)
        #expect(changed.frequencies !== after.frequencies)
        #expect(try counts(changed) == counts(IndexFacts(index.snapshot())))
    }
}
