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

    private final ObjectNode document = Usage.none();
    private final TurnGateway turn = new TurnGateway(candidate("first"), document);
    private final Delivery delivery = new Delivery(candidate("first"), EXACT, turn);

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
        assertThat(delivery.sum().toString()).isEqualTo(counts.toString());
        assertThat(document.path("delivered").asBoolean()).isTrue();
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

    @Test
    void addsUpCachedTokensAndThoseOfThoughtsEachByItself() {
        delivery.usage(Usage.none().put("cached_tokens", 4).put("reasoning_tokens", 30));
        delivery.usage(usage(20, 60));
        delivery.endPart(CALL, true);
        delivery.beginPart(candidate("second"));
        delivery.usage(Usage.none().put("cached_tokens", 5).put("cache_write_tokens", 7));
        delivery.usage(usage(80, 5));
        delivery.endPart(CALL, true);

        var sum = Usage.none().put("cached_tokens", 9).put("reasoning_tokens", 30);
        sum.put("input_tokens", 100L).put("output_tokens", 65L).put("cache_write_tokens", 7);
        sum.properties()
                .forEach(count -> assertThat(delivery.sum().path(count.getKey()).asLong())
                        .as(count.getKey())
                        .isEqualTo(count.getValue().asLong()));
        assertThat(delivery.sum()).hasSameSizeAs(sum);
    }

    @Test
    void countsWhatWasHeldBackUntilItIsClearWhatOfItIsNew() {
        delivery.text("some words");
        delivery.endPart(CALL, false);
        delivery.beginPart(candidate("second"));
        delivery.held("some ");
        delivery.held("words and more");

        delivery.joined("some words");
        delivery.text(" and more");

        delivery.endPart(CALL, false);
        assertThat(Usage.output(delivery.part())).isEqualTo(TokenEstimate.of("some words") + 9);
    }

    @Test
    void countsWhatWasHeldBackForAReaderWhoLeft() {
        delivery.text("some words");
        delivery.endPart(CALL, false);
        delivery.beginPart(candidate("second"));
        delivery.held("some ");
        delivery.held("words and more");

        assertThat(Usage.output(delivery.leave(CALL))).isEqualTo(TokenEstimate.of("some words and more"));
    }

    @Test
    void paysForTextThatWasHeldBackAndNotUsedButNamesNobodyForIt() {
        delivery.text("some words");
        delivery.endPart(CALL, false);
        delivery.beginPart(candidate("second"));
        delivery.held("something else");
        delivery.endPart(CALL, false);
        delivery.beginPart(candidate("third"));
        turn.resumed();
        delivery.other(Usage.none().put("reasoning", "hm"));
        delivery.text("!");
        delivery.endPart(CALL, false);

        assertThat(turn.object().path("served").findValuesAsText("model")).containsExactly("first", "third");
        assertThat(Usage.output(delivery.sum())).isEqualTo(10 + TokenEstimate.of("something else") + 1);
    }

    @Test
    void hasSomethingOnceAModelSaidWhyItDoesNotAnswer() {
        assertThat(delivery.any()).isFalse();

        delivery.other(Usage.none().put("refusal", "No."));

        assertThat(delivery.any()).isTrue();
        assertThat(delivery.refusal()).isTrue();
    }
}
