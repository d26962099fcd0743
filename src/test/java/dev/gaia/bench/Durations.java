package dev.gaia.bench;

import java.util.Arrays;

/** Measured times in nanoseconds, of which the percentiles are asked for. Not safe for several threads. */
final class Durations {

    private long[] nanos = new long[1_024];
    private int count;

    void add(long value) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = value;
    }

    int count() {
        return count;
    }

    /**
     * The smallest measured time that at least this part of all times do not exceed, in milliseconds.
     *
     * @param percent above 0, up to 100
     * @return not a number when nothing was measured
     */
    double percentileMillis(double percent) {
        if (count == 0) {
            return Double.NaN;
        }
        Arrays.sort(nanos, 0, count);
        int rank = (int) Math.ceil(percent / 100 * count);
        return nanos[Math.max(1, rank) - 1] / 1e6;
    }
}
