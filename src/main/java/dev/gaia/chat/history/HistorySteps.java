package dev.gaia.chat.history;

import static dev.gaia.chat.ChatVariables.HISTORY;
import static dev.gaia.chat.ChatVariables.HISTORY_UNKNOWN;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.chat.ChatSettings;
import dev.gaia.chat.ChatVariables;
import dev.gaia.chat.TimeOrderedId;
import dev.gaia.link.GaiaHeaders;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps with which routes read, extend and forget the caller's dialogue; the surface is the variable of that name. */
public final class HistorySteps {

    private static final Logger log = LoggerFactory.getLogger(HistorySteps.class);
    private static final String READING = "gaiaHistoryReading";

    private final Histories histories;
    private final HistoryQueue queue;
    private final HistoryWriter writer;
    private final HistoryNotice notice;
    private final ChatSettings settings;
    private final ObjectMapper mapper;
    private final Clock clock = Clock.systemUTC();

    HistorySteps(
            Histories histories,
            HistoryQueue queue,
            HistoryWriter writer,
            HistoryNotice notice,
            ChatSettings settings,
            ObjectMapper mapper) {
        this.histories = histories;
        this.queue = queue;
        this.writer = writer;
        this.notice = notice;
        this.settings = settings;
        this.mapper = mapper;
    }

    /** Leaves the dialogue in the variable {@code history} if it is in memory; else notes that it is to be read. */
    public void recallHistory(Exchange exchange) {
        var key = key(exchange);
        var known = histories.known(key);
        exchange.setVariable(HISTORY_UNKNOWN, known.isEmpty());
        if (known.isPresent()) {
            exchange.setVariable(HISTORY, known.get());
        } else {
            exchange.setVariable(READING, histories.reading(key));
        }
    }

    /** Completes the rows in the body with what is not stored yet. */
    public void keepHistory(Exchange exchange) {
        List<?> rows = exchange.getMessage().getBody(List.class);
        var entries = rows.stream().map(row -> Histories.row((Map<?, ?>) row)).toList();
        exchange.setVariable(
                HISTORY,
                histories.loaded(key(exchange), exchange.getVariable(READING, Histories.Reading.class), entries));
    }

    /** Leaves what is known without the database. */
    public void usePendingHistory(Exchange exchange) {
        exchange.setVariable(HISTORY, histories.pending(key(exchange)));
    }

    /** Adds an entry of the given role; blank texts are not remembered. */
    public void remember(Exchange exchange, String role, String text) {
        if (text.isBlank()) {
            return;
        }
        var entry = HistoryEntry.of(TimeOrderedId.next(), key(exchange), role, text, clock.instant());
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
        var event = mapper.readTree(exchange.getMessage().getBody(byte[].class));
        if (notice.isOwn(event)) {
            return;
        }
        boolean cleared = event.path("cleared").asBoolean(false);
        for (JsonNode dialogue : event.path("dialogues")) {
            histories.changedElsewhere(
                    new HistoryKey(
                            dialogue.path("user_id").asText(),
                            dialogue.path("surface").asText()),
                    cleared);
        }
    }

    private static HistoryKey key(Exchange exchange) {
        return new HistoryKey(
                exchange.getMessage().getHeader(GaiaHeaders.USER_ID, "", String.class),
                exchange.getVariable(ChatVariables.SURFACE, "v1", String.class));
    }
}
