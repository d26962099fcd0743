package dev.gaia.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A real PostgreSQL for laptops and tests, from the binaries among the build's dependencies.
 *
 * <p>It listens on 127.0.0.1 only and asks for a generated password, which lies owner-readable beside the data, since
 * other users of the machine reach loopback too. Data stays between starts, also when the previous run was killed.
 * The server is in a session of its own, so Ctrl-C at the terminal does not end it before the requests in flight;
 * whoever starts it must {@link #close()} it. A server that nobody closed is stopped by the next start.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final String DATABASE = "llm_platform";
    private static final String USER = "postgres";

    /** Small on purpose: one person's platform, beside everything else on a laptop. */
    private static final List<String> SETTINGS = List.of(
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=120",
            "shared_buffers=32MB",
            "wal_level=minimal",
            "max_wal_senders=0",
            "max_wal_size=256MB",
            "io_method=sync",
            "jit=off",
            "max_parallel_workers_per_gather=0",
            "timezone=UTC",
            "log_timezone=UTC");

    /** Twice as fast, at the price of the data when the machine stops. */
    private static final List<String> THROWAWAY_SETTINGS =
            List.of("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off");

    private final Path binaries;
    private final Path data;
    private final UnprivilegedCommand command;
    private final FileChannel lock;
    private final String password;
    private final int port;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedPostgres(
            Path binaries, Path data, UnprivilegedCommand command, FileChannel lock, String password, int port) {
        this.binaries = binaries;
        this.data = data;
        this.command = command;
        this.lock = lock;
        this.password = password;
        this.port = port;
    }

    /**
     * Starts the server, creating its data on the first call, and returns when it takes connections.
     *
     * @param dataDirectory holds data, binaries, password and log; made when missing
     * @param port a free loopback port is chosen when empty
     * @throws EmbeddedStartException with one sentence for the person at the terminal
     */
    public static EmbeddedPostgres start(Path dataDirectory, Optional<Integer> port) {
        return start(dataDirectory, dataDirectory, port, List.of());
    }

    /** For tests: data is lost when the machine stops, binaries may be shared between data directories. */
    public static EmbeddedPostgres startThrowaway(Path dataDirectory, Path binariesDirectory) {
        return start(dataDirectory, binariesDirectory, Optional.empty(), THROWAWAY_SETTINGS);
    }

    static EmbeddedPostgres start(
            Path directory, Path binariesDirectory, Optional<Integer> port, List<String> moreSettings) {
        Path home = directory.toAbsolutePath().normalize();
        FileChannel lock = lock(home);
        try {
            var command = UnprivilegedCommand.forCurrentUser();
            Path binaries = PostgresBinaries.unpackInto(
                    binariesDirectory.toAbsolutePath().normalize());
            String password = password(home);
            Path data = home.resolve("data");
            if (!Files.isDirectory(data)) {
                create(binaries, home, data, command);
            }
            command.own(data);
            LeftoverServer.clearAway(data);
            var server = new EmbeddedPostgres(
                    binaries, data, command, lock, password, port.isPresent() ? port.get() : FreePort.find());
            server.launch(moreSettings);
            server.createDatabase();
            return server;
        } catch (IOException | RuntimeException e) {
            release(lock);
            if (e instanceof EmbeddedStartException known) {
                throw known;
            }
            throw new EmbeddedStartException("PostgreSQL did not start in " + home + ": " + e.getMessage(), e);
        }
    }

    /** {@code postgresql://user:password@127.0.0.1:port/llm_platform}; holds the password, so not for logs. */
    public String databaseUrl() {
        return "postgresql://" + USER + ":" + password + "@127.0.0.1:" + port + "/" + DATABASE;
    }

    public int port() {
        return port;
    }

    /** Stops the server after rolling back what is under way; data stays. Harmless when repeated. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            command.run(List.of(program("pg_ctl"), "-D", data.toString(), "-m", "fast", "-w", "-t", "20", "stop"));
        } catch (IOException e) {
            throw new IllegalStateException("PostgreSQL in " + data + " did not stop: " + e.getMessage(), e);
        } finally {
            release(lock);
        }
    }

    /** Lets go of the folder as the end of a killed process does, leaving the server alone; for tests. */
    void abandon() {
        closed.set(true);
        release(lock);
    }

    private static FileChannel lock(Path home) {
        try {
            Files.createDirectories(home);
            var channel = FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            Optional<FileLock> lock = tryLock(channel);
            if (lock.isEmpty()) {
                channel.close();
                throw new EmbeddedStartException("The database folder " + home
                        + " is in use by another running Gaia; stop that one or choose another folder.");
            }
            return channel;
        } catch (IOException e) {
            throw new EmbeddedStartException("The database folder " + home + " cannot be written: " + e, e);
        }
    }

    private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException e) {
            return Optional.empty(); // held by this very process
        }
    }

    private static String password(Path home) throws IOException {
        Path file = home.resolve("password");
        if (!Files.exists(file)) {
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
            Path unfinished = home.resolve("password.new");
            Files.deleteIfExists(unfinished);
            Files.createFile(unfinished, ownerOnly);
            Files.writeString(unfinished, HexFormat.of().formatHex(random) + "\n");
            Files.move(unfinished, file);
        }
        return Files.readString(file).strip();
    }

    /** Made under another name and renamed, so that a creation cut short is repeated and not mistaken for data. */
    private static void create(Path binaries, Path home, Path data, UnprivilegedCommand command) throws IOException {
        Path unfinished = home.resolve("data.new");
        if (Files.exists(unfinished)) {
            PostgresBinaries.deleteTree(unfinished);
        }
        Files.createDirectory(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path passwordFile = unfinished.resolveSibling("password.initdb");
        Files.copy(
                home.resolve("password"),
                passwordFile,
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES);
        try {
            command.own(unfinished);
            command.own(passwordFile);
            command.run(List.of(
                    binaries.resolve("bin/initdb").toString(),
                    "--pgdata=" + unfinished,
                    "--username=" + USER,
                    "--auth=scram-sha-256",
                    "--pwfile=" + passwordFile,
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C",
                    "--no-sync"));
        } finally {
            Files.delete(passwordFile);
        }
        Files.move(unfinished, data);
    }

    private void launch(List<String> moreSettings) throws IOException {
        var options = new ArrayList<String>();
        options.add("-p " + port);
        SETTINGS.forEach(setting -> options.add("-c " + setting));
        moreSettings.forEach(setting -> options.add("-c " + setting));
        Path log = data.resolve("server.log");
        Files.deleteIfExists(log);
        try {
            command.run(List.of(
                    program("pg_ctl"),
                    "-D",
                    data.toString(),
                    "-l",
                    log.toString(),
                    "-o",
                    String.join(" ", options),
                    "-w",
                    "-t",
                    "60",
                    "start"));
        } catch (IOException e) {
            throw new EmbeddedStartException("PostgreSQL did not start on port " + port + ": " + reason(log, e), e);
        }
    }

    private static String reason(Path log, IOException otherwise) throws IOException {
        if (!Files.exists(log)) {
            return otherwise.getMessage();
        }
        return Files.readAllLines(log).stream()
                .filter(line -> line.contains("FATAL") || line.contains("could not bind"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(']') + 1).strip())
                .orElse(otherwise.getMessage());
    }

    private void createDatabase() {
        var credentials = new Properties();
        credentials.setProperty("user", USER);
        credentials.setProperty("password", password);
        try (var connection =
                        DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", credentials);
                var statement = connection.createStatement();
                var found = statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'")) {
            if (!found.next()) {
                try (var creation = connection.createStatement()) {
                    creation.execute("create database " + DATABASE);
                }
            }
        } catch (SQLException e) {
            close();
            throw new EmbeddedStartException("The embedded database refuses its own password: " + e.getMessage(), e);
        }
    }

    private String program(String name) {
        return binaries.resolve("bin").resolve(name).toString();
    }

    private static void release(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException e) {
            throw new IllegalStateException("the lock of the database folder cannot be released", e);
        }
    }
}
