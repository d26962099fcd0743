package dev.gaia.drill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** An OpenAI-shaped client of a Gaia. */
final class DrillClient implements AutoCloseable {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofMinutes(3);

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
     * A client of one operation.
     *
     * @param baseUrl of the Gaia
     * @param path of an operation that takes and gives chat completions
     */
    DrillClient(String baseUrl, String path, Credentials credentials) {
        this.chat = URI.create(baseUrl + path);
        this.credentials = credentials;
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

    /** The request of a drill. */
    static ObjectNode body(String drill, String model, boolean stream) {
        var body = MAPPER.createObjectNode().put("model", model).put("stream", stream);
        body.putArray("messages")
                .addObject()
                .put("role", "user")
                .put("content", "[drill " + drill + "] Say your forty parts.");
        if (stream) {
            body.putObject("stream_options").put("include_usage", true);
        }
        return body;
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
    static Seen seen(DrillSocket.Answer answer, long started) {
        boolean stream = answer.body().startsWith("data:") || answer.body().startsWith(":");
        var body = new ByteArrayInputStream(answer.body().getBytes(StandardCharsets.UTF_8));
        return read(answer.status(), Map.of(), stream, body, !answer.whole(), started);
    }

    private static Seen read(HttpResponse<InputStream> answer, long started) {
        Map<String, String> headers = new LinkedHashMap<>();
        answer.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        boolean stream = headers.getOrDefault("content-type", "").startsWith("text/event-stream");
        return read(answer.statusCode(), headers, stream, answer.body(), false, started);
    }

    private static Seen read(
            int status, Map<String, String> headers, boolean stream, InputStream body, boolean cut, long started) {
        var events = new ArrayList<JsonNode>();
        boolean done = false;
        boolean broke = cut;
        try (var reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            if (stream) {
                for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                    done |= "data: [DONE]".equals(line);
                    if (line.startsWith("data: {")) {
                        events.add(MAPPER.readTree(line.substring(6)));
                    }
                }
            } else {
                var text = new StringBuilder();
                for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                    text.append(line);
                }
                events.add(parse(text.toString()));
                done = true;
            }
        } catch (IOException e) {
            broke = true;
        }
        return seen(status, headers, events, done, broke, millis(started));
    }

    private static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private static Seen seen(
            int status, Map<String, String> headers, List<JsonNode> events, boolean done, boolean broke, long millis) {
        var text = new StringBuilder();
        var finish = "";
        JsonNode error = MissingNode.getInstance();
        JsonNode gateway = MissingNode.getInstance();
        for (var event : events) {
            var choice = event.path("choices").path(0);
            text.append(choice.at("/delta/content").asText(""));
            text.append(choice.at("/message/content").asText(""));
            finish = choice.path("finish_reason").asText(finish);
            finish = "null".equals(finish) ? "" : finish;
            error = event.hasNonNull("error") ? event.get("error") : error;
            error = status >= 400 && event.has("detail") && error.isMissingNode() ? event.get("detail") : error;
            gateway = event.path("gateway").has("attempts") ? event.get("gateway") : gateway;
        }
        return new Seen(status, headers, text.toString(), finish, error, gateway, done, broke, events, millis);
    }

    private static long millis(long started) {
        return (System.nanoTime() - started) / 1_000_000;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
