package dev.gaia.chat.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.embedded.FreePort;
import dev.gaia.fake.FakeModelProvider;
import dev.gaia.mapping.JsonStream;
import dev.gaia.mapping.TableReader;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ModelHttpTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int SMALL_BODY_BYTES = 20_000;
    /** Far longer than the wait for what follows an answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static final ClassifyFailure CLASSIFY =
            new ClassifyFailure(FailureTable.read(new TableReader(Path.of("mappings"))));

    private static final ConnectionSettings CONNECTION = new ConnectionSettings(
            Duration.ofSeconds(2),
            List.of(),
            Duration.ofSeconds(300),
            Duration.ofSeconds(5),
            Duration.ofMillis(250),
            Duration.ofSeconds(15),
            Duration.ofSeconds(5),
            3);

    private static FakeModelProvider provider;
    private static Vertx vertx;
    private static UpstreamClient client;
    private static UpstreamClient hasty;
    private static UpstreamClient calm;
    private static DefaultCamelContext camel;
    private static ProducerTemplate template;

    @BeforeAll
    static void start() throws IOException {
        provider = FakeModelProvider.start();
        vertx = Vertx.vertx();
        int nobody = FreePort.find();
        var endpoints = Map.of(
                "fake",
                new ProviderSettings.Endpoint(URI.create(provider.baseUrl() + "/"), Optional.of("secret-1")),
                "nobody",
                endpoint("http://127.0.0.1:" + nobody));
        var patient = settings(Duration.ofSeconds(10), endpoints);
        client = new UpstreamClient(vertx, patient, CONNECTION, Duration.ofMillis(150));
        camel = new DefaultCamelContext();
        camel.addComponent("model-http", new ModelHttpComponent(client, MAPPER, CLASSIFY));
        var impatient = settings(Duration.ofMillis(400), endpoints);
        hasty = new UpstreamClient(vertx, impatient, CONNECTION, Duration.ofSeconds(10));
        camel.addComponent("hasty-http", new ModelHttpComponent(hasty, MAPPER, CLASSIFY));
        calm = new UpstreamClient(vertx, settings(PATIENCE, endpoints), CONNECTION, PATIENCE);
        camel.addComponent("calm-http", new ModelHttpComponent(calm, MAPPER, CLASSIFY));
        camel.start();
        template = camel.createProducerTemplate();
    }

    private static ProviderSettings settings(Duration limit, Map<String, ProviderSettings.Endpoint> endpoints) {
        return new ProviderSettings(
                limit,
                limit,
                limit,
                limit,
                limit,
                limit,
                limit,
                Duration.ofMinutes(2),
                Duration.ofMillis(300),
                Duration.ofSeconds(5),
                64,
                64,
                64,
                SMALL_BODY_BYTES,
                4_000,
                40_000,
                262_144,
                100,
                "Gaia/test",
                endpoints);
    }

    private static ProviderSettings.Endpoint endpoint(String url) {
        return new ProviderSettings.Endpoint(URI.create(url), Optional.of("key"));
    }

    @AfterAll
    static void stop() {
        camel.stop();
        client.close();
        hasty.close();
        calm.close();
        vertx.close();
        provider.close();
    }

    @BeforeEach
    void forget() {
        provider.reset();
    }

    private static Object call(String uri, String model, boolean stream) throws ProviderFailure {
        var body = MAPPER.createObjectNode().put("model", model).put("stream", stream);
        body.putArray("messages").addObject().put("role", "user").put("content", "Hello");
        var exchange = template.send(uri, sent -> sent.getMessage().setBody(body));
        if (exchange.getException() instanceof ProviderFailure failure) {
            throw failure;
        }
        assertThat(exchange.getException()).isNull();
        return exchange.getMessage().getBody();
    }

    private static Object call(String model, boolean stream) throws ProviderFailure {
        return call("model-http:fake?path=chat/completions", model, stream);
    }

    private static String text(JsonStream stream) throws IOException, InterruptedException {
        var text = new StringBuilder();
        Optional<JsonNode> event = stream.next();
        while (event.isPresent()) {
            text.append(event.get().at("/choices/0/delta/content").asText(""));
            event = stream.next();
        }
        return text.toString();
    }

    private static Object callHastily(String model, boolean stream) throws ProviderFailure {
        return call("hasty-http:fake?path=chat/completions", model, stream);
    }

    private static Kind kind(String model, boolean stream) {
        return kind("model-http", model, stream);
    }

    private static Kind kind(String component, String model, boolean stream) {
        try {
            call(component + ":fake?path=chat/completions", model, stream);
        } catch (ProviderFailure e) {
            return e.kind();
        }
        throw new AssertionError(model + " was answered");
    }

    @Test
    void sendsKeyAndFixedHeadersAndNothingElseOfTheExchange() throws ProviderFailure {
        var body = MAPPER.createObjectNode().put("model", "m");
        Map<String, Object> headers = new HashMap<>();
        headers.put("CamelHttpUri", "http://attacker.test");
        headers.put("gaia-user-id", "ann");
        template.requestBodyAndHeaders(
                "model-http:fake?path=chat/completions&keyHeader=x-api-key&fixedHeaders=anthropic-version=2023-06-01",
                body,
                headers);

        var sent = provider.lastRequest().orElseThrow().headers();
        assertThat(sent.get("x-api-key")).isEqualTo("secret-1");
        assertThat(sent.get("anthropic-version")).isEqualTo("2023-06-01");
        assertThat(sent.get("user-agent")).isEqualTo("Gaia/test");
        assertThat(sent.names()).doesNotContain("authorization", "camelhttpuri", "gaia-user-id");
    }

    @Test
    void answersWholeDocument() throws ProviderFailure {
        var answer = (JsonNode) call("m", false);

        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(provider.lastRequest().orElseThrow().headers().get("authorization"))
                .isEqualTo("Bearer secret-1");
    }

    @Test
    void readsStreamsThatAreCutInsideLetters() throws Exception {
        var split = text((JsonStream) call("fake-split", true));
        var whole = text((JsonStream) call("fake-unicode", true));

        assertThat(split).isEqualTo(whole).isNotEmpty();
    }

    @Test
    void keepsTheConnectionAfterAProperEnd() throws Exception {
        for (int i = 0; i < 20; i++) {
            text((JsonStream) call("m", true));
            call("m", false);
        }

        assertThat(provider.openConnections())
                .isLessThanOrEqualTo(2 * Runtime.getRuntime().availableProcessors());
    }

    @Test
    void classesRefusalsByStatusAndCode() {
        assertThat(kind("fake-error-429", false)).isEqualTo(Kind.RATE);
        assertThat(kind("fake-error-429-quota", true)).isEqualTo(Kind.QUOTA);
        assertThat(kind("fake-error-401", true)).isEqualTo(Kind.AUTH);
        assertThat(kind("fake-error-503", false)).isEqualTo(Kind.TRANSIENT);
        assertThat(kind("fake-error-400", true)).isEqualTo(Kind.REQUEST);
    }

    @Test
    void classesAnswersThatAreNone() {
        assertThat(kind("fake-html-200", false)).isEqualTo(Kind.TRANSIENT);
        assertThat(kind("fake-html-200", true)).isEqualTo(Kind.TRANSIENT);
        assertThat(kind("fake-empty", false)).isEqualTo(Kind.TRANSIENT);
        assertThat(kind("fake-hang-up", false)).isEqualTo(Kind.CONNECT);
        assertThat(kind("fake-cut-after-0", false)).isEqualTo(Kind.TRANSIENT);
    }

    @Test
    void doesNotWaitForeverForSilentProviders() {
        assertThat(kind("hasty-http", "fake-silent", false)).isEqualTo(Kind.SILENT);
        assertThat(kind("hasty-http", "fake-silent", true)).isEqualTo(Kind.SILENT);
    }

    @Test
    void saysThatNobodyIsThere() {
        assertThatThrownBy(() -> call("model-http:nobody", "m", false))
                .isInstanceOfSatisfying(
                        ProviderFailure.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.CONNECT));
    }

    @Test
    void endsAStreamWithoutContent() throws ProviderFailure {
        var stream = (JsonStream) callHastily("fake-stall-after-0", true);

        assertThatThrownBy(() -> text(stream))
                .cause()
                .isInstanceOfSatisfying(
                        ProviderFailure.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.SILENT));
    }

    @Test
    void endsAStreamThatStalls() throws ProviderFailure {
        var stream = (JsonStream) callHastily("fake-stall-after-2", true);
        stream.begun();

        assertThatThrownBy(() -> text(stream))
                .cause()
                .isInstanceOfSatisfying(
                        ProviderFailure.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.BROKEN));
    }

    @Test
    void tellsItsReaderThatNothingComes() throws Exception {
        try (var stream = (JsonStream) call("fake-stall-after-1", true)) {
            stream.begun();
            var event = stream.next();
            while (event.isPresent() && !event.get().isMissingNode()) {
                event = stream.next();
            }

            assertThat(event).isPresent();
        }
    }

    @Test
    void endsAStreamThatIsCut() throws ProviderFailure {
        var stream = (JsonStream) call("fake-cut-after-3", true);

        assertThatThrownBy(() -> text(stream)).isInstanceOf(IOException.class);
    }

    @Test
    void endsAStreamThatIsTooLarge() throws ProviderFailure {
        var stream = (JsonStream) call("fake-big-60x0ms", true);

        assertThatThrownBy(() -> text(stream)).hasMessageContaining("larger than 40000 bytes");
    }

    @Test
    void refusesWholeAnswersThatAreTooLarge() {
        assertThat(kind("fake-big-60x0ms", false)).isEqualTo(Kind.BROKEN);
    }

    @Test
    void doesNotWaitLongForAnEndMark() throws Exception {
        long begun = System.nanoTime();
        var stream = (JsonStream) call("calm-http:fake?path=chat/completions", "fake-no-done", true);
        var event = stream.next();
        while (!event.orElseThrow().at("/choices/0/finish_reason").isTextual()) {
            event = stream.next();
        }
        stream.begun();
        stream.finishing();

        assertThat(text(stream)).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PATIENCE);
    }

    @Test
    void closesTheConnectionWithinASecondWhenItsReaderLeaves() throws Exception {
        var stream = (JsonStream) call("fake-stream-50x100ms", true);
        stream.next();
        stream.close();

        await().until(() ->
                provider.lastRequest().orElseThrow().closedByClientAfter().isPresent());
        assertThatThrownBy(() -> text(stream)).isInstanceOf(IOException.class);
    }

    @Test
    void closesTheConnectionWhenItsReaderIsToldToStop() throws Exception {
        var thread = Thread.startVirtualThread(() -> template.send(
                "model-http:fake?path=chat/completions",
                sent -> sent.getMessage().setBody(MAPPER.createObjectNode().put("model", "fake-silent"))));
        await().until(() -> !provider.requests().isEmpty());
        thread.interrupt();

        thread.join(Duration.ofSeconds(10));
        await().until(() ->
                provider.lastRequest().orElseThrow().closedByClientAfter().isPresent());
    }

    @Test
    void holdsTheProviderBackWhenItsReaderIsSlow() throws Exception {
        var large = settings(Duration.ofSeconds(10), Map.of("fake", endpoint(provider.baseUrl())));
        var patient = new ProviderSettings(
                large.poolTimeout(),
                large.connectTimeout(),
                large.writeTimeout(),
                large.firstTokenTimeout(),
                large.idleTimeout(),
                large.pingedIdleTimeout(),
                large.wholeTimeout(),
                large.streamTimeout(),
                large.finishTimeout(),
                large.keepConnectionTimeout(),
                8,
                8,
                8,
                SMALL_BODY_BYTES,
                4_000,
                Integer.MAX_VALUE,
                262_144,
                100,
                "Gaia/test",
                large.endpoints());
        try (var own = new UpstreamClient(vertx, patient, CONNECTION, Duration.ofSeconds(5))) {
            camel.addComponent("slow", new ModelHttpComponent(own, MAPPER, CLASSIFY));
            var stream = (JsonStream) call("slow:fake?path=chat/completions", "fake-big-20000x0ms", true);
            stream.begun();
            var request = provider.lastRequest().orElseThrow();
            var before = new AtomicInteger();
            await().pollInterval(Duration.ofMillis(200))
                    .until(() -> before.getAndSet(request.piecesSent()) == request.piecesSent() && before.get() > 0);

            assertThat(request.piecesSent()).isLessThan(20_000);
            assertThat(text(stream)).hasSizeGreaterThan(20_000 * 1_000);
        }
    }
}
