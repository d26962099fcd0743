package dev.gaia.fake;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Supabase Auth on loopback, at the level of the wire: answers each operation with what a test gave for it, misbehaves
 * as a whole on request, and records what it was asked.
 */
public final class FakeSupabase implements AutoCloseable {

    /** How it behaves. */
    public enum Mode {
        WELL,
        /** Takes the request and says nothing. */
        SILENT,
        /** Sends the head at once and then a byte now and then, without end. */
        DRIPPING,
        /** Status 200 and a page for people. */
        HTML,
        /** Status 500. */
        FAILING,
        /** Status 200 and more than anybody wants to read. */
        ENDLESS
    }

    /** A request as it came; names of headers in lower case. */
    public record Received(String method, String target, Map<String, String> headers, String body) {}

    private record Answer(int status, String body) {}

    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private volatile Mode mode = Mode.WELL;

    private FakeSupabase() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    public static FakeSupabase start() {
        return new FakeSupabase();
    }

    /** For {@code SUPABASE_URL}. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Answers an operation, {@code token}, with a status and a document from now on. */
    public void answer(String operation, int status, String body) {
        answers.put(operation, new Answer(status, body));
    }

    public void behave(Mode wanted) {
        mode = wanted;
    }

    public List<Received> received() {
        return List.copyOf(received);
    }

    public Received last() {
        return received.getLast();
    }

    /** Forgets answers and requests, and behaves well again. */
    public void reset() {
        answers.clear();
        received.clear();
        mode = Mode.WELL;
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> headers = new TreeMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
            received.add(new Received(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    headers,
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            switch (mode) {
                case WELL -> answerWell(exchange);
                case SILENT -> closing.await();
                case DRIPPING -> drip(exchange);
                case HTML -> send(exchange, 200, "text/html", "<html><body>Welcome to nginx!</body></html>");
                case FAILING ->
                    send(
                            exchange,
                            500,
                            "application/json",
                            "{\"code\":500,\"error_code\":\"unexpected_failure\",\"msg\":\"Database error 10.0.0.7\"}");
                case ENDLESS -> flood(exchange);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answerWell(HttpExchange exchange) throws IOException {
        String operation = exchange.getRequestURI().getPath().replaceFirst("^/auth/v1/", "");
        var answer = answers.getOrDefault(operation, new Answer(404, "{\"code\":404,\"msg\":\"404: Not Found\"}"));
        send(exchange, answer.status(), "application/json", answer.body());
    }

    private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void drip(HttpExchange exchange) throws IOException, InterruptedException {
        exchange.sendResponseHeaders(200, 0);
        while (!closing.await(20, TimeUnit.MILLISECONDS)) {
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
        }
    }

    private static void flood(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        byte[] spaces = " ".repeat(65_536).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 1_024; i++) {
            exchange.getResponseBody().write(spaces);
        }
    }
}
