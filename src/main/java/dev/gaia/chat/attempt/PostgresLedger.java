package dev.gaia.chat.attempt;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table {@code chat_attempts}: written in batches by one thread, so that no call waits for it. While the database
 * is away rows wait in a bounded queue; what finds it full is dropped and counted. A batch is tried until it is written
 * or the process stops; one that the database refuses for what it holds is dropped and counted too.
 */
final class PostgresLedger implements Ledger, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresLedger.class);
    private static final long RETRY_MILLIS = 1_000;
    private static final String INSERT = """
            insert into chat_attempts (started_at, request_id, user_id, number, provider, model, outcome, status,
                first_token_ms, duration_ms, input_tokens, output_tokens, estimated, cancelled_by, cost_usd)
            select * from unnest(?::timestamptz[], ?::text[], ?::text[], ?::int[], ?::text[], ?::text[], ?::text[],
                ?::int[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::boolean[], ?::text[], ?::numeric[])""";

    private final DataSource dataSource;
    private final LedgerSettings settings;
    private final BlockingQueue<AttemptRow> queue;
    private final Counter dropped;
    private final Thread thread;
    private volatile boolean closed;

    PostgresLedger(DataSource dataSource, LedgerSettings settings, MeterRegistry meters) {
        this.dataSource = dataSource;
        this.settings = settings;
        this.queue = new ArrayBlockingQueue<>(settings.queueMaxRows());
        this.dropped = Counter.builder("gaia.chat.attempts.dropped")
                .description("attempts at model providers that were not written down")
                .register(meters);
        Gauge.builder("gaia.chat.attempts.queued", queue, BlockingQueue::size)
                .description("attempts at model providers that wait to be written down")
                .register(meters);
        this.thread = Thread.ofVirtual().name("chat-attempts-writer").start(this::run);
    }

    @Override
    public void add(AttemptRow row) {
        if (!queue.offer(row)) {
            dropped.increment();
        }
    }

    private void run() {
        try {
            while (!closed || !queue.isEmpty()) {
                var first = queue.poll(settings.flushInterval().toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    writeFrom(first);
                }
            }
        } catch (InterruptedException e) {
            LOG.warn("{} attempts were not written down before the shutdown", queue.size());
        }
    }

    private void writeFrom(AttemptRow first) throws InterruptedException {
        if (!closed && queue.size() < settings.batchMaxRows()) {
            TimeUnit.NANOSECONDS.sleep(settings.flushInterval().toNanos());
        }
        var batch = new ArrayList<AttemptRow>();
        batch.add(first);
        queue.drainTo(batch, settings.batchMaxRows() - 1);
        boolean written = false;
        for (int tries = 0; !written; tries++) {
            try {
                write(batch);
                written = true;
            } catch (SQLException e) {
                if (tries == 0) {
                    LOG.warn("attempts cannot be written down now, trying again: {}", e.getMessage());
                }
                if (refused(e) || closed) {
                    dropped.increment(batch.size());
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            }
        }
    }

    /** True when the database looked at the values and refused them: SQL state classes 22 and 23. */
    private static boolean refused(SQLException e) {
        var state = e.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("23"));
    }

    private void write(List<AttemptRow> rows) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(INSERT)) {
            int column = 0;
            for (var values : List.<Column>of(
                    new Column("timestamptz", row -> Timestamp.from(row.startedAt())),
                    new Column("text", AttemptRow::requestId),
                    new Column("text", AttemptRow::userId),
                    new Column("int4", AttemptRow::number),
                    new Column("text", AttemptRow::provider),
                    new Column("text", AttemptRow::model),
                    new Column("text", AttemptRow::outcome),
                    new Column(
                            "int4",
                            row -> row.status().isPresent() ? (int) row.status().getAsLong() : null),
                    new Column(
                            "int8",
                            row -> row.firstTokenMillis().isPresent()
                                    ? row.firstTokenMillis().getAsLong()
                                    : null),
                    new Column("int8", AttemptRow::durationMillis),
                    new Column(
                            "int8",
                            row -> row.inputTokens().isPresent()
                                    ? row.inputTokens().getAsLong()
                                    : null),
                    new Column("int8", AttemptRow::outputTokens),
                    new Column("bool", AttemptRow::estimated),
                    new Column("text", row -> row.cancelledBy().orElse(null)),
                    new Column("numeric", row -> row.costUsd().orElse(null)))) {
                statement.setArray(++column, values.of(connection, rows));
            }
            statement.executeUpdate();
        }
    }

    /** A column and where its values come from; absent ones are null, as JDBC wants them. */
    private record Column(String type, Function<AttemptRow, Object> value) {
        java.sql.Array of(Connection connection, List<AttemptRow> rows) throws SQLException {
            return connection.createArrayOf(type, rows.stream().map(value).toArray());
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            if (!thread.join(settings.shutdownTimeout())) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
