package dev.gaia.work;

import dev.gaia.work.WorkComponent.WorkOptions;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** {@code work:<queue>}. */
final class WorkEndpoint extends DefaultEndpoint {

    /** Names one piece of work: letters, digits, {@code -} and {@code _}, at most 64. */
    static final String ID = "workId";

    /** Tells a route who this process is, the same for all work until it ends. */
    static final String PROCESS = "workProcess";

    /** The ids of what is in work, separated by commas. */
    static final String IDS = "workIds";

    private final WorkQueue queue;
    private final WorkOptions options;

    WorkEndpoint(String uri, WorkComponent component, WorkQueue queue, WorkOptions options) {
        super(uri, component);
        this.queue = queue;
        this.options = options;
    }

    String process() {
        return ((WorkComponent) getComponent()).process();
    }

    @Override
    public Producer createProducer() {
        return new WorkProducer(this, queue, options);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        var consumer = new WorkConsumer(this, processor, queue, options);
        configureConsumer(consumer);
        return consumer;
    }
}
