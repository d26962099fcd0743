package dev.gaia.database;

import dev.gaia.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.FileSystemUtils;

/**
 * A database of one's own on the PostgreSQL that all tests of this JVM share; about 30 ms each, since a migrated one is
 * copied. Close it to drop it.
 */
public final class TestDatabase implements AutoCloseable {

    private static final AtomicInteger count = new AtomicInteger();

    private final String name;

    private TestDatabase(String name) {
        this.name = name;
    }

    /** With the schema of this release and the seeded persona, otherwise empty. */
    public static TestDatabase migrated() {
        return create("template gaia_template");
    }

    /** Without any table. */
    public static TestDatabase empty() {
        return create("template template0");
    }

    private static TestDatabase create(String template) {
        var database = new TestDatabase("test_" + count.incrementAndGet());
        Server.admin("create database " + database.name + " " + template);
        return database;
    }

    /** For {@code gaia.database.url}. */
    public String url() {
        return Server.url(name);
    }

    /** A new connection per call, for looking into the database from a test. */
    public DataSource dataSource() {
        return Server.dataSource(url());
    }

    public void execute(String sql) {
        try (Connection connection = dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage() + " in: " + sql, e);
        }
    }

    /** The first column of every row, as text; {@code "null"} for null. */
    public List<String> column(String sql) {
        try (Connection connection = dataSource().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var values = new ArrayList<String>();
            while (rows.next()) {
                values.add(String.valueOf(rows.getString(1)));
            }
            return List.copyOf(values);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage() + " in: " + sql, e);
        }
    }

    public String value(String sql) {
        return column(sql).getFirst();
    }

    /** Cuts every connection and takes no new one, as a server that restarts, until {@link #come}. */
    public void leave() {
        Server.admin("alter database " + name + " with allow_connections false");
        Server.admin("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name + "'");
    }

    /** Takes connections again. */
    public void come() {
        Server.admin("alter database " + name + " with allow_connections true");
    }

    @Override
    public void close() {
        Server.admin("drop database " + name + " with (force)");
    }

    /** Started by the first test that needs it, stopped with the JVM. */
    private static final class Server {

        private static final Path TARGET = Path.of("target").toAbsolutePath();
        private static final EmbeddedPostgres postgres = start();

        private static EmbeddedPostgres start() {
            Path directory = TARGET.resolve("test-postgres")
                    .resolve(Long.toString(ProcessHandle.current().pid()));
            var server = EmbeddedPostgres.startThrowaway(directory, TARGET);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(server, directory), "test-postgres-stop"));
            admin(server, "create database gaia_template");
            var settings = DatabaseAddress.parse(url(server, "gaia_template"));
            new SchemaMigration(settings, Duration.ofSeconds(5)).run();
            try (Connection connection =
                    dataSource(url(server, "gaia_template")).getConnection()) {
                PersonaSeed.fromResource().plant(connection);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return server;
        }

        private static void remove(EmbeddedPostgres server, Path directory) {
            server.close();
            FileSystemUtils.deleteRecursively(directory.toFile());
        }

        private static String url(String name) {
            return url(postgres, name);
        }

        private static String url(EmbeddedPostgres server, String name) {
            return server.databaseUrl().replaceFirst("/[^/]*$", "/" + name);
        }

        private static DataSource dataSource(String url) {
            var address = DatabaseAddress.parse(url);
            var source = new DriverManagerDataSource(address.jdbcUrl(), new Properties());
            source.setUsername(address.user().orElseThrow());
            source.setPassword(address.password().orElseThrow());
            return source;
        }

        private static void admin(String sql) {
            admin(postgres, sql);
        }

        private static void admin(EmbeddedPostgres server, String sql) {
            var address = DatabaseAddress.parse(url(server, "postgres"));
            try (Connection connection = DriverManager.getConnection(
                            address.jdbcUrl(),
                            address.user().orElseThrow(),
                            address.password().orElseThrow());
                    var statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(e.getMessage() + " in: " + sql, e);
            }
        }
    }
}
