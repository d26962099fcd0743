package dev.gaia.fake.asset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.asset.image.Pictures;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.awt.Color;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * OpenAI images, Stability, Meshy, Mubert and a Midjourney-style proxy on loopback, as their wire formats say, each below
 * a path of its own. A word of the prompt changes the next answer: {@code fake-status-500}, {@code fake-moderated},
 * {@code fake-broken}, {@code fake-mib-24}, {@code fake-task-failed}, {@code fake-slow}, {@code fake-no-file}, {@code fake-private} (a link to
 * an address nobody may ask), {@code fake-link-<hex>} (a link to
 * the address of these bytes); {@code fake-no-edit} and {@code fake-bad-edit} make editing fail, and nothing else. Tasks
 * need three questions to finish. {@code fake-stall-create-<token>}, {@code fake-stall-state-<token>} and
 * {@code fake-stall-file-<token>} keep an answer back until the token is released: to the request itself, to questions
 * how its task is, or from the middle of its file on. {@code fake-busy-<token>} is told once to come back a second later,
 * in the form of a date.
 */
public final class FakeAssetProvider implements AutoCloseable {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final String SOUNDS = """
            {"count": 2, "results": [
             {"id": 7, "name": "Rain on a roof", "username": "ann", "tags": ["rain"], "description": "Heavy rain",
              "license": "https://creativecommons.org/licenses/by/4.0/", "avg_rating": 4.5, "url": "https://freesound.org/s/7",
              "previews": {"preview-hq-mp3": "https://cdn.freesound.org/7.mp3"}, "images": {"waveform_m": "https://cdn.freesound.org/7.png"}},
             {"id": 8, "name": "Rain in town", "username": "ben", "tags": ["rain"],
              "license": "https://creativecommons.org/licenses/by-nc/4.0/", "avg_rating": 5, "url": "https://freesound.org/s/8",
              "previews": {"preview-hq-mp3": "https://cdn.freesound.org/8.mp3"}}]}
            """;
    private static final String TEXTURES = """
            {"wet_cobblestone": {"name": "Wet Cobblestone", "tags": ["street", "wet"], "categories": ["floor"],
              "authors": {"Rob": "All"}, "thumbnail_url": "https://cdn.polyhaven.com/wet.png"},
             "oak": {"name": "Oak", "tags": ["wood"], "categories": ["wood"], "authors": {"Rob": "All"}}}
            """;
    private static final String FILES = """
            {"Diffuse": {"2k": {"jpg": {"url": "https://dl.polyhaven.org/wet_2k.jpg", "size": 2097152, "md5": "x"}}}}
            """;

    private static final Map<String, Integer> CONCEPTS =
            Map.of("lamp", 1, "lantern", 1, "kettle", 2, "teapot", 2, "brass", 3, "boat", 4, "ship", 4);

    private static final Pattern BUSY = Pattern.compile("fake-busy-[a-z]+");
    private static final int TOKENS_PER_TEXT = 7;

    private volatile int vectorLength = 384;
    private volatile int freesoundStatus = 200;
    private final Vertx vertx = Vertx.vertx();
    private final List<Received> requests = new CopyOnWriteArrayList<>();
    private final Map<String, AtomicInteger> questions = new ConcurrentHashMap<>();
    private final Map<String, String> words = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<String, List<Runnable>> stalled = new ConcurrentHashMap<>();
    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private final Set<String> released = ConcurrentHashMap.newKeySet();
    private final int port;

    /** A request as it came, at a time of {@link System#nanoTime}: a form's body is text. */
    public record Received(
            String method, String path, Map<String, String> headers, JsonNode body, String text, long nanos) {}

    private FakeAssetProvider() {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> answer(request, body)))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        this.port = server.actualPort();
    }

    public static FakeAssetProvider start() {
        return new FakeAssetProvider();
    }

    /** Settings that lead every provider here. */
    public Map<String, String> settings(String... providers) {
        Map<String, String> settings = new ConcurrentHashMap<>();
        Map<String, String> bases = Map.of(
                "openai", "/openai/v1",
                "embedding", "/openai/v1",
                "stability", "/stability/v2beta",
                "meshy", "/meshy/openapi/v2",
                "mubert", "/mubert/api/v3",
                "midjourney", "/midjourney/v1",
                "freesound", "/freesound/apiv2",
                "polyhaven", "/polyhaven");
        for (String provider : providers) {
            settings.put("gaia.provider.endpoints." + provider + ".base-url", url(bases.get(provider)));
            settings.put("gaia.provider.endpoints." + provider + ".key", "key-of-" + provider);
        }
        return settings;
    }

    private String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    public List<Received> requests(String path) {
        return requests.stream().filter(request -> request.path().equals(path)).toList();
    }

    public void reset() {
        requests.clear();
    }

    /** Is an answer kept back under this token? */
    public boolean stalls(String token) {
        return stalled.containsKey(token);
    }

    /** Gives the answers that are kept back under this token, and from now on all others. */
    public void release(String token) {
        released.add(token);
        List<Runnable> answers = stalled.remove(token);
        if (answers != null) {
            answers.forEach(Runnable::run);
        }
    }

    private void perhapsLater(String place, String text, Runnable answer) {
        var word = Pattern.compile("fake-stall-" + place + "-([a-z0-9]+)").matcher(text);
        if (word.find() && !released.contains(word.group(1))) {
            stalled.computeIfAbsent(word.group(1), token -> new CopyOnWriteArrayList<>())
                    .add(answer);
        } else {
            answer.run();
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void answer(HttpServerRequest request, Buffer bytes) {
        String text = bytes.toString();
        JsonNode body = parse(text);
        Map<String, String> headers = new ConcurrentHashMap<>();
        request.headers()
                .forEach(header -> headers.put(header.getKey().toLowerCase(java.util.Locale.ROOT), header.getValue()));
        requests.add(new Received(request.method().name(), request.path(), headers, body, text, System.nanoTime()));
        int status = text.contains("fake-status-")
                ? Integer.parseInt(text.replaceAll("(?s).*fake-status-(\\d{3}).*", "$1"))
                : 200;
        if (status != 200) {
            json(request, status, NODES.objectNode().put("message", "no"));
            return;
        }
        var busy = BUSY.matcher(text);
        if (busy.find() && told.add(busy.group())) {
            request.response()
                    .putHeader("date", "Sat, 28 Nov 2026 12:00:00 GMT")
                    .putHeader("retry-after", "Sat, 28 Nov 2026 12:00:01 GMT");
            json(request, 429, NODES.objectNode().put("message", "busy"));
            return;
        }
        boolean edit = request.path().matches(".*/(edits|sd3|remesh|retexture)");
        if (edit && (text.contains("fake-no-edit") || text.contains("fake-bad-edit"))) {
            json(request, text.contains("fake-no-edit") ? 500 : 400, NODES.objectNode());
            return;
        }
        perhapsLater("create", text, () -> answer(request, text));
    }

    private void answer(HttpServerRequest request, String text) {
        switch (request.path()) {
            case "/openai/v1/images/generations", "/openai/v1/images/edits" -> openai(request, text);
            case "/stability/v2beta/stable-image/generate/core",
                    "/stability/v2beta/stable-image/generate/ultra",
                    "/stability/v2beta/stable-image/generate/sd3" -> stability(request, text);
            case "/meshy/openapi/v2/text-to-3d", "/meshy/openapi/v1/remesh", "/meshy/openapi/v1/retexture" ->
                json(request, 202, NODES.objectNode().put("result", task(text)));
            case "/mubert/api/v3/public/tracks" ->
                json(
                        request,
                        200,
                        NODES.objectNode().set("data", NODES.objectNode().put("id", task(text))));
            case "/midjourney/v1/imagine" ->
                json(request, 201, NODES.objectNode().put("task_id", task(text)));
            case "/freesound/apiv2/search/" ->
                json(request, freesoundStatus, freesoundStatus == 200 ? parse(SOUNDS) : NODES.objectNode());
            case "/freesound/apiv2/search/text/" -> json(request, 200, parse(SOUNDS));
            case "/polyhaven/assets" -> json(request, 200, parse(TEXTURES));
            case "/polyhaven/files/wet_cobblestone" -> json(request, 200, parse(FILES));
            case "/openai/v1/embeddings" -> embeddings(request, parse(text));
            case "/files/model.glb" -> file(request, "glTF\2\0\0\0");
            case "/files/model.fbx" -> file(request, "Kaydara FBX Binary  \0");
            case "/files/model.obj" -> file(request, "<html>no model</html>");
            case "/files/track.wav" -> file(request, "RIFF\0\0\0\0WAVEfmt ");
            case "/files/picture.png" -> request.response().end(Buffer.buffer(png()));
            case "/files/away.png" ->
                request.response()
                        .setStatusCode(302)
                        .putHeader("location", "http://169.254.169.254/")
                        .end();
            default -> {
                String id = request.path().substring(request.path().lastIndexOf('/') + 1);
                perhapsLater("state", words.getOrDefault(id, ""), () -> state(request, id));
            }
        }
    }

    private void openai(HttpServerRequest request, String text) {
        if (text.contains("fake-moderated")) {
            ObjectNode error = NODES.objectNode();
            error.putObject("error").put("code", "moderation_blocked").put("message", "no");
            json(request, 400, error);
            return;
        }
        ObjectNode answer =
                NODES.objectNode().put("created", 1).put("output_format", "png").put("size", "1024x1024");
        answer.putArray("data").addObject().put("b64_json", text.contains("fake-broken") ? "AAAA" : picture(text));
        answer.putObject("usage")
                .put("input_tokens", 10)
                .put("output_tokens", 20)
                .put("total_tokens", 30);
        json(request, 200, answer);
    }

    /** Vectors that point where the concepts of a text are, whatever words it uses for them. */
    private void embeddings(HttpServerRequest request, JsonNode body) {
        if (body.path("input").toString().contains("fake-stalled")) {
            return;
        }
        ObjectNode answer = NODES.objectNode().put("object", "list");
        int tokens = TOKENS_PER_TEXT * body.path("input").size();
        answer.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
        var data = answer.putArray("data");
        for (int i = body.path("input").size() - 1; i >= 0; i--) {
            String text = body.path("input").get(i).asText().toLowerCase(java.util.Locale.ROOT);
            double[] vector = new double[vectorLength];
            CONCEPTS.forEach((word, place) -> {
                if (text.contains(word)) {
                    vector[place] = 3;
                }
            });
            vector[100 + body.path("model").asText().length()] = 0.5;
            var numbers = data.addObject().put("index", i).putArray("embedding");
            for (double number : vector) {
                numbers.add(number);
            }
        }
        json(request, 200, answer);
    }

    /** How long vectors are from now on. */
    public void vectorLength(int numbers) {
        vectorLength = numbers;
    }

    /** How the present search of Freesound answers from now on; the older one always works. */
    public void freesoundStatus(int status) {
        freesoundStatus = status;
    }

    private void stability(HttpServerRequest request, String text) {
        boolean filtered = text.contains("fake-moderated");
        json(
                request,
                200,
                NODES.objectNode()
                        .put("image", base64())
                        .put("finish_reason", filtered ? "CONTENT_FILTERED" : "SUCCESS")
                        .put("seed", 7));
    }

    private String task(String text) {
        String id = "task-" + ids.incrementAndGet();
        questions.put(id, new AtomicInteger());
        words.put(id, text);
        return id;
    }

    private void state(HttpServerRequest request, String id) {
        if (!questions.containsKey(id)) {
            json(request, 404, NODES.objectNode().put("message", "unknown"));
            return;
        }
        int asked = questions.get(id).incrementAndGet();
        String said = words.get(id);
        boolean done = asked >= 3 && !said.contains("fake-slow");
        boolean failed = done && said.contains("fake-task-failed");
        if (request.path().startsWith("/meshy/")) {
            ObjectNode task = NODES.objectNode()
                    .put("id", id)
                    .put("status", failed ? "FAILED" : done ? "SUCCEEDED" : asked == 1 ? "PENDING" : "IN_PROGRESS")
                    .put("progress", done ? 100 : asked * 30)
                    .put("thumbnail_url", url("/files/picture.png"))
                    .put("consumed_credits", 5);
            if (done && !said.contains("fake-no-file")) {
                task.putObject("model_urls")
                        .put("glb", link(said, id))
                        .put("fbx", url("/files/model.fbx"))
                        .put("obj", url("/files/model.obj"))
                        .put("mtl", url("/files/model.mtl"))
                        .put("usdz", "https://10.0.0.1/model.usdz");
            }
            json(request, 200, task);
        } else if (request.path().startsWith("/mubert/")) {
            ObjectNode track =
                    NODES.objectNode().put("id", id).put("duration", 30).put("bpm", 90);
            ObjectNode made = track.putArray("generations")
                    .addObject()
                    .put("status", failed ? "failed" : done ? "done" : "processing");
            made.put("url", done ? url("/files/track.wav") : null);
            json(request, 200, NODES.objectNode().set("data", track));
        } else {
            json(
                    request,
                    200,
                    NODES.objectNode()
                            .put("id", id)
                            .put("status", failed ? "failed" : done ? "completed" : "a word nobody knows")
                            .put(
                                    "image_url",
                                    said.contains("fake-redirect")
                                            ? url("/files/away.png")
                                            : url("/files/picture.png")));
        }
    }

    private String link(String said, String id) {
        var wanted = Pattern.compile("fake-link-([0-9a-f]+)").matcher(said);
        if (wanted.find()) {
            return new String(HexFormat.of().parseHex(wanted.group(1)), StandardCharsets.UTF_8);
        }
        return said.contains("fake-private") ? "https://10.0.0.1/model.glb" : url("/files/model.glb?of=" + id);
    }

    private void file(HttpServerRequest request, String content) {
        String text = words.getOrDefault(request.getParam("of", ""), "");
        int half = content.length() / 2;
        request.response().setChunked(true).write(content.substring(0, half), "ISO-8859-1");
        perhapsLater("file", text, () -> request.response().end(content.substring(half), "ISO-8859-1"));
    }

    private static byte[] png() {
        return Pictures.plain(Color.CYAN, 64, 64);
    }

    /** A picture in base64; {@code fake-mib-24} makes its file, which goes on behind the picture, 24 MiB long. */
    private static String picture(String text) {
        var wanted = Pattern.compile("fake-mib-(\\d+)").matcher(text);
        return wanted.find()
                ? Base64.getEncoder().encodeToString(Arrays.copyOf(png(), Integer.parseInt(wanted.group(1)) << 20))
                : base64();
    }

    private static String base64() {
        return Base64.getEncoder().encodeToString(png());
    }

    private static void json(HttpServerRequest request, int status, JsonNode body) {
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(body.toString());
    }

    private static JsonNode parse(String text) {
        try {
            JsonNode body = MAPPER.readTree(text);
            return body == null ? MissingNode.getInstance() : body;
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
