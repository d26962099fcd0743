package dev.gaia.chat.attempt;

/**
 * A time in which a route, or a key, is left alone: as long as the provider asked for, or else a first time that
 * doubles up to a longest one as long as nothing went well. Moments are nanoseconds of a monotonic clock.
 */
final class Pause {

    private final long firstNanos;
    private final long maxNanos;
    private boolean any;
    private long until;
    private boolean hinted;
    private long hintedUntil;
    private long lastNanos;

    Pause(long firstNanos, long maxNanos) {
        this.firstNanos = firstNanos;
        this.maxNanos = maxNanos;
    }

    /** Begins a pause of the hinted time, or makes the present one longer. */
    synchronized void begin(long now, long hintNanos) {
        if (!hinted || now + hintNanos - hintedUntil > 0) {
            hintedUntil = now + hintNanos;
            hinted = true;
        }
        if (!any || now + hintNanos - until > 0) {
            until = now + hintNanos;
            any = true;
        }
    }

    /**
     * Begins a pause without a hint, unless one is under way.
     *
     * @return whether it is the first one since something went well
     */
    synchronized boolean begin(long now) {
        boolean first = lastNanos == 0;
        if (left(now) == 0) {
            lastNanos = lastNanos == 0 ? firstNanos : Math.min(lastNanos * 2, maxNanos);
            until = now + lastNanos;
            any = true;
        }
        return first;
    }

    /** Something went well, so that the next pause is a first one; one under way goes on. */
    synchronized void forget() {
        lastNanos = 0;
    }

    /** Nanoseconds until the end of what the provider asked for; 0 when it did not, or that is over. */
    synchronized long hintedLeft(long now) {
        return hinted ? Math.max(0, hintedUntil - now) : 0;
    }

    /** Nanoseconds until its end; 0 when there is none. */
    synchronized long left(long now) {
        return any ? Math.max(0, until - now) : 0;
    }
}
