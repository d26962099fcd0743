package dev.gaia.chat.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is remembered of a dialogue is written into requests as it is, with either kind of writer. */
class WrittenJsonTest {

    private final ObjectMapper mapper = new ObjectMapper();

    @ParameterizedTest
    // The second fits in no buffer of Jackson's, so that it is written by another way.
    @ValueSource(ints = {1, 20_000})
    void isWrittenIntoBytesAndIntoText(int times) throws JsonProcessingException {
        var content = "Grüße \"🤖\"\n".repeat(times);
        var dialogue = JsonNodeFactory.instance.arrayNode();
        dialogue.add(HistoryEntry.message("user", content)).add(HistoryEntry.message("assistant", content));

        // The second writing uses what the first one kept.
        for (int writing = 0; writing < 2; writing++) {
            assertReads(new String(mapper.writeValueAsBytes(dialogue), StandardCharsets.UTF_8), content);
            assertReads(mapper.writeValueAsString(dialogue), content);
        }
    }

    private void assertReads(String json, String content) throws JsonProcessingException {
        var read = mapper.readTree(json);
        assertThat(read).hasSize(2);
        assertThat(read.get(0).path("role").asText()).isEqualTo("user");
        assertThat(read.get(1).path("role").asText()).isEqualTo("assistant");
        assertThat(read)
                .allSatisfy(
                        message -> assertThat(message.path("content").asText()).isEqualTo(content));
    }
}
