// The order that Lucene's settings give to judged queries, beside ours.
//
// Input:  a folder with docs.jsonl (id, title or none, text), queries.jsonl (id, text) and qrels.tsv (query, document);
//         then, for words, a program that cuts lines into words by ICU (icu_words.c), or `-`.
// Output: a line of JSON for each setting: analyzer, fields, k1, b, MRR@10, success@1, success@10 over all queries.
//
// One field holds title and text; where there are titles, also the title alone and both as fields of their own, the title
// four times as heavy. Queries are all their tokens, any of them, repeated ones counted; ties by document order.
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.*;
import org.apache.lucene.analysis.*;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.*;
import org.apache.lucene.index.*;
import org.apache.lucene.search.*;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

public class LuceneRanking {
  static Analyzer analyzer(String name) {
    return new Analyzer() {
      protected TokenStreamComponents createComponents(String field) {
        if (name.equals("words")) {
          Tokenizer tokenizer = new WhitespaceTokenizer();
          return new TokenStreamComponents(tokenizer, new LowerCaseFilter(tokenizer));
        }
        Tokenizer tokenizer = new StandardTokenizer();
        TokenStream stream = new LowerCaseFilter(new CJKWidthFilter(tokenizer));
        if (name.equals("bigrams")) stream = new CJKBigramFilter(stream);
        if (name.equals("bigrams+characters")) stream = new CJKBigramFilter(stream, CJKBigramFilter.HAN, true);
        return new TokenStreamComponents(tokenizer, stream);
      }
    };
  }

  static List<String> tokens(Analyzer analyzer, String text) throws Exception {
    List<String> found = new ArrayList<>();
    try (TokenStream stream = analyzer.tokenStream("all", text)) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) found.add(term.toString());
      stream.end();
    }
    return found;
  }

  /// The same lines, words cut by blanks.
  static List<String> cut(String program, List<String> lines) throws Exception {
    Path file = Files.createTempFile("ranking", ".txt");
    List<String> clean = new ArrayList<>();
    for (String line : lines) clean.add(line.replaceAll("\\s+", " "));
    Files.write(file, clean, StandardCharsets.UTF_8);
    Process process = new ProcessBuilder(program, file.toString()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<String> words = new ArrayList<>();
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line; (line = reader.readLine()) != null; ) words.add(line);
    }
    process.waitFor();
    Files.delete(file);
    if (words.size() != lines.size()) throw new IllegalStateException("lines of words: " + words.size() + " of " + lines.size());
    return words;
  }

  public static void main(String[] arguments) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    Path folder = Path.of(arguments[0]);
    List<String> ids = new ArrayList<>(), titles = new ArrayList<>(), texts = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("docs.jsonl"))) {
      JsonNode row = mapper.readTree(line);
      ids.add(row.get("id").asText());
      titles.add(row.hasNonNull("title") ? row.get("title").asText() : "");
      texts.add(row.get("text").asText());
    }
    Map<String, Set<String>> right = new HashMap<>();
    for (String line : Files.readAllLines(folder.resolve("qrels.tsv"))) {
      String[] cells = line.split("\t");
      if (cells.length >= 2) right.computeIfAbsent(cells[0], key -> new HashSet<>()).add(cells[1]);
    }
    List<String> queryIDs = new ArrayList<>(), queries = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("queries.jsonl"))) {
      JsonNode row = mapper.readTree(line);
      if (!right.containsKey(row.get("id").asText())) continue;
      queryIDs.add(row.get("id").asText());
      queries.add(row.get("text").asText());
    }
    boolean hasTitles = titles.stream().anyMatch(title -> !title.isEmpty());
    List<String> names = new ArrayList<>(List.of("bigrams", "bigrams+characters", "characters"));
    if (arguments.length > 1 && !arguments[1].equals("-")) names.add("words");
    for (String name : names) {
      Analyzer analyzer = analyzer(name);
      List<String> t = titles, x = texts, q = queries;
      if (name.equals("words")) {
        t = cut(arguments[1], titles);
        x = cut(arguments[1], texts);
        q = cut(arguments[1], queries);
      }
      for (float[] constants : new float[][] {{0.9f, 0.4f}, {1.2f, 0.75f}}) {
        BM25Similarity similarity = new BM25Similarity(constants[0], constants[1]);
        Directory directory = new ByteBuffersDirectory();
        try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(analyzer).setSimilarity(similarity))) {
          for (int i = 0; i < ids.size(); i++) {
            Document document = new Document();
            document.add(new StringField("id", ids.get(i), Field.Store.YES));
            document.add(new TextField("all", t.get(i) + " " + x.get(i), Field.Store.NO));
            if (hasTitles) {
              document.add(new TextField("title", t.get(i), Field.Store.NO));
              document.add(new TextField("text", x.get(i), Field.Store.NO));
            }
            writer.addDocument(document);
          }
          writer.forceMerge(1);
        }
        try (IndexReader reader = DirectoryReader.open(directory)) {
          IndexSearcher searcher = new IndexSearcher(reader);
          searcher.setSimilarity(similarity);
          for (String fields : hasTitles ? List.of("all", "title", "title×4 + text") : List.of("all")) {
            double reciprocal = 0;
            int first = 0, found = 0;
            for (int i = 0; i < q.size(); i++) {
              BooleanQuery.Builder builder = new BooleanQuery.Builder();
              for (Map.Entry<String, Integer> token : counted(tokens(analyzer, q.get(i))).entrySet()) {
                if (fields.startsWith("title")) add(builder, "title", token, fields.equals("title") ? 1 : 4);
                if (fields.endsWith("text")) add(builder, "text", token, 1);
                if (fields.equals("all")) add(builder, "all", token, 1);
              }
              ScoreDoc[] hits = searcher.search(builder.build(), 10).scoreDocs;
              for (int rank = 0; rank < hits.length; rank++) {
                if (!right.get(queryIDs.get(i)).contains(searcher.storedFields().document(hits[rank].doc).get("id"))) continue;
                reciprocal += 1.0 / (rank + 1);
                found++;
                if (rank == 0) first++;
                break;
              }
            }
            double count = q.size();
            System.out.printf(Locale.ROOT,
                "{\"analyzer\":\"%s\",\"fields\":\"%s\",\"k1\":%.1f,\"b\":%.2f,\"queries\":%d,\"mrr\":%.4f,\"first\":%.4f,\"ten\":%.4f}%n",
                name, fields, constants[0], constants[1], q.size(), reciprocal / count, first / count, found / count);
          }
        }
      }
    }
  }

  static Map<String, Integer> counted(List<String> tokens) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String token : tokens) counts.merge(token, 1, Integer::sum);
    return counts;
  }

  static void add(BooleanQuery.Builder builder, String field, Map.Entry<String, Integer> token, float weight) {
    Query query = new BoostQuery(new TermQuery(new Term(field, token.getKey())), weight * token.getValue());
    builder.add(query, BooleanClause.Occur.SHOULD);
  }
}
