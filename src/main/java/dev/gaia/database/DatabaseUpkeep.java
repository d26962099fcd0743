package dev.gaia.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Brings the schema up to date and watches whether the database answers, on a thread of its own: the platform starts
 * without its database, and catches up when it comes.
 *
 * <p>The start waits for the first attempt only, so that requests do not meet a schema that is a moment away.
 */
final class DatabaseUpkeep implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger("gaia.database");

    /** Longest delay of the start; a first migration takes about 0.5 s. */
    private static final Duration FIRST_ATTEMPT_LIMIT = Duration.ofSeconds(5);

    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

    /** How long the process waits for the look under way when it stops. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(3);

    private final DatabaseSettings settings;
    private final DataSource dataSource;
    private final DatabaseState state;
    private final List<DatabaseSeed> seeds;
    private final CountDownLatch firstAttempt = new CountDownLatch(1);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile Optional<Thread> thread = Optional.empty();

    DatabaseUpkeep(DatabaseSettings settings, DataSource dataSource, DatabaseState state, List<DatabaseSeed> seeds) {
        this.settings = settings;
        this.dataSource = dataSource;
        this.state = state;
        this.seeds = List.copyOf(seeds);
    }

    @Override
    public void start() {
        thread = Optional.of(Thread.ofVirtual().name("database-upkeep").start(this::run));
        try {
            if (!firstAttempt.await(FIRST_ATTEMPT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("The database is slow to answer; starting without it.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        stopping.countDown();
        thread.ifPresent(DatabaseUpkeep::await);
        thread = Optional.empty();
    }

    /** An interrupt would break the connection that is being looked at, which the pool reports with a trace. */
    private static void await(Thread upkeep) {
        try {
            if (!upkeep.join(STOP_LIMIT)) {
                upkeep.interrupt();
            }
        } catch (InterruptedException e) {
            upkeep.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return thread.isPresent();
    }

    /** Before the routes, which start last. */
    @Override
    public int getPhase() {
        return 0;
    }

    private void run() {
        try {
            while (!migrated()) {
                firstAttempt.countDown();
                if (stopping.await(RETRY_PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            firstAttempt.countDown();
            while (!stopping.await(settings.probeInterval().toMillis(), TimeUnit.MILLISECONDS)) {
                probe();
            }
        } catch (InterruptedException e) {
            log.debug("upkeep ends");
        }
    }

    private boolean migrated() {
        try {
            if (settings.migrate()) {
                new SchemaMigration(settings.address(), settings.connectTimeout()).run();
            }
            plantSeeds();
            state.migrationDone();
            log.info("The database answers and its schema is up to date.");
            return true;
        } catch (FlywayException | SQLException e) {
            report(e);
            return false;
        }
    }

    /** A seed that an unusual old table refuses costs that row, not the platform. */
    private void plantSeeds() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            for (DatabaseSeed seed : seeds) {
                try {
                    seed.plant(connection);
                } catch (SQLException e) {
                    if (isConnectionFailure(e)) {
                        throw e;
                    }
                    log.warn("{} could not be written: {}", seed.getClass().getSimpleName(), e.getMessage());
                }
            }
        }
    }

    /** Each cause is said once, not once a second. */
    private void report(Exception failure) {
        Optional<SQLException> cause = sqlCause(failure);
        boolean unreachable = cause.isPresent() && isConnectionFailure(cause.get());
        String problem = unreachable ? "database does not answer" : "schema cannot be migrated";
        boolean known = state.problem().filter(problem::equals).isPresent();
        if (unreachable) {
            state.silent(problem);
        } else {
            state.migrationFailed(problem);
        }
        if (!known) {
            log.warn("{}; trying again every {} s: {}", problem, RETRY_PAUSE.toSeconds(), firstLine(failure));
        }
    }

    /** Flyway's messages go on with a table for terminals. */
    private static String firstLine(Exception failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("no reason given");
    }

    private void probe() {
        boolean before = state.up();
        try (Connection connection = dataSource.getConnection()) {
            if (connection.isValid((int) settings.connectTimeout().toSeconds())) {
                state.answered();
            } else {
                state.silent("database does not answer");
            }
        } catch (SQLException e) {
            state.silent("database does not answer");
        }
        if (before != state.up()) {
            log.warn(before ? "The database does not answer any more." : "The database answers again.");
        }
    }

    private static Optional<SQLException> sqlCause(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException found) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    /** SQLSTATE class 08 is a lost connection, 57 a server that is starting or stopping, 53 one that is full. */
    private static boolean isConnectionFailure(SQLException failure) {
        String state = Optional.ofNullable(failure.getSQLState()).orElse("08");
        return state.startsWith("08") || state.startsWith("57") || state.startsWith("53");
    }
}
