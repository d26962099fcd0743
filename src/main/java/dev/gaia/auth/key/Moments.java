package dev.gaia.auth.key;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the moments and lengths of time people write on a command line. */
final class Moments {

    private static final Pattern LENGTH = Pattern.compile("([1-9][0-9]{0,5})([smhd])");

    private Moments() {}

    /**
     * Reads {@code never}, {@code now}, a length of time from now, or a moment with its zone.
     *
     * @return empty for never
     * @throws IllegalArgumentException when it is none of them
     */
    static Optional<Instant> moment(String text, Instant now) {
        if ("never".equals(text)) {
            return Optional.empty();
        }
        if ("now".equals(text)) {
            return Optional.of(now);
        }
        if (LENGTH.matcher(text).matches()) {
            return Optional.of(now.plus(length(text)));
        }
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "'%s' is no time; write never, now, 90d or 2027-01-31T12:00:00Z.".formatted(text), e);
        }
    }

    /** @throws IllegalArgumentException unless it is a number with {@code s}, {@code m}, {@code h} or {@code d} */
    static Duration length(String text) {
        var matcher = LENGTH.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'%s' is no length of time; write it as 30m, 12h or 7d.".formatted(text));
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }
}
