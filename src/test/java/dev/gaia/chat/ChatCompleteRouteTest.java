package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gaia.error.Failure;
import dev.gaia.fake.FakeModelProvider;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ChatCompleteRouteTest {

    private static FakeModelProvider provider;
    private static ChatSegment segment;

    @BeforeAll
    static void start() {
        provider = FakeModelProvider.start();
        var settings = new HashMap<>(ChatSegment.openAi(provider));
        settings.put("gaia.chat.default-provider", "openai");
        segment = ChatSegment.start(Map.copyOf(settings), ChatSegment.away());
    }

    @AfterAll
    static void stop() {
        segment.close();
        provider.close();
    }

    @Test
    void answersInBothFormsAtOnce() {
        var answer = segment.chat("ann", "{\"message\":\"Hello\"}").json();

        assertThat(answer.path("response").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
    }

    @Test
    void streamsChunksThatEndProperly() {
        var chunks = ChatSegment.chunks(segment.chat("bob", "{\"message\":\"Hello\",\"stream\":true}").stream());

        assertThat(ChatSegment.text(chunks)).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(chunks.getLast().at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    }

    @Test
    void refusesBlankMessage() {
        assertThatThrownBy(() -> segment.chat("ann", "{\"message\":\" \"}"))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.status()).isEqualTo(422));
    }
}
