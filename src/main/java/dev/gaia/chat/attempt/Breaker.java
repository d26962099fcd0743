package dev.gaia.chat.attempt;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The circuit breaker of one route, or of one host: section 5 of the failure contract.
 *
 * <p>Not resilience4j's (2.3, read November 2026), which is used where its semantics fit, for the links between
 * segments. Four things do not: it opens by the share of one window, which has no room for "three in a row" beside it; a
 * result that comes late, from a call let in while it was closed, is counted among those of the one probe and decides for
 * it; its clock for the open time is the wall clock or a timer of its own, while no limit here may move with the wall
 * clock (F33); and it cannot be opened at once by one failure that leaves no hope, without overwriting what a probe found
 * meanwhile. Moments are nanoseconds of a monotonic clock.
 */
final class Breaker {

    /** What a breaker does with calls. */
    enum State {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    /** The leave to make one attempt. The first of its ends counts, and any after it does not. */
    final class Permit {

        /** Changes of state before it was given, by which late results are known. */
        private final long epoch;

        private final boolean probe;
        private boolean ended;

        private Permit(long epoch, boolean probe) {
            this.epoch = epoch;
            this.probe = probe;
        }

        long epoch() {
            return epoch;
        }

        boolean probe() {
            return probe;
        }

        /** Whose leave it is. */
        Breaker breaker() {
            return Breaker.this;
        }
    }

    private static final int BUCKETS = 10;
    private static final int DOUBLINGS_MAX = 16;
    private final BreakerLimits limits;
    private final RandomGenerator random;
    private final Consumer<State> changes;
    private final ReentrantLock lock = new ReentrantLock();
    private final int[] good = new int[BUCKETS];
    private final int[] bad = new int[BUCKETS];

    private State state = State.CLOSED;
    private long epoch;
    private int inRow;
    private int openings;
    private long openUntil;
    private boolean probing;
    private long bucket = Long.MIN_VALUE;

    /** @param changes told of every change of state */
    Breaker(BreakerLimits limits, RandomGenerator random, Consumer<State> changes) {
        this.limits = limits;
        this.random = random;
        this.changes = changes;
    }

    /** Leave for one attempt; empty when none may be made now. */
    Optional<Permit> tryAcquire(long now) {
        lock.lock();
        try {
            if (state == State.OPEN && now - openUntil >= 0) {
                change(State.HALF_OPEN);
            }
            return switch (state) {
                case CLOSED -> Optional.of(new Permit(epoch, false));
                case OPEN -> Optional.empty();
                case HALF_OPEN -> {
                    if (probing) {
                        yield Optional.empty();
                    }
                    probing = true;
                    yield Optional.of(new Permit(epoch, true));
                }
            };
        } finally {
            lock.unlock();
        }
    }

    /** Leave although there should be none, because nothing else is left to ask. */
    Permit force() {
        lock.lock();
        try {
            return new Permit(epoch, false);
        } finally {
            lock.unlock();
        }
    }

    /** The attempt had content and a proper end. */
    void succeeded(Permit permit, long now) {
        lock.lock();
        try {
            if (!end(permit)) {
                return;
            }
            inRow = 0;
            if (state == State.CLOSED) {
                count(good, now);
                if (halfFailed(now)) {
                    open(now);
                }
            } else {
                openings = 0;
                forget();
                change(State.CLOSED);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The attempt failed with a class that counts. */
    void failed(Permit permit, long now) {
        lock.lock();
        try {
            if (!end(permit)) {
                return;
            }
            if (state == State.CLOSED) {
                inRow++;
                count(bad, now);
                if (inRow >= limits.failuresInRow() || halfFailed(now)) {
                    open(now);
                }
            } else if (permit.probe()) {
                open(now);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The attempt failed in a way that leaves no hope for the next one. */
    void tripped(Permit permit, long now) {
        lock.lock();
        try {
            if (end(permit) && (state == State.CLOSED || permit.probe())) {
                open(now);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The attempt ended in a way that says nothing of the provider: refused, the caller left, our own fault. */
    void released(Permit permit) {
        lock.lock();
        try {
            if (end(permit) && permit.probe()) {
                probing = false;
            }
        } finally {
            lock.unlock();
        }
    }

    /** How long until an attempt may be made; 0 when now, or as soon as a probe under way has ended. */
    long waitNanos(long now) {
        lock.lock();
        try {
            return state == State.OPEN ? Math.max(0, openUntil - now) : 0;
        } finally {
            lock.unlock();
        }
    }

    /** True when an attempt would be refused now. */
    boolean refuses(long now) {
        lock.lock();
        try {
            return switch (state) {
                case CLOSED -> false;
                case OPEN -> now - openUntil < 0;
                case HALF_OPEN -> probing;
            };
        } finally {
            lock.unlock();
        }
    }

    State state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    /** False when the attempt had an end before, or the state has changed since it began. */
    private boolean end(Permit permit) {
        boolean counts = !permit.ended && permit.epoch == epoch;
        permit.ended = true;
        return counts;
    }

    private void open(long now) {
        long time = Math.min(limits.openNanos() << openings, limits.openMaxNanos());
        openings = Math.min(openings + 1, DOUBLINGS_MAX);
        // Workers that lost a provider together, or started together while it was away, do not look for it together.
        openUntil = now + time - (long) (Math.min(limits.spreadNanos(), time) * random.nextDouble());
        forget();
        change(State.OPEN);
    }

    private void change(State next) {
        state = next;
        epoch++;
        probing = false;
        changes.accept(next);
    }

    private void forget() {
        inRow = 0;
        Arrays.fill(good, 0);
        Arrays.fill(bad, 0);
    }

    private void count(int[] results, long now) {
        roll(now);
        results[(int) Math.floorMod(bucket, (long) BUCKETS)]++;
    }

    private boolean halfFailed(long now) {
        roll(now);
        int failures = sum(bad);
        int results = failures + sum(good);
        return results >= limits.resultsMin() && failures * 2 >= results;
    }

    /** Empties the parts of the window that have passed. */
    private void roll(long now) {
        long current = Math.floorDiv(now, Math.max(1, limits.windowNanos() / BUCKETS));
        if (bucket == Long.MIN_VALUE) {
            bucket = current;
        }
        long passed = Math.min(BUCKETS, current - bucket);
        for (long i = 1; i <= passed; i++) {
            int index = (int) Math.floorMod(bucket + i, (long) BUCKETS);
            good[index] = 0;
            bad[index] = 0;
        }
        bucket = Math.max(bucket, current);
    }

    private static int sum(int[] results) {
        int sum = 0;
        for (int result : results) {
            sum += result;
        }
        return sum;
    }
}
