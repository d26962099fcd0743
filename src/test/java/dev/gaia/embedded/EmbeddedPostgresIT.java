package dev.gaia.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {

    private static final Path BINARIES = Path.of("target").toAbsolutePath();

    @TempDir
    Path home;

    @Test
    void keepsDataBetweenStarts() throws Exception {
        try (var server = start()) {
            execute(server, "create table kept as select 7 as number");
        }

        try (var server = start()) {
            assertThat(number(server)).isEqualTo(7);
        }
    }

    @Test
    void keepsDataWhenThePreviousServerWasKilled() throws Exception {
        var killed = start();
        execute(killed, "create table kept as select 7 as number");
        kill(killed);
        killed.abandon();

        try (var server = start()) {
            assertThat(number(server)).isEqualTo(7);
        }
    }

    @Test
    void stopsTheServerThatAKilledRunLeftBehind() throws Exception {
        var abandoned = start();
        execute(abandoned, "create table kept as select 7 as number");
        long process = serverProcess();
        abandoned.abandon();

        try (var server = start()) {
            assertThat(number(server)).isEqualTo(7);
            assertThat(ProcessHandle.of(process).filter(ProcessHandle::isAlive)).isEmpty();
        }
    }

    @Test
    void ignoresPidFileWhoseNumberBelongsToAStranger() throws Exception {
        start().close();
        Files.writeString(
                home.resolve("data/postmaster.pid"), ProcessHandle.current().pid() + "\n");

        try (var server = start()) {
            assertThat(server.port()).isPositive();
        }
    }

    @Test
    void refusesFolderOfARunningServer() {
        try (var server = start()) {
            assertThat(server.port()).isPositive();
            assertThatThrownBy(this::start)
                    .isInstanceOf(EmbeddedStartException.class)
                    .hasMessageContaining("is in use by another running Gaia");
        }
    }

    @Test
    void saysWhichPortIsTaken() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(
                            () -> EmbeddedPostgres.start(home, BINARIES, Optional.of(taken.getLocalPort()), List.of()))
                    .isInstanceOf(EmbeddedStartException.class)
                    .hasMessageContaining("port " + taken.getLocalPort());
        }
    }

    @Test
    void asksForItsPasswordAndListensOnLoopbackOnly() throws Exception {
        try (var server = start()) {
            assertThatThrownBy(() -> DriverManager.getConnection(
                            "jdbc:postgresql://127.0.0.1:" + server.port() + "/llm_platform", "postgres", "wrong"))
                    .isInstanceOf(SQLException.class);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("password"))))
                    .isEqualTo("rw-------");
            try (var connection = connect(server);
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery("show listen_addresses")) {
                rows.next();
                assertThat(rows.getString(1)).isEqualTo("127.0.0.1");
            }
        }
    }

    private EmbeddedPostgres start() {
        return EmbeddedPostgres.start(home, BINARIES, Optional.empty(), List.of());
    }

    private void kill(EmbeddedPostgres server) throws IOException {
        var handle = ProcessHandle.of(serverProcess()).orElseThrow();
        assertThat(handle.destroyForcibly()).isTrue();
        handle.onExit().orTimeout(10, TimeUnit.SECONDS).join();
        assertThat(server.port()).isPositive();
    }

    private long serverProcess() throws IOException {
        return Long.parseLong(
                Files.readAllLines(home.resolve("data/postmaster.pid")).getFirst());
    }

    private static Connection connect(EmbeddedPostgres server) throws SQLException {
        var url = URI.create(server.databaseUrl());
        var credentials = url.getUserInfo().split(":", -1);
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + url.getPort() + url.getPath(), credentials[0], credentials[1]);
    }

    private static void execute(EmbeddedPostgres server, String sql) throws SQLException {
        try (var connection = connect(server);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int number(EmbeddedPostgres server) throws SQLException {
        try (var connection = connect(server);
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select number from kept")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
