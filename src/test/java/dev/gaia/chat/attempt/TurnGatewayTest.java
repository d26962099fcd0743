package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.chat.attempt.Candidate.Traits;
import org.junit.jupiter.api.Test;

class TurnGatewayTest {

    private static final Candidate FIRST = candidate("openai", "first");
    private static final Candidate SECOND = candidate("claude", "second");

    private final TurnGateway turn = new TurnGateway(FIRST);

    private static Candidate candidate(String provider, String model) {
        return new Candidate(provider, provider, model, false, Traits.UNKNOWN);
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
        turn.wrote(FIRST, 5, true);

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
        turn.wrote(FIRST, 5, false);
        turn.beginCall();
        turn.wrote(FIRST, 3, true);
        turn.resumed();
        turn.wrote(SECOND, 4, true);

        assertThat(turn.object().path("served").toString())
                .isEqualTo("[{\"provider\":\"openai\",\"model\":\"first\",\"completion_tokens\":5},"
                        + "{\"provider\":\"openai\",\"model\":\"first\",\"completion_tokens\":3},"
                        + "{\"provider\":\"claude\",\"model\":\"second\",\"completion_tokens\":4}]");
    }

    @Test
    void isTruncatedWhenTheClientHasTextOfAnyCall() {
        turn.wrote(FIRST, 5, false);
        assertThat(turn.brokeOff(false)).isFalse();

        turn.beginCall();
        turn.wrote(FIRST, 5, true);
        turn.beginCall();
        assertThat(turn.brokeOff(false)).isTrue();
        assertThat(turn.object().path("truncated").asBoolean()).isTrue();
    }
}
