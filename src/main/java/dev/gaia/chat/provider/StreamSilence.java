package dev.gaia.chat.provider;

/**
 * Tells when a stream that has begun is silent for too long, by a clock that stands while nobody reads: neither what a
 * slow client holds up nor a process that stood still is the silence of the provider (failures F18). Moments are those
 * of {@link System#nanoTime()}, times are nanoseconds.
 *
 * <p>A provider that was held back may not know at once that it can go on: where the room that it is told of is less
 * than one segment (64 KiB on a loopback), or that word is lost, its TCP asks after pauses that double for as long as
 * it had to wait. So it gets as long again as it was held back, up to {@link #NOTICE_MAX_NANOS}.
 *
 * <p>The reader tells of content, the event loop of everything else; so no moment has two writers, and none is lost.
 */
final class StreamSilence {

    /** Longest time between two looks that counts: who looks later did not read either. */
    static final long LOOK_MAX_NANOS = 250_000_000;

    /** Longest time that a provider gets to notice that it is read again. */
    static final long NOTICE_MAX_NANOS = 15_000_000_000L;

    private final long idle;
    private final long pingedIdle;

    private volatile long stood;
    private volatile long contentAt;
    private volatile boolean begun;
    private long arrivedAt;
    private long stoodBefore;
    private long lookedAt;

    /**
     * A stream of which nothing has come.
     *
     * @param idle between two pieces of content
     * @param pingedIdle the same while something else comes
     */
    StreamSilence(long idle, long pingedIdle) {
        this.idle = idle;
        this.pingedIdle = pingedIdle;
    }

    /** The head of the stream has come: from now on it is looked at. */
    void open(long now) {
        arrivedAt = now;
        lookedAt = now;
    }

    /** Looks from time to time whether it is the reader who is behind. */
    void look(long now, boolean behind) {
        long passed = now - lookedAt;
        lookedAt = now;
        long standing = behind ? passed : passed - LOOK_MAX_NANOS;
        if (standing > 0) {
            long before = stood;
            stood = before + standing;
        }
    }

    /** The moment by the clock that stands while nobody reads. */
    long time(long now) {
        return now - stood;
    }

    /** Something has come, content or not. */
    void arrived(long now) {
        arrivedAt = time(now);
        stoodBefore = stood;
    }

    /** The reader has found content in what came. */
    void content(long now) {
        contentAt = time(now);
        begun = true;
    }

    /** Whether there was any content. */
    boolean begun() {
        return begun;
    }

    /** True when no content has come for too long since the last one. */
    boolean tooLong(long now) {
        long time = time(now) - Math.min(stood - stoodBefore, NOTICE_MAX_NANOS);
        long content = contentAt;
        boolean pinged = arrivedAt - content > 0;
        return pinged ? time - arrivedAt > idle || time - content > pingedIdle : time - content > idle;
    }
}
