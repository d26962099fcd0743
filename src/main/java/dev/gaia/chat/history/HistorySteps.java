package dev.gaia.chat.history;

import static dev.gaia.chat.turn.ChatVariables.HISTORY;
import static dev.gaia.chat.turn.ChatVariables.HISTORY_UNKNOWN;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.history.HistoryEntry.Origin;
import dev.gaia.chat.turn.ChatSettings;
import dev.gaia.chat.turn.ChatTurn;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.chat.turn.TimeOrderedId;
import dev.gaia.link.GaiaHeaders;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps with which routes read, extend and forget the caller's dialogue; the surface is the variable of that name. */
public final class HistorySteps {

    private static final Logger log = LoggerFactory.getLogger(HistorySteps.class);
    private static final String READING = "gaiaHistoryReading";
    /** Header that the routes' queries bind: how many entries to read. */
    private static final String LIMIT = "historyLimit";

    private static final ArrayNode NOTHING = JsonNodeFactory.instance.arrayNode();

    private final Histories histories;
    private final HistoryQueue queue;
    private final HistoryWriter writer;
    private final HistoryNotice notice;
    private final ChatSettings settings;
    private final Clock clock = Clock.systemUTC();

    HistorySteps(
            Histories histories,
            HistoryQueue queue,
            HistoryWriter writer,
            HistoryNotice notice,
            ChatSettings settings) {
        this.histories = histories;
        this.queue = queue;
        this.writer = writer;
        this.notice = notice;
        this.settings = settings;
    }

    /** Leaves the dialogue in the variable {@code history} if it is in memory; else notes that it is to be read. */
    public void recallHistory(Exchange exchange) {
        var key = key(exchange);
        int kept = histories.kept(key);
        var known = kept == 0 ? Optional.of(NOTHING) : histories.known(key);
        exchange.setVariable(HISTORY_UNKNOWN, known.isEmpty());
        if (known.isPresent()) {
            leave(exchange, known.get());
        } else {
            exchange.setVariable(READING, histories.reading(key));
            exchange.getMessage().setHeader(LIMIT, kept);
        }
    }

    /** Leaves the dialogue, or as many of its newest entries as the surface's route lets a model be told. */
    private static void leave(Exchange exchange, ArrayNode dialogue) {
        int told = exchange.getVariable(ChatVariables.CONTEXT_ENTRIES, Integer.MAX_VALUE, Integer.class);
        if (dialogue.size() <= told) {
            exchange.setVariable(HISTORY, dialogue);
            return;
        }
        var newest = JsonNodeFactory.instance.arrayNode(told);
        for (int i = dialogue.size() - told; i < dialogue.size(); i++) {
            newest.add(dialogue.get(i));
        }
        exchange.setVariable(HISTORY, newest);
    }

    /** Completes the rows in the body with what is not stored yet. */
    public void keepHistory(Exchange exchange) {
        List<?> rows = exchange.getMessage().getBody(List.class);
        var entries = rows.stream().map(row -> Histories.row((Map<?, ?>) row)).toList();
        leave(
                exchange,
                histories.loaded(key(exchange), exchange.getVariable(READING, Histories.Reading.class), entries));
    }

    /** Leaves what is known without the database. */
    public void usePendingHistory(Exchange exchange) {
        leave(exchange, histories.pending(key(exchange)));
    }

    /** Adds what the caller said, unless the surface remembers nothing; blank texts are not remembered. */
    public void rememberQuestion(Exchange exchange, String text) {
        add(exchange, "user", text, Origin.NONE);
    }

    /**
     * Adds what the model said, in the same way.
     *
     * @param served who wrote it, in order, when several did; a missing node otherwise
     */
    public void rememberAnswer(Exchange exchange, String text, JsonNode served) {
        add(exchange, "assistant", text, origin(ChatTurn.of(exchange), served));
    }

    private void add(Exchange exchange, String role, String text, Origin origin) {
        var key = key(exchange);
        if (text.isBlank() || histories.kept(key) == 0) {
            return;
        }
        var entry = HistoryEntry.of(TimeOrderedId.next(), key, role, text, clock.instant())
                .from(origin);
        if (!histories.add(entry)) {
            writer.countDropped(1);
            log.warn("the queue of dialogues is full: an entry will not be stored");
        }
    }

    /** Forgets the caller's dialogue; waits a moment for the table, which follows later when it cannot now. */
    public void clearHistory(Exchange exchange) throws InterruptedException {
        var key = key(exchange);
        histories.clear(key);
        if (!queue.awaitWritten(key, settings.historyClearTimeout().toNanos())) {
            log.warn("a dialogue was forgotten in memory; the database will follow");
        }
        exchange.getMessage().setBody(notice.of(List.of(key), true));
    }

    /** Obeys another process that changed dialogues: body is the message of {@link HistoryNotice}. */
    public void dropChangedHistories(Exchange exchange) throws IOException {
        notice.ofAnother(exchange).ifPresent(this::dropChanged);
    }

    private void dropChanged(JsonNode event) {
        boolean cleared = event.path("cleared").asBoolean(false);
        for (JsonNode dialogue : event.path("dialogues")) {
            histories.changedElsewhere(
                    new HistoryKey(
                            dialogue.path("user_id").asText(),
                            dialogue.path("surface").asText()),
                    cleared);
        }
    }

    private static Origin origin(ObjectNode turn, JsonNode served) {
        return new Origin(
                Optional.ofNullable(turn.path("model").textValue()),
                Optional.ofNullable(turn.path("provider").textValue()),
                turn.path("total_tokens").isNumber()
                        ? Optional.of(turn.path("total_tokens").asInt())
                        : Optional.empty(),
                served.isArray() ? Optional.of(served.toString()) : Optional.empty());
    }

    private static HistoryKey key(Exchange exchange) {
        var user = exchange.getMessage().getHeader(GaiaHeaders.USER_ID, "", String.class);
        var conversation = exchange.getVariable(ChatVariables.CONVERSATION_ID, String.class);
        return conversation == null
                ? new HistoryKey(user, exchange.getVariable(ChatVariables.SURFACE, "v1", String.class))
                : HistoryKey.ofConversation(user, conversation);
    }
}
