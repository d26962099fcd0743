package dev.gaia.fake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A model server on loopback that speaks OpenAI's chat completions and Anthropic's messages, JSON and SSE, as the real
 * ones do, and misbehaves on request.
 *
 * <p>What it does is named by the request's header {@code x-fake-script}, else by what a test fixed for its text with
 * {@link #answer}, else by what it queued with {@link #next}, else by what it fixed for the model with {@link #behave}, else by the model itself or the first word
 * of the last user message (which also works through a gateway that knows its models): see {@link FakeScript#named}
 * for all names. Anything else is answered with {@link #DEFAULT_TEXT}. Every request is recorded;
 * started by {@link #main}, as the upstream of the bench, none is.
 */
public final class FakeModelProvider implements AutoCloseable {

    /** What a model answers that no script changes. */
    public static final String DEFAULT_TEXT = "Hello from the fake model, one word at a time.";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Vertx vertx;
    private final boolean recording;
    private final AtomicLong ids = new AtomicLong();
    private final AtomicInteger openConnections = new AtomicInteger();
    private final AtomicInteger openAnswers = new AtomicInteger();
    private final List<ReceivedRequest> requests = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<String> queued = new ConcurrentLinkedQueue<>();
    private final Map<String, String> fixed = new ConcurrentHashMap<>();
    private final Map<String, String> told = new ConcurrentHashMap<>();
    private final int port;

    private FakeModelProvider(int port, int eventLoops, boolean recording) {
        this.recording = recording;
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(eventLoops));
        var options = new HttpServerOptions().setHost("127.0.0.1").setPort(port).setAcceptBacklog(4_096);
        var servers = new ArrayList<HttpServer>();
        for (int loop = 0; loop < eventLoops; loop++) {
            servers.add(vertx.createHttpServer(options)
                    .requestHandler(this::handle)
                    .connectionHandler(connection -> {
                        openConnections.incrementAndGet();
                        connection.closeHandler(closed -> openConnections.decrementAndGet());
                    })
                    .listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join());
        }
        this.port = servers.getFirst().actualPort();
    }

    /** Starts on a free port of the loopback address. */
    public static FakeModelProvider start() {
        return new FakeModelProvider(0, 1, true);
    }

    /** Starts on a given port, for a test in which the provider comes back. */
    public static FakeModelProvider start(int port) {
        return new FakeModelProvider(port, 1, true);
    }

    /** Value for {@code OPENAI_BASE_URL}. */
    public String baseUrl() {
        return anthropicBaseUrl() + "/v1";
    }

    /** Makes a hub call this one in the place of both providers. */
    public Map<String, String> settings() {
        return new HashMap<>(Map.of(
                "gaia.provider.endpoints.openai.base-url",
                baseUrl(),
                "gaia.provider.endpoints.openai.key",
                "key-of-openai",
                "gaia.provider.endpoints.anthropic.base-url",
                anthropicBaseUrl(),
                "gaia.provider.endpoints.anthropic.key",
                "key-of-anthropic"));
    }

    /** Value for {@code ANTHROPIC_BASE_URL}: without the version. */
    public String anthropicBaseUrl() {
        return "http://127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** Every model request so far, the oldest first. */
    public List<ReceivedRequest> requests() {
        return List.copyOf(requests);
    }

    public Optional<ReceivedRequest> lastRequest() {
        return requests.isEmpty() ? Optional.empty() : Optional.of(requests.getLast());
    }

    /** Connections of clients, idle ones included. */
    public int openConnections() {
        return openConnections.get();
    }

    /** Answers begun and neither complete nor left by their client. */
    public int openAnswers() {
        return openAnswers.get();
    }

    /** From now on requests for the model follow the script. */
    public void behave(String model, String script) {
        fixed.put(model, script);
    }

    /** From now on requests whose document contains the text follow the script, whatever their order. */
    public void answer(String contained, String script) {
        told.put(contained, script);
    }

    /** The next requests, one each, follow these scripts, whatever their model. */
    public void next(String... scripts) {
        queued.addAll(List.of(scripts));
    }

    /** Forgets recorded requests and everything told by {@link #behave}, {@link #answer} and {@link #next}. */
    public void reset() {
        requests.clear();
        queued.clear();
        fixed.clear();
        told.clear();
    }

    /** Stops listening and drops every connection. */
    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void handle(HttpServerRequest request) {
        switch (request.path()) {
            case "/v1/chat/completions" -> post(request, new OpenAiWire());
            case "/v1/messages" -> post(request, new AnthropicWire());
            case "/v1/models" -> models(request);
            default -> refuse(request, 404, "not_found");
        }
    }

    private void post(HttpServerRequest request, Wire wire) {
        if (!HttpMethod.POST.equals(request.method())) {
            refuse(request, 405, "method_not_allowed");
            return;
        }
        request.body().onSuccess(body -> answer(request, body, wire));
    }

    private void answer(HttpServerRequest request, Buffer bytes, Wire wire) {
        var body = parse(bytes);
        var headers = recording
                ? MultiMap.caseInsensitiveMultiMap().addAll(request.headers())
                : MultiMap.caseInsensitiveMultiMap();
        var received = new ReceivedRequest(request.path(), headers, body);
        if (recording) {
            requests.add(received);
        }
        var script = FakeScript.named(body.isObject() ? scriptName(request, body) : "fake-error-400");
        var answer = FakeAnswer.to(ids.incrementAndGet(), body, script);
        openAnswers.incrementAndGet();
        new FakeResponse(vertx, request, wire, answer, received)
                .play(body.path("stream").asBoolean(false), openAnswers::decrementAndGet);
    }

    private String scriptName(HttpServerRequest request, JsonNode body) {
        var model = body.path("model").asText("");
        return Optional.ofNullable(request.getHeader("x-fake-script"))
                .or(() -> told(body))
                .or(() -> Optional.ofNullable(queued.poll()))
                .or(() -> Optional.ofNullable(fixed.get(model)))
                .orElseGet(() -> model.startsWith("fake-") ? model : FakeAnswer.firstWord(body));
    }

    private Optional<String> told(JsonNode body) {
        var text = body.toString();
        return told.entrySet().stream()
                .filter(entry -> text.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static JsonNode parse(Buffer bytes) {
        try {
            return MAPPER.readTree(bytes.toString());
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    /** The list in the form of whoever asks: Anthropic's clients send their version. */
    private static void models(HttpServerRequest request) {
        var root = JsonNodeFactory.instance.objectNode();
        var data = root.putArray("data");
        if (request.headers().contains("anthropic-version")) {
            data.addObject()
                    .put("type", "model")
                    .put("id", "fake-echo")
                    .put("display_name", "Fake echo")
                    .put("created_at", "2026-01-01T00:00:00Z");
            root.put("first_id", "fake-echo").put("last_id", "fake-echo").put("has_more", false);
        } else {
            root.put("object", "list");
            data.addObject()
                    .put("id", "fake-echo")
                    .put("object", "model")
                    .put("created", 1_767_225_600L)
                    .put("owned_by", "fake");
        }
        request.response().putHeader("content-type", "application/json").end(root.toString());
    }

    private static void refuse(HttpServerRequest request, int status, String code) {
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end("{\"error\":{\"message\":\"" + code + "\",\"type\":\"invalid_request_error\",\"code\":\"" + code
                        + "\"}}");
    }

    /**
     * Runs as a process of its own until it is killed: the upstream of the bench.
     *
     * @param arguments port, and number of event loops (2 when absent)
     */
    public static void main(String[] arguments) {
        int loops = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2;
        var provider = new FakeModelProvider(Integer.parseInt(arguments[0]), loops, false);
        Runtime.getRuntime().addShutdownHook(new Thread(provider::close));
        System.out.println("fake model provider listens on " + provider.baseUrl());
    }
}
