package dev.gaia.drill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.chat.provider.TestCertificates;
import dev.gaia.drill.DrillProvider.Script;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Providers whose certificate is not to be trusted, and one that breaks off handshakes (failures F21). */
class DrillTlsIT {

    private static final String CUT = "cut";
    private static final String GOOD = "good";
    private static final List<String> FAULTS = List.of("self-signed", "other-name", "expired", CUT, GOOD);

    /** A provider for each, since what one call learns the next one knows. */
    private static final List<String> CALLS = List.of(
            "json", "stream", "alone-json", "alone-stream", "message", "nats-json", "nats-stream", "nats-alone-json");

    @TempDir
    private static Path folder;

    private static final Map<String, Far> providers = new HashMap<>();
    private static final Map<String, String> settings = new LinkedHashMap<>();
    private static Properties properties;
    private static DrillProvider provider;
    private static DrillGaia gaia;
    private static DrillClient client;

    @BeforeAll
    static void start() throws Exception {
        provider = DrillProvider.start(0);
        var certificates = new TestCertificates(folder).all();
        var vertx = Vertx.vertx();
        var declared = new StringBuilder("providers:\n");
        var models = new StringBuilder(
                "models:\n  - {id: drill-fallback-claude, provider: claude, capabilities: [chat, streaming]}\n");
        for (var fault : FAULTS) {
            Optional<SSLSocketFactory> shows = Optional.empty();
            if (!CUT.equals(fault)) {
                var context = SSLContext.getInstance("TLS");
                context.init(certificates.of(fault).getKeyManagerFactory(vertx).getKeyManagers(), null, null);
                shows = Optional.of(context.getSocketFactory());
            }
            for (var call : CALLS) {
                var name = fault + "-" + call;
                var far = new Far(shows);
                providers.put(name, far);
                declared.append("  - {name: %s, base-url: \"https://127.0.0.1:%d/v1\", default-model: %s-model}%n"
                        .formatted(name, far.door.getLocalPort(), name));
                models.append(
                        "  - {id: %s-model, provider: %s, fallbacks: [drill-fallback-claude]}%n".formatted(name, name));
            }
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
        settings.put(
                "gaia.chat.models-file",
                Files.writeString(folder.resolve("models.yaml"), declared.append(models))
                        .toString());
        // Open for no shorter time than the test takes; by chance it could be none at all else.
        settings.put("gaia.provider.attempts.breaker-open", "60s");
        settings.put("gaia.provider.attempts.breaker-open-max", "60s");
        // What is trusted is what this JVM trusts.
        properties = System.getProperties();
        System.setProperties(certificates.trusting(properties));
        gaia = DrillGaia.start("direct", provider.port(), settings);
        client = new DrillClient(gaia.baseUrl(), "/v1/chat/completions", DrillGaia.credentials());
    }

    @AfterAll
    static void stop() throws IOException {
        System.setProperties(properties);
        client.close();
        gaia.close();
        provider.close();
        for (var far : providers.values()) {
            far.door.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"self-signed", "other-name", "expired"})
    void asksNobodyTwiceWhoseCertificateIsNotToBeTrusted(String fault) throws Exception {
        for (var call : List.of("json", "stream")) {
            assertFallsBack(client, fault, call, 1);
            assertShut(client, fault, call);
        }
        assertAloneUnreachable(fault, 1);
    }

    @Test
    void triesAHandshakeThatWasCutOnceMoreAtOnce() throws Exception {
        for (var call : List.of("json", "stream")) {
            assertFallsBack(client, CUT, call, 2);
        }
        assertAloneUnreachable(CUT, 2);
    }

    @Test
    void doesTheSameOverNats() throws Exception {
        try (var link = ChatLink.start("nats", folder)) {
            Map<String, String> linked = new LinkedHashMap<>(settings);
            linked.putAll(link.settings());
            try (var other = DrillGaia.start("nats", provider.port(), linked);
                    var reader = new DrillClient(other.baseUrl(), "/v1/chat/completions", DrillGaia.credentials())) {
                for (var fault : List.of("self-signed", "other-name", "expired")) {
                    for (var call : List.of("nats-json", "nats-stream")) {
                        assertFallsBack(reader, fault, call, 1);
                        assertShut(reader, fault, call);
                    }
                    assertUnreachable(ask(reader, fault, "nats-alone-json"), 1);
                }
                for (var call : List.of("nats-json", "nats-stream")) {
                    assertFallsBack(reader, CUT, call, 2);
                }
                assertUnreachable(ask(reader, CUT, "nats-alone-json"), 2);
            }
        }
    }

    @Test
    void speaksToAProviderThatCanBeTrusted() throws Exception {
        for (var call : List.of("json", "stream", "alone-json", "alone-stream")) {
            var seen = ask(client, GOOD, call);

            assertThat(seen.whole()).as(seen.summary()).isTrue();
            assertThat(seen.fallback()).isFalse();
            assertThat(seen.attempts()).isEqualTo(1);
        }
    }

    private static Seen ask(DrillClient client, String fault, String call) throws InterruptedException {
        var name = fault + "-" + call;
        provider.play(name, new Script(List.of(Play.well()), List.of(Play.well())));
        var body = DrillClient.body(name, name + "-model", call.endsWith("stream"));
        return client.ask(body.put("enable_fallback", !call.contains("alone")), Map.of());
    }

    private static HttpResponse<String> message(String fault) throws Exception {
        var body = DrillForm.ANTHROPIC.body("message", fault + "-message-model", false);
        return DrillPost.post(gaia.baseUrl(), "/v1/messages", body.put("enable_fallback", false));
    }

    /** The next model answers, once the provider was met so often. */
    private static void assertFallsBack(DrillClient client, String fault, String call, int connections)
            throws Exception {
        var seen = ask(client, fault, call);
        assertThat(seen.whole()).as(seen.summary()).isTrue();
        assertThat(seen.fallback()).isTrue();
        assertThat(seen.attempts()).isEqualTo(connections + 1);
        assertMet(fault, call, connections);
    }

    /** The next call does not even try. */
    private static void assertShut(DrillClient client, String fault, String call) throws Exception {
        var next = ask(client, fault, call);
        assertThat(next.whole()).as(next.summary()).isTrue();
        assertThat(next.attempts()).as("the breaker is open at once").isEqualTo(1);
        assertMet(fault, call, 1);
    }

    /** Without a next model every client is told, once the provider was met so often. */
    private static void assertAloneUnreachable(String fault, int connections) throws Exception {
        for (var call : List.of("alone-json", "alone-stream")) {
            assertUnreachable(ask(client, fault, call), connections);
            assertMet(fault, call, connections);
        }
        assertUnreachable(message(fault));
        assertMet(fault, "message", connections);
    }

    private static void assertUnreachable(Seen seen, int attempts) {
        assertThat(seen.status()).as(seen.summary()).isEqualTo(502);
        assertThat(seen.error().path("code").asText()).isEqualTo("upstream_unreachable");
        assertThat(seen.error().path("message").asText()).doesNotContain("127.0.0.1");
        assertThat(seen.header("x-gateway-attempts")).isEqualTo(Integer.toString(attempts));
    }

    private static void assertUnreachable(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
        assertThat(answer.body()).contains("\"api_error\"").doesNotContain("127.0.0.1");
    }

    /** The provider was met so often, and has never been told a word. */
    private static void assertMet(String fault, String call, int connections) {
        var far = providers.get(fault + "-" + call);
        assertThat(far.connections.get()).as(call).isEqualTo(connections);
        assertThat(far.requests.get()).as(call).isZero();
    }

    /** A provider behind TLS, or one that cuts every handshake. */
    private static final class Far {
        private final AtomicInteger connections = new AtomicInteger();
        private final AtomicInteger requests = new AtomicInteger();
        private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final Optional<SSLSocketFactory> shows;

        Far(Optional<SSLSocketFactory> shows) throws IOException {
            this.shows = shows;
            Thread.ofVirtual().name("far").start(this::accept);
        }

        private void accept() {
            while (!door.isClosed()) {
                try {
                    var socket = door.accept();
                    connections.incrementAndGet();
                    Thread.ofVirtual().name("far-connection").start(() -> serve(socket));
                } catch (IOException e) {
                    return;
                }
            }
        }

        private void serve(Socket socket) {
            try (socket) {
                if (shows.isPresent()) {
                    answer((SSLSocket) shows.get().createSocket(socket, "", socket.getPort(), true));
                } else {
                    socket.setSoLinger(true, 0);
                    assertThat(socket.getInputStream().read()).isPositive();
                }
            } catch (IOException e) {
                // the connection is gone
            }
        }

        private void answer(SSLSocket socket) throws IOException {
            socket.setUseClientMode(false);
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    return;
                }
                head.append((char) next);
            }
            requests.incrementAndGet();
            var body = DrillWire.OPENAI.document("far", DrillText.WHOLE, "stop").getBytes(UTF_8);
            var start = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                    + body.length + "\r\n\r\n";
            socket.getOutputStream().write(start.getBytes(UTF_8));
            socket.getOutputStream().write(body);
            socket.getOutputStream().flush();
        }
    }
}
