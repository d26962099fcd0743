package dev.gaia.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.Hub;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every bound a hostile or broken client can run into, over real sockets. */
class EdgeLimitsIT {

    private static final String HEAD = "POST /t/echo HTTP/1.1\r\nHost: x\r\n";

    private static final EdgeRoutes ROUTES = new EdgeRoutes();

    private static Hub hub;

    @BeforeAll
    static void start() {
        hub = EdgeHub.start(
                ROUTES,
                Map.of(
                        "gaia.gateway.body-max-bytes", "100000",
                        "gaia.gateway.requests-max", "3",
                        "gaia.gateway.head-timeout", "500ms",
                        "gaia.gateway.body-timeout", "500ms",
                        "gaia.gateway.idle-timeout", "1500ms"));
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void refusesAnnouncedBodyBeyondTheLimit() throws IOException {
        try (var client = new RawClient(hub.port())) {
            String answer =
                    client.send(HEAD + "Content-Length: 10000000000\r\n\r\nxxx").readToEnd();

            assertThat(answer)
                    .startsWith("HTTP/1.1 413 Request Entity Too Large")
                    .contains("connection: close")
                    .endsWith("{\"detail\":\"Request body too large; the limit is 100000 bytes\"}");
        }
    }

    @Test
    void refusesChunkedBodyBeyondTheLimit() throws IOException {
        try (var client = new RawClient(hub.port())) {
            client.send(HEAD + "Transfer-Encoding: chunked\r\n\r\n");
            String chunk = "2000\r\n" + "x".repeat(0x2000) + "\r\n";
            for (int i = 0; i < 20; i++) {
                client.send(chunk);
            }

            assertThat(client.readAnswer()).startsWith("HTTP/1.1 413").contains("the limit is 100000 bytes");
        }
    }

    @Test
    void takesBodyOfExactlyTheLimit() {
        assertThat(hub.post("/t/echo", "x".repeat(100_000)).statusCode()).isEqualTo(200);
        assertThat(hub.post("/t/echo", "x".repeat(100_001)).statusCode()).isEqualTo(413);
    }

    @Test
    void asksForBodyOnlyWhenItWillTakeIt() throws IOException {
        try (var client = new RawClient(hub.port())) {
            client.send(HEAD + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100 Continue");
            assertThat(client.send("{}").readAnswer())
                    .startsWith("HTTP/1.1 200 OK")
                    .endsWith("{}");
        }
        try (var client = new RawClient(hub.port())) {
            client.send(HEAD + "Expect: 100-continue\r\nContent-Length: 200000\r\n\r\n");
            assertThat(client.readAnswer()).startsWith("HTTP/1.1 413");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
                "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
                "Content-Length: 2, 3\r\n\r\n{} ",
                "Content-Length: +2\r\n\r\n{}",
                "Content-Length: -2\r\n\r\n{}",
                "Content-Length: 2x\r\n\r\n{}",
                "Content-Length : 2\r\n\r\n{}",
                "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
                "X-Bad: a\u0000b\r\n\r\n",
                "X Bad: a\r\n\r\n",
                "Bad\r\n\r\n"
            })
    void refusesRequestWhoseEndIsUnclear(String rest) throws IOException {
        try (var client = new RawClient(hub.port())) {
            String answer = client.send(HEAD + rest + "GET /t/hello HTTP/1.1\r\nHost: x\r\n\r\n")
                    .readToEnd();

            assertThat(answer).startsWith("HTTP/1.1 400 Bad Request").doesNotContain("hello");
        }
    }

    @Test
    void refusesOversizedHeads() throws IOException {
        try (var client = new RawClient(hub.port())) {
            assertThat(client.send("GET /" + "a".repeat(9_000) + " HTTP/1.1\r\nHost: x\r\n\r\n")
                            .readAnswer())
                    .matches("(?s)HTTP/1.\\d 414 .*");
        }
        try (var client = new RawClient(hub.port())) {
            assertThat(client.send("GET / HTTP/1.1\r\nX-A: " + "a".repeat(17_000) + "\r\n\r\n")
                            .readAnswer())
                    .startsWith("HTTP/1.1 431");
        }
        try (var client = new RawClient(hub.port())) {
            assertThat(client.send("GET /t/hello HTTP/1.1\r\n" + "A: b\r\n".repeat(200) + "\r\n")
                            .readAnswer())
                    .startsWith("HTTP/1.1 431");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\u0016\u0003\u0001\u0002", "GET / HTTP/9.9\r\n\r\n", "GET\r\n\r\n", "\u0000\u0000\r\n\r\n"})
    void answersNonsenseWithoutHarm(String bytes) throws IOException {
        try (var client = new RawClient(hub.port())) {
            String answer = client.send(bytes).readToEnd();

            assertThat(answer).matches("(?s)(HTTP/\\d.\\d [45]\\d\\d .*)?");
        }
        assertThat(hub.get("/t/hello").statusCode()).isEqualTo(200);
    }

    @Test
    void refusesHeadThatTricklesIn() throws Exception {
        try (var client = new RawClient(hub.port())) {
            client.send("GET /t/hello HTTP/1.1\r\n");
            var answered = new CountDownLatch(1);
            var trickle = Thread.startVirtualThread(() -> {
                try {
                    for (int i = 0; i < 50 && !answered.await(50, TimeUnit.MILLISECONDS); i++) {
                        client.send("a");
                    }
                } catch (IOException | InterruptedException e) {
                    // The server has closed, as it should.
                }
            });

            String answer = client.readAnswer();

            assertThat(answer).startsWith("HTTP/1.1 408").endsWith("{\"detail\":\"Request did not arrive in time\"}");
            answered.countDown();
            trickle.join();
        }
    }

    @Test
    void refusesBodyThatTricklesIn() throws IOException {
        try (var client = new RawClient(hub.port())) {
            String answer = client.send(HEAD + "Content-Length: 100\r\n\r\n{").readToEnd();

            assertThat(answer).startsWith("HTTP/1.1 408");
        }
    }

    @Test
    void closesConnectionThatIdles() throws IOException {
        try (var client = new RawClient(hub.port())) {
            client.send("GET /t/hello HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.readAnswer()).startsWith("HTTP/1.1 200");
            assertThat(client.in().read()).isEqualTo(-1);
        }
    }

    @Test
    void refusesMoreRequestsThanItCanHold() throws Exception {
        var latches = new java.util.ArrayList<CountDownLatch>();
        var running = new java.util.ArrayList<CompletableFuture<String>>();
        for (int i = 0; i < 3; i++) {
            running.add(CompletableFuture.supplyAsync(() -> hub.get("/t/wait").body()));
            latches.add(ROUTES.waiting());
        }

        var refused = hub.get("/t/hello");
        latches.forEach(CountDownLatch::countDown);

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("retry-after")).contains("1");
        assertThat(refused.body()).isEqualTo("{\"detail\":\"Too many requests in progress; try again in a moment\"}");
        running.forEach(answer -> assertThat(answer.join()).isEqualTo("waited"));
        await().untilAsserted(() -> assertThat(hub.get("/t/hello").statusCode()).isEqualTo(200));
    }

    @Test
    void refusesOverloadInTheFormOfTheOperation() throws Exception {
        var latches = new java.util.ArrayList<CountDownLatch>();
        var running = new java.util.ArrayList<CompletableFuture<String>>();
        for (int i = 0; i < 3; i++) {
            running.add(CompletableFuture.supplyAsync(() -> hub.get("/t/wait").body()));
            latches.add(ROUTES.waiting());
        }

        var openai = hub.post("/t/openai", "{}");
        var anthropic = hub.post("/t/anthropic", "{}", "X-Request-Id", "the-request");
        var formless = hub.post("/t/formless", "{}");
        latches.forEach(CountDownLatch::countDown);

        assertThat(openai.statusCode()).isEqualTo(503);
        assertThat(openai.headers().firstValue("retry-after")).contains("1");
        assertThat(openai.headers().firstValue("content-type")).contains("application/json");
        assertThat(openai.body())
                .isEqualTo("{\"error\":{\"message\":\"Too many requests in progress; try again in a moment\","
                        + "\"type\":\"api_error\",\"param\":null,\"code\":\"gateway_overloaded\"}}");
        assertThat(anthropic.statusCode()).isEqualTo(529);
        assertThat(anthropic.headers().firstValue("retry-after")).contains("1");
        assertThat(anthropic.headers().firstValue("x-request-id")).contains("the-request");
        assertThat(anthropic.body())
                .isEqualTo("{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
                        + "\"message\":\"Too many requests in progress; try again in a moment\"},"
                        + "\"request_id\":\"the-request\"}");
        assertThat(formless.statusCode()).isEqualTo(503);
        assertThat(formless.headers().firstValue("retry-after")).contains("1");
        assertThat(formless.body()).isEqualTo("{\"detail\":\"Too many requests in progress; try again in a moment\"}");
        running.forEach(answer -> assertThat(answer.join()).isEqualTo("waited"));
        await().untilAsserted(() -> assertThat(hub.get("/t/hello").statusCode()).isEqualTo(200));
    }

    @ParameterizedTest
    @CsvSource({
        "413, request_too_large, 'Content-Length: 10000000000\\r\\n\\r\\nxxx'",
        "408, request_timeout, 'Content-Length: 100\\r\\n\\r\\n{'",
        "400, bad_request, 'Transfer-Encoding: gzip, chunked\\r\\n\\r\\n'",
        "400, bad_request, 'Transfer-Encoding: chunked\\r\\n\\r\\nzz\\r\\n\\r\\n'"
    })
    void refusesBodyInTheFormOfTheOperation(int status, String code, String rest) throws IOException {
        String tail = rest.translateEscapes();
        try (var client = new RawClient(hub.port())) {
            assertThat(client.send("POST /t/openai HTTP/1.1\r\nHost: x\r\n" + tail)
                            .readToEnd())
                    .startsWith("HTTP/1.1 " + status)
                    .contains("connection: close", "{\"error\":{\"message\":")
                    .endsWith("\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"" + code + "\"}}");
        }
        try (var client = new RawClient(hub.port())) {
            assertThat(client.send("POST /t/anthropic HTTP/1.1\r\nHost: x\r\n" + tail)
                            .readToEnd())
                    .startsWith("HTTP/1.1 " + status)
                    .contains("connection: close", "{\"type\":\"error\",\"error\":{\"type\":\"")
                    .contains("\"request_id\":\"");
        }
    }

    @Test
    void refusesHeadAndMethodInTheFormOfTheOperation() throws IOException {
        for (String head : List.of("A: " + "a".repeat(17_000) + "\r\n", "A: b\r\n".repeat(200))) {
            try (var client = new RawClient(hub.port())) {
                assertThat(client.send("POST /t/openai HTTP/1.1\r\n" + head + "\r\n")
                                .readAnswer())
                        .startsWith("HTTP/1.1 431")
                        .endsWith("\"code\":\"headers_too_large\"}}");
            }
        }
        assertThat(hub.get("/t/anthropic").statusCode()).isEqualTo(405);
        assertThat(hub.get("/t/anthropic").headers().firstValue("allow")).contains("POST");
        assertThat(hub.get("/t/anthropic").body()).contains("\"type\":\"invalid_request_error\"");
    }

    @Test
    void answersPipelinedRequestsInOrder() throws IOException {
        try (var client = new RawClient(hub.port())) {
            var requests = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                String body = "{\"n\":" + i + "}";
                requests.append(HEAD + "Content-Length: " + body.length() + "\r\n\r\n" + body);
            }
            client.send(requests.toString());

            for (int i = 0; i < 20; i++) {
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 200").endsWith("{\"n\":" + i + "}");
            }
        }
    }

    @Test
    void keepsConnectionOpenAcrossErrors() throws IOException {
        try (var client = new RawClient(hub.port())) {
            client.send("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.readAnswer()).startsWith("HTTP/1.1 404").doesNotContain("connection: close");
            client.send("GET /t/hello HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.readAnswer()).startsWith("HTTP/1.1 200");
            client.send("PUT /t/hello HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde");
            assertThat(client.readAnswer()).startsWith("HTTP/1.1 405");
            client.send("GET /t/hello HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.readAnswer()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void answersOldClientAndCloses() throws IOException {
        try (var client = new RawClient(hub.port())) {
            String answer = client.send("GET /t/hello HTTP/1.0\r\n\r\n").readToEnd();

            assertThat(answer).contains(" 200 OK").endsWith("hello");
        }
        try (var client = new RawClient(hub.port())) {
            String answer = client.send("GET /t/input HTTP/1.0\r\n\r\n").readToEnd();

            assertThat(answer).contains(" 200 OK").doesNotContain("chunked");
            assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4)).hasSize(100_000);
        }
    }
}
