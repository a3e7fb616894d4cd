// An OpenSearch index for exported records: settings, analysers, mapping, and the script that loads the parts.
//
// Sources: docs.opensearch.org, "CJK analyzer", "CJK bigram", "ICU analyzer", "ICU transform", "Bulk API", "Create index".

import Records

enum OpenSearchIndex {
    /// - Parameter withICU: for clusters with the plugin `analysis-icu` on every node: width, case and traditional characters are folded
    ///   much as this program folds them, and words get a field of their own.
    static func definition(withICU: Bool) -> JSONObject {
        // Pairs of neighbours rank; single characters make phrases of any piece of a text exact.
        let filters: [JSONValue] = withICU ? ["simplified"] : ["cjk_width", "lowercase"]
        func analyzer(_ tokenizer: JSONValue, _ more: [JSONValue]) -> JSONValue {
            var analyzer: JSONObject = ["type": "custom", "tokenizer": tokenizer, "filter": .array(filters + more)]
            if withICU { analyzer.set("char_filter", to: .array(["icu_normalizer"])) }
            return .object(analyzer)
        }
        var analyzers: JSONObject = ["pairs": analyzer("standard", ["cjk_bigram"]), "characters": analyzer("standard", [])]
        var analysis: JSONObject = [:]
        if withICU {
            analyzers.set("words", to: analyzer("icu_tokenizer", []))
            analysis.set("filter", to: .object(["simplified": .object(["type": "icu_transform", "id": "Traditional-Simplified"])]))
        }
        analysis.set("analyzer", to: .object(analyzers))
        let texts = ClusterField.all.filter { if case .text = $0.kind { true } else { false } }.map { JSONValue.string($0.name) }
        return [
            "settings": .object(["index": .object(["query": .object(["default_field": .array(texts)]), "analysis": .object(analysis)])]),
            // A field that is not here is a mistake, not a guess.
            "mappings": .object(["dynamic": "strict", "properties": .object(JSONObject(ClusterField.all.map { ($0.name, type(of: $0, withICU)) }))]),
        ]
    }

    private static func type(of field: ClusterField, _ withICU: Bool) -> JSONValue {
        switch field.kind {
        case .text:
            var inner: JSONObject = ["characters": .object(["type": "text", "analyzer": "characters"])]
            if withICU { inner.set("words", to: .object(["type": "text", "analyzer": "words"])) }
            return .object(["type": "text", "analyzer": "pairs", "fields": .object(inner)])
        case .word, .words: return .object(["type": "keyword"])
        case .day: return .object(["type": "date", "format": "strict_date"])
        case .moment: return .object(["type": "date", "format": "strict_date_optional_time"])
        case .decimal: return .object(["type": "scaled_float", "scaling_factor": 1_000])
        }
    }

    static func loadScript(_ name: String, _ stamp: String, _ summary: ClusterExportSummary) -> String {
        #"""
        #!/bin/sh
        # Loads this folder into OpenSearch as an index of its own, and compares the number of records at the end.
        #
        #   OPENSEARCH=https://host:9200 CURL_CONFIG=curl.conf sh load.sh            # or: sh load.sh index-icu.json
        #
        # curl.conf (mode 600) holds what curl needs: user = "name:password", cacert = "ca.pem". INDEX names the index, \#(name)-\#(stamp)
        # otherwise. Run it again after a failure: a record that is there already is replaced by itself. Once all is there let the
        # alias that people search point to it, and remove the index of the export before:
        #   POST /_aliases {"actions":[{"add":{"index":"\#(name)-\#(stamp)","alias":"\#(name)"}}]}
        set -eu
        here=$(dirname "$0")
        : "${OPENSEARCH:?the address of the cluster, such as https://host:9200}"
        index=${INDEX:-\#(name)-\#(stamp)}
        ask() { curl --silent --show-error --fail-with-body ${CURL_CONFIG:+--config "$CURL_CONFIG"} "$@"; }
        if ! ask --head "$OPENSEARCH/$index" >/dev/null 2>&1; then
            ask -X PUT "$OPENSEARCH/$index" -H 'Content-Type: application/json' --data-binary @"$here/${1:-index.json}" >/dev/null
        fi
        for part in "$here"/part-*.ndjson; do
            [ -e "$part" ] || break
            answer=$(ask -X POST "$OPENSEARCH/$index/_bulk?filter_path=errors,items.*.error" -H 'Content-Type: application/x-ndjson' --data-binary @"$part")
            case $answer in
            *'"errors":false'*) echo "$part" ;;
            *) printf '%s: %.2000s\n' "$part" "$answer" >&2; exit 1 ;;
            esac
        done
        ask -X POST "$OPENSEARCH/$index/_refresh" >/dev/null
        found=$(ask "$OPENSEARCH/$index/_count?filter_path=count" | tr -dc 0-9)
        [ "$found" = \#(summary.records) ] || { echo "$index holds $found records, not \#(summary.records)" >&2; exit 1; }
        echo "$index: $found"

        """#
    }
}
