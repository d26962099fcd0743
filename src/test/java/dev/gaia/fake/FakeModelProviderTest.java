package dev.gaia.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FakeModelProviderTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final FakeModelProvider PROVIDER = FakeModelProvider.start();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @BeforeEach
    void forget() {
        PROVIDER.reset();
    }

    @AfterAll
    static void stop() {
        PROVIDER.close();
    }

    @Test
    void answersUnknownModelAsOpenAiDoes() throws Exception {
        var answer = openAi("gpt-anything", false);

        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(answer.headers().firstValue("x-request-id")).isPresent();
        var document = MAPPER.readTree(answer.body());
        assertThat(document.at("/id").asText()).startsWith("chatcmpl-");
        assertThat(document.at("/object").asText()).isEqualTo("chat.completion");
        assertThat(document.at("/model").asText()).isEqualTo("gpt-anything");
        assertThat(document.at("/choices/0/message/content").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(document.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(document.at("/usage/total_tokens").asInt()).isGreaterThan(12);
    }

    @Test
    void streamsRoleFirstThenTextThenUsageThenDone() throws Exception {
        var answer = openAi("fake-stream-3x1ms", true);

        assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream; charset=utf-8");
        var events = List.of(answer.body().split("\n\n"));
        assertThat(events).allSatisfy(event -> assertThat(event).startsWith("data: "));
        assertThat(data(events.get(0)).at("/choices/0/delta/role").asText()).isEqualTo("assistant");
        assertThat(events.subList(1, 4))
                .extracting(event -> data(event).at("/choices/0/delta/content").asText())
                .containsExactly("p0 ", "p1 ", "p2 ");
        assertThat(data(events.get(3)).has("usage")).isTrue();
        assertThat(data(events.get(4)).at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(data(events.get(5)).at("/usage/completion_tokens").asInt()).isEqualTo(3);
        assertThat(events.get(6)).isEqualTo("data: [DONE]");
    }

    @Test
    void streamsAnthropicEventsInOrder() throws Exception {
        var answer = anthropic("fake-stream-2x1ms", true);

        assertThat(answer.body().lines().filter(line -> line.startsWith("event: ")))
                .containsExactly(
                        "event: message_start",
                        "event: content_block_start",
                        "event: ping",
                        "event: content_block_delta",
                        "event: content_block_delta",
                        "event: content_block_stop",
                        "event: message_delta",
                        "event: message_stop");
        assertThat(answer.body()).contains("\"text\":\"p1 \"").contains("\"stop_reason\":\"end_turn\"");
    }

    @Test
    void answersAsAnthropicDoes() throws Exception {
        var document = MAPPER.readTree(anthropic("claude-anything", false).body());

        assertThat(document.at("/type").asText()).isEqualTo("message");
        assertThat(document.at("/content/0/text").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(document.at("/stop_reason").asText()).isEqualTo("end_turn");
        assertThat(document.at("/usage/input_tokens").asInt()).isEqualTo(12);
    }

    @Test
    void echoesTheLastUserMessage() throws Exception {
        assertThat(content(openAi("fake-echo", false))).isEqualTo("How are you?");
    }

    @Test
    void callsToolsInBothFormats() throws Exception {
        var openAi = openAi("fake-two-tool-calls", true).body();
        var anthropic = anthropic("fake-tool-call", true).body();

        assertThat(openAi).contains("\"finish_reason\":\"tool_calls\"").contains("call_fake_");
        assertThat(anthropic).contains("input_json_delta").contains("\"stop_reason\":\"tool_use\"");
        assertThat(MAPPER.readTree(openAi("fake-tool-call", false).body())
                        .at("/choices/0/message/tool_calls/0/function/arguments")
                        .asText())
                .isEqualTo("{\"city\":\"Nürnberg\",\"unit\":\"celsius\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "fake-error-500, 500, api_error",
        "fake-error-401, 401, authentication_error",
        "fake-error-429, 429, rate_limit_error",
        "fake-anthropic-overloaded-529, 529, overloaded_error"
    })
    void answersErrorsOfStatus(String model, int status, String type) throws Exception {
        var anthropic = anthropic(model, true);

        assertThat(anthropic.statusCode()).isEqualTo(status);
        assertThat(MAPPER.readTree(anthropic.body()).at("/error/type").asText()).isEqualTo(type);
        assertThat(openAi(model, false).statusCode()).isEqualTo(status);
    }

    @Test
    void tellsQuotaFromRateLimit() throws Exception {
        assertThat(openAi("fake-error-429-quota", false).body()).contains("insufficient_quota");
        var limited = openAi("fake-error-429-retry-7", false);
        assertThat(limited.headers().firstValue("retry-after")).contains("7");
        assertThat(limited.body()).contains("rate_limit_exceeded");
    }

    @Test
    void cutsStreamAfterSoManyPieces() {
        var stream = assertBroken("fake-cut-after-3");

        assertThat(stream).contains("p2 ").doesNotContain("p3 ").doesNotContain("\r\n0\r\n");
    }

    @Test
    void resetsConnection() {
        assertThatThrownBy(() -> raw("fake-reset-after-3"))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void hangsUpBeforeStatusLine() {
        assertThat(assertBroken("fake-hang-up")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fake-cut", "fake-reset", "fake-hang-up"})
    void breaksDocuments(String model) {
        assertThatThrownBy(() -> openAi(model, false)).isInstanceOf(IOException.class);
    }

    @Test
    void endsWithoutFinish() throws Exception {
        assertThat(openAi("fake-no-finish", true).body())
                .contains("time.")
                .doesNotContain("stop")
                .doesNotContain("DONE");
        assertThat(openAi("fake-no-done", true).body()).contains("stop").doesNotContain("DONE");
        assertThat(anthropic("fake-no-done", true).body()).contains("end_turn").doesNotContain("message_stop");
    }

    @Test
    void answersWhatIsNoAnswer() throws Exception {
        assertThatThrownBy(() -> MAPPER.readTree(openAi("fake-malformed", false).body()))
                .isInstanceOf(IOException.class);
        assertThat(openAi("fake-html-200", true).body()).startsWith("<!DOCTYPE html>");
        assertThat(openAi("fake-empty", false).body()).isEmpty();
        assertThat(openAi("fake-empty", true).body()).isEmpty();
        assertThat(openAi("fake-nothing", true).body()).contains("\"finish_reason\":\"stop\"");
        assertThat(openAi("fake-error-event-after-2", true).body())
                .contains("p1 ")
                .endsWith("\"code\":\"server_error\"}}\n\n");
    }

    @Test
    void splitsLettersButKeepsThem() throws Exception {
        PROVIDER.behave("some-model", "fake-unicode");
        var whole = openAi("some-model", true).body();
        PROVIDER.behave("some-model", "fake-split");
        var split = openAi("some-model", true).body();

        assertThat(whole).contains("🙂👩‍🚀").contains("\\\"quoted\\\" \\\\");
        assertThat(contents(split)).isEqualTo(contents(whole));
    }

    @Test
    void endsLinesWithCarriageReturn() throws Exception {
        assertThat(openAi("fake-crlf", true).body()).contains("\r\n\r\ndata: [DONE]\r\n\r\n");
    }

    @Test
    void readsScriptFromLastUserMessage() throws Exception {
        var body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"fake-error-503 please\"}]}";

        assertThat(send("/v1/chat/completions", body).statusCode()).isEqualTo(503);
    }

    @Test
    void followsQueuedScriptsOnceEach() throws Exception {
        PROVIDER.next("fake-error-500", "fake-error-429");

        assertThat(openAi("m", false).statusCode()).isEqualTo(500);
        assertThat(openAi("m", false).statusCode()).isEqualTo(429);
        assertThat(openAi("m", false).statusCode()).isEqualTo(200);
    }

    @Test
    void recordsRequestsAndTheClientThatLeaves() throws Exception {
        var socket = connect("fake-stall-after-3");
        socket.getInputStream().read();
        await().until(() -> PROVIDER.lastRequest()
                .filter(request -> request.piecesSent() == 3)
                .isPresent());
        assertThat(PROVIDER.openAnswers()).isEqualTo(1);

        socket.close();

        await().until(() -> PROVIDER.openAnswers() == 0);
        var request = PROVIDER.lastRequest().orElseThrow();
        assertThat(request.path()).isEqualTo("/v1/chat/completions");
        assertThat(request.header("Content-Type")).contains("application/json");
        assertThat(request.body().at("/model").asText()).isEqualTo("fake-stall-after-3");
        assertThat(request.finished()).isFalse();
        assertThat(request.closedByClientAfter()).get().matches(after -> after.toMillis() < 30_000);
    }

    @Test
    void waitsForSlowReader() throws Exception {
        try (var socket = connect("fake-big-20000x0ms")) {
            await().during(Duration.ofMillis(200)).until(() -> sent(), held -> held > 10 && held < 15_000);
            int held = sent();
            socket.getInputStream().readNBytes(20_000_000);

            await().until(() -> sent() > held);
        }
    }

    @Test
    void delaysFirstPiece() throws Exception {
        long start = System.nanoTime();

        openAi("fake-slow-first-token-150ms", true);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(150));
    }

    @Test
    void refusesBodyThatIsNoJson() throws Exception {
        var request = HttpRequest.newBuilder(URI.create(PROVIDER.baseUrl() + "/chat/completions"))
                .POST(HttpRequest.BodyPublishers.ofString("{nonsense"))
                .build();

        assertThat(CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(400);
    }

    @Test
    void listsModels() throws Exception {
        var request = HttpRequest.newBuilder(URI.create(PROVIDER.baseUrl() + "/models"))
                .build();

        assertThat(CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body())
                .contains("\"object\":\"list\"");
    }

    private static int sent() {
        return PROVIDER.lastRequest().map(ReceivedRequest::piecesSent).orElse(0);
    }

    private static String content(HttpResponse<String> answer) throws IOException {
        return MAPPER.readTree(answer.body()).at("/choices/0/message/content").asText();
    }

    private static List<String> contents(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> data(line).at("/choices/0/delta/content").asText())
                .toList();
    }

    private static JsonNode data(String event) {
        try {
            return MAPPER.readTree(event.substring("data: ".length()));
        } catch (IOException e) {
            throw new AssertionError(event, e);
        }
    }

    private static HttpResponse<String> openAi(String model, boolean stream) throws Exception {
        return post("/v1/chat/completions", model, stream);
    }

    private static HttpResponse<String> anthropic(String model, boolean stream) throws Exception {
        return post("/v1/messages", model, stream);
    }

    private static HttpResponse<String> post(String path, String model, boolean stream) throws Exception {
        return send(path, body(model, stream));
    }

    private static HttpResponse<String> send(String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(PROVIDER.anthropicBaseUrl() + path))
                .timeout(Duration.ofSeconds(10))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String body(String model, boolean stream) {
        return """
                {"model":"%s","stream":%s,"stream_options":{"include_usage":true},"max_tokens":100,"messages":[
                {"role":"system","content":"Be brief."},{"role":"user","content":"Hello."},
                {"role":"assistant","content":"Hi."},{"role":"user","content":"How are you?"}]}""".formatted(model, stream);
    }

    /** Everything the provider sent before the connection ended, which must be no complete chunked answer. */
    private static String assertBroken(String model) {
        try {
            var answer = raw(model);
            assertThat(answer).doesNotEndWith("0\r\n\r\n");
            return answer;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String raw(String model) throws IOException {
        try (var socket = connect(model)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Socket connect(String model) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), PROVIDER.port());
        var body = body(model, true);
        socket.getOutputStream()
                .write(("POST /v1/chat/completions HTTP/1.1\r\nHost: fake\r\nContent-Type: application/json\r\n"
                                + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.UTF_8));
        return socket;
    }
}
