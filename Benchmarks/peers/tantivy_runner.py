"""Tantivy as a runner. Configurations: bigrams (ngram 2..2; that tokenizer gives no positions, so a longer piece is an
AND of its pairs), characters (every character a token, punctuation too, so that no phrase reaches across it), words
(cut by ICU)."""

import os
import time

import tantivy
from tantivy import Occur, Query

import runner

options = runner.arguments()
config = options.config
tokenizer = {
    "bigrams": lambda: tantivy.Tokenizer.ngram(min_gram=2, max_gram=2, prefix_only=False),
    "characters": lambda: tantivy.Tokenizer.regex(r"[A-Za-z0-9]+|\S"),
    "words": tantivy.Tokenizer.whitespace,
}[config]()
analyzer = tantivy.TextAnalyzerBuilder(tokenizer).filter(tantivy.Filter.lowercase()).build()
builder = tantivy.SchemaBuilder()
builder.add_unsigned_field("id", stored=True)
builder.add_text_field("text", stored=False, tokenizer_name="text", index_option="freq" if config == "bigrams" else "position")
builder.add_text_field("category", stored=False, tokenizer_name="raw", index_option="basic")
builder.add_integer_field("day", stored=False, indexed=True, fast=True)
schema = builder.build()


def build():
    os.makedirs(options.index)
    start = time.perf_counter()
    index = tantivy.Index(schema, path=options.index)
    index.register_tokenizer("text", analyzer)
    writer = index.writer(256_000_000 * options.threads, options.threads)
    count = 0
    for number, day, category, text in runner.documents(options):
        document = tantivy.Document()
        document.add_unsigned("id", number)
        document.add_integer("day", day)
        document.add_text("category", category)
        document.add_text("text", text)
        writer.add_document(document)
        count += 1
    writer.commit()
    seconds = time.perf_counter() - start
    writer.wait_merging_threads()
    runner.say(measure="build", threads=options.threads, records=count, seconds=round(seconds, 3),
               mergedSeconds=round(time.perf_counter() - start, 3), version=tantivy.__version__)


def term(text):
    return Query.term_query(schema, "text", text)


def query():
    cuts = runner.cuts(options)
    index = tantivy.Index.open(options.index)
    index.register_tokenizer("text", analyzer)
    index.reload()
    searcher = index.searcher()

    def tokens(text):
        if config == "bigrams":
            return runner.bigrams(text) or [text]
        return list(text) if config == "characters" else cuts.get(text, text).split(" ")

    def part(text):
        found = tokens(text)
        if len(found) == 1:
            return term(found[0])
        if config == "bigrams":
            return Query.boolean_query([(Occur.Must, term(each)) for each in found])
        return Query.phrase_query(schema, "text", found)

    def prepare(kind, row):
        if kind == "pasted":
            return Query.boolean_query([(Occur.Should, term(each)) for each in dict.fromkeys(tokens(row["parts"][0]))])
        if len(row["parts"]) == 1:
            return part(row["parts"][0])
        occur = Occur.Should if kind == "or2" else Occur.Must
        clauses = [(occur, part(text)) for text in row["parts"]]
        if kind == "filtered":
            days = Query.range_query(schema, "day", tantivy.FieldType.Integer, row["from"], row["to"])
            category = Query.term_query(schema, "category", row["category"])
            clauses += [(Occur.Must, Query.const_score_query(each, 0.0)) for each in (days, category)]
        return Query.boolean_query(clauses)

    def top(kind, prepared):
        if kind == "newest":
            return searcher.search(prepared, 10, count=False, order_by_field="day").hits
        return searcher.search(prepared, 10, count=False).hits

    # The binding has no collector that counts alone: it counts beside a top 1.
    runner.measure_all(options, prepare, top, lambda prepared: searcher.search(prepared, 1, count=True).count)


build() if options.verb == "build" else query()
