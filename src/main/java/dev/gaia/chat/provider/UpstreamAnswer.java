package dev.gaia.chat.provider;

import java.time.Duration;
import java.util.Optional;

/** What a provider's HTTP answer turned out to be. */
sealed interface UpstreamAnswer {

    /**
     * An answer read to its end: any status.
     *
     * @param retryAfter how long the provider asks to be left alone
     */
    record Whole(int status, UpstreamBody body, Optional<Duration> retryAfter) implements UpstreamAnswer {}

    /** An event stream with status 200, of which nothing has been read yet. */
    record Streamed(UpstreamExchange exchange) implements UpstreamAnswer {}
}
