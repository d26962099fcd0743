package dev.gaia.chat.provider;

import io.vertx.core.buffer.Buffer;

/** What a provider's HTTP answer turned out to be. */
sealed interface UpstreamAnswer {

    /** An answer read to its end: any status. */
    record Whole(int status, Buffer body) implements UpstreamAnswer {}

    /** An event stream with status 200, of which nothing has been read yet. */
    record Streamed(UpstreamExchange exchange) implements UpstreamAnswer {}
}
