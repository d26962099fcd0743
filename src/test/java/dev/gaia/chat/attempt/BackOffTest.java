package dev.gaia.chat.attempt;

import static dev.gaia.chat.attempt.PlanRun.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackOffTest {

    private static final int CALLS = 200;

    private final BackOff backOff = new BackOff(TestSettings.attempts(Map.of()), new Random(1));

    /** What calls wait that failed together, so long after they began, in milliseconds. */
    private List<Long> waits(ProviderFailure failure, int tries, long sinceStartMillis) {
        long since = Duration.ofMillis(sinceStartMillis).toNanos();
        return LongStream.generate(() -> backOff.after(failure, tries, since))
                .limit(CALLS)
                .map(nanos -> nanos / 1_000_000)
                .boxed()
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"1, 150, 300", "2, 300, 600", "3, 600, 1200", "4, 1200, 2400", "5, 2000, 4000", "6, 2000, 4000"})
    void doublesUpToItsBoundAndIsSpreadOverTheUpperHalf(int tries, long least, long most) {
        var waits = waits(failure(Kind.TRANSIENT), tries, 1_000);

        assertThat(waits).allMatch(wait -> wait >= least && wait <= most);
        assertSpread(waits, (most - least) * 8 / 10);
    }

    @Test
    void spreadsFirstRetriesThatMayNotComeAtOnce() {
        var waits = waits(failure(Kind.TRANSIENT), 1, 5);

        assertThat(waits).allMatch(wait -> wait >= 195 && wait <= 300);
        assertSpread(waits, 80);
    }

    @Test
    void spreadsWhatComesAfterAHintOfAServerInTrouble() {
        var waits = waits(failure(Kind.TRANSIENT, Duration.ofSeconds(2)), 1, 5);

        assertThat(waits).allMatch(wait -> wait >= 2_000 && wait <= 2_200);
        assertSpread(waits, 150);
    }

    @Test
    void spreadsWhatComesAfterAHint() {
        var waits = waits(failure(Kind.RATE, Duration.ofSeconds(2)), 1, 5);

        assertThat(waits).allMatch(wait -> wait >= 2_000 && wait <= 2_200);
        assertSpread(waits, 150);
    }

    @ParameterizedTest
    @CsvSource({"5, 995", "950, 50", "1500, 0"})
    void spreadsWhatComesASecondAfterALimitThatAsksForLess(long sinceStartMillis, long least) {
        var waits = waits(failure(Kind.RATE, Duration.ZERO), 1, sinceStartMillis);

        assertThat(waits).allMatch(wait -> wait >= least && wait <= least + 100);
        assertSpread(waits, 80);
    }

    /** Also when calls wait for the little that is left of a pause. */
    @Test
    void spreadsWhatWaitsForTheEndOfAPause() {
        var waits = LongStream.generate(() -> backOff.hinted(1_000_000))
                .limit(CALLS)
                .map(nanos -> nanos / 1_000_000)
                .boxed()
                .toList();

        assertThat(waits).allMatch(wait -> wait >= 1);
        assertSpread(waits, 80);
    }

    /** No more of them within a tenth of the spread than twice their share. */
    private static void assertSpread(List<Long> waits, long leastMillis) {
        var summary = waits.stream().mapToLong(wait -> wait).summaryStatistics();
        long spread = summary.getMax() - summary.getMin();
        assertThat(spread).isGreaterThanOrEqualTo(leastMillis);
        for (long from = summary.getMin(); from < summary.getMax(); from += spread / 10) {
            long start = from;
            long within = waits.stream()
                    .mapToLong(wait -> wait)
                    .filter(wait -> wait >= start && wait < start + spread / 10)
                    .count();
            assertThat(within).as("from " + start).isLessThan(CALLS / 5);
        }
    }
}
