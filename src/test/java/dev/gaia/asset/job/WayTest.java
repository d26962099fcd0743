package dev.gaia.asset.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The score that decides how a request is met: the worked values of assets.md 3.3. */
class WayTest {

    private static final BigDecimal LIMIT = new BigDecimal("0.50");
    private static final Way IMAGE = Way.generation(new BigDecimal("0.04"));

    private static Way modified(double quality, int count) {
        return Way.hybrid(quality, Way.modificationCost(new BigDecimal("0.05"), count, LIMIT));
    }

    @Test
    void scoresAsTheWorkedValuesSay() {
        assertThat(Way.database(0.9).score(LIMIT)).isCloseTo(0.94794, within(1e-9));
        assertThat(modified(0.7, 1).score(LIMIT)).isCloseTo(0.74494, within(1e-9));
        assertThat(IMAGE.score(LIMIT)).isCloseTo(0.741, within(1e-9));
        assertThat(Way.generation(new BigDecimal("0.30")).score(LIMIT)).isCloseTo(0.585, within(1e-9));
    }

    @Test
    void takesAStoredAssetBeforeEverythingElse() {
        assertThat(Way.best(List.of(Way.database(0.9), modified(0.9, 1), IMAGE), LIMIT, 5000))
                .isEqualTo(Way.database(0.9));
    }

    @Test
    void takesAModifiedAssetNarrowlyBeforeANewImage() {
        assertThat(Way.best(List.of(modified(0.7, 1), IMAGE), LIMIT, 5000)).isEqualTo(modified(0.7, 1));
    }

    @Test
    void takesOfEqualWaysTheOneInTime() {
        // 0.73594 and 0.741 are equal within 0.01; only the first is done in time.
        assertThat(Way.best(List.of(modified(0.68, 1), IMAGE), LIMIT, 5000)).isEqualTo(modified(0.68, 1));
        // Neither is in time: the order in which they stand.
        assertThat(Way.best(List.of(modified(0.68, 1), IMAGE), LIMIT, 1000)).isEqualTo(modified(0.68, 1));
        // 0.71344 is not equal any more.
        assertThat(Way.best(List.of(modified(0.63, 1), IMAGE), LIMIT, 5000)).isEqualTo(IMAGE);
    }

    @ParameterizedTest
    @CsvSource({"1,0.0500", "3,0.1500", "5,0.2500", "6,0.2500"})
    void capsModificationsAtHalfOfTheHighestPrice(int count, BigDecimal cost) {
        assertThat(Way.modificationCost(new BigDecimal("0.05"), count, LIMIT)).isEqualByComparingTo(cost);
    }

    @Test
    void costsNothingToSearchWhenNothingMayBeSpent() {
        assertThat(Way.database(0.9).score(BigDecimal.ZERO)).isCloseTo(0.948, within(1e-9));
    }
}
