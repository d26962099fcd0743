package dev.gaia.chat.attempt;

/**
 * How many attempts beyond the first of each call one provider gets: a share of the first attempts of a window, and a
 * floor, so that light traffic always has its retry. Section 6 of the failure contract. Moments are nanoseconds of a
 * monotonic clock.
 */
final class RetryBudget {

    /** One more than a window has, since the first and the last are in it with a part only. */
    private static final int BUCKETS = 101;

    private final double share;
    private final int floor;
    private final long bucketNanos;
    private final int[] first = new int[BUCKETS];
    private final int[] extra = new int[BUCKETS];
    private long bucket = Long.MIN_VALUE;

    /**
     * @param share of the first attempts, such as 0.2
     * @param floor extra attempts that are always allowed in a window
     */
    RetryBudget(double share, int floor, long windowNanos) {
        this.share = share;
        this.floor = floor;
        this.bucketNanos = Math.max(1, windowNanos / (BUCKETS - 1));
    }

    /** A call makes its first attempt. */
    synchronized void countFirst(long now) {
        roll(now);
        first[index()]++;
    }

    /** Takes one extra attempt; false when the budget is spent. */
    synchronized boolean tryExtra(long now) {
        if (left(now) <= 0) {
            return false;
        }
        extra[index()]++;
        return true;
    }

    /** Extra attempts that are left in the window. */
    synchronized int left(long now) {
        roll(now);
        return (int) Math.max(floor, share * sum(first)) - sum(extra);
    }

    private int index() {
        return (int) Math.floorMod(bucket, (long) BUCKETS);
    }

    private void roll(long now) {
        long current = Math.floorDiv(now, bucketNanos);
        if (bucket == Long.MIN_VALUE) {
            bucket = current;
        }
        long passed = Math.min(BUCKETS, current - bucket);
        for (long i = 1; i <= passed; i++) {
            int index = (int) Math.floorMod(bucket + i, (long) BUCKETS);
            first[index] = 0;
            extra[index] = 0;
        }
        bucket = Math.max(bucket, current);
    }

    private static int sum(int[] counts) {
        int sum = 0;
        for (int count : counts) {
            sum += count;
        }
        return sum;
    }
}
