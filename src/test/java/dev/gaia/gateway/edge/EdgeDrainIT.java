package dev.gaia.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.gaia.Hub;
import dev.gaia.embedded.FreePort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;

/** How the edge starts and stops. */
class EdgeDrainIT {

    private static final String STREAM = "GET /t/stream HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String HELLO = "GET /t/hello HTTP/1.1\r\nHost: x\r\n\r\n";

    @Test
    void letsRunningRequestsEndAndRefusesNewOnes() throws Exception {
        var routes = new EdgeRoutes();
        Hub hub = EdgeHub.start(routes, Map.of("gaia.gateway.drain-timeout", "20s"));
        int port = hub.port();
        var availability = hub.bean(ApplicationAvailability.class);
        try (var streaming = new RawClient(port);
                var waiting = new RawClient(port);
                var kept = new RawClient(port)) {
            assertThat(kept.send(HELLO).readAnswer()).startsWith("HTTP/1.1 200");
            streaming.send(STREAM);
            TestPieces pieces = routes.stream().put("one");
            streaming.readUntil("one");
            waiting.send("GET /t/wait HTTP/1.1\r\nHost: x\r\n\r\n");
            var latch = routes.waiting();

            var closing = Thread.ofPlatform().start(hub::close);
            await().until(() -> availability.getReadinessState() == ReadinessState.REFUSING_TRAFFIC);

            await().untilAsserted(() -> {
                try (var newcomer = new RawClient(port)) {
                    assertRefused(newcomer);
                }
            });
            assertRefused(kept);
            try (var newcomer = new RawClient(port)) {
                assertThat(newcomer.send("POST /t/openai HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
                                .readToEnd())
                        .startsWith("HTTP/1.1 503")
                        .contains("connection: close", "retry-after: 1", "{\"error\":{\"message\":")
                        .endsWith("\"code\":\"gateway_overloaded\"}}");
            }
            try (var newcomer = new RawClient(port)) {
                assertThat(newcomer.send("POST /t/anthropic HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
                                .readToEnd())
                        .startsWith("HTTP/1.1 529")
                        .contains("connection: close", "retry-after: 1", "\"type\":\"overloaded_error\"");
            }
            pieces.put("two");
            streaming.readUntil("two");
            latch.countDown();
            assertThat(waiting.readToEnd())
                    .startsWith("HTTP/1.1 200")
                    .contains("connection: close")
                    .endsWith("waited");
            pieces.end();
            assertThat(streaming.readToEnd()).endsWith("0\r\n\r\n");
            closing.join(TimeUnit.SECONDS.toMillis(10));
            assertThat(closing.isAlive()).isFalse();
        }
    }

    private static void assertRefused(RawClient client) throws IOException {
        assertThat(client.send(HELLO).readToEnd())
                .startsWith("HTTP/1.1 503")
                .contains("connection: close", "retry-after: 1");
    }

    @Test
    void endsWhatOutlastsTheDrain() throws Exception {
        var routes = new EdgeRoutes();
        Hub hub = EdgeHub.start(routes, Map.of("gaia.gateway.drain-timeout", "300ms"));
        try (var streaming = new RawClient(hub.port())) {
            streaming.send(STREAM);
            TestPieces pieces = routes.stream().put("one");
            streaming.readUntil("one");

            hub.close();

            assertThat(pieces.closed().await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(streaming.readToEnd()).doesNotContain("0\r\n\r\n");
        }
    }

    @Test
    void asksEarlyCallersToComeBack() throws Exception {
        int port = FreePort.find();
        var go = new CountDownLatch(1);
        var routes = new EdgeRoutes().startingWhen(go);
        var starting = CompletableFuture.supplyAsync(
                () -> EdgeHub.start(routes, Map.of("gaia.gateway.port", Integer.toString(port))));
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/nowhere"))
                    .build();
            var early = await().ignoreException(ConnectException.class)
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> client.send(request, BodyHandlers.ofString()), answer -> true);
            assertThat(early.statusCode()).isEqualTo(503);
            assertThat(early.headers().firstValue("retry-after")).contains("1");
            assertThat(early.body()).isEqualTo("{\"detail\":\"Service is starting; try again in a moment\"}");
        } finally {
            go.countDown();
        }
        try (Hub hub = starting.get()) {
            assertThat(hub.get("/t/hello").statusCode()).isEqualTo(200);
            assertThat(hub.get("/nowhere").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void saysWhichPortIsTaken() {
        try (Hub first = EdgeHub.start(new EdgeRoutes(), Map.of())) {
            String port = Integer.toString(first.port());

            assertThatThrownBy(() -> EdgeHub.start(new EdgeRoutes(), Map.of("gaia.gateway.port", port)))
                    .hasStackTraceContaining("`gaia.gateway.port` is " + port + ", but 127.0.0.1:" + port
                            + " is taken; stop the other program or choose another port.");
        }
    }

    @Test
    void answersRoutesThatCameAndWent() throws Exception {
        try (Hub hub = EdgeHub.start(new EdgeRoutes(), Map.of())) {
            assertThat(hub.get("/t/hello").statusCode()).isEqualTo(200);

            hub.camel().getRouteController().stopRoute("t-hello");
            assertThat(hub.get("/t/hello").statusCode()).isEqualTo(404);

            hub.camel().getRouteController().startRoute("t-hello");
            assertThat(hub.get("/t/hello").statusCode()).isEqualTo(200);

            hub.camel().getRouteController().suspendRoute("t-hello");
            assertThat(hub.get("/t/hello").statusCode()).isEqualTo(503);
        }
    }
}
