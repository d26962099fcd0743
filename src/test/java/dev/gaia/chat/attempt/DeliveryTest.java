package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.attempt.Candidate.Traits;
import dev.gaia.chat.catalogue.TokenEstimate;
import org.junit.jupiter.api.Test;

class DeliveryTest {

    private static final JsonNode CALL = JsonNodeFactory.instance.objectNode();
    private static final String LONG = "word ".repeat(Delivery.KEPT_MAX / 5 + 1);

    /** Counts one token for each character, so that it is told from our own estimate. */
    private static final TokenCounts EXACT = new TokenCounts() {
        @Override
        public long tokens(Candidate candidate, String text) {
            return text.length();
        }

        @Override
        public long promptTokens(Candidate candidate, JsonNode call) {
            return 7;
        }
    };

    private final ObjectNode turn = Usage.none();
    private final Delivery delivery =
            new Delivery(candidate("first"), EXACT, new TurnGateway(candidate("first"), turn));

    private static Candidate candidate(String model) {
        return new Candidate("openai", "openai", model, false, Traits.UNKNOWN);
    }

    @Test
    void takesTheLastCountsOfAnAnswerAndAddsThoseOfTheModelsThatWroteIt() {
        delivery.usage(usage(20, 1));
        delivery.usage(usage(20, 60));
        assertThat(delivery.endPart(CALL, true)).isFalse();
        delivery.beginPart(candidate("second"));
        delivery.usage(usage(80, 5));
        assertThat(delivery.endPart(CALL, true)).isFalse();

        assertThat(delivery.sum()).isEqualTo(usage(100, 65));
    }

    private static JsonNode usage(long input, long output) {
        var usage = Usage.none();
        Usage.estimate(usage, input, output);
        return usage;
    }

    @Test
    void countsTheTextOfAPartThatBrokeOff() {
        delivery.text("some words");

        assertThat(delivery.endPart(CALL, false)).isTrue();

        assertThat(Usage.output(delivery.part())).isEqualTo(10);
    }

    @Test
    void countsPromptAndTextForAReaderWhoLeftOnce() {
        delivery.usage(Usage.none().put("input_tokens", 20).put("output_tokens", 1));
        delivery.text("some words that came");

        var counts = delivery.leave(CALL);

        assertThat(Usage.input(counts)).isEqualTo(20);
        assertThat(Usage.output(counts)).isGreaterThan(1);
        assertThat(delivery.leave(CALL)).isEmpty();
        delivery.endPart(CALL, false);
        assertThat(delivery.sum()).isEqualTo(counts);
        assertThat(turn.path("delivered").asBoolean()).isTrue();
    }

    @Test
    void countsNothingForAReaderWhoLeftBeforeASuccessorSpoke() {
        delivery.text("some words");
        delivery.endPart(CALL, false);

        assertThat(delivery.leave(CALL)).isEmpty();
    }

    @Test
    void estimatesATextThatIsTooLongToBeKept() {
        delivery.text(LONG);

        delivery.endPart(CALL, false);

        assertThat(delivery.tooLong()).isTrue();
        assertThat(delivery.text()).isEmpty();
        assertThat(Usage.output(delivery.part())).isEqualTo(TokenEstimate.ofWeight(TokenEstimate.weight(LONG)));
    }

    @Test
    void estimatesThePartOfASuccessorThatMadeItTooLong() {
        delivery.text("some words");
        delivery.endPart(CALL, false);
        delivery.beginPart(candidate("second"));
        delivery.text(LONG);

        delivery.endPart(CALL, false);

        assertThat(Usage.output(delivery.part())).isEqualTo(TokenEstimate.ofWeight(TokenEstimate.weight(LONG)));
        assertThat(Usage.output(delivery.sum())).isEqualTo(10 + TokenEstimate.ofWeight(TokenEstimate.weight(LONG)));
    }
}
