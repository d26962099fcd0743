package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.fake.FakeModelProvider;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The segment with two providers and no database. */
class ChatCompleteRouteTest {

    private static FakeModelProvider provider;
    private static ChatSegment segment;

    @BeforeAll
    static void start() {
        provider = FakeModelProvider.start();
        var settings = new HashMap<>(ChatSegment.openAi(provider));
        settings.put("gaia.provider.endpoints.anthropic.base-url", provider.anthropicBaseUrl());
        settings.put("gaia.provider.endpoints.anthropic.key", "test-key-anthropic");
        settings.put("gaia.provider.first-token-timeout", "3s");
        settings.put("gaia.provider.idle-timeout", "500ms");
        settings.put("gaia.provider.rescue.enabled", "false");
        settings.put("gaia.provider.attempts.idle-timeout-alone", "500ms");
        settings.put("gaia.provider.attempts.breaker-failures", "1000");
        settings.put("gaia.provider.attempts.breaker-results", "1000");
        settings.put("gaia.provider.attempts.key-pause", "1ms");
        settings.put("gaia.provider.attempts.key-pause-max", "1ms");
        segment = ChatSegment.start(settings, ChatSegment.away());
    }

    @AfterAll
    static void stop() {
        segment.close();
        provider.close();
    }

    @BeforeEach
    void forget() {
        provider.reset();
        segment.events().clear();
    }

    private static ChatSegment.Answer chat(String user, String body) {
        return segment.chat(user, body.replace('\'', '"'));
    }

    private static List<String> subjects() {
        return segment.events().stream().map(ChatSegment.Event::subject).toList();
    }

    @Test
    void answersInBothFormsAtOnce() {
        var answer = chat("ann", "{'message':'Hello'}").json();

        assertThat(answer.path("response").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(answer.path("fallback_used").asBoolean()).isFalse();
        assertThat(answer.at("/usage/total_tokens").asInt()).isPositive();
        assertThat(answer.at("/_metadata/simulated").isMissingNode()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude", "openai"})
    void streamsChunksThatEndProperly(String name) {
        var answer = chat("bob", "{'message':'Hello','stream':true,'provider':'" + name + "'}");
        var chunks = ChatSegment.chunks(answer.stream());

        assertThat(ChatSegment.text(chunks)).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(chunks.getLast().at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(answer.headers()).containsEntry("X-Gateway-Provider", name);
    }

    @Test
    void tellsUsageInAStreamThatAskedForIt() {
        var chunks = ChatSegment.chunks(
                chat("cid", "{'message':'Hello','stream':true,'stream_options':{'include_usage':true}}").stream());

        assertThat(chunks.getLast().path("choices")).isEmpty();
        assertThat(chunks.getLast().at("/usage/total_tokens").asInt()).isPositive();
    }

    @Test
    void endsAStreamThatBreaksWithAnErrorAndRemembersNoAnswer() {
        provider.next("fake-cut-after-3");
        var data = ChatSegment.read(chat("dan", "{'message':'Hello','stream':true}").stream());

        assertThat(data.getLast()).isEqualTo("[DONE]");
        assertThat(data.get(data.size() - 2)).contains("chatcmpl-error-", "\"finish_reason\":\"error\"");
        assertThat(segment.status("dan").path("message_count").asInt()).isEqualTo(1);
        assertThat(subjects()).containsExactly("gaia.chat.message.start", "gaia.chat.message.failed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"fake-no-finish", "fake-malformed-after-2", "fake-error-event-after-2", "fake-stall-after-2"})
    void neverPassesAnUnfinishedStreamForAWholeAnswer(String script) {
        for (var name : List.of("claude", "openai")) {
            provider.next(script);
            var data = ChatSegment.read(
                    chat("eve", "{'message':'Hello','stream':true,'provider':'" + name + "'}").stream());

            assertThat(data.get(data.size() - 2)).as(name).contains("\"finish_reason\":\"error\"");
            assertThat(data).noneMatch(event -> event.contains("\"finish_reason\":\"stop\""));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fake-no-done", "fake-comments", "fake-split", "fake-crlf", "fake-no-usage"})
    void takesStreamsThatAreOnlyUnusual(String script) {
        for (var name : List.of("claude", "openai")) {
            provider.next(script);
            var chunks = ChatSegment.chunks(
                    chat("fay", "{'message':'Hello','stream':true,'provider':'" + name + "'}").stream());

            assertThat(chunks.getLast().at("/choices/0/finish_reason").asText())
                    .as(name)
                    .isEqualTo("stop");
        }
    }

    @Test
    void tellsStartAndCompletionOfATurn() {
        ChatSegment.read(chat("gil", "{'message':'Hello','stream':true}").stream());

        assertThat(subjects()).containsExactly("gaia.chat.message.start", "gaia.chat.message.complete");
        var start = segment.events().getFirst().body();
        var complete = segment.events().getLast().body();
        assertThat(complete.path("message_id")).isEqualTo(start.path("message_id"));
        assertThat(complete.path("user_id").asText()).isEqualTo("gil");
        assertThat(complete.path("status").asText()).isEqualTo("completed");
        assertThat(complete.at("/details/model").asText()).isEqualTo("claude-haiku-4-5");
        assertThat(complete.at("/details/total_tokens").asInt()).isPositive();
        assertThat(complete.toString()).doesNotContain("Hello");
    }

    @Test
    void tellsThatATurnFailedWhenItsReaderLeaves() {
        provider.next("fake-stream-50x100ms");
        chat("hal", "{'message':'Hello','stream':true}").stream().close();

        await().untilAsserted(() ->
                assertThat(subjects()).containsExactly("gaia.chat.message.start", "gaia.chat.message.failed"));
        assertThat(segment.status("hal").path("message_count").asInt()).isEqualTo(1);
    }

    @Test
    void saysWhichProviderFailureItWasWithoutQuotingTheProvider() {
        provider.next("fake-error-401", "fake-error-500", "fake-error-500");

        assertThatThrownBy(() -> chat("ida", "{'message':'Hello'}")).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.code()).isEqualTo(FailureCode.CHAT_PROVIDER_FAILED);
            assertThat(failure.detail().asText())
                    .isEqualTo("Chat completion failed: the model provider had a temporary fault");
        });
        assertThat(segment.status("ida").path("message_count").asInt()).isEqualTo(1);
        assertThat(subjects()).containsExactly("gaia.chat.message.start", "gaia.chat.message.failed");
    }

    @Test
    void refusesBlankMessage() {
        assertThatThrownBy(() -> chat("jon", "{'message':' '}"))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.status()).isEqualTo(422));
        assertThat(segment.events()).isEmpty();
        assertThat(segment.status("jon").path("has_history").asBoolean()).isFalse();
    }

    @Test
    void sendsTheClientsOwnDialogueInPlaceOfTheHistory() {
        chat("kim", "{'message':'Remember me'}");
        chat(
                "kim",
                "{'messages':[{'role':'system','content':'Be brief'},{'role':'user','content':'One'},"
                        + "{'role':'assistant','content':'Two'},{'role':'user','content':'Three'}]}");

        var sent = provider.lastRequest().orElseThrow().body();
        assertThat(sent.path("system").asText()).startsWith("You are Mu").endsWith("Be brief");
        assertThat(sent.path("messages").findValuesAsText("content")).containsExactly("One", "Two", "Three");
        assertThat(segment.status("kim").path("message_count").asInt()).isEqualTo(4);
    }

    @Test
    void neverMixesTheDialoguesOfTwoCallers() {
        chat("lea", "{'message':'My secret'}");
        chat("max", "{'message':'Hello'}");

        assertThat(provider.lastRequest().orElseThrow().body().toString()).doesNotContain("My secret");
    }
}
