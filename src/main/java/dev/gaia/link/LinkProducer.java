package dev.gaia.link;

import io.nats.client.impl.Headers;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/**
 * Asks the flow of a segment and puts its answer into the exchange: bytes, or a {@link PieceStream} as soon as the
 * head of a streamed answer is there. Blocks the calling (virtual) thread until then.
 */
final class LinkProducer extends DefaultProducer {

    private final String flow;
    private final Link link;
    private final long timeoutMs;

    /** @param timeoutMs to wait for the head of an answer; 0 for {@code gaia.link.timeout} */
    LinkProducer(LinkEndpoint endpoint, String flow, Link link, long timeoutMs) {
        super(endpoint);
        this.flow = flow;
        this.link = link;
        this.timeoutMs = timeoutMs;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        var headers = new Headers();
        link.headers().writeRequest(exchange, headers);
        var answer = link.call(flow, timeoutMs).ask(headers, link.body(exchange));
        var length = answer.headers().getFirst(LinkHeaders.BYTES);
        Object body = answer.body();
        if (answer.stream().isPresent()) {
            var stream = answer.stream().get();
            body = length == null ? stream : link.collect(stream, flow, length);
        }
        exchange.getMessage().setBody(body);
        link.headers().readAnswer(answer.headers(), exchange);
    }
}
