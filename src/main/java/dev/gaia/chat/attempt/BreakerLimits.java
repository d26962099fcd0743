package dev.gaia.chat.attempt;

/**
 * When a {@link Breaker} opens and for how long, in nanoseconds.
 *
 * @param failuresInRow so many counted failures in a row open it
 * @param resultsMin or so many results in the window, half of them failures
 * @param windowNanos length of the window
 * @param openNanos first time it stays open; doubled each time a probe fails
 * @param openMaxNanos longest time it stays open
 * @param spreadNanos by up to so much, by chance, it is open for less
 */
record BreakerLimits(
        int failuresInRow, int resultsMin, long windowNanos, long openNanos, long openMaxNanos, long spreadNanos) {}
