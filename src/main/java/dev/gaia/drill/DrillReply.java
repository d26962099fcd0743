package dev.gaia.drill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One answer as it came, before a client makes anything of it.
 *
 * @param headers names in lower case
 * @param stream whether it is a stream of events
 * @param events those of the stream whose data is an object, or the document alone
 * @param marked whether {@code data: [DONE]} came
 * @param broke whether it ended improperly, or held an event that is no JSON
 * @param millis from the request to the end
 */
record DrillReply(
        int status,
        Map<String, String> headers,
        boolean stream,
        List<Event> events,
        boolean marked,
        boolean broke,
        long millis) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * One event.
     *
     * @param name empty when it has none
     */
    record Event(String name, JsonNode data) {}

    /** Reads it to the end. */
    static DrillReply read(
            int status, Map<String, String> headers, boolean stream, InputStream body, boolean cut, long started) {
        var events = new ArrayList<Event>();
        boolean marked = false;
        boolean broke = cut;
        try (var reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            if (stream) {
                var name = "";
                for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                    marked |= "data: [DONE]".equals(line);
                    name = line.startsWith("event: ") ? line.substring(7) : line.isEmpty() ? "" : name;
                    if (line.startsWith("data: {")) {
                        events.add(new Event(name, MAPPER.readTree(line.substring(6))));
                    }
                }
            } else {
                var text = new StringBuilder();
                for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                    text.append(line);
                }
                events.add(new Event("", parse(text.toString())));
            }
        } catch (IOException e) {
            broke = true;
        }
        return new DrillReply(
                status, headers, stream, events, marked, broke, (System.nanoTime() - started) / 1_000_000);
    }

    private static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    /** The data of all events, or the document. */
    List<JsonNode> data() {
        return events.stream().map(Event::data).toList();
    }
}
