package dev.gaia.work;

import dev.gaia.work.WorkComponent.WorkOptions;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/**
 * Gives work away: returns when the broker has stored it, or fails with a {@link dev.gaia.link.LinkFailure}. Work that
 * waits already is not stored twice.
 */
final class WorkProducer extends DefaultProducer {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final WorkQueue queue;
    private final WorkOptions options;

    WorkProducer(WorkEndpoint endpoint, WorkQueue queue, WorkOptions options) {
        super(endpoint);
        this.queue = queue;
        this.options = options;
    }

    @Override
    public void process(Exchange exchange) throws InterruptedException {
        String id = exchange.getMessage().getHeader(WorkEndpoint.ID, "", String.class);
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("header workId is no id of work; set it before `to: work:…`");
        }
        if (options.here()) {
            queue.addHere(id);
        } else {
            queue.stream().publish(id, options.publishTimeout());
        }
    }
}
