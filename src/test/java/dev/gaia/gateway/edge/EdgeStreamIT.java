package dev.gaia.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.Hub;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Streamed answers over real sockets. */
class EdgeStreamIT {

    private static final EdgeRoutes ROUTES = new EdgeRoutes();
    private static final String REQUEST = "GET /t/stream HTTP/1.1\r\nHost: x\r\n\r\n";

    private static Hub hub;

    @BeforeAll
    static void start() {
        hub = EdgeHub.start(ROUTES, Map.of("gaia.gateway.stall-timeout", "3s"));
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void sendsEveryPieceWhenItIsThere() throws Exception {
        var answer = open();
        TestPieces pieces = ROUTES.stream();
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream; charset=utf-8");
        assertThat(answer.headers().firstValue("cache-control")).contains("no-cache");

        InputStream body = answer.body();
        for (int i = 0; i < 5; i++) {
            String piece = "data: " + i + "\n\n";
            pieces.put(piece);
            assertThat(text(body, piece.length())).isEqualTo(piece);
        }
        pieces.end();

        assertThat(body.read()).isEqualTo(-1);
        assertThat(pieces.closed().await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void neverCompressesStreams() throws Exception {
        var answer = hub.httpClient()
                .send(
                        hub.request("/t/stream", "Accept-Encoding", "gzip").build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        ROUTES.stream().put("x".repeat(5000)).end();

        assertThat(answer.headers().firstValue("content-encoding")).isEmpty();
        assertThat(answer.body().readAllBytes()).hasSize(5000);
    }

    @Test
    void keepsConnectionForNextRequestAfterStream() throws Exception {
        try (var client = new RawClient(hub.port())) {
            client.send(REQUEST + REQUEST);
            ROUTES.stream().put("one").end();
            assertThat(client.readUntil("0\r\n\r\n")).startsWith("HTTP/1.1 200").contains("3\r\none\r\n");
            ROUTES.stream().put("two").end();
            assertThat(client.readUntil("0\r\n\r\n")).startsWith("HTTP/1.1 200").contains("3\r\ntwo\r\n");
        }
    }

    @Test
    void copiesOrdinaryInputStream() {
        assertThat(hub.get("/t/input").body()).hasSize(100_000);
    }

    @Test
    void breaksConnectionWhenTheSourceBreaks() throws Exception {
        try (var client = new RawClient(hub.port())) {
            client.send(REQUEST);
            ROUTES.stream().put("one").breakOff();

            String answer = client.readToEnd();

            assertThat(answer).contains("3\r\none\r\n").doesNotContain("0\r\n\r\n");
        }
    }

    @Test
    void closesSourceWithinSecondWhenTheClientLeaves() throws Exception {
        for (boolean reset : List.of(false, true)) {
            try (var client = new RawClient(hub.port())) {
                client.send(REQUEST);
                TestPieces pieces = ROUTES.stream().put("one");
                client.readUntil("one");

                if (reset) {
                    client.reset();
                } else {
                    client.leave();
                }

                assertThat(pieces.closed().await(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void interruptsRouteWhenTheClientLeaves() throws Exception {
        try (var client = new RawClient(hub.port())) {
            client.send("GET /t/wait HTTP/1.1\r\nHost: x\r\n\r\n");
            ROUTES.waiting();
            client.leave();

            assertThat(ROUTES.interrupted().await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void answersClientThatOnlyEndedItsSide() throws Exception {
        try (var client = new RawClient(hub.port())) {
            client.send(REQUEST).endOutput();
            TestPieces pieces = ROUTES.stream().put("data: one\n\n");
            client.readUntil(":\n\n");
            client.readUntil(":\n\n");
            pieces.put("data: two\n\n").end();

            assertThat(client.readToEnd()).contains("data: two\n\n").endsWith("0\r\n\r\n");
        }
        try (var client = new RawClient(hub.port())) {
            client.send("GET /t/wait HTTP/1.1\r\nHost: x\r\n\r\n").endOutput();
            client.readUntil("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
            ROUTES.waiting().countDown();

            assertThat(client.readToEnd()).contains("HTTP/1.1 200");
        }
    }

    @Test
    void noticesWhenClientThatEndedItsSideLeaves() throws Exception {
        try (var client = new RawClient(hub.port())) {
            client.send(REQUEST).endOutput();
            TestPieces pieces = ROUTES.stream().put("data: one\n\n");
            client.readUntil(":\n\n");
            client.leave();

            assertThat(pieces.closed().await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void slowReaderHoldsBackItsOwnSourceOnly() throws Exception {
        try (var slow = new RawClient(hub.port(), 4096)) {
            slow.send(REQUEST);
            TestPieces endless = ROUTES.stream();
            byte[] piece = new byte[16 * 1024];
            for (int i = 0; i < 4000; i++) {
                endless.put(piece);
            }
            await().until(() -> endless.taken() > 0);

            var answer = open();
            ROUTES.stream().put("quick").end();
            assertThat(text(answer.body(), 5)).isEqualTo("quick");
            assertThat(hub.get("/t/hello").statusCode()).isEqualTo(200);

            int taken = settled(endless);
            assertThat(taken).isLessThan(1000);
        }
    }

    @Test
    void cutsOffClientThatTakesNothing() throws Exception {
        try (var stuck = new RawClient(hub.port(), 4096)) {
            stuck.send(REQUEST);
            TestPieces endless = ROUTES.stream();
            byte[] piece = new byte[16 * 1024];
            for (int i = 0; i < 4000; i++) {
                endless.put(piece);
            }

            assertThat(endless.closed().await(15, TimeUnit.SECONDS)).isTrue();
        }
        try (var stuck = new RawClient(hub.port(), 4096)) {
            stuck.send("GET /t/large?length=60000000 HTTP/1.1\r\nHost: x\r\n\r\n");

            await().atMost(Duration.ofSeconds(15))
                    .until(() -> hub.bean(Admission.class).connections() <= 1);
        }
    }

    @Test
    void answersNoMoreThanTheClientTakes() throws Exception {
        int before = ROUTES.largeAnswers();
        try (var greedy = new RawClient(hub.port(), 65_536)) {
            greedy.send("GET /t/large?length=1000000 HTTP/1.1\r\nHost: x\r\n\r\n".repeat(40));

            await().until(() -> hub.bean(Admission.class).connections() == 0 || ROUTES.largeAnswers() > before);
            await().during(Duration.ofMillis(300)).until(() -> ROUTES.largeAnswers() < before + 20);
            for (int i = 0; i < 40; i++) {
                assertThat(greedy.readAnswer()).startsWith("HTTP/1.1 200").hasSizeGreaterThan(1_000_000);
            }
        }
    }

    @Test
    void carriesManyStreamsAtOnce() throws Exception {
        int streams = 200;
        var answers = new ArrayList<RawClient>();
        var sources = new ArrayList<TestPieces>();
        for (int i = 0; i < streams; i++) {
            answers.add(new RawClient(hub.port()).send(REQUEST));
        }
        for (int i = 0; i < streams; i++) {
            sources.add(ROUTES.stream());
        }
        for (int n = 0; n < 10; n++) {
            for (TestPieces source : sources) {
                source.put("piece " + n + "\n");
            }
        }
        sources.forEach(TestPieces::end);

        for (RawClient answer : answers) {
            String body = answer.readUntil("0\r\n\r\n");
            int at = 0;
            for (int n = 0; n < 10; n++) {
                at = body.indexOf("piece " + n, at);
                assertThat(at).isPositive();
            }
            answer.close();
        }
    }

    private static int settled(TestPieces pieces) {
        int[] last = {-1};
        await().pollInterval(Duration.ofMillis(100)).until(() -> {
            int before = last[0];
            last[0] = pieces.taken();
            return before == last[0];
        });
        return last[0];
    }

    private static HttpResponse<InputStream> open() throws IOException, InterruptedException {
        return hub.httpClient().send(hub.request("/t/stream").build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    private static String text(InputStream in, int length) throws IOException {
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
