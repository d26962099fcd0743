package dev.gaia.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.gaia.embedded.EmbeddedNats;
import dev.gaia.embedded.FreePort;
import io.nats.client.NKey;
import io.nats.client.support.JwtUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a process proves itself to a broker, and a broker to a process: against a real nats-server. */
class NatsSecurityIT {

    private static final String PASSWORD = "changeit";

    @TempDir
    Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();
    private int port;

    @BeforeEach
    void takePort() {
        port = FreePort.find();
    }

    @AfterEach
    void close() throws Exception {
        for (var each : open.reversed()) {
            each.close();
        }
    }

    @Test
    void asksOverTlsWithACertificateOnBothSides() throws Exception {
        var certificate = certificate("broker");
        server("""
                tls { cert_file: "%s", key_file: "%s", ca_file: "%s", verify: true }
                """.formatted(certificate.chain(), certificate.key(), certificate.chain()));

        var side = side("tls://127.0.0.1:" + port, "", certificate.chain(), Optional.of(certificate));

        assertThat(echo(side, "over tls")).isEqualTo("over tls");
    }

    @Test
    void trustsNoBrokerOfAnotherAuthority() throws Exception {
        var certificate = certificate("broker");
        server("""
                tls { cert_file: "%s", key_file: "%s" }
                """.formatted(certificate.chain(), certificate.key()));

        var stranger = side("tls://127.0.0.1:" + port, "", certificate("other").chain(), Optional.empty());

        assertThatThrownBy(() -> stranger.answer("chat-echo", ""))
                .isInstanceOfSatisfying(
                        LinkFailure.class,
                        failure -> assertThat(failure.mayHaveStarted()).isFalse());
        await().during(Duration.ofMillis(500)).until(() -> !stranger.broker.connected());
    }

    @Test
    void asksWithACredentialsFile() throws Exception {
        var operator = NKey.createOperator(null);
        var account = NKey.createAccount(null);
        var user = NKey.createUser(null);
        server("""
                operator: "%s"
                resolver: MEMORY
                resolver_preload: { %s: "%s" }
                """.formatted(
                        jwt(operator, operator, "operator", "{\"type\":\"operator\",\"version\":2}"),
                        text(account.getPublicKey()),
                        jwt(operator, account, "account", """
                                {"type":"account","version":2,"limits":{"subs":-1,"data":-1,"payload":-1,"imports":-1,\
                                "exports":-1,"wildcards":true,"conn":-1,"leaf":-1}}""")));
        var credentials = folder.resolve("gaia.creds");
        Files.writeString(
                credentials,
                JwtUtils.NATS_USER_JWT_FORMAT.formatted(
                        JwtUtils.issueUserJWT(account, text(account.getPublicKey()), text(user.getPublicKey())),
                        text(user.getSeed())));

        var side = side("nats://127.0.0.1:" + port, credentials.toString(), "", Optional.empty());

        assertThat(echo(side, "with an nkey")).isEqualTo("with an nkey");
    }

    @Test
    void findsABrokerWhoseAccountComesLaterThanTheProcess() throws Exception {
        var early = server("authorization { user: \"gaia\", password: \"of yesterday\" }\n");
        var side = side("nats://gaia:secret@127.0.0.1:" + port, "", "", Optional.empty());
        await().during(Duration.ofMillis(500)).until(() -> !side.broker.connected());

        early.close();
        server("authorization { user: \"gaia\", password: \"secret\" }\n");

        assertThat(echo(side, "after all")).isEqualTo("after all");
    }

    private LinkSide side(String url, String credentials, String authority, Optional<Certificate> own)
            throws Exception {
        var side = new LinkSide(
                new NatsSettings(
                        url,
                        credentials,
                        authority,
                        own.map(Certificate::chain).orElse(""),
                        own.map(Certificate::key).orElse(""),
                        -1,
                        Duration.ofMillis(100),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5)),
                LinkSide.SETTINGS);
        open.add(side);
        return side.route("error/nats-edge-errors.camel.yaml")
                .door(
                        "chat-echo",
                        5,
                        exchange -> exchange.getMessage()
                                .setBody(exchange.getMessage().getBody(byte[].class)))
                .start();
    }

    private static String echo(LinkSide side, String text) {
        side.awaitConnected();
        Exchange answer = side.answer("chat-echo", text);
        return new String(answer.getMessage().getBody(byte[].class), StandardCharsets.UTF_8);
    }

    private AutoCloseable server(String configuration) throws Exception {
        var file = folder.resolve("nats.conf");
        Files.writeString(file, "listen: \"127.0.0.1:" + port + "\"\n" + configuration);
        var process = new ProcessBuilder(EmbeddedNats.binary().orElseThrow().toString(), "--config", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("nats.log").toFile())
                .start();
        AutoCloseable server = () -> process.destroyForcibly().waitFor();
        open.add(server);
        await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return true;
        });
        return server;
    }

    /** Paths of PEM files. */
    private record Certificate(String chain, String key) {}

    private Certificate certificate(String name) throws Exception {
        var store = folder.resolve(name + ".p12");
        var keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-ext",
                        "bc:c=ca:true",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        assertThat(keytool.waitFor())
                .as(new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isZero();
        var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        return new Certificate(
                pem(name + ".crt", "CERTIFICATE", keys.getCertificate(name).getEncoded()),
                pem(
                        name + ".key",
                        "PRIVATE KEY",
                        keys.getKey(name, PASSWORD.toCharArray()).getEncoded()));
    }

    private String pem(String name, String kind, byte[] content) throws IOException {
        var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(
                        folder.resolve(name), "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, lines, kind))
                .toString();
    }

    private static String jwt(NKey issuer, NKey subject, String name, String claims) throws Exception {
        return JwtUtils.issueJWT(
                issuer,
                text(subject.getPublicKey()),
                name,
                Duration.ofHours(1),
                JwtUtils.currentTimeSeconds(),
                text(issuer.getPublicKey()),
                () -> claims);
    }

    private static String text(char[] characters) {
        return new String(characters);
    }
}
