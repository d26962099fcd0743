package dev.gaia.gateway.edge;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The {@code Date} of answers, written once for each second (RFC 9110, 5.6.7). */
final class HttpDate {

    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private final Clock clock;
    private volatile Written written = new Written(-1, "");

    private record Written(long second, String text) {}

    HttpDate(Clock clock) {
        this.clock = clock;
    }

    String now() {
        long second = clock.millis() / 1000;
        Written last = written;
        if (last.second() != second) {
            last = new Written(second, FORMAT.format(Instant.ofEpochSecond(second)));
            written = last;
        }
        return last.text();
    }
}
