// Lucene as a runner: builds an index and asks it queries. See README.md, "What a runner is".
//
// Analyzers: bigrams (CJKBigramFilter), characters (every character a token, punctuation too, so that no phrase reaches
// across it), words (blanks between words that ICU has cut). All with positions: a piece is asked for as a phrase.

import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import java.util.function.LongSupplier;
import com.fasterxml.jackson.databind.*;
import org.apache.lucene.analysis.*;
import org.apache.lucene.analysis.cjk.*;
import org.apache.lucene.analysis.core.*;
import org.apache.lucene.analysis.ngram.*;
import org.apache.lucene.analysis.standard.*;
import org.apache.lucene.analysis.tokenattributes.*;
import org.apache.lucene.document.*;
import org.apache.lucene.index.*;
import org.apache.lucene.search.*;
import org.apache.lucene.search.similarities.*;
import org.apache.lucene.store.*;
import org.apache.lucene.util.Version;

public class LuceneRunner {
    static final Map<String, String> options = new HashMap<>();
    static String option(String name) { return options.get(name); }
    static int number(String name) { return Integer.parseInt(option(name)); }

    public static void main(String[] arguments) throws Exception {
        for (int i = 1; i < arguments.length; i += 2) options.put(arguments[i].substring(2), arguments[i + 1]);
        if (arguments[0].equals("build")) build(); else query();
    }

    static Analyzer analyzer() {
        String name = option("config");
        return new Analyzer() {
            protected TokenStreamComponents createComponents(String field) {
                if (name.equals("words")) {
                    Tokenizer words = new WhitespaceTokenizer();
                    return new TokenStreamComponents(words, new org.apache.lucene.analysis.LowerCaseFilter(words));
                }
                boolean isBigrams = name.equals("bigrams");
                Tokenizer characters = isBigrams ? new StandardTokenizer() : new NGramTokenizer(1, 1);
                TokenStream stream = new org.apache.lucene.analysis.LowerCaseFilter(new CJKWidthFilter(characters));
                return new TokenStreamComponents(characters, isBigrams ? new CJKBigramFilter(stream) : stream);
            }
        };
    }

    // Building

    static BufferedReader texts, columns;
    static int taken = 0;

    /** Up to 500 documents in turn; the lock is held for reading lines only. */
    static synchronized List<String[]> nextDocuments(int limit) throws IOException {
        List<String[]> documents = new ArrayList<>();
        String text;
        while (documents.size() < 500 && taken < limit && (text = texts.readLine()) != null) {
            String[] column = columns.readLine().split("\t");
            documents.add(new String[] {String.valueOf(taken++), column[0], column[1], text});
        }
        return documents;
    }

    static void build() throws Exception {
        Path index = Path.of(option("index"));
        int threads = number("threads"), limit = number("limit");
        long start = System.nanoTime();
        texts = Files.newBufferedReader(Path.of(option("texts")));
        columns = Files.newBufferedReader(Path.of(option("columns")));
        IndexWriterConfig config = new IndexWriterConfig(analyzer());
        config.setSimilarity(new BM25Similarity()).setRAMBufferSizeMB(256).setUseCompoundFile(false);
        if (threads == 1) config.setMergeScheduler(new SerialMergeScheduler());
        IndexWriter writer = new IndexWriter(FSDirectory.open(index), config);
        FieldType withPositions = new FieldType();
        withPositions.setTokenized(true);
        withPositions.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS);
        withPositions.freeze();
        Thread[] workers = new Thread[threads];
        for (int t = 0; t < threads; t++) {
            workers[t] = new Thread(() -> {
                try {
                    List<String[]> documents;
                    while (!(documents = nextDocuments(limit)).isEmpty()) {
                        for (String[] row : documents) {
                            Document document = new Document();
                            int day = Integer.parseInt(row[1]);
                            document.add(new StoredField("id", Integer.parseInt(row[0])));
                            document.add(new IntPoint("day", day));
                            document.add(new NumericDocValuesField("day", day));
                            document.add(new StringField("category", row[2], Field.Store.NO));
                            document.add(new Field("text", row[3], withPositions));
                            writer.addDocument(document);
                        }
                    }
                } catch (IOException error) { throw new UncheckedIOException(error); }
            });
            workers[t].start();
        }
        for (Thread worker : workers) worker.join();
        writer.commit();
        double seconds = (System.nanoTime() - start) / 1e9;
        writer.close();  // ends merges that are still running; they count for nobody
        System.out.printf(Locale.ROOT, "{\"measure\":\"build\",\"threads\":%d,\"records\":%d,\"seconds\":%.3f,\"version\":\"%s\"}%n",
            threads, taken, seconds, Version.LATEST);
    }

    // Asking

    static Analyzer analyzer;
    static JsonNode cuts;

    static List<String> tokens(String text) throws IOException {
        List<String> found = new ArrayList<>();
        String written = option("config").equals("words") ? cuts.path(text).asText(text) : text;
        try (TokenStream stream = analyzer.tokenStream("text", written)) {
            CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
            stream.reset();
            while (stream.incrementToken()) found.add(term.toString());
            stream.end();
        }
        return found;
    }

    static Query part(String text) throws IOException {
        List<String> tokens = tokens(text);
        if (tokens.size() == 1) return new TermQuery(new Term("text", tokens.get(0)));
        PhraseQuery.Builder phrase = new PhraseQuery.Builder();
        for (String token : tokens) phrase.add(new Term("text", token));
        return phrase.build();
    }

    static Query query(JsonNode row) throws IOException {
        String kind = row.get("class").asText();
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        if (kind.equals("pasted")) {
            for (String token : new LinkedHashSet<>(tokens(row.get("parts").get(0).asText())))
                all.add(new TermQuery(new Term("text", token)), BooleanClause.Occur.SHOULD);
            return all.build();
        }
        if (row.get("parts").size() == 1) return part(row.get("parts").get(0).asText());
        BooleanClause.Occur occur = kind.equals("or2") ? BooleanClause.Occur.SHOULD : BooleanClause.Occur.MUST;
        for (JsonNode text : row.get("parts")) all.add(part(text.asText()), occur);
        if (kind.equals("filtered")) {
            int from = row.get("from").asInt(), to = row.get("to").asInt();
            all.add(new IndexOrDocValuesQuery(IntPoint.newRangeQuery("day", from, to),
                NumericDocValuesField.newSlowRangeQuery("day", from, to)), BooleanClause.Occur.FILTER);
            all.add(new TermQuery(new Term("category", row.get("category").asText())), BooleanClause.Occur.FILTER);
        }
        return all.build();
    }

    interface Ask { int run(Query query) throws IOException; }

    /** Of this thread alone: neither the compiler's nor the collector's time counts. */
    static long processorTime() { return java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime(); }

    static double percentile(double[] sorted, double share) { return sorted[(int) Math.min(sorted.length - 1, share * sorted.length)]; }

    static void measure(String kind, String mode, List<Query> queries, Ask ask) throws IOException {
        int passes = number("passes");
        double budget = number("budget") * 1e9;
        LongSupplier clock = option("clock").equals("processor") ? LuceneRunner::processorTime : System::nanoTime;
        long start = System.nanoTime();
        int count = 0;
        for (Query query : queries) {
            ask.run(query);
            count++;
            if (System.nanoTime() - start > budget / (passes + 1)) break;
        }
        double[][] times = new double[count][passes];
        for (int pass = 0; pass < passes; pass++)
            for (int i = 0; i < count; i++) {
                long began = clock.getAsLong();
                ask.run(queries.get(i));
                times[i][pass] = (clock.getAsLong() - began) / 1e3;
            }
        double[] medians = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            Arrays.sort(times[i]);
            medians[i] = times[i][passes / 2];
            sum += medians[i];
        }
        Arrays.sort(medians);
        System.out.printf(Locale.ROOT,
            "{\"measure\":\"query\",\"class\":\"%s\",\"mode\":\"%s\",\"clock\":\"%s\",\"queries\":%d,\"p50Us\":%.1f,\"p99Us\":%.1f,\"meanUs\":%.1f}%n",
            kind, mode, option("clock"), count, percentile(medians, .5), percentile(medians, .99), sum / count);
        System.out.flush();
    }

    static void query() throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        analyzer = analyzer();
        cuts = mapper.readTree(new File(option("cuts")));
        DirectoryReader reader = DirectoryReader.open(new MMapDirectory(Path.of(option("index"))));
        IndexSearcher searcher = new IndexSearcher(reader);
        searcher.setQueryCache(null);
        searcher.setSimilarity(new BM25Similarity());
        Map<String, List<Query>> classes = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of(option("queries")))) {
            JsonNode row = mapper.readTree(line);
            classes.computeIfAbsent(row.get("class").asText(), k -> new ArrayList<>()).add(query(row));
        }
        Sort newestFirst = new Sort(new SortField("day", SortField.Type.INT, true));
        // The compiler learns from all shapes before the clock starts.
        long start = System.nanoTime(), warm = 15_000_000_000L;
        for (int i = 0; System.nanoTime() - start < warm; i++)
            for (var entry : classes.entrySet()) {
                Query query = entry.getValue().get(i % entry.getValue().size());
                if (entry.getKey().equals("newest")) searcher.search(query, 10, newestFirst); else searcher.search(query, 10);
                if (!entry.getKey().equals("pasted")) searcher.count(query);
            }
        for (var entry : classes.entrySet()) {
            String kind = entry.getKey();
            List<Query> queries = entry.getValue();
            measure(kind, "top10", queries, kind.equals("newest")
                ? query -> searcher.search(query, 10, newestFirst).scoreDocs.length
                : query -> searcher.search(query, 10).scoreDocs.length);
            if (kind.equals("pasted") || kind.equals("newest")) continue;
            measure(kind, "count", queries, searcher::count);
            StringJoiner counts = new StringJoiner(",", "[", "]");
            for (Query query : queries) counts.add(String.valueOf(searcher.count(query)));
            System.out.println("{\"measure\":\"counts\",\"class\":\"" + kind + "\",\"counts\":" + counts + "}");
        }
    }
}
