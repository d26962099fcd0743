package dev.gaia.chat.attempt;

import dev.gaia.chat.rescue.Seam;
import java.time.Duration;

/**
 * A {@link Seam} and the time it has: its clock begins with the first word of the model that goes on, since what that
 * model thinks before is no text (failures 11.4). For one thread.
 */
final class Joining {

    private final Seam seam;
    private final long mostNanos;
    private long from;
    private boolean spoken;

    /**
     * Of a text and one that goes on with it.
     *
     * @param most time from the first word until it must be clear where they join
     */
    Joining(String delivered, Seam.Mode mode, Duration most) {
        this.seam = new Seam(delivered, mode, Seam.anchorOf(delivered));
        this.mostNanos = most.toNanos();
    }

    /** More text of the model that goes on. */
    Seam.Decision offer(String text) {
        if (!spoken) {
            spoken = true;
            from = System.nanoTime();
        }
        var decision = seam.offer(text);
        return decision instanceof Seam.Hold ? look() : decision;
    }

    /** Decides when the time is up. */
    Seam.Decision look() {
        return spoken && System.nanoTime() - from > mostNanos ? seam.expire() : new Seam.Hold();
    }

    /**
     * That model says no more.
     *
     * @param reason as {@link Seam#finish} takes it
     */
    Seam.Decision finish(String reason) {
        return seam.finish(reason);
    }
}
