package dev.gaia.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AllowanceTest {

    private final AtomicLong nanos = new AtomicLong();
    private final Allowance allowance = new Allowance(4, nanos::get);

    @Test
    void endsAfterOneSecondsWorthAndFillsUpEvenly() {
        assertThat(taken(10)).isEqualTo(4);

        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(500));
        assertThat(taken(10)).isEqualTo(2);

        nanos.addAndGet(TimeUnit.HOURS.toNanos(1));
        assertThat(taken(10)).isEqualTo(4);
    }

    @Test
    void takesBackWhatWasNotUsedButNeverMoreThanItHolds() {
        taken(4);
        allowance.giveBack();
        assertThat(taken(10)).isEqualTo(1);

        for (int i = 0; i < 20; i++) {
            allowance.giveBack();
        }
        assertThat(taken(10)).isEqualTo(4);
    }

    private int taken(int times) {
        int taken = 0;
        for (int i = 0; i < times; i++) {
            taken += allowance.take() ? 1 : 0;
        }
        return taken;
    }
}
