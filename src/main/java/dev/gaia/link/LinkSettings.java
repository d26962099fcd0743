package dev.gaia.link;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the gateway reaches the segments, and how patient both sides are.
 *
 * @param auth {@code nats} or {@code direct}
 * @param chat {@code nats} or {@code direct}
 * @param asset {@code nats} or {@code direct}
 * @param timeout limit for the head of an answer and for each further read; not for a whole stream
 * @param heartbeat a side that has nothing to say still says so this often
 * @param silenceMax a side that was not heard for this long counts as dead
 * @param windowPieces pieces a stream may be ahead of its reader
 * @param windowBytes bytes a stream may be ahead of its reader; with {@code pieceMaxBytes} the memory of one stream
 * @param pieceMaxBytes longer pieces are cut, and waiting shorter ones are joined up to this
 * @param bodyMaxBytes a request body or plain answer above this is refused by its receiver
 * @param breakerOpen how long a segment that let most requests time out is left alone
 */
@ConfigurationProperties("gaia.link")
public record LinkSettings(
        @DefaultValue("direct") String auth,
        @DefaultValue("direct") String chat,
        @DefaultValue("direct") String asset,
        @DefaultValue("30s") Duration timeout,
        @DefaultValue("2s") Duration heartbeat,
        @DefaultValue("10s") Duration silenceMax,
        @DefaultValue("64") int windowPieces,
        @DefaultValue("32768") int windowBytes,
        @DefaultValue("16384") int pieceMaxBytes,
        @DefaultValue("16777216") int bodyMaxBytes,
        @DefaultValue("5s") Duration breakerOpen) {

    public LinkSettings {
        Map.of("auth", auth, "chat", chat, "asset", asset).forEach((segment, link) -> {
            if (!List.of("nats", "direct").contains(link)) {
                throw new IllegalArgumentException(
                        "`gaia.link.%s` is %s; it must be nats or direct".formatted(segment, link));
            }
        });
        atLeast("timeout", timeout.toMillis(), 1, "ms");
        atLeast("heartbeat", heartbeat.toMillis(), 10, "ms");
        atLeast("silence-max", silenceMax.toMillis(), 2 * heartbeat.toMillis(), "ms");
        atLeast("window-pieces", windowPieces, 2, "pieces");
        atLeast("piece-max-bytes", pieceMaxBytes, 1, "bytes");
        // A sender that has no room for a piece is ahead by half a window then, which its reader acknowledges.
        atLeast("window-bytes", windowBytes, 2L * pieceMaxBytes, "bytes");
        atLeast("body-max-bytes", bodyMaxBytes, 1, "bytes");
        atLeast("breaker-open", breakerOpen.toMillis(), 1, "ms");
    }

    private static void atLeast(String key, long value, long min, String unit) {
        if (value < min) {
            throw new IllegalArgumentException(
                    "`gaia.link.%s` is %d %s; it must be %d or more".formatted(key, value, unit, min));
        }
    }
}
