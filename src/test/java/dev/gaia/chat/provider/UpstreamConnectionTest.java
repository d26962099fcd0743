package dev.gaia.chat.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the connection of one request, and of the next request on it. */
class UpstreamConnectionTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final byte[] REQUEST = "{}".getBytes(UTF_8);
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}".getBytes(UTF_8);
    private static final String EVENT = "data: {\"text\":\"" + "x".repeat(1_000) + "\"}\n\n";
    /** Of a stream wait for its reader: a sixteenth of what the settings allow in all places together. */
    private static final int HELD_MAX_BYTES = 16 * 1_024;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        vertx.close();
    }

    private UpstreamClient client(RawProvider provider) {
        var endpoint = new ProviderSettings.Endpoint(URI.create(provider.baseUrl()), Optional.of("key"));
        var settings = new ProviderSettings(
                LIMIT,
                LIMIT,
                LIMIT,
                LIMIT,
                LIMIT,
                LIMIT,
                LIMIT,
                LIMIT,
                LIMIT,
                LIMIT,
                4,
                4,
                4,
                300_000,
                4_096,
                300_000,
                16 * HELD_MAX_BYTES,
                100,
                "Gaia/test",
                Map.of("raw", endpoint));
        var connection = new ConnectionSettings(
                LIMIT,
                List.of(),
                Duration.ofSeconds(300),
                Duration.ofSeconds(5),
                Duration.ofMillis(250),
                Duration.ofSeconds(15),
                Duration.ofSeconds(5),
                3);
        return new UpstreamClient(vertx, settings, connection, LIMIT);
    }

    private static UpstreamAnswer ask(UpstreamClient client, boolean stream, boolean freshConnection)
            throws ProviderFailure, InterruptedException {
        var target = client.target("raw", "x", "Authorization", "", Map.of());
        return client.send(target, REQUEST, stream, new Attempt(client.times(), freshConnection, 0, Map.of()));
    }

    private static void assertAnswered(UpstreamClient client) throws Exception {
        var whole = (UpstreamAnswer.Whole) ask(client, false, false);
        assertThat(whole.status()).isEqualTo(200);
        await().until(() -> client.underWay("raw") == 0);
    }

    private static ProviderFailure failure(UpstreamClient client) {
        return catchThrowableOfType(ProviderFailure.class, () -> ask(client, false, false));
    }

    /** A provider that has begun to answer may have done what it was asked for (failures F05). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 O",
                "HTTP/1.1 200 OK\r\nContent-Type: application/js",
                "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
            })
    void neverFindsWhatHasBegunToAnswerWorthAskingAgainAtOnce(String begun) throws Exception {
        try (var provider = new RawProvider(
                        (number, head) -> number == 0 ? ANSWER : begun.getBytes(UTF_8), number -> number > 0);
                var client = client(provider)) {
            assertAnswered(client);

            for (int i = 0; i < 2; i++) {
                var failure = failure(client);

                assertThat(failure.kind()).isEqualTo(Kind.CONNECT);
                assertThat(failure.details().signs()).containsExactly(Sign.LASTING);
                await().until(() -> client.connections("raw") == 0);
            }
        }
    }

    @Test
    void findsAConnectionThatClosedWithoutAByteWorthAnotherTry() throws Exception {
        try (var provider =
                        new RawProvider((number, head) -> number == 0 ? ANSWER : new byte[0], number -> number > 0);
                var client = client(provider)) {
            assertAnswered(client);

            var reused = failure(client);
            var fresh = failure(client);

            assertThat(reused.kind()).isEqualTo(Kind.CONNECT);
            assertThat(reused.details().signs()).containsExactly(Sign.REUSED_CONNECTION);
            assertThat(fresh.kind()).isEqualTo(Kind.CONNECT);
            assertThat(fresh.details().signs()).isEmpty();
        }
    }

    @Test
    void usesNoKeptConnectionWhereAFreshOneIsWanted() throws Exception {
        try (var provider = new RawProvider((number, head) -> ANSWER);
                var client = client(provider)) {
            assertAnswered(client);
            assertAnswered(client);
            assertThat(provider.connections()).isEqualTo(1);

            ask(client, false, true);

            assertThat(provider.connections()).isEqualTo(2);
        }
    }

    /** A whole stream of so many events, in one piece. */
    private static byte[] stream(int events) {
        var body = EVENT.repeat(events);
        return ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n")
                .getBytes(UTF_8);
    }

    private static SseJsonStream read(UpstreamClient client, UpstreamAnswer answer) {
        return new SseJsonStream(
                ((UpstreamAnswer.Streamed) answer).exchange(),
                client.attempt(),
                new EventReader(new ObjectMapper().reader()),
                4_096,
                300_000);
    }

    /** More than may wait for a reader, with its end, has come before the provider could be held back. */
    @Test
    void answersTheNextRequestWhenTheReaderOfAWholeStreamLeaves() throws Exception {
        for (int events = 8; events < 48; events++) {
            int size = events;
            try (var provider = new RawProvider((number, head) -> number == 0 ? stream(size) : ANSWER);
                    var client = client(provider)) {
                var stream = read(client, ask(client, true, false));
                await().until(() -> stream.ready());
                stream.close();

                assertAnswered(client);
            }
        }
    }

    @Test
    void answersTheNextRequestWhileTheReaderOfAWholeStreamIsSlow() throws Exception {
        for (int events = 8; events < 48; events++) {
            int size = events;
            try (var provider = new RawProvider((number, head) -> number == 0 ? stream(size) : ANSWER);
                    var client = client(provider);
                    var stream = read(client, ask(client, true, false))) {
                stream.next();

                assertAnsweredBeside(client);

                int read = 1;
                while (stream.next().isPresent()) {
                    read++;
                }
                assertThat(read).isEqualTo(size);
                assertAnswered(client);
            }
        }
    }

    private static void assertAnsweredBeside(UpstreamClient client) throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(((UpstreamAnswer.Whole) ask(client, false, false)).status())
                    .isEqualTo(200);
        }
    }
}
