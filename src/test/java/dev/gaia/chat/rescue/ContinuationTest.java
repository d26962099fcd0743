package dev.gaia.chat.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sections 11.2 and 11.3 of the failure contract. */
class ContinuationTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String TOLD = "Go on after: {anchor}!";
    private static final String DELIVERED = "Once upon a time there was a king who had three daughters \n";

    private static JsonNode limited(String limit) throws JsonProcessingException {
        return MAPPER.readTree("{\"max_tokens\":" + limit + "}");
    }

    @ParameterizedTest
    @CsvSource({
        "100, 100, 40, 60",
        "100, 100, 90, 16",
        "100, 100, 100, 16",
        "100000, 64000, 500, 64000",
        "64100, 64000, 500, 63600",
        "null, 64000, 500, 64000",
        "100, null, 40, 60",
        "null, null, 40, -1"
    })
    void leavesWhatWasNotDeliveredAndTheNextModelCanSay(String limit, String fitted, long delivered, long left)
            throws Exception {
        assertThat(Continuation.tokensLeft(limited(limit), limited(fitted), delivered))
                .isEqualTo(left < 0 ? OptionalLong.empty() : OptionalLong.of(left));
    }

    @Test
    void isUsedUpWhenAllTokensWereDelivered() throws Exception {
        assertThat(Continuation.usedUp(limited("4"), 4)).isTrue();
        assertThat(Continuation.usedUp(limited("5"), 4)).isFalse();
        assertThat(Continuation.usedUp(limited("null"), 4)).isFalse();
    }

    @Test
    void namesTheLastWordsInTheInstruction() {
        var document = Continuation.document(DELIVERED, "instruction", TOLD, OptionalLong.of(20));

        assertThat(document.path("instruction").asText())
                .isEqualTo("Go on after: there was a king who had three daughters!");
        assertThat(document.path("max_tokens").asLong()).isEqualTo(20);
    }

    @ParameterizedTest
    @CsvSource({"prefill, true", "flag, true", "prefix, true", "instruction, false"})
    void endsWithoutWhiteSpaceWhereItIsTheBeginningOfTheAnswer(String mode, boolean prefilled) {
        var document = Continuation.document(DELIVERED, mode, TOLD, OptionalLong.empty());

        assertThat(document.path("delivered").asText()).isEqualTo(prefilled ? DELIVERED.strip() : DELIVERED);
        assertThat(document.path("mode").asText()).isEqualTo(mode);
        assertThat(document.path("max_tokens").isNull()).isTrue();
        assertThat(Continuation.prefilled(document)).isEqualTo(prefilled);
    }

    @Test
    void beginsAfreshWhenThereIsNoText() {
        var document = Continuation.document(" \n", "prefill", TOLD, OptionalLong.empty());

        assertThat(document.path("mode").asText()).isEqualTo("afresh");
        assertThat(Continuation.prefilled(document)).isFalse();
    }
}
