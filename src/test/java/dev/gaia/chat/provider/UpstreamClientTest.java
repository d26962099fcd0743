package dev.gaia.chat.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import dev.gaia.mapping.TableReader;
import io.netty.channel.epoll.EpollSocketChannelConfig;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections, places and bodies of one provider, against bytes on a socket. */
class UpstreamClientTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    private static final ConnectionSettings CONNECTION = new ConnectionSettings(
            Duration.ofSeconds(2),
            List.of(),
            Duration.ofSeconds(300),
            Duration.ofSeconds(5),
            Duration.ofMillis(250),
            Duration.ofSeconds(15),
            Duration.ofSeconds(5),
            3);

    private Vertx vertx;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    }

    @AfterEach
    void stop() {
        vertx.close();
    }

    /** A client of one provider, whose one operation is called as a route would. */
    private final class Caller implements AutoCloseable {

        private final UpstreamClient client;
        private final CamelContext camel = new DefaultCamelContext();

        Caller(String url, int connections, int waiting) {
            this(url, connections, waiting, Duration.ofSeconds(5));
        }

        Caller(String url, int connections, int waiting, Duration connecting) {
            var limit = Duration.ofSeconds(5);
            var settings = new ProviderSettings(
                    Duration.ofMillis(200),
                    connecting,
                    limit,
                    limit,
                    limit,
                    limit,
                    limit,
                    limit,
                    limit,
                    limit,
                    connections,
                    connections,
                    waiting,
                    300_000,
                    4_096,
                    300_000,
                    262_144,
                    100,
                    "Gaia/test",
                    Map.of("raw", new ProviderSettings.Endpoint(URI.create(url), Optional.of("key"))));
            client = new UpstreamClient(vertx, settings, CONNECTION, limit);
            var classify = new ClassifyFailure(FailureTable.read(new TableReader(Path.of("mappings"))));
            camel.addComponent("model-http", new ModelHttpComponent(client, MAPPER, classify));
            camel.start();
        }

        String ask() throws ProviderFailure {
            return ask("");
        }

        /** @param requestId told to the provider; empty for none */
        String ask(String requestId) throws ProviderFailure {
            Map<String, String> headers = requestId.isEmpty() ? Map.of() : Map.of(Attempt.REQUEST_ID, requestId);
            try (var template = camel.createProducerTemplate()) {
                var body = MAPPER.createObjectNode().put("model", "m");
                var exchange = template.send("model-http:raw?path=x", sent -> {
                    sent.setVariable(Attempt.VARIABLE, new Attempt(client.times(), false, 0, headers));
                    sent.getMessage().setBody(body);
                });
                if (exchange.getException() instanceof ProviderFailure failure) {
                    throw failure;
                }
                return exchange.getMessage()
                        .getBody(JsonNode.class)
                        .path("text")
                        .asText();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        ProviderFailure failure() {
            return failure("");
        }

        ProviderFailure failure(String requestId) {
            return catchThrowableOfType(ProviderFailure.class, () -> ask(requestId));
        }

        @Override
        public void close() {
            camel.stop();
            client.close();
        }
    }

    private static byte[] answer(String text, String requestId) {
        return new String(answer(text), UTF_8)
                .replaceFirst("\r\n", "\r\nX-Request-Id: " + requestId + "\r\n")
                .getBytes(UTF_8);
    }

    private static byte[] answer(String text) {
        var document = "{\"text\":\"" + text + "\"}";
        return (HEAD + "Content-Length: " + document.length() + "\r\n\r\n" + document).getBytes(UTF_8);
    }

    private static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] gzip(String text, int damage) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(text.getBytes(UTF_8));
        }
        var bytes = packed.toByteArray();
        bytes[bytes.length - 6] ^= (byte) damage;
        var head = HEAD + "Content-Encoding: gzip\r\nContent-Length: " + bytes.length + "\r\n\r\n";
        return join(head.getBytes(UTF_8), bytes);
    }

    @Test
    void neverTakesLeftOverBytesForTheNextAnswer() throws Exception {
        try (var provider = new RawProvider((number, head) ->
                        number == 0 ? join(answer("one"), answer("poison")) : answer("own " + number));
                var caller = new Caller(provider.baseUrl(), 4, 4)) {
            assertThat(caller.ask()).isEqualTo("one");
            await().until(() -> caller.client.connections("raw") == 0);

            assertThat(caller.ask()).isEqualTo("own 1");
            assertThat(provider.connections()).isEqualTo(2);
        }
    }

    @Test
    void neverTakesTheAnswerOfAnotherRequest() throws Exception {
        var ids = List.of("req_of-the-provider", "the-second", "the-second", "the-fourth");
        try (var provider = new RawProvider((number, head) -> answer("number " + number, ids.get(number)));
                var caller = new Caller(provider.baseUrl(), 4, 4)) {
            assertThat(caller.ask("the-first")).isEqualTo("number 0");
            assertThat(caller.ask("the-second")).isEqualTo("number 1");

            var failure = caller.failure("the-third");

            assertThat(failure.kind()).isEqualTo(Kind.CONNECT);
            await().until(() -> caller.client.underWay("raw") == 0);
            assertThat(caller.ask("the-fourth")).isEqualTo("number 3");
            assertThat(provider.heads().getLast().toLowerCase(Locale.ROOT)).contains("x-request-id: the-fourth");
        }
    }

    @Test
    void neverTakesTheAnswerOfARequestThatStillWaits() throws Exception {
        try (var provider = new RawProvider(
                        (number, head) -> number == 0 ? new byte[0] : answer("mixed up", "the-waiting-one"));
                var caller = new Caller(provider.baseUrl(), 4, 4)) {
            var waiting = Thread.startVirtualThread(() -> caller.failure("the-waiting-one"));
            await().until(() -> provider.heads().size() == 1);

            var failure = caller.failure("the-other");

            assertThat(failure.kind()).isEqualTo(Kind.CONNECT);
            assertThat(provider.connections()).isEqualTo(2);
            waiting.interrupt();
            waiting.join();
            await().until(() -> caller.client.underWay("raw") == 0);
        }
    }

    @Test
    void skipsInterimAnswers() throws Exception {
        var interim = "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".getBytes(UTF_8);
        try (var provider = new RawProvider((number, head) -> join(interim, answer("number " + number)));
                var caller = new Caller(provider.baseUrl(), 1, 4)) {
            // A place is free a moment before its connection is; one left with bytes nobody asked for would be closed.
            await().until(() -> {
                int number = provider.heads().size();
                assertThat(caller.ask()).isEqualTo("number " + number);
                return provider.connections() < provider.heads().size();
            });
        }
    }

    @Test
    void refusesWhenAllPlacesAreTakenAndGivesThemBack() throws Exception {
        try (var provider = new RawProvider((number, head) -> number == 0 ? new byte[0] : answer("free again"));
                var caller = new Caller(provider.baseUrl(), 1, 1)) {
            var holding = Thread.startVirtualThread(caller::failure);
            await().until(() -> provider.heads().size() == 1);
            var waiting = Thread.startVirtualThread(caller::failure);
            await().until(() -> caller.client.waiting("raw") == 1);

            for (var failure : List.of(caller.failure(), caller.failure())) {
                assertThat(failure.kind()).isEqualTo(Kind.LOCAL);
                assertThat(failure.details().retryAfter()).contains(Duration.ofSeconds(1));
            }
            waiting.join();
            holding.interrupt();
            holding.join();
            await().until(() -> caller.client.underWay("raw") == 0);
            assertThat(caller.client.waiting("raw")).isZero();
            assertThat(caller.ask()).isEqualTo("free again");
        }
    }

    @Test
    void readsCompressedAnswersAndFindsDamagedOnes() throws Exception {
        var good = gzip("{\"text\":\"packed\"}", 0);
        var damaged = gzip("{\"text\":\"packed\"}", 0x55);
        var bomb = gzip("{\"text\":\"" + "x".repeat(250_000) + "\"}", 0);
        var answers = List.of(good, damaged, bomb, good);
        try (var provider = new RawProvider((number, head) -> answers.get(number));
                var caller = new Caller(provider.baseUrl(), 4, 4)) {
            assertThat(caller.ask()).isEqualTo("packed");
            for (int i = 0; i < 2; i++) {
                var failure = caller.failure();
                assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT);
                assertThat(failure.details().has(Sign.UNREADABLE)).isTrue();
            }
            assertThat(caller.ask()).isEqualTo("packed");
            assertThat(provider.heads())
                    .allMatch(head -> head.toLowerCase(Locale.ROOT).contains("accept-encoding: gzip"));
        }
    }

    @Test
    void hasTheKernelProbeKeptConnections() throws Exception {
        Assumptions.assumeTrue(vertx.isNativeTransportEnabled(), "there is no epoll here");
        try (var provider = new RawProvider((number, head) -> answer("kept"));
                var caller = new Caller(provider.baseUrl(), 4, 4)) {
            caller.ask();
            var connections = List.copyOf(caller.client.pool("raw").connections());
            assertThat(connections).hasSize(1);
            for (var connection : connections) {
                var config = (EpollSocketChannelConfig)
                        ((ConnectionBase) connection).channel().config();
                assertThat(config.isKeepAlive()).isTrue();
                assertThat(config.getTcpKeepIdle()).isEqualTo(15);
                assertThat(config.getTcpKeepIntvl()).isEqualTo(5);
                assertThat(config.getTcpKeepCnt()).isEqualTo(3);
            }
        }
    }

    @Test
    void trustsOnlyCertificatesOfItsAuthorityThatAreValidForTheNameAndNow(@TempDir Path folder) throws Exception {
        var certificates = new TestCertificates(folder).all();
        var before = System.getProperties();
        System.setProperties(certificates.trusting(before));
        try {
            assertThat(failureOf(certificates.of("good")).details().status()).isEqualTo(503);
            assertRefused(failureOf(certificates.of("self-signed")));
            assertRefused(failureOf(certificates.of("other-name")));
            assertRefused(failureOf(certificates.of("expired")));
        } finally {
            System.setProperties(before);
        }
    }

    @Test
    void findsAHandshakeThatNobodyAnswersOrThatIsCutOffToBeWorthAnotherTry() throws Exception {
        for (boolean silent : List.of(true, false)) {
            var accepted = new CopyOnWriteArrayList<Socket>();
            try (var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                    var caller = new Caller(
                            "https://127.0.0.1:" + server.getLocalPort(), 4, 4, Duration.ofSeconds(silent ? 3 : 20))) {
                Thread.startVirtualThread(() -> accept(server, accepted, silent));

                var failure = caller.failure();

                assertThat(failure.kind()).as("silent: %s", silent).isEqualTo(Kind.CONNECT);
                assertThat(failure.details().signs()).isEmpty();
                assertThat(accepted).hasSize(1);
                if (silent) {
                    // The first message of the handshake, then the end.
                    assertThat(accepted.getFirst().getInputStream().readAllBytes())
                            .startsWith(0x16, 0x03);
                }
                await().until(() -> caller.client.underWay("raw") == 0);
            }
        }
    }

    /** Takes connections; says nothing on them, or resets them when the other side has spoken. */
    private static void accept(ServerSocket server, List<Socket> accepted, boolean silent) {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                socket.setSoTimeout(10_000);
                accepted.add(socket);
                if (!silent) {
                    socket.setSoLinger(true, 0);
                    assertThat(socket.getInputStream().read()).isPositive();
                    socket.close();
                }
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void assertRefused(ProviderFailure failure) {
        assertThat(failure.kind()).isEqualTo(Kind.CONNECT);
        assertThat(failure.details().has(Sign.LASTING)).isTrue();
        assertThat(failure.details().has(Sign.UNTRUSTED)).isTrue();
    }

    /** What becomes of a call to a provider with this certificate, which refuses every request that reaches it. */
    private ProviderFailure failureOf(PfxOptions certificate) throws Exception {
        var asked = new AtomicInteger();
        var server = vertx.createHttpServer(new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate))
                .requestHandler(request -> {
                    asked.incrementAndGet();
                    request.response().setStatusCode(503).end();
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        try (var caller = new Caller("https://127.0.0.1:" + server.actualPort(), 4, 4)) {
            var failure = caller.failure();
            assertThat(asked.get()).isEqualTo(failure.details().status() == 0 ? 0 : 1);
            return failure;
        }
    }
}
