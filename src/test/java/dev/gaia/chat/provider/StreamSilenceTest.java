package dev.gaia.chat.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Only the silence of the provider is counted, whatever its reader does meanwhile (failures F09, F18). */
class StreamSilenceTest {

    private static final long IDLE = seconds(10);
    private static final long PINGED = seconds(60);
    private static final long LOOK = Duration.ofMillis(50).toNanos();

    /** As a clock that overflows may show. */
    private static final long START = Long.MAX_VALUE - seconds(5);

    private final StreamSilence silence = new StreamSilence(IDLE, PINGED);
    private long now = START;

    private static long seconds(long count) {
        return Duration.ofSeconds(count).toNanos();
    }

    private void begin() {
        silence.open(now);
        silence.arrived(now);
        silence.content(now);
    }

    private void pass(long nanos, boolean behind) {
        for (long passed = 0; passed < nanos; passed += LOOK) {
            now += LOOK;
            silence.look(now, behind);
        }
    }

    /** Then, and not before. */
    private void assertTooLongAfter(long nanos) {
        pass(nanos, false);
        assertThat(silence.tooLong(now)).isFalse();
        pass(LOOK, false);
        assertThat(silence.tooLong(now)).isTrue();
    }

    @Test
    void isTooLongAfterTheIdleLimit() {
        begin();

        assertTooLongAfter(IDLE);
    }

    @Test
    void isPutOffBySignsOfLifeNoLongerThanTheirLimit() {
        begin();

        for (long passed = 0; passed < PINGED; passed += seconds(5)) {
            pass(seconds(5), false);
            assertThat(silence.tooLong(now)).isFalse();
            silence.arrived(now);
        }
        pass(LOOK, false);
        assertThat(silence.tooLong(now)).isTrue();
    }

    @Test
    void doesNotCountWhileItsReaderIsBehind() {
        begin();
        pass(seconds(9), false);

        pass(seconds(3_600), true);

        pass(seconds(1), false);
        assertThat(silence.tooLong(now)).isFalse();
    }

    @Test
    void givesAProviderThatWasHeldBackAsLongAgainToNotice() {
        begin();
        pass(seconds(4), true);

        assertTooLongAfter(IDLE + seconds(4));
    }

    @Test
    void givesNoMoreThanItsBoundToNotice() {
        begin();
        pass(seconds(3_600), true);

        assertTooLongAfter(IDLE + StreamSilence.NOTICE_MAX_NANOS);
    }

    /** What comes first may have lain in buffers while the provider waited, and goes on waiting. */
    @Test
    void givesThreeTimesAsLongAfterWhatMayHaveComeBefore() {
        begin();
        pass(seconds(4), true);
        silence.arrived(now);
        silence.content(now);

        assertTooLongAfter(IDLE + seconds(12));
    }

    @Test
    void countsAsEverOnceTheProviderHasHadItsTimeToNotice() {
        begin();
        pass(seconds(4), true);
        silence.arrived(now);
        pass(seconds(13), false);
        silence.arrived(now);
        silence.content(now);

        assertTooLongAfter(IDLE);
    }

    @Test
    void givesNothingForAMomentOfBeingBehind() {
        begin();
        pass(LOOK, true);
        silence.arrived(now);
        silence.content(now);

        assertTooLongAfter(IDLE);
    }

    @Test
    void doesNotCountAgainstSignsOfLifeWhileItsReaderIsBehind() {
        begin();
        pass(seconds(120), true);

        // a part of an event, in which its reader finds no content yet
        silence.arrived(now);

        pass(seconds(9), false);
        assertThat(silence.tooLong(now)).isFalse();
    }

    @Test
    void doesNotCountWhileNobodyLooks() {
        begin();

        now += seconds(3_600);
        silence.look(now, false);

        assertThat(silence.tooLong(now)).isFalse();
    }

    @Test
    void countsFromTheContentThatItsReaderFindsLate() {
        begin();
        pass(seconds(5), false);
        silence.arrived(now);
        pass(seconds(30), true);

        silence.content(now);

        assertTooLongAfter(IDLE + StreamSilence.NOTICE_MAX_NANOS);
    }
}
