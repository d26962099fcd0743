package dev.gaia.chat.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A call that is over sooner than any limit of the settings would have it, as a client can ask (failures F39). */
class CallDeadlineTest {

    private static final Duration LIMIT_OF_CALL = Duration.ofMillis(300);
    private static final Duration LIMIT_OF_SETTINGS = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final byte[] SMALL = "{}".getBytes(UTF_8);
    private static final byte[] MORE_THAN_BUFFERS_HOLD = new byte[64 * 1024 * 1024];

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        vertx.close();
    }

    private UpstreamClient client(String url, List<String> nameServers) {
        var settings = new ProviderSettings(
                LIMIT_OF_SETTINGS,
                LIMIT_OF_SETTINGS,
                LIMIT_OF_SETTINGS,
                LIMIT_OF_SETTINGS,
                Duration.ofSeconds(45),
                LIMIT_OF_SETTINGS,
                LIMIT_OF_SETTINGS,
                LIMIT_OF_SETTINGS,
                LIMIT_OF_SETTINGS,
                LIMIT_OF_SETTINGS,
                1,
                1,
                1,
                300_000,
                4_096,
                300_000,
                262_144,
                100,
                "Gaia/test",
                Map.of("raw", new ProviderSettings.Endpoint(URI.create(url), Optional.of("key"))));
        var connection = new ConnectionSettings(
                LIMIT_OF_SETTINGS,
                nameServers,
                Duration.ofSeconds(300),
                Duration.ofSeconds(5),
                Duration.ofMillis(250),
                Duration.ofSeconds(15),
                Duration.ofSeconds(5),
                3);
        return new UpstreamClient(vertx, settings, connection, LIMIT_OF_SETTINGS);
    }

    private static UpstreamTarget target(UpstreamClient client) {
        return client.target("raw", "x", "Authorization", "", Map.of());
    }

    private static Attempt limited(UpstreamClient client, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        return new Attempt(client.times().within(end, end), false, 0, Map.of());
    }

    private static ProviderFailure failure(UpstreamClient client, byte[] body) {
        long begun = System.nanoTime();
        var failure = catchThrowableOfType(
                ProviderFailure.class, () -> client.send(target(client), body, false, limited(client, LIMIT_OF_CALL)));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(LIMIT_OF_CALL, SOON);
        return failure;
    }

    @Test
    void endsTheSearchForAName() throws IOException {
        try (var names = new ScriptedDns();
                var client = client("https://silent.example", List.of(names.address()))) {
            var failure = failure(client, SMALL);

            assertThat(failure.kind()).isEqualTo(Kind.SILENT);
            assertThat(failure.details().has(Sign.CALL_OVER)).isTrue();
        }
    }

    @Test
    void endsTheMakingOfAConnection() throws IOException {
        try (var mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var client = client("https://127.0.0.1:" + mute.getLocalPort(), List.of())) {
            var failure = failure(client, SMALL);

            assertThat(failure.kind()).isEqualTo(Kind.SILENT);
            assertThat(failure.details().has(Sign.CALL_OVER)).isTrue();
        }
    }

    @Test
    void endsTheSendingOfARequestThatNobodyTakes() throws IOException {
        try (var mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var client = client("http://127.0.0.1:" + mute.getLocalPort(), List.of())) {
            var failure = failure(client, MORE_THAN_BUFFERS_HOLD);

            assertThat(failure.kind()).isEqualTo(Kind.SILENT);
            assertThat(failure.details().has(Sign.CALL_OVER)).isTrue();
        }
    }

    @Test
    void endsTheWaitForAPlace() throws Exception {
        try (var provider = new RawProvider((request, head) -> new byte[0]);
                var client = client(provider.baseUrl(), List.of())) {
            var first = Thread.ofVirtual().start(() -> {
                var unused = catchThrowable(() -> client.send(target(client), SMALL, false, client.attempt()));
            });
            Awaitility.await().until(() -> provider.heads().size() == 1);

            assertThat(failure(client, SMALL).kind()).isEqualTo(Kind.LOCAL);

            assertThat(provider.heads()).hasSize(1);
            first.interrupt();
            first.join();
        }
    }

    @Test
    void doesNotWaitForWhatFollowsACompleteAnswer() throws Exception {
        var head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
        var event = "data: {\"text\":\"all\",\"finish_reason\":\"stop\"}\n\n";
        var answer = head + Integer.toHexString(event.length()) + "\r\n" + event + "\r\n";
        try (var provider = new RawProvider((request, sent) -> answer.getBytes(UTF_8));
                var client = client(provider.baseUrl(), List.of())) {
            var attempt = limited(client, Duration.ofSeconds(3));
            long begun = System.nanoTime();
            var streamed = (UpstreamAnswer.Streamed) client.send(target(client), SMALL, true, attempt);
            try (var stream = new SseJsonStream(
                    streamed.exchange(), attempt, new EventReader(new ObjectMapper().reader()), 4_096, 300_000)) {
                assertThat(stream.next()).isPresent();
                stream.begun();
                stream.finishing();

                assertThat(stream.next()).isEmpty();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SOON);
        }
    }
}
