package dev.gaia.gateway.edge;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** Names requests: a random prefix of this process and a counter, or what the client proposed when it is harmless. */
final class RequestIds {

    private static final int MAX_LENGTH = 64;
    /** The least number of seven digits, so that ids of a process sort as they were made and an index grows at one place. */
    private static final long FIRST = 36L * 36 * 36 * 36 * 36 * 36;

    private final AtomicLong counter = new AtomicLong(FIRST);
    private final String prefix;

    RequestIds() {
        byte[] random = new byte[5];
        new SecureRandom().nextBytes(random);
        prefix = HexFormat.of().formatHex(random) + "-";
    }

    /** The proposed id if it has 1 to 64 letters, digits, dots, dashes or underscores; else a new one. */
    String choose(String proposed) {
        return safe(proposed) ? proposed : prefix + Long.toString(counter.getAndIncrement(), 36);
    }

    private static boolean safe(String id) {
        if (id.isEmpty() || id.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && c != '-' && c != '_' && c != '.') {
                return false;
            }
        }
        return true;
    }
}
