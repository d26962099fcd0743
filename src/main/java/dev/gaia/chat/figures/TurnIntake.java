package dev.gaia.chat.figures;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.attempt.AttemptListener;
import dev.gaia.chat.catalogue.ModelCatalogue;
import dev.gaia.chat.turn.ChatVariables;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes turns as they end, which costs the request one place in a queue, and works on them in a thread of its own: adds
 * them to the figures, and writes them in batches to the usage log, again and again while the database is away.
 *
 * <p>Both are bounded. A turn that finds no room is not logged, which a counter tells.
 */
final class TurnIntake implements AttemptListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger("chat-usage");
    private static final long POLL_MILLIS = 200;

    /** How long the first one waits for others: waking a thread for each costs more than what it then does. */
    private static final Duration LINGER = Duration.ofMillis(20);

    /** What waits to be taken in. */
    private sealed interface Work {}

    /** A turn that ended, and when. */
    private record Ended(ObjectNode turn, Instant at) implements Work {}

    private record Attempted(AttemptSample sample) implements Work {}

    private final TurnFigures figures;
    private final ModelCosts costs;
    private final ModelCatalogue catalogue;
    private final UsageStore store;
    private final UsageSettings settings;
    private final Counter dropped;
    private final BlockingQueue<Work> queue;
    private final List<UsageRow> rows = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closed;
    private long nextWrite = System.nanoTime();
    private boolean failing;

    TurnIntake(
            TurnFigures figures,
            ModelCatalogue catalogue,
            UsageStore store,
            UsageSettings settings,
            MeterRegistry meters) {
        this.figures = figures;
        this.costs = new ModelCosts(catalogue);
        this.catalogue = catalogue;
        this.store = store;
        this.settings = settings;
        this.queue = new ArrayBlockingQueue<>(settings.queueMaxEntries());
        this.dropped = Counter.builder("gaia.chat.usage.dropped")
                .description("answers that are not in the usage log")
                .register(meters);
        this.thread = Thread.ofVirtual().name("chat-usage-writer").start(this::run);
    }

    /** Step of a route: notes the turn in the variable {@code turn}, as its status says. */
    void note(Exchange exchange) {
        var turn = exchange.getVariable(ChatVariables.TURN, ObjectNode.class);
        var id = turn.path("message_id").asText();
        if ("started".equals(turn.path("status").asText())) {
            figures.began(
                    id,
                    new LiveTurn(
                            turn.path("request_id").asText(),
                            turn.path("user_id").asText(),
                            turn.path("provider").asText(""),
                            turn.path("model").asText(""),
                            figures.now()));
            return;
        }
        figures.left(id);
        if (!queue.offer(new Ended(turn, figures.now()))) {
            dropped.increment();
        }
    }

    @Override
    public void attempted(
            String provider,
            String model,
            String outcome,
            long durationMillis,
            long inputTokens,
            long outputTokens,
            BigDecimal costUsd) {
        // Without room the figures are a little less exact, which hurts nobody.
        queue.offer(new Attempted(new AttemptSample(
                figures.now(),
                provider,
                model,
                durationMillis / 1_000.0,
                inputTokens,
                outputTokens,
                costUsd,
                AttemptSample.error(outcome))));
    }

    private void run() {
        try {
            List<Work> batch = new ArrayList<>();
            while (!closed || !queue.isEmpty()) {
                var first = queue.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    if (!closed) {
                        Thread.sleep(LINGER);
                    }
                    queue.drainTo(batch, settings.batchMaxEntries());
                    batch.forEach(this::take);
                    batch.clear();
                }
                writeDue();
            }
            for (int i = 0; i < 2 && !rows.isEmpty(); i++) {
                nextWrite = System.nanoTime();
                write();
            }
        } catch (InterruptedException e) {
            // told to stop; what is left is counted below
        }
        if (!rows.isEmpty()) {
            log.warn("{} answers are not in the usage log, since the database was away", rows.size());
        }
    }

    private void take(Work work) {
        switch (work) {
            case Ended ended -> take(ended.turn(), ended.at());
            case Attempted attempt -> figures.add(attempt.sample());
        }
    }

    private void take(JsonNode turn, Instant at) {
        var sample = TurnSample.of(turn, at, costs);
        figures.add(sample);
        boolean free = sample.failed() && !sample.cutShort();
        if (free || sample.provider().isEmpty()) {
            return;
        }
        if (rows.size() >= settings.queueMaxEntries()) {
            dropped.increment();
            return;
        }
        var key = catalogue
                .provider(sample.provider())
                .map(provider -> provider.usageKey())
                .orElse(sample.provider());
        rows.add(UsageRow.of(sample, key));
    }

    private void writeDue() {
        while (!rows.isEmpty() && (full() || System.nanoTime() - nextWrite >= 0)) {
            write();
        }
    }

    /** A whole batch goes at once, so that many answers do not pile up between two intervals. */
    private boolean full() {
        return rows.size() >= settings.batchMaxEntries() && !failing;
    }

    private void write() {
        var batch = List.copyOf(rows.subList(0, Math.min(rows.size(), settings.batchMaxEntries())));
        try {
            store.insert(batch);
            rows.subList(0, batch.size()).clear();
            nextWrite = System.nanoTime() + settings.flushInterval().toNanos();
            failing = false;
        } catch (SQLException e) {
            nextWrite = System.nanoTime() + settings.retryInterval().toNanos();
            if (!failing) {
                log.warn("usage cannot be logged now, trying again: {}", e.getMessage());
            }
            failing = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            if (!thread.join(settings.shutdownTimeout())) {
                thread.interrupt();
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
