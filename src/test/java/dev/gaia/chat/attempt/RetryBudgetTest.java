package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final RetryBudget budget = new RetryBudget(0.2, 10, 10 * SECOND);

    private int extras(long now) {
        int count = 0;
        while (budget.tryExtra(now)) {
            count++;
        }
        return count;
    }

    @Test
    void alwaysHasTheFloor() {
        assertThat(extras(-SECOND)).isEqualTo(10);
        assertThat(budget.left(-SECOND)).isZero();
    }

    @Test
    void growsWithFirstAttempts() {
        for (int i = 0; i < 500; i++) {
            budget.countFirst(SECOND * i / 100);
        }
        assertThat(extras(5 * SECOND)).isEqualTo(100);
    }

    @Test
    void givesTheFloorOnceInAnyTenSeconds() {
        for (int tenth = 0; tenth < 10; tenth++) {
            var one = new RetryBudget(0.2, 10, 10 * SECOND);
            long begin = tenth * SECOND / 10 + SECOND / 20;
            for (int i = 0; i < 10; i++) {
                assertThat(one.tryExtra(begin)).isTrue();
            }

            for (long passed = 0; passed < 10 * SECOND; passed += SECOND / 20) {
                assertThat(one.tryExtra(begin + passed))
                        .as("after %d ms", passed / 1_000_000)
                        .isFalse();
            }
        }
    }

    @Test
    void isFullAgainAfterTheWindow() {
        assertThat(extras(0)).isEqualTo(10);
        assertThat(extras(9 * SECOND)).isZero();
        assertThat(extras(101 * SECOND / 10)).isEqualTo(10);
        assertThat(extras(1_000 * SECOND)).isEqualTo(10);
    }
}
