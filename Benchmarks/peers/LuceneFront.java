// Lucene behind a plain HTTP front, for Benchmarks/load: bigrams as LuceneRunner cuts them, with positions, texts stored, categories
// counted by doc values. A piece is asked for as a phrase; what is pasted, as any of its pairs. Every answer has the exact
// number of hits, as ours has; the ten best with the beginning of their texts.
//
//   java -cp lucene.jar:. LuceneFront build INDEX TEXTS COLUMNS
//   java -cp lucene.jar:. -Dsun.net.httpserver.nodelay=true LuceneFront serve INDEX PORT

import com.fasterxml.jackson.databind.*;
import com.fasterxml.jackson.databind.node.*;
import com.sun.net.httpserver.*;
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;
import org.apache.lucene.document.*;
import org.apache.lucene.index.*;
import org.apache.lucene.search.*;
import org.apache.lucene.store.*;
import org.apache.lucene.util.BytesRef;

public class LuceneFront {
    public static void main(String[] arguments) throws Exception {
        LuceneRunner.options.put("config", "bigrams");
        LuceneRunner.analyzer = LuceneRunner.analyzer();
        if (arguments[0].equals("build")) build(arguments[1], arguments[2], arguments[3]);
        else serve(arguments[1], Integer.parseInt(arguments[2]));
    }

    static void build(String index, String textsPath, String columnsPath) throws Exception {
        BufferedReader texts = Files.newBufferedReader(Path.of(textsPath)), columns = Files.newBufferedReader(Path.of(columnsPath));
        IndexWriterConfig config = new IndexWriterConfig(LuceneRunner.analyzer);
        config.setRAMBufferSizeMB(256).setUseCompoundFile(false);
        IndexWriter writer = new IndexWriter(FSDirectory.open(Path.of(index)), config);
        BlockingQueue<String[]> rows = new ArrayBlockingQueue<>(4_000);
        String[] end = {};
        Thread[] workers = new Thread[2];
        for (int t = 0; t < workers.length; t++) {
            workers[t] = new Thread(() -> {
                try {
                    for (String[] row; (row = rows.take()) != end; ) {
                        Document document = new Document();
                        document.add(new StringField("id", row[0], Field.Store.YES));
                        document.add(new IntPoint("day", Integer.parseInt(row[1])));
                        document.add(new NumericDocValuesField("day", Integer.parseInt(row[1])));
                        document.add(new StringField("category", row[2], Field.Store.NO));
                        document.add(new SortedDocValuesField("category", new BytesRef(row[2])));
                        document.add(new TextField("text", row[3], Field.Store.YES));
                        writer.addDocument(document);
                    }
                    rows.put(end);
                } catch (Exception error) { throw new RuntimeException(error); }
            });
            workers[t].start();
        }
        int number = 0;
        for (String text; (text = texts.readLine()) != null; ) {
            String[] column = columns.readLine().split("\t");
            rows.put(new String[] {String.valueOf(number++), column[0], column[1], text});
        }
        rows.put(end);
        for (Thread worker : workers) worker.join();
        writer.close();
    }

    static Query query(Map<String, String> asked) throws IOException {
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        if (asked.containsKey("pasted")) {
            for (String token : new LinkedHashSet<>(LuceneRunner.tokens(asked.get("q"))))
                all.add(new TermQuery(new Term("text", token)), BooleanClause.Occur.SHOULD);
            return all.build();
        }
        String[] parts = asked.get("q").split(" ");
        if (parts.length == 1 && !asked.containsKey("category")) return LuceneRunner.part(parts[0]);
        for (String text : parts) all.add(LuceneRunner.part(text), BooleanClause.Occur.MUST);
        if (asked.containsKey("category")) {
            int from = Integer.parseInt(asked.get("from")), to = Integer.parseInt(asked.get("to"));
            all.add(new IndexOrDocValuesQuery(IntPoint.newRangeQuery("day", from, to),
                NumericDocValuesField.newSlowRangeQuery("day", from, to)), BooleanClause.Occur.FILTER);
            all.add(new TermQuery(new Term("category", asked.get("category"))), BooleanClause.Occur.FILTER);
        }
        return all.build();
    }

    static void serve(String index, int port) throws Exception {
        DirectoryReader reader = DirectoryReader.open(new MMapDirectory(Path.of(index)));
        IndexSearcher searcher = new IndexSearcher(reader);
        ObjectMapper mapper = new ObjectMapper();
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 1024);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.createContext("/", exchange -> {
            byte[] bytes;
            int status = 200;
            try {
                Map<String, String> asked = new HashMap<>();
                String raw = exchange.getRequestURI().getRawQuery();
                if (raw != null) for (String pair : raw.split("&")) {
                    String[] two = pair.split("=", 2);
                    asked.put(two[0], URLDecoder.decode(two[1], StandardCharsets.UTF_8));
                }
                ObjectNode answer = mapper.createObjectNode();
                switch (exchange.getRequestURI().getPath()) {
                    case "/search" -> search(searcher, query(asked), answer);
                    case "/facets" -> facets(searcher, query(asked), answer);
                    case "/show" -> {
                        TopDocs found = searcher.search(new TermQuery(new Term("id", asked.get("id"))), 1);
                        answer.put("text", searcher.storedFields().document(found.scoreDocs[0].doc).get("text"));
                    }
                    default -> answer.put("documents", reader.numDocs());
                }
                bytes = mapper.writeValueAsBytes(answer);
            } catch (Exception error) {
                status = 500;
                bytes = error.toString().getBytes(StandardCharsets.UTF_8);
            }
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            try (OutputStream body = exchange.getResponseBody()) { body.write(bytes); }
        });
        server.start();
    }

    static void search(IndexSearcher searcher, Query query, ObjectNode answer) throws IOException {
        // The number of a single term's documents is known; else all hits are gone through for it.
        boolean isKnown = query instanceof TermQuery;
        TopDocs found = searcher.search(query, TopScoreDocCollector.createSharedManager(10, null, isKnown ? 1_000 : Integer.MAX_VALUE));
        answer.put("total", isKnown ? searcher.count(query) : found.totalHits.value);
        ArrayNode items = answer.putArray("items");
        StoredFields stored = searcher.storedFields();
        for (ScoreDoc hit : found.scoreDocs) {
            Document document = stored.document(hit.doc);
            String text = document.get("text");
            items.addObject().put("id", document.get("id")).put("score", hit.score).put("text", text.substring(0, Math.min(80, text.length())));
        }
    }

    static void facets(IndexSearcher searcher, Query query, ObjectNode answer) throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        int total = searcher.search(query, new CollectorManager<SimpleCollector, Integer>() {
            public SimpleCollector newCollector() {
                return new SimpleCollector() {
                    SortedDocValues values;
                    int[] byOrdinal;
                    public ScoreMode scoreMode() { return ScoreMode.COMPLETE_NO_SCORES; }
                    protected void doSetNextReader(LeafReaderContext context) throws IOException {
                        values = DocValues.getSorted(context.reader(), "category");
                        byOrdinal = new int[values.getValueCount()];
                    }
                    public void collect(int doc) throws IOException { if (values.advanceExact(doc)) byOrdinal[values.ordValue()]++; }
                    public void finish() throws IOException {
                        for (int i = 0; i < byOrdinal.length; i++)
                            if (byOrdinal[i] > 0) counts.merge(values.lookupOrd(i).utf8ToString(), byOrdinal[i], Integer::sum);
                    }
                };
            }
            public Integer reduce(Collection<SimpleCollector> collectors) { return counts.values().stream().mapToInt(Integer::intValue).sum(); }
        });
        answer.put("total", total);
        ObjectNode facets = answer.putObject("category");
        counts.forEach(facets::put);
    }
}
