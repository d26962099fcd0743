package dev.gaia.auth;

import java.util.function.LongSupplier;

/**
 * So many of something in a second: a bucket that holds one second's worth and fills up evenly. A library would bring a
 * back-end and a scheduler for what is one addition here.
 */
final class Allowance {

    private static final double NANOS_PER_SECOND = 1e9;

    private final double max;
    private final LongSupplier nanos;
    private double left;
    private long filledNanos;

    /** @param nanos a clock that never goes back, such as {@link System#nanoTime} */
    Allowance(int perSecond, LongSupplier nanos) {
        this.max = perSecond;
        this.nanos = nanos;
        this.left = perSecond;
        this.filledNanos = nanos.getAsLong();
    }

    /** False when there is none left. */
    synchronized boolean take() {
        long now = nanos.getAsLong();
        left = Math.min(max, left + (now - filledNanos) / NANOS_PER_SECOND * max);
        filledNanos = now;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }

    /** Gives back one that was not used up after all. */
    synchronized void giveBack() {
        left = Math.min(max, left + 1);
    }
}
