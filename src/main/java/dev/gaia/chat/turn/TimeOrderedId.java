package dev.gaia.chat.turn;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids in the form of UUID version 7 (RFC 9562): ordered by time, so that an index grows at its end, and made without
 * asking the system for randomness each time. They are unique, not secret.
 *
 * <p>48 bits of milliseconds, 12 bits of a running number, then 32 random bits of this process and 30 more bits of the
 * running number.
 */
public final class TimeOrderedId {

    private static final long PROCESS = (new SecureRandom().nextInt() & 0xFFFFFFFFL) << 30;
    private static final AtomicLong NUMBER = new AtomicLong(new SecureRandom().nextLong());

    private TimeOrderedId() {}

    public static UUID next() {
        long number = NUMBER.getAndIncrement();
        long high = System.currentTimeMillis() << 16 | 0x7000L | (number >>> 30 & 0xFFFL);
        long low = 0x8000_0000_0000_0000L | PROCESS | (number & 0x3FFF_FFFFL);
        return new UUID(high, low);
    }
}
