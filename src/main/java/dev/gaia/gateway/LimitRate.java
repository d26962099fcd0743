package dev.gaia.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.link.GaiaHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Step that counts the request of a caller in a fixed window and refuses those beyond the limit. The caller is told by
 * the digest of its token, else of its key, else by its address; whether the credential is valid is not asked here.
 */
@Component("limitRate")
final class LimitRate implements Processor {

    private final RateLimitSettings settings;
    private final Clock clock;
    private final Cache<String, Window> windows;

    /** How many requests a caller made in the window that began at this instant. */
    private record Window(Instant start, AtomicInteger count) {}

    @Autowired
    LimitRate(RateLimitSettings settings) {
        this(settings, Clock.systemUTC());
    }

    LimitRate(RateLimitSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.windows = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(settings.callersMax())
                .expireAfterWrite(settings.period().length())
                .build();
    }

    @Override
    public void process(Exchange exchange) {
        Instant now = clock.instant();
        Window window = windows.asMap()
                .compute(
                        caller(exchange.getMessage()),
                        (key, known) -> known == null || over(known, now) ? begun(now) : known);
        if (window.count().incrementAndGet() > settings.requests()) {
            long wait = window.start().plus(settings.period().length()).getEpochSecond() - now.getEpochSecond();
            String period = settings.period().name().toLowerCase(Locale.ROOT);
            throw Failure.of(
                            FailureCode.GATEWAY_RATE_LIMITED,
                            "Rate limit exceeded: " + settings.requests() + " per 1 " + period)
                    .with(Map.of("Retry-After", Long.toString(Math.max(1, wait))));
        }
    }

    private boolean over(Window window, Instant now) {
        return !now.isBefore(window.start().plus(settings.period().length()));
    }

    private static Window begun(Instant now) {
        return new Window(now, new AtomicInteger());
    }

    private static String caller(Message message) {
        String authorization = message.getHeader("Authorization", "", String.class);
        if (authorization.startsWith("Bearer ")) {
            return "token " + digest(authorization.substring("Bearer ".length()));
        }
        String key = message.getHeader("X-API-Key", "", String.class);
        return key.isEmpty()
                ? "address " + message.getHeader(GaiaHeaders.CLIENT_ADDRESS, "", String.class)
                : "key " + digest(key);
    }

    private static String digest(String credential) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(credential.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
