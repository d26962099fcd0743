package dev.gaia.drill;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** A client of a Gaia, of either form. */
final class DrillClient implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final List<String> STREAM_STARTS = List.of("data:", "event:", ":");

    private final DrillForm form;
    private final URI chat;
    private final Credentials credentials;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /**
     * Who asks.
     *
     * @param value a new one for each request where callers are to have dialogues of their own
     */
    record Credentials(String header, Supplier<String> value) {}

    /**
     * A client in OpenAI's form.
     *
     * @param baseUrl of the Gaia
     * @param path of an operation that takes and gives chat completions
     */
    DrillClient(String baseUrl, String path, Credentials credentials) {
        this(baseUrl, DrillForm.OPENAI, path, credentials);
    }

    /** A client of one operation, which takes and gives this form. */
    DrillClient(String baseUrl, DrillForm form, String path, Credentials credentials) {
        this.form = form;
        this.chat = URI.create(baseUrl + path);
        this.credentials = credentials;
    }

    DrillForm form() {
        return form;
    }

    private HttpRequest request(ObjectNode body, Map<String, String> headers) {
        var request = HttpRequest.newBuilder(chat)
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .header(credentials.header(), credentials.value().get())
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
        headers.forEach(request::header);
        return request.build();
    }

    /** The request of a drill, in OpenAI's form. */
    static ObjectNode body(String drill, String model, boolean stream) {
        return DrillForm.OPENAI.body(drill, model, stream);
    }

    /** Asks and reads to the end. */
    Seen ask(ObjectNode body, Map<String, String> headers) throws InterruptedException {
        long started = System.nanoTime();
        try {
            var answer = client.send(request(body, headers), HttpResponse.BodyHandlers.ofInputStream());
            return read(answer, started);
        } catch (IOException e) {
            return Seen.nothing(millis(started));
        }
    }

    /** Asks over a connection of its own. */
    DrillSocket open(ObjectNode body, Map<String, String> headers) throws IOException {
        var all = new LinkedHashMap<>(headers);
        all.put(credentials.header(), credentials.value().get());
        return DrillSocket.ask(chat, all, body);
    }

    /** What a client saw that read over a connection of its own. */
    Seen seen(DrillSocket.Answer answer, long started) {
        boolean stream = STREAM_STARTS.stream().anyMatch(answer.body()::startsWith);
        var body = new ByteArrayInputStream(answer.body().getBytes(StandardCharsets.UTF_8));
        return form.seen(DrillReply.read(answer.status(), Map.of(), stream, body, !answer.whole(), started));
    }

    private Seen read(HttpResponse<InputStream> answer, long started) {
        Map<String, String> headers = new LinkedHashMap<>();
        answer.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        boolean stream = headers.getOrDefault("content-type", "").startsWith("text/event-stream");
        return form.seen(DrillReply.read(answer.statusCode(), headers, stream, answer.body(), false, started));
    }

    private static long millis(long started) {
        return (System.nanoTime() - started) / 1_000_000;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
