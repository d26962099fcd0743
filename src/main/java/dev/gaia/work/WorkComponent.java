package dev.gaia.work;

import dev.gaia.link.Broker;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;
import org.springframework.boot.convert.DurationStyle;

/**
 * The component {@code work}: {@code to: work:<queue>} gives away the work that header {@code workId} names, and
 * {@code from: work:<queue>} does it, a bounded number at a time. What waits lies in a JetStream work queue that all
 * processes share; {@code work:<queue>?here=true} puts it into the memory of this process, for a route's fallback.
 *
 * <p>Work is an id and nothing more, since a row says what is to be done and whether it still is: an id may come twice.
 *
 * <p>Why not camel-nats 4.17: its JetStream consumer acknowledges also what the route failed to do, knows no progress,
 * no limit of deliveries and no dead letters, makes a stream that is no work queue, never asks for messages when it is
 * set to pull, and without JetStream silently becomes a plain subscription, which loses them.
 */
public final class WorkComponent extends DefaultComponent {

    private static final Pattern QUEUE = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    private final Broker broker;
    private final String process = UUID.randomUUID().toString();
    private final Map<String, WorkQueue> queues = new ConcurrentHashMap<>();

    public WorkComponent(Broker broker) {
        this.broker = broker;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String queue, Map<String, Object> parameters) {
        if (!QUEUE.matcher(queue).matches()) {
            throw new IllegalArgumentException("`work:" + queue + "` is no name of a queue; write work:asset-job");
        }
        var options = new WorkOptions(
                getAndRemoveParameter(parameters, "here", Boolean.class, false),
                getAndRemoveParameter(parameters, "workersMax", Integer.class, 1),
                getAndRemoveParameter(parameters, "deliveriesMax", Integer.class, 5),
                DurationStyle.detectAndParse(getAndRemoveParameter(parameters, "lease", String.class, "30s")),
                DurationStyle.detectAndParse(getAndRemoveParameter(parameters, "publishTimeout", String.class, "1s")),
                getAndRemoveParameter(parameters, "whileWorking", String.class, ""));
        return new WorkEndpoint(uri, this, queue(queue), options);
    }

    private WorkQueue queue(String name) {
        return queues.computeIfAbsent(name, known -> new WorkQueue(new WorkStream(broker, known)));
    }

    /** Who this process is among those that share the queues. */
    String process() {
        return process;
    }

    /** What waits in this process alone. */
    public int waiting() {
        return queues.values().stream().mapToInt(WorkQueue::waiting).sum();
    }

    /** What this process works on. */
    public int running() {
        return queues.values().stream().mapToInt(WorkQueue::running).sum();
    }

    /** What this process gave up since its start. */
    public long buried() {
        return queues.values().stream().mapToLong(WorkQueue::buried).sum();
    }

    /** What was given up by whichever process and is still kept, as it was last seen: at most one lease ago. */
    public long dead() {
        return queues.values().stream().mapToLong(WorkQueue::dead).sum();
    }

    /**
     * Options of an endpoint.
     *
     * @param here whether work goes into this process' own memory
     * @param workersMax what a process works on at a time
     * @param deliveriesMax how often work is given out that fails, or whose process dies, before it is a dead letter
     * @param lease how long work stays with a process that is not heard of
     * @param publishTimeout how long the broker may take to store an id
     * @param whileWorking endpoint that hears three times per lease, in header {@code workIds}, what is in work; or empty
     */
    record WorkOptions(
            boolean here,
            int workersMax,
            int deliveriesMax,
            Duration lease,
            Duration publishTimeout,
            String whileWorking) {

        WorkOptions {
            if (workersMax < 1 || deliveriesMax < 1) {
                throw new IllegalArgumentException("`workersMax` and `deliveriesMax` of work: must be 1 or more");
            }
            if (lease.toMillis() < 3 || publishTimeout.toMillis() < 1) {
                throw new IllegalArgumentException("`lease` and `publishTimeout` of work: must be above 0, like 30s");
            }
        }
    }
}
