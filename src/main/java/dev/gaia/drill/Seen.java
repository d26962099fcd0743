package dev.gaia.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Map;

/**
 * What a client saw of one answer.
 *
 * @param status HTTP status, 0 when the connection broke before it
 * @param headers names in lower case
 * @param text all text, in order
 * @param finishReason empty when none came
 * @param error the error in the stream or of the document; missing when none
 * @param gateway the object of that name; missing when none
 * @param truncated whether the answer says that its text is incomplete
 * @param done whether the answer ended as its form says: with the end mark, or in messages with an error
 * @param broke whether the connection ended improperly
 * @param odd which rule of its form the answer broke; empty when none
 * @param events data of all events, or the document
 * @param millis from the request to the end
 */
record Seen(
        int status,
        Map<String, String> headers,
        String text,
        String finishReason,
        JsonNode error,
        JsonNode gateway,
        boolean truncated,
        boolean done,
        boolean broke,
        String odd,
        List<JsonNode> events,
        long millis) {

    static Seen nothing(long millis) {
        return new Seen(
                0,
                Map.of(),
                "",
                "",
                MissingNode.getInstance(),
                MissingNode.getInstance(),
                false,
                false,
                true,
                "",
                List.of(),
                millis);
    }

    /** The whole text once, and an ending that says so. */
    boolean whole() {
        return text.equals(DrillText.WHOLE) && endedWell();
    }

    /** No text at all, and an ending that says that this is all. */
    boolean wordless() {
        return text.isEmpty() && endedWell();
    }

    private boolean endedWell() {
        return status == 200 && "stop".equals(finishReason) && error.isMissingNode() && done && !broke;
    }

    /** Some text, then an error that nobody can miss. */
    boolean interrupted() {
        return status == 200
                && DrillText.WHOLE.startsWith(text)
                && !error.isMissingNode()
                && !List.of("stop", "length", "tool_calls").contains(finishReason)
                && truncated
                && done;
    }

    int attempts() {
        return gateway.path("attempts").asInt(-1);
    }

    boolean fallback() {
        return gateway.path("fallback_used").asBoolean();
    }

    boolean resumed() {
        return gateway.path("resumed").asBoolean();
    }

    /** Whether the error has OpenAI's own form, not that of messages nor of the platform's older operations. */
    boolean formOfCompletions() {
        boolean older =
                error.isTextual() || "internal_error".equals(error.path("type").asText());
        boolean messages = !events.isEmpty()
                && "error".equals(events.getLast().path("type").asText());
        return !older && !messages;
    }

    /** Whether headers and object tell the same of a call; of one that another model went on with, only the latter is new. */
    boolean headersAgree() {
        return header("x-gateway-provider").equals(gateway.path("provider").asText())
                && header("x-gateway-model").equals(gateway.path("model").asText())
                && header("x-gateway-attempts").equals(gateway.path("attempts").asText())
                && header("x-gateway-fallback")
                        .equals(gateway.path("fallback_used").asText());
    }

    /** Whether the answer is named after the model in its object; messages are named when they begin. */
    boolean namesItsModel() {
        if (events.isEmpty() || !gateway.has("model")) {
            return true;
        }
        var begun = events.getFirst().path("message").path("model");
        var named = begun.isTextual()
                ? begun
                : events.stream()
                        .filter(event -> event.has("gateway") && event.has("model"))
                        .map(event -> event.path("model"))
                        .reduce((first, last) -> last)
                        .orElse(MissingNode.getInstance());
        return (begun.isTextual() && resumed())
                || named.asText().equals(gateway.path("model").asText());
    }

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** In one line, for the scorecard. */
    String summary() {
        var ending = !error.isMissingNode()
                ? "error \"" + shortened(error.path("message").asText(error.asText())) + "\""
                : finishReason.isEmpty() ? "no finish" : finishReason;
        return (status == 0 ? "no answer" : status + ", " + text.length() + " chars, " + ending)
                + (fallback() ? ", fallback" : "")
                + (resumed() ? ", resumed" : "")
                + (broke ? ", broken off" : "");
    }

    private static String shortened(String message) {
        return message.length() > 60 ? message.substring(0, 60) + "…" : message;
    }
}
