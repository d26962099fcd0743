package dev.gaia.chat.turn;

import static dev.gaia.chat.turn.ChatVariables.TURN;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * What is known about one turn of a dialogue: the JSON object in the variable {@code turn}, which mappings read, with
 * the rules of writing it.
 *
 * <p>Keys, always present: {@code message_id} one for start and completion, {@code request_id}, {@code user_id},
 * {@code surface}, {@code conversation_id}, {@code persona_id}, {@code provider}, {@code model}, {@code reasoning},
 * {@code fallback_used}, {@code simulated}, {@code status} of events, {@code timestamp} of the status,
 * {@code created} in Unix seconds, {@code response_time_ms} and {@code total_time_ms}, {@code total_tokens},
 * {@code error}. Unknown ones are null. After an answer whose provider counts tokens also {@code input_tokens},
 * {@code output_tokens} and {@code cached_tokens}; where calls beside the dialogue worked on it {@code cost_usd} of all.
 * {@code parts} lists what each model used that wrote a part of the answer: {@code model} and the same three counts.
 * {@code delivered} is true as soon as the client of a stream has some of the answer.
 */
public final class ChatTurn {

    private static final DateTimeFormatter NAIVE = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");
    private static final String STARTED_NANOS = "gaiaChatStartedNanos";
    private static final String CALLED_NANOS = "gaiaChatCalledNanos";

    /** The provider whose thoughts are signed, so that they can be handed back. */
    private static final String SIGNING_PROVIDER = "claude";

    private static final String PARTS = "parts";
    private static final String DELIVERED = "delivered";
    private static final List<String> COUNTS = List.of("input_tokens", "output_tokens", "cached_tokens");

    private ChatTurn() {}

    public static ObjectNode begin(Exchange exchange, Clock clock, String userId, Optional<String> requestId) {
        var turn = JsonNodeFactory.instance.objectNode();
        var id = TimeOrderedId.next().toString();
        turn.put("message_id", id)
                .put("request_id", requestId.orElse("chat-" + id))
                .put("user_id", userId)
                .put(
                        "surface",
                        ChatVariables.text(exchange, ChatVariables.SURFACE).orElse("v1"))
                .putNull("conversation_id")
                .putNull("persona_id")
                .putNull("provider")
                .putNull("model")
                .putNull("reasoning")
                .put("fallback_used", false)
                .put("simulated", false)
                .put("created", clock.millis() / 1_000)
                .putNull("response_time_ms")
                .putNull("total_time_ms")
                .putNull("total_tokens")
                .putNull("error");
        exchange.setVariable(TURN, turn);
        exchange.setVariable(STARTED_NANOS, System.nanoTime());
        status(turn, "started", clock);
        return turn;
    }

    public static ObjectNode of(Exchange exchange) {
        return ChatVariables.object(exchange, TURN);
    }

    /** Whether the client speaks Anthropic's form. */
    public static boolean speaksAnthropic(Exchange exchange) {
        return "anthropic".equals(of(exchange).path("surface").asText());
    }

    /** Whether the client reads what the chosen model thinks: as blocks with a signature, which only Claude can make. */
    public static boolean showsThoughts(Exchange exchange) {
        return speaksAnthropic(exchange)
                && SIGNING_PROVIDER.equals(of(exchange).path("provider").asText());
    }

    public static void status(ObjectNode turn, String status, Clock clock) {
        turn.put("status", status)
                .put(
                        "timestamp",
                        LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC).format(NAIVE));
    }

    public static void calling(Exchange exchange) {
        exchange.setVariable(CALLED_NANOS, System.nanoTime());
    }

    /** Notes the times so far: of the provider, and of the whole turn. */
    public static void measure(Exchange exchange) {
        long now = System.nanoTime();
        long started = exchange.getVariable(STARTED_NANOS, now, Long.class);
        of(exchange)
                .put("response_time_ms", millis(exchange.getVariable(CALLED_NANOS, started, Long.class), now))
                .put("total_time_ms", millis(started, now));
    }

    public static void answered(ObjectNode turn, JsonNode usage) {
        if (usage.isObject()) {
            turn.put("input_tokens", usage.path("input_tokens").asLong())
                    .put("output_tokens", usage.path("output_tokens").asLong())
                    .put("cached_tokens", usage.path("cached_tokens").asLong());
            turn.put(
                    "total_tokens",
                    usage.path("input_tokens").asLong()
                            + usage.path("output_tokens").asLong());
        }
    }

    /** The model that answers may be asked anew: nothing is used yet. */
    public static void usedNothing(ObjectNode turn) {
        turn.remove(PARTS);
    }

    /** The client has some of the answer, whether or not the rest follows. */
    public static void delivered(ObjectNode turn) {
        turn.put(DELIVERED, true);
    }

    /** Notes what the models used of an answer that ended early, when the client has some of it: it is paid for. */
    public static void endedEarly(ObjectNode turn) {
        if (!turn.path(DELIVERED).asBoolean(false)) {
            return;
        }
        var usage = JsonNodeFactory.instance.objectNode();
        for (var part : turn.path(PARTS)) {
            COUNTS.forEach(count -> usage.put(
                    count, usage.path(count).asLong() + part.path(count).asLong()));
        }
        answered(turn, usage);
    }

    /** A model used this much for a part of the answer; it is paid for at the price of that model. */
    public static void used(ObjectNode turn, String model, JsonNode usage) {
        var part = JsonNodeFactory.instance.objectNode().put("model", model);
        COUNTS.forEach(count -> part.put(count, usage.path(count).asLong()));
        // A new list, since another thread may be reading the one before.
        var parts = JsonNodeFactory.instance.arrayNode();
        turn.path(PARTS).forEach(parts::add);
        turn.set(PARTS, parts.add(part));
    }

    private static long millis(long from, long to) {
        return (to - from) / 1_000_000;
    }
}
