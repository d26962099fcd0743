package dev.gaia.link;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.camel.Exchange;

/**
 * How long a client is willing to wait, {@code X-Request-Timeout} in seconds, counted from the arrival of its request:
 * what a check of its key, a table or the way to a segment took is time that is gone. What crosses a process is the time
 * that is left, and each process counts it on its own monotonic clock.
 */
public final class ClientLimit {

    /** Header of the request. */
    static final String HEADER = "X-Request-Timeout";

    /** Exchange variable: the moment of {@link System#nanoTime()} at which the time is over. */
    private static final String VARIABLE = "clientLimitBy";

    private static final double MAX_SECONDS = 3_600;
    private static final double NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();
    private static final long LEFT_MIN_NANOS = Duration.ofMillis(1).toNanos();

    private ClientLimit() {}

    /**
     * Nanoseconds that are left, 0 or less when the time is over; empty when the client set no limit, or nonsense. The
     * moment is kept with the exchange, so that whatever is made of its variables counts on.
     */
    public static OptionalLong left(Exchange exchange) {
        long now = System.nanoTime();
        var known = exchange.getVariable(VARIABLE, Long.class);
        if (known != null) {
            return OptionalLong.of(known - now);
        }
        var limit = Optional.ofNullable(exchange.getMessage().getHeader(HEADER, String.class))
                .map(ClientLimit::nanos)
                .orElse(OptionalLong.empty());
        if (limit.isEmpty()) {
            return limit;
        }
        long left = limit.getAsLong()
                - Duration.ofMillis(exchange.getClock().elapsed()).toNanos();
        exchange.setVariable(VARIABLE, now + left);
        return OptionalLong.of(left);
    }

    /** The header as the next process reads it: what is left, in seconds. */
    static Optional<String> header(Exchange exchange) {
        var left = left(exchange);
        return left.isEmpty()
                ? Optional.empty()
                : Optional.of(Double.toString(Math.max(LEFT_MIN_NANOS, left.getAsLong()) / NANOS_PER_SECOND));
    }

    private static OptionalLong nanos(String text) {
        try {
            double seconds = Double.parseDouble(text.strip());
            return seconds > 0 && seconds <= MAX_SECONDS
                    ? OptionalLong.of((long) (seconds * NANOS_PER_SECOND))
                    : OptionalLong.empty();
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
