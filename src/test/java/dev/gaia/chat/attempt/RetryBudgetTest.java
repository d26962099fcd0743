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
    void isFullAgainAfterTheWindow() {
        assertThat(extras(0)).isEqualTo(10);
        assertThat(extras(9 * SECOND)).isZero();
        assertThat(extras(10 * SECOND)).isEqualTo(10);
        assertThat(extras(1_000 * SECOND)).isEqualTo(10);
    }
}
