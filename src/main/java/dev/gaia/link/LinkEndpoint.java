package dev.gaia.link;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/**
 * {@code nats:<flow>}, a name without dots such as {@code nats:chat-complete}: a request to the flow of a segment, or
 * the door through which a segment takes such requests. The protocol is described in PROTOCOL.md beside this class.
 */
public final class LinkEndpoint extends DefaultEndpoint {

    private final String flow;
    private final Link link;

    /** Requests a door works on at a time; further ones are refused at once. */
    private int inFlightMax = 1000;

    /** Whether a door hands bodies on as streams, however large, instead of collecting them. */
    private boolean streamed;

    /** Milliseconds to wait for the head of an answer; 0 for {@code gaia.link.timeout}. */
    private long timeout;

    LinkEndpoint(String uri, GaiaNatsComponent component, String flow, Link link) {
        super(uri, component);
        this.flow = flow;
        this.link = link;
    }

    @Override
    public Producer createProducer() {
        return new LinkProducer(this, flow, link, timeout);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        var consumer = new LinkConsumer(this, processor, flow, link);
        configureConsumer(consumer);
        return consumer;
    }

    public int getInFlightMax() {
        return inFlightMax;
    }

    public void setInFlightMax(int inFlightMax) {
        if (inFlightMax < 1) {
            throw new IllegalArgumentException(
                    "`inFlightMax` of nats:%s is %d; it must be 1 or more".formatted(flow, inFlightMax));
        }
        this.inFlightMax = inFlightMax;
    }

    public boolean isStreamed() {
        return streamed;
    }

    public void setStreamed(boolean streamed) {
        this.streamed = streamed;
    }

    public long getTimeout() {
        return timeout;
    }

    /** Named as the option of {@code direct:}, so that one route text fits both links. */
    public void setTimeout(long timeout) {
        if (timeout < 0) {
            throw new IllegalArgumentException(
                    "`timeout` of nats:%s is %d ms; it must be 0 or more".formatted(flow, timeout));
        }
        this.timeout = timeout;
    }
}
