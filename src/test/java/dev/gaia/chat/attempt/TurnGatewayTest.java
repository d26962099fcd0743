package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.attempt.Candidate.Traits;
import org.junit.jupiter.api.Test;

class TurnGatewayTest {

    private static final Candidate FIRST = candidate("openai", "first");
    private static final Candidate SECOND = candidate("claude", "second");

    private final ObjectNode noted = Usage.none();
    private final TurnGateway turn = new TurnGateway(FIRST, noted);

    private static Candidate candidate(String provider, String model) {
        return new Candidate(provider, provider, model, false, Traits.UNKNOWN);
    }

    private static ObjectNode tokens(int output) {
        return Usage.none().put("input_tokens", 10).put("output_tokens", output);
    }

    @Test
    void namesTheOneThatWasWantedUntilSomebodyAnswers() {
        assertThat(turn.object().toString())
                .isEqualTo("{\"provider\":\"openai\",\"model\":\"first\",\"attempts\":0,\"fallback_used\":false,"
                        + "\"resumed\":false,\"truncated\":false}");
    }

    @Test
    void addsUpWhatItsCallsNeeded() {
        turn.beginCall();
        turn.attempts(1);
        turn.attempts(2);
        turn.skipped(1);
        turn.resumed();
        turn.beginCall();
        turn.attempts(1);
        turn.skipped(0);
        turn.skipped(2);
        turn.resumed();

        assertThat(turn.object().path("attempts").asInt()).isEqualTo(3);
        assertThat(turn.object().path("skipped_events").asInt()).isEqualTo(3);
        assertThat(turn.object().path("resumes").asInt()).isEqualTo(2);
    }

    @Test
    void leavesOutWhatDidNotHappen() {
        turn.beginCall();
        turn.skipped(0);
        turn.wrote(FIRST, tokens(5), true);

        assertThat(turn.object().has("skipped_events")).isFalse();
        assertThat(turn.object().has("resumes")).isFalse();
        assertThat(turn.object().has("served")).isFalse();
        assertThat(turn.object().has("usage_estimated")).isFalse();
    }

    @Test
    void keepsSayingWhatWasTrueOfAnEarlierCall() {
        turn.answeredBy(SECOND, true);
        turn.estimated();
        turn.beginCall();
        turn.answeredBy(FIRST, false);

        assertThat(turn.object().path("fallback_used").asBoolean()).isTrue();
        assertThat(turn.object().path("usage_estimated").asBoolean()).isTrue();
        assertThat(turn.object().path("model").asText()).isEqualTo("first");
    }

    @Test
    void listsEveryWriterOnceOneWasReplaced() {
        turn.wrote(FIRST, tokens(5), false);
        turn.beginCall();
        turn.wrote(FIRST, tokens(3), true);
        turn.resumed();
        turn.wrote(SECOND, tokens(4), true);

        assertThat(turn.object().path("served").toString())
                .isEqualTo("[{\"provider\":\"openai\",\"model\":\"first\",\"completion_tokens\":5},"
                        + "{\"provider\":\"openai\",\"model\":\"first\",\"completion_tokens\":3},"
                        + "{\"provider\":\"claude\",\"model\":\"second\",\"completion_tokens\":4}]");
    }

    @Test
    void listsTheWritersOfCallsThatFollowAResumedOne() {
        turn.wrote(FIRST, tokens(3), true);
        turn.resumed();
        turn.wrote(SECOND, tokens(4), true);
        turn.beginCall();
        turn.wrote(FIRST, tokens(5), true);

        assertThat(turn.object().path("served").findValuesAsText("completion_tokens"))
                .containsExactly("3", "4", "5");
        assertThat(turn.object().path("resumes").asInt()).isEqualTo(1);
    }

    @Test
    void notesWhatEachModelIsPaidFor() {
        turn.wrote(FIRST, tokens(3), true);
        turn.beginCall();
        turn.billed(SECOND, tokens(4).put("cached_tokens", 2));

        assertThat(noted.path("parts").toString())
                .isEqualTo("[{\"model\":\"first\",\"input_tokens\":10,\"output_tokens\":3,\"cached_tokens\":0},"
                        + "{\"model\":\"second\",\"input_tokens\":10,\"output_tokens\":4,\"cached_tokens\":2}]");
    }

    @Test
    void aCallThatBeginsAnAnswerAnewIsNotPaidForTheOneBefore() {
        turn.wrote(FIRST, tokens(3), true);

        new TurnGateway(SECOND, noted).billed(SECOND, tokens(4));

        assertThat(noted.path("parts").findValuesAsText("model")).containsExactly("second");
    }

    @Test
    void isTruncatedWhenTheClientHasTextOfAnyCall() {
        turn.wrote(FIRST, tokens(5), false);
        assertThat(turn.brokeOff(false)).isFalse();

        turn.beginCall();
        turn.wrote(FIRST, tokens(5), true);
        turn.beginCall();
        assertThat(turn.brokeOff(false)).isTrue();
        assertThat(turn.object().path("truncated").asBoolean()).isTrue();
    }
}
