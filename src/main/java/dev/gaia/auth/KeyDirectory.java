package dev.gaia.auth;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which API keys there are: the fingerprints of the usable ones, read from the table every few seconds and told by other
 * processes in between. It lets nobody in. It says which keys are worth a look-up, so that a flood of random ones neither
 * reaches the database nor takes the place of a key that exists, and it finds out which remembered keys are gone.
 *
 * <p>Eight bytes a key, bounded; beyond the bound it only knows the keys used last and can no longer say of any other
 * that it does not exist.
 */
final class KeyDirectory {

    private static final int HEX_DIGITS = 16;

    /** What the table held at a time. */
    private static final class Reading {
        private final long[] sorted;
        private final boolean complete;
        private final Instant time;

        Reading(long[] sorted, boolean complete, Instant time) {
            this.sorted = sorted;
            this.complete = complete;
            this.time = time;
        }
    }

    private final int maxEntries;
    private final Duration maxAge;
    private final InstantSource clock;
    private volatile Set<Long> told = ConcurrentHashMap.newKeySet();
    private volatile Set<Long> toldEarlier = ConcurrentHashMap.newKeySet();
    private volatile Reading reading = new Reading(new long[0], false, Instant.MIN);

    /** @param maxAge how old a reading may be to still say that a key does not exist */
    KeyDirectory(int maxEntries, Duration maxAge, InstantSource clock) {
        this.maxEntries = maxEntries;
        this.maxAge = maxAge;
        this.clock = clock;
    }

    /** True when there was such a key a moment ago. */
    boolean lists(CredentialDigest digest) {
        long fingerprint = digest.fingerprint();
        return Arrays.binarySearch(reading.sorted, fingerprint) >= 0
                || told.contains(fingerprint)
                || toldEarlier.contains(fingerprint);
    }

    /** True when a key that is not listed did not exist a moment ago; false when that cannot be said. */
    boolean knowsAll() {
        Reading current = reading;
        return current.complete && clock.instant().isBefore(current.time.plus(maxAge));
    }

    /** Adds a key somebody made, until the reading after the next: the next may have begun before. */
    void add(long fingerprint) {
        if (told.size() < maxEntries) {
            told.add(fingerprint);
        }
    }

    /** Takes back what was added; what was read stays until the next reading. */
    void remove(long fingerprint) {
        told.remove(fingerprint);
        toldEarlier.remove(fingerprint);
    }

    /**
     * Takes what the table holds.
     *
     * @param fingerprints 16 hexadecimal digits for each usable key, without anything between them
     */
    void read(String fingerprints) {
        long[] sorted = new long[fingerprints.length() / HEX_DIGITS];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = Long.parseUnsignedLong(fingerprints, i * HEX_DIGITS, (i + 1) * HEX_DIGITS, 16);
        }
        Arrays.sort(sorted);
        reading = new Reading(sorted, sorted.length < maxEntries, clock.instant());
        toldEarlier = told;
        told = ConcurrentHashMap.newKeySet();
    }
}
