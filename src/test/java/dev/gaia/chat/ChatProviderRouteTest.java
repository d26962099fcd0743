package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gaia.error.Failure;
import dev.gaia.fake.FakeModelProvider;
import java.util.HashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatProviderRouteTest {

    private static FakeModelProvider provider;
    private static ChatSegment segment;

    @BeforeAll
    static void start() {
        provider = FakeModelProvider.start();
        var settings = new HashMap<>(ChatSegment.openAi(provider));
        settings.put("gaia.provider.endpoints.anthropic.base-url", provider.anthropicBaseUrl());
        settings.put("gaia.provider.endpoints.anthropic.key", "test-key-anthropic");
        settings.put("gaia.provider.first-token-timeout", "500ms");
        settings.put("gaia.provider.whole-timeout", "500ms");
        // What one test does to a provider must not matter to the next.
        settings.put("gaia.provider.attempts.breaker-failures", "1000");
        settings.put("gaia.provider.attempts.breaker-results", "1000");
        settings.put("gaia.provider.attempts.budget-floor", "1000");
        settings.put("gaia.provider.attempts.pause", "1ms");
        settings.put("gaia.provider.attempts.pause-max", "1ms");
        settings.put("gaia.provider.attempts.key-pause", "1ms");
        settings.put("gaia.provider.attempts.key-pause-max", "1ms");
        settings.put("gaia.provider.attempts.back-off", "20ms");
        settings.put("gaia.provider.attempts.gap-min", "10ms");
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
    }

    private static ChatSegment.Answer chat(String body) {
        return segment.chat("ann", body.replace('\'', '"'));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fake-error-500",
                "fake-error-401",
                "fake-error-429-quota",
                "fake-error-404",
                "fake-error-429",
                "fake-silent",
                "fake-hang-up",
                "fake-html-200",
                "fake-empty",
                "fake-nothing",
                "fake-error-event-after-0",
                "fake-no-finish"
            })
    void asksAnotherProviderWhenTheFirstGivesNoAnswer(String script) {
        provider.behave("claude-haiku-4-5", script);

        var answer = chat("{'message':'Who answers?'}").json();

        assertThat(answer.path("response").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(answer.path("fallback_used").asBoolean()).isTrue();
        assertThat(answer.path("provider").asText()).isEqualTo("openai");
        assertThat(answer.path("model").asText()).isEqualTo("gpt-6-luna");
        assertThat(answer.path("reasoning").asText()).contains("The provider claude failed");
        assertThat(answer.at("/gateway/fallback_used").asBoolean()).isTrue();
        assertThat(answer.at("/gateway/attempts").asInt())
                .isEqualTo(provider.requests().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fake-error-500",
                "fake-error-429",
                "fake-html-200",
                "fake-hang-up",
                "fake-cut-after-0",
                "fake-nothing"
            })
    void asksTheSameModelAgainAfterAFaultThatPasses(String script) {
        provider.next(script);

        var answer = chat("{'message':'Hello'}");

        assertThat(answer.json().path("provider").asText()).isEqualTo("claude");
        assertThat(answer.json().path("fallback_used").asBoolean()).isFalse();
        assertThat(answer.headers())
                .containsEntry("X-Gateway-Attempts", "2")
                .containsEntry("X-Gateway-Fallback", "false");
        assertThat(provider.requests()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fake-error-503", "fake-silent", "fake-stall-after-0", "fake-cut-after-0", "fake-nothing"})
    void asksAnotherProviderBeforeAStreamHasBegun(String script) {
        provider.behave("claude-haiku-4-5", script);

        var answer = chat("{'message':'Hello','stream':true}");

        assertThat(ChatSegment.text(ChatSegment.chunks(answer.stream()))).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(answer.headers())
                .containsEntry("X-Gateway-Provider", "openai")
                .containsEntry("X-Gateway-Fallback", "true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fake-cut-after-3", "fake-no-finish", "fake-error-event-after-3", "fake-stall-after-3"})
    void anotherProviderGoesOnWithAStreamThatBreaksOff(String script) {
        provider.behave("claude-haiku-4-5", script);
        provider.behave("gpt-6-luna", "fake-continue");

        var chunks = ChatSegment.chunks(
                chat("{'message':'Hello','stream':true,'stream_options':{'include_usage':true}}").stream());

        var text = ChatSegment.text(chunks);
        assertThat(text).endsWith(" and so it ends.");
        assertThat(chunks).noneMatch(chunk -> chunk.hasNonNull("error"));
        var last = chunks.stream()
                .filter(chunk -> chunk.at("/choices/0/finish_reason").isTextual())
                .findFirst()
                .orElseThrow();
        assertThat(last.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(last.at("/gateway/resumed").asBoolean()).isTrue();
        assertThat(last.at("/gateway/served")).hasSize(2);
        assertThat(last.path("model").asText()).isEqualTo("gpt-6-luna");
        assertThat(last.path("id")).isEqualTo(chunks.getFirst().path("id"));
        var sent = provider.lastRequest().orElseThrow().body().path("messages");
        assertThat(sent.path(sent.size() - 2).path("role").asText()).isEqualTo("assistant");
    }

    @Test
    void handsOnAnEmptyAnswerWhenNoModelHasMoreToSay() {
        provider.behave("claude-haiku-4-5", "fake-nothing");
        provider.behave("gpt-6-luna", "fake-nothing");

        var whole = chat("{'message':'Hello'}").json();
        assertThat(whole.path("response").asText("absent")).isEmpty();
        assertThat(whole.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(whole.path("model").asText()).isEqualTo("gpt-6-luna");
        assertThat(whole.at("/gateway/attempts").asInt()).isEqualTo(4);
        assertThat(provider.requests()).hasSize(4);

        var chunks = ChatSegment.chunks(chat("{'message':'Hello','stream':true}").stream());
        assertThat(ChatSegment.text(chunks)).isEmpty();
        assertThat(chunks)
                .noneMatch(chunk -> chunk.hasNonNull("error"))
                .anyMatch(chunk ->
                        "stop".equals(chunk.at("/choices/0/finish_reason").asText()));
    }

    @Test
    void asksNoOtherProviderWhenTheCallerWantsNone() {
        provider.behave("claude-haiku-4-5", "fake-error-500");

        assertThatThrownBy(() -> chat("{'message':'Hello','enable_fallback':false}"))
                .isInstanceOfSatisfying(Failure.class, failure -> {
                    assertThat(failure).hasMessageContaining("temporary fault");
                    assertThat(failure.headers()).containsEntry("x-should-retry", "false");
                });
        assertThat(provider.requests()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fake-error-400", "fake-refusal"})
    void takesARefusalToNoOtherProvider(String script) {
        provider.next(script);

        try {
            var answer = chat("{'message':'Hello'}").json();
            assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("content_filter");
        } catch (Failure failure) {
            assertThat(failure.status()).isEqualTo(500);
        }
        assertThat(provider.requests()).hasSize(1);
    }

    @Test
    void sendsTheSameCallInTheOtherProvidersForm() {
        provider.next("fake-error-401");
        chat("{'message':'Hello','temperature':1.5,'max_tokens':7}");

        var first = provider.requests().getFirst();
        var second = provider.requests().getLast();
        assertThat(first.path()).isEqualTo("/v1/messages");
        assertThat(first.body().path("temperature").asInt()).isEqualTo(1);
        assertThat(second.path()).isEqualTo("/v1/chat/completions");
        assertThat(second.body().path("temperature").asDouble()).isEqualTo(1.5);
        assertThat(second.body().path("max_completion_tokens").asInt()).isEqualTo(7);
        assertThat(second.headers().get("authorization")).isEqualTo("Bearer test-key-openai");
        assertThat(second.headers().contains("x-api-key")).isFalse();
    }
}
