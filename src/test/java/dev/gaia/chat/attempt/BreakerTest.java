package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.chat.attempt.Breaker.Permit;
import dev.gaia.chat.attempt.Breaker.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private static final BreakerLimits LIMITS =
            new BreakerLimits(3, 10, seconds(10), seconds(2), seconds(10), seconds(2));

    private long now = -5_000_000_000L;
    private final Breaker breaker = new Breaker(LIMITS, new Random(1), state -> {});

    private static long seconds(long count) {
        return Duration.ofSeconds(count).toNanos();
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            breaker.failed(breaker.tryAcquire(now).orElseThrow(), now);
        }
    }

    private void succeed(int times) {
        for (int i = 0; i < times; i++) {
            breaker.succeeded(breaker.tryAcquire(now).orElseThrow(), now);
        }
    }

    private Permit probe() {
        now += breaker.waitNanos(now);
        return breaker.tryAcquire(now).orElseThrow();
    }

    @Test
    void opensAfterThreeFailuresInARow() {
        fail(2);
        succeed(1);
        fail(2);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);

        fail(1);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.tryAcquire(now)).isEmpty();
        assertThat(breaker.waitNanos(now)).isBetween(1L, seconds(2));
    }

    @Test
    void opensAtOnceWhenThereIsNoHope() {
        succeed(5);
        breaker.tripped(breaker.tryAcquire(now).orElseThrow(), now);

        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void opensWhenHalfOfTheWindowFailed() {
        for (int i = 0; i < 5; i++) {
            succeed(1);
            assertThat(breaker.state()).isEqualTo(State.CLOSED);
            fail(1);
        }
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void opensWhenHalfOfTheWindowFailedThoughTheLastOneWentWell() {
        for (int i = 0; i < 2; i++) {
            fail(2);
            succeed(1);
        }
        fail(1);
        succeed(2);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);

        succeed(1);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void forgetsResultsThatLeftTheWindow() {
        for (int i = 0; i < 4; i++) {
            succeed(1);
            fail(1);
        }
        now += seconds(11);
        succeed(1);
        fail(1);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void letsOneProbeThroughAndClosesWhenItEndsWell() {
        fail(3);
        var probe = probe();

        assertThat(breaker.tryAcquire(now)).isEmpty();
        breaker.succeeded(probe, now);

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        fail(3);
        assertThat(breaker.waitNanos(now)).isLessThanOrEqualTo(seconds(2));
    }

    @Test
    void staysOpenLongerEachTimeAProbeFails() {
        fail(3);
        long[] most = {seconds(4), seconds(8), seconds(10), seconds(10), seconds(10)};
        for (long bound : most) {
            breaker.failed(probe(), now);
            assertThat(breaker.waitNanos(now)).isBetween(bound - seconds(2), bound);
        }
    }

    /** Processes that start together while a provider is away lose it together (failures F38). */
    @Test
    void spreadsTheProbesOfManyProcessesOverTwoSeconds() {
        var first = new ArrayList<Long>();
        var last = new ArrayList<Long>();
        for (int process = 0; process < 200; process++) {
            var one = new Breaker(LIMITS, new SplittableRandom(process), state -> {});
            for (int i = 0; i < 3; i++) {
                one.failed(one.tryAcquire(now).orElseThrow(), now);
            }
            first.add(one.waitNanos(now));
            long time = now;
            for (int i = 0; i < 3; i++) {
                time += one.waitNanos(time);
                one.failed(one.tryAcquire(time).orElseThrow(), time);
            }
            last.add(one.waitNanos(time));
        }

        assertThat(first).allMatch(wait -> wait > 0 && wait <= seconds(2));
        assertThat(first).anyMatch(wait -> wait < seconds(1) / 5).anyMatch(wait -> wait > seconds(9) / 5);
        assertThat(last).allMatch(wait -> wait >= seconds(8) && wait <= seconds(10));
        assertThat(last).anyMatch(wait -> wait < seconds(41) / 5).anyMatch(wait -> wait > seconds(49) / 5);
    }

    @Test
    void freesTheProbesPlaceWhenItEndsOddly() {
        fail(3);
        breaker.released(probe());

        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        assertThat(breaker.tryAcquire(now)).isPresent();
        assertThat(breaker.tryAcquire(now)).isEmpty();
    }

    @Test
    void takesOneEndOfAnAttempt() {
        var settled = breaker.tryAcquire(now).orElseThrow();
        breaker.succeeded(settled, now);
        fail(2);
        breaker.succeeded(settled, now);

        fail(1);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void ignoresLateResultsOfCallsLetInBefore() {
        var late = breaker.tryAcquire(now).orElseThrow();
        var later = breaker.tryAcquire(now).orElseThrow();
        fail(3);
        var probe = probe();

        breaker.failed(late, now);
        breaker.released(later);

        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        assertThat(breaker.tryAcquire(now)).isEmpty();
        breaker.succeeded(probe, now);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    /** Random sequences: at most one probe in flight, never stuck, never open beyond its bound. */
    @Test
    void keepsItsPromisesWhateverHappens() {
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            var states = new ArrayList<State>();
            var model = new Breaker(LIMITS, random, states::add);
            var flying = new ArrayList<Permit>();
            long time = random.nextLong();
            for (int step = 0; step < 400; step++) {
                time += random.nextLong(seconds(1));
                if (random.nextInt(3) > 0) {
                    Optional<Permit> permit = model.tryAcquire(time);
                    permit.ifPresent(flying::add);
                    assertThat(permit.isEmpty() && model.state() == State.CLOSED)
                            .isFalse();
                } else if (!flying.isEmpty()) {
                    end(model, flying.remove(random.nextInt(flying.size())), random.nextInt(3), time);
                }
                long newest = flying.stream().mapToLong(Permit::epoch).max().orElse(0);
                assertThat(flying.stream()
                                .filter(permit -> permit.probe() && permit.epoch() == newest)
                                .count())
                        .as("probes in flight, seed %d", seed)
                        .isLessThanOrEqualTo(1);
                assertThat(model.waitNanos(time)).isLessThanOrEqualTo(LIMITS.openMaxNanos());
            }
            for (var permit : flying) {
                model.released(permit);
            }
            time += LIMITS.openMaxNanos();
            var last = model.tryAcquire(time);
            assertThat(last).as("stuck, seed %d", seed).isPresent();
            if (last.get().probe()) {
                assertThat(model.tryAcquire(time))
                        .as("second probe, seed %d", seed)
                        .isEmpty();
                model.succeeded(last.get(), time);
                assertThat(model.state()).isEqualTo(State.CLOSED);
            }
        }
    }

    private static void end(Breaker model, Permit permit, int how, long time) {
        switch (how) {
            case 0 -> model.succeeded(permit, time);
            case 1 -> model.failed(permit, time);
            default -> model.released(permit);
        }
    }
}
