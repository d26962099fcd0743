package dev.gaia.chat.provider;

/**
 * Tells when a stream that has begun is silent for too long, by a clock that stands while nobody reads: neither what a
 * slow client holds up nor a process that stood still is the silence of the provider (failures F18). Moments are those
 * of {@link System#nanoTime()}, times are nanoseconds.
 *
 * <p>A provider that was held back may not know at once that it can go on: where the room that it is told of is less
 * than one segment (64 KiB on a loopback), or that word is lost, its TCP asks after pauses that double for as long as
 * it had to wait. So it gets as long again as it was held back, up to {@link #NOTICE_MAX_NANOS}; and when something has
 * come, three times as long from then on: that may have lain in this machine's buffers all the time, and a provider that
 * asks once more while there is still too little room asks the next time after twice that pause.
 *
 * <p>The reader tells of content, the event loop of everything else; so no moment has two writers, and none is lost.
 */
final class StreamSilence {

    /** Longest time between two looks that counts: who looks later did not read either. */
    static final long LOOK_MAX_NANOS = 250_000_000;

    /** Being held back for less lets no TCP fall silent: its first pause is as long. */
    private static final long NOTICE_MIN_NANOS = 200_000_000;

    /** How often the time for which it was held back a provider gets that sends again, but not all it has. */
    private static final int NOTICE_TIMES = 3;

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
    /** By when the provider must have noticed that it is read again. */
    private long noticedBy;

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
        noticedBy = now;
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
        long held = stood - stoodBefore;
        arrivedAt = time(now);
        stoodBefore = stood;
        if (held >= NOTICE_MIN_NANOS) {
            noticedBy = later(noticedBy, arrivedAt + Math.min(NOTICE_TIMES * held, NOTICE_MAX_NANOS));
        }
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
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
        long content = later(contentAt, noticedBy);
        boolean pinged = arrivedAt - content > 0;
        return pinged ? time - arrivedAt > idle || time - content > pingedIdle : time - content > idle;
    }
}
