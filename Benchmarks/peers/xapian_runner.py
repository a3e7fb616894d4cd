"""Xapian as a runner, with its n-grams of Chinese characters. Needs the Python that Debian's python3-xapian is for."""

import os
import time

os.environ.setdefault("XAPIAN_FLUSH_THRESHOLD", "100000")
import xapian

import runner

options = runner.arguments()
NGRAMS = xapian.QueryParser.FLAG_CJK_NGRAM


def build():
    start = time.perf_counter()
    database = xapian.WritableDatabase(options.index, xapian.DB_CREATE_OR_OVERWRITE)
    generator = xapian.TermGenerator()
    generator.set_flags(xapian.TermGenerator.FLAG_CJK_NGRAM)
    count = 0
    for number, day, category, text in runner.documents(options):
        document = xapian.Document()
        generator.set_document(document)
        generator.index_text(text)
        document.add_boolean_term("XC" + category)
        document.add_value(0, xapian.sortable_serialise(day))
        database.add_document(document)
        count += 1
    database.commit()
    runner.say(measure="build", threads=1, records=count, seconds=round(time.perf_counter() - start, 3),
               version=xapian.version_string())
    database.close()


def query():
    database = xapian.Database(options.index)
    parser = xapian.QueryParser()
    parser.set_database(database)
    parser.set_default_op(xapian.Query.OP_AND)
    part = lambda text: parser.parse_query(text, NGRAMS | xapian.QueryParser.FLAG_PHRASE)
    loose = xapian.QueryParser()
    loose.set_database(database)
    loose.set_default_op(xapian.Query.OP_OR)

    def prepare(kind, row):
        if kind == "pasted":
            return loose.parse_query(row["parts"][0], NGRAMS)
        parts = [part(text) for text in row["parts"]]
        asked = xapian.Query(xapian.Query.OP_OR if kind == "or2" else xapian.Query.OP_AND, parts)
        if kind != "filtered":
            return asked
        days = xapian.Query(xapian.Query.OP_VALUE_RANGE, 0, *map(xapian.sortable_serialise, (row["from"], row["to"])))
        within = xapian.Query(xapian.Query.OP_AND, [xapian.Query("XC" + row["category"]), days])
        return xapian.Query(xapian.Query.OP_FILTER, asked, within)

    def top(kind, prepared):
        enquire = xapian.Enquire(database)
        enquire.set_query(prepared)
        if kind == "newest":
            enquire.set_sort_by_value(0, True)
        return [(match.docid, match.weight) for match in enquire.get_mset(0, 10)]

    def count(prepared):
        enquire = xapian.Enquire(database)
        enquire.set_weighting_scheme(xapian.BoolWeight())
        enquire.set_query(prepared)
        return enquire.get_mset(0, 0, database.get_doccount()).get_matches_estimated()

    runner.measure_all(options, prepare, top, count)


build() if options.verb == "build" else query()
