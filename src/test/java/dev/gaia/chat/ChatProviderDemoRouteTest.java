package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gaia.error.Failure;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Without any key. */
class ChatProviderDemoRouteTest {

    @Test
    void answersAndSaysThatItIsSimulated() {
        var settings = Map.of("gaia.mappings-dir", "mappings", "gaia.chat.demo-pace", "1ms");
        try (var segment = ChatSegment.start(settings, ChatSegment.away())) {
            var answer = segment.chat("ann", "{\"message\":\"What is 2+2?\"}").json();

            assertThat(answer.path("response").asText()).contains("4");
            assertThat(answer.path("model").asText()).isEqualTo("gaia-demo");
            assertThat(answer.path("provider").asText()).isEqualTo("demo");
            assertThat(answer.at("/_metadata/simulated").asBoolean()).isTrue();

            segment.chat("ann", "{\"message\":\"My name is Ann\"}");
            var chunks = ChatSegment.chunks(
                    segment.chat("ann", "{\"message\":\"What is my name?\",\"stream\":true}").stream());

            assertThat(ChatSegment.text(chunks)).contains("Ann");
            assertThat(chunks.getLast().at("/_metadata/simulated").asBoolean()).isTrue();
            assertThat(chunks).hasSizeGreaterThan(4);
        }
    }

    @Test
    void isRefusedInProduction() {
        var settings = Map.of("gaia.mappings-dir", "mappings", "gaia.environment", "production");
        try (var segment = ChatSegment.start(settings, ChatSegment.away())) {
            assertThatThrownBy(() -> segment.chat("ann", "{\"message\":\"Hello\"}"))
                    .isInstanceOfSatisfying(Failure.class, failure -> {
                        assertThat(failure.status()).isEqualTo(503);
                        assertThat(failure.detail().asText()).startsWith("No model provider is configured");
                    });
            assertThat(segment.status("ann").path("message_count").asInt()).isZero();
        }
    }
}
