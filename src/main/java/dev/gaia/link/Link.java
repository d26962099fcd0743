package dev.gaia.link;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;

/**
 * Both ends of the link in this process: asks flows of other segments, and opens doors to its own. One per process,
 * on the one connection to the broker.
 */
public final class Link implements AutoCloseable {

    private final Broker broker;
    private final LinkSettings settings;
    private final ObjectMapper json;
    private final LinkHeaders headers;
    private final Mailbox mailbox;
    private final LinkPost post;
    private final LinkDoors doors;

    public Link(Broker broker, LinkSettings settings, ObjectMapper json) {
        this.broker = broker;
        this.settings = settings;
        this.json = json;
        this.headers = new LinkHeaders(json);
        this.mailbox = new Mailbox(broker);
        this.post = new LinkPost(broker, settings);
        this.doors = new LinkDoors(broker);
        mailbox.watch(doors);
    }

    public Broker broker() {
        return broker;
    }

    /** Requests and streams this process takes part in at the moment. */
    public int open() {
        return mailbox.size();
    }

    /** This process stops and has waited long enough: ends its requests, so that their clients are told. */
    public void stop() {
        mailbox.stop();
    }

    /** @param timeoutMs to wait for the head of the answer; 0 for {@code gaia.link.timeout} */
    LinkCall call(String flow, long timeoutMs) {
        long limit = timeoutMs == 0 ? settings.timeout().toMillis() : timeoutMs;
        return new LinkCall(flow, limit, post, mailbox, headers, json);
    }

    LinkHeaders headers() {
        return headers;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    LinkPost post() {
        return post;
    }

    LinkDoors doors() {
        return doors;
    }

    ObjectMapper json() {
        return json;
    }

    /** The body of an exchange as it crosses the link; nothing for no body. */
    byte[] bytes(Exchange exchange) throws IOException {
        var body = exchange.getMessage().getBody();
        return switch (body) {
            case null -> new byte[0];
            case byte[] bytes -> bytes;
            case String text -> text.getBytes(StandardCharsets.UTF_8);
            case JsonNode node -> json.writeValueAsBytes(node);
            default -> {
                byte[] bytes = exchange.getMessage().getBody(byte[].class);
                if (bytes == null) {
                    throw new IllegalArgumentException(
                            "A body of type %s cannot cross the link; send bytes, text or JSON"
                                    .formatted(body.getClass().getName()));
                }
                yield bytes;
            }
        };
    }

    /**
     * The body of a request as it crosses the link: in one message or in pieces.
     *
     * @throws Failure when it was held whole and is larger than the link takes
     */
    SizedBody body(Exchange exchange) throws IOException {
        if (exchange.getMessage().getBody() instanceof SizedBody body) {
            return body;
        }
        byte[] bytes = bytes(exchange);
        if (bytes.length > settings.bodyMaxBytes()) {
            throw Failure.of(FailureCode.GATEWAY_BODY_TOO_LARGE);
        }
        return new SizedBody(new ByteArrayInputStream(bytes), bytes.length);
    }

    /** Collects a body that came in pieces, within the limit. */
    byte[] collect(PieceStream pieces, String flow, String announced) throws IOException, InterruptedException {
        try (pieces) {
            long length = Long.parseLong(announced);
            if (length < 0 || length > settings.bodyMaxBytes()) {
                throw new BrokenStreamException("%s announced a body of %d bytes; `gaia.link.body-max-bytes` is %d"
                        .formatted(flow, length, settings.bodyMaxBytes()));
            }
            return LinkCall.collect(pieces, (int) length);
        }
    }

    @Override
    public void close() {
        mailbox.close();
    }
}
