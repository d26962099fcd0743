package dev.gaia.chat.provider;

import io.netty.handler.codec.DateFormatter;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.function.Function;

/**
 * How long a provider asks to be left alone: {@code retry-after-ms}, or {@code Retry-After} in seconds or as a date in
 * any of the three forms of HTTP. A date is held against the provider's own clock, since ours may differ, and counts for
 * at most a minute. What is nonsense or over already is no hint.
 */
public final class RetryHint {

    private static final Duration DATE_MAX = Duration.ofSeconds(60);
    /** A year: more than anybody waits, and little enough to be counted in nanoseconds. */
    private static final double SECONDS_MAX = 31_536_000;

    private RetryHint() {}

    /**
     * What the headers of an answer ask for.
     *
     * @param headers the value of a header, whose name is given in lower case
     */
    public static Optional<Duration> of(Function<String, Optional<String>> headers, Instant now) {
        return headers.apply("retry-after-ms")
                .flatMap(text -> number(text, 1_000))
                .or(() -> headers.apply("retry-after")
                        .flatMap(text -> number(text, 1).or(() -> date(text, headers.apply("date"), now))));
    }

    private static Optional<Duration> number(String text, double perSecond) {
        try {
            double seconds = Double.parseDouble(text.strip()) / perSecond;
            return seconds >= 0 && !Double.isInfinite(seconds)
                    ? Optional.of(Duration.ofMillis(Math.round(Math.min(seconds, SECONDS_MAX) * 1_000)))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> date(String text, Optional<String> providersDate, Instant now) {
        return instant(text)
                .map(until -> Duration.between(
                        providersDate.flatMap(RetryHint::instant).orElse(now), until))
                .filter(left -> left.isPositive())
                .map(left -> left.compareTo(DATE_MAX) > 0 ? DATE_MAX : left);
    }

    private static Optional<Instant> instant(String text) {
        return text.isBlank()
                ? Optional.empty()
                : Optional.ofNullable(DateFormatter.parseHttpDate(text)).map(Date::toInstant);
    }
}
