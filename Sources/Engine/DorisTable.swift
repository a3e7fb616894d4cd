// An Apache Doris table for exported records: columns, inverted indexes, and the script that loads the parts.
//
// Sources: doris.apache.org, "Inverted Index", "Stream Load", "Unique Key Table", "Data types", of versions 3 and 4.

import Records

enum DorisTable {
    /// - Parameter byWords: texts in words of Doris's own Chinese dictionary; otherwise a character each, so that MATCH_PHRASE finds any
    ///   piece of a text.
    static func definition(_ name: String, byWords: Bool) -> String {
        let columns = ClusterField.all.map { "    `\($0.snakeName)` \(type(of: $0)) COMMENT '\($0.title)'" }
        let indexes = ClusterField.all.dropFirst().map { "    INDEX `idx_\($0.snakeName)` (`\($0.snakeName)`) USING INVERTED\(properties(of: $0, byWords))" }
        return """
            -- A cluster of fewer than three backends needs "replication_num" = "1" among the properties.
            CREATE TABLE IF NOT EXISTS `\(name)` (
            \((columns + indexes).joined(separator: ",\n"))
            )
            ENGINE = OLAP
            UNIQUE KEY(`id`)
            DISTRIBUTED BY HASH(`id`) BUCKETS AUTO
            PROPERTIES ("enable_unique_key_merge_on_write" = "true");

            """
    }

    private static func type(of field: ClusterField) -> String {
        switch field.kind {
        case .text: "STRING NULL"
        case .word(let bytesMax): "VARCHAR(\(bytesMax)) \(isKey(field) ? "NOT NULL" : "NULL")"
        case .words: "ARRAY<STRING> NULL"
        case .day: "DATE NULL"
        case .moment: "DATETIME NULL"
        // What fits into 64 bits of thousandths.
        case .decimal: "DECIMAL(19, 3) NULL"
        }
    }

    private static func isKey(_ field: ClusterField) -> Bool { if case .id = field.source { true } else { false } }

    private static func properties(of field: ClusterField, _ byWords: Bool) -> String {
        switch field.kind {
        case .text:
            byWords
                ? #" PROPERTIES("parser" = "chinese", "parser_mode" = "fine_grained", "support_phrase" = "true")"#
                : #" PROPERTIES("parser" = "unicode", "support_phrase" = "true", "stopwords" = "none")"#
        // Longer values would silently stay out of the index; 256 is what Doris takes otherwise.
        case .word(let bytesMax), .words(let bytesMax): " PROPERTIES(\"ignore_above\" = \"\(bytesMax)\")"
        case .day, .moment, .decimal: ""
        }
    }

    static func loadScript(_ name: String, _ stamp: String) -> String {
        #"""
        #!/bin/sh
        # Loads this folder into Doris by Stream Load. First make the table, once:
        #
        #   mysql -h fe-host -P 9030 -u name -p database < table.sql        # or table-words.sql
        #   DORIS=http://fe-host:8030 DATABASE=database CURL_CONFIG=curl.conf sh load.sh
        #
        # curl.conf (mode 600) holds: user = "name:password". TABLE names another table. Run it again after a failure: a part that was
        # loaded already is known by its label, and a record that is there is replaced by itself. A record that is withdrawn later
        # stays: load the next export into a table of its own, then ALTER TABLE … REPLACE WITH TABLE ….
        set -eu
        here=$(dirname "$0")
        : "${DORIS:?the address of the frontend, such as http://fe-host:8030}" "${DATABASE:?the database}"
        table=${TABLE:-\#(name)}
        for part in "$here"/part-*.jsonl; do
            [ -e "$part" ] || break
            label=$table-\#(stamp)-$(basename "$part" .jsonl)
            answer=$(curl --silent --show-error --fail-with-body --location-trusted ${CURL_CONFIG:+--config "$CURL_CONFIG"} \
                -H 'Expect: 100-continue' -H "label: $label" -H 'format: json' -H 'read_json_by_line: true' \
                -H 'strict_mode: true' -H 'max_filter_ratio: 0' \
                -T "$part" "$DORIS/api/$DATABASE/$table/_stream_load")
            case $answer in
            *'"Status": "Success"'* | *'"Status":"Success"'*) echo "$part" ;;
            *'Label Already Exists'*'"FINISHED"'*) echo "$part: is there" ;;
            *) printf '%s: %.2000s\n' "$part" "$answer" >&2; exit 1 ;;
            esac
        done

        """#
    }
}
