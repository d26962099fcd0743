package dev.gaia.work;

import dev.gaia.link.LinkFailure;
import dev.gaia.work.WorkComponent.WorkOptions;
import io.nats.client.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.StartupListener;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the work of one queue, each piece on a virtual thread of its own that no caller can interrupt. A message is asked
 * for only when there is room for it, so that processes share the work and each keeps to its own bound, whatever lies in
 * the stream.
 *
 * <p>A process that stops gives what it does one lease to end, and the rest back.
 */
final class WorkConsumer extends DefaultConsumer implements StartupListener, ShutdownAware {

    private static final Logger LOG = LoggerFactory.getLogger(WorkConsumer.class);
    private static final int BEATS_PER_LEASE = 3;
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration AWAY_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);

    private final WorkEndpoint endpoint;
    private final WorkQueue queue;
    private final WorkOptions options;
    private final Semaphore room;
    private final ProducerTemplate calls;
    private Optional<ExecutorService> threads = Optional.empty();
    private volatile boolean open;

    WorkConsumer(WorkEndpoint endpoint, Processor processor, WorkQueue queue, WorkOptions options) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.queue = queue;
        this.options = options;
        // Fair, or whoever waits for the broker with the last place in hand would starve what waits here.
        this.room = new Semaphore(options.workersMax(), true);
        this.calls = endpoint.getCamelContext().createProducerTemplate();
    }

    /** The routes that do the work are there from now on. */
    @Override
    public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
        if (isStarted()) {
            begin();
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (endpoint.getCamelContext().isStarted()) {
            begin();
        }
    }

    private synchronized void begin() {
        if (!open) {
            open = true;
            var started = Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("work-", 0).factory());
            threads = Optional.of(started);
            started.execute(() -> takeHere(started));
            started.execute(this::beat);
            if (queue.stream().configured()) {
                started.execute(() -> takeShared(started));
                started.execute(this::countDead);
            }
        }
    }

    @Override
    protected void doStop() throws Exception {
        synchronized (this) {
            open = false;
            threads.ifPresent(ended -> Thread.ofVirtual().name("work-stop").start(() -> end(ended)));
            threads = Optional.empty();
        }
        super.doStop();
    }

    /** What does not end within a lease is interrupted, and left to whoever takes it next. */
    private void end(ExecutorService ended) {
        try {
            if (room.tryAcquire(options.workersMax(), options.lease().toMillis(), TimeUnit.MILLISECONDS)) {
                room.release(options.workersMax());
            } else {
                LOG.warn("{} is given back, since this process stops", queue.runningIds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ended.shutdownNow();
    }

    @Override
    public boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
        return false;
    }

    @Override
    public int getPendingExchangesSize() {
        return queue.running();
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        // Stopping takes nothing new; what runs ends by itself, or is interrupted.
    }

    private void takeHere(ExecutorService workers) {
        try {
            while (open) {
                Optional<String> next = queue.nextHere(POLL.toMillis());
                if (next.isPresent()) {
                    room.acquire();
                    queue.takeHere(next.get());
                    if (queue.begin(next.get(), Optional.empty())) {
                        workers.execute(() -> work(next.get(), Optional.empty()));
                    } else {
                        room.release();
                    }
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("{} is taken no longer", endpoint);
        }
    }

    private void takeShared(ExecutorService workers) {
        int failures = 0;
        try {
            while (open) {
                room.acquire();
                Optional<Message> next = Optional.empty();
                try {
                    next = open ? queue.stream().next(options, POLL) : next;
                    failures = 0;
                } catch (IOException | LinkFailure e) {
                    LOG.debug("{} brings nothing: {}", endpoint, e.getMessage());
                    failures++;
                }
                if (!next.map(message -> take(message, workers)).orElse(false)) {
                    room.release();
                }
                if (failures > 0) {
                    pause(failures);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("{} is taken no longer", endpoint);
        }
    }

    /** Waits shortly for a broker that is away, longer for one that cannot keep work. */
    private void pause(int failures) throws InterruptedException {
        long millis = queue.stream().reachable() ? delay(failures) : AWAY_PAUSE.toMillis();
        TimeUnit.MILLISECONDS.sleep(millis);
    }

    private static long delay(long times) {
        return Math.min(LONGEST_DELAY.toMillis(), 500L << Math.min(times, 10));
    }

    /** True when the message keeps the place it was given. */
    private boolean take(Message message, ExecutorService workers) {
        String subject = message.getSubject();
        String id = subject.substring(subject.lastIndexOf('.') + 1);
        if (message.metaData().deliveredCount() > options.deliveriesMax()) {
            bury(id, message, "no process lived to the end of it");
            return false;
        }
        if (!queue.begin(id, Optional.of(message))) {
            message.nakWithDelay(options.lease());
            return false;
        }
        workers.execute(() -> work(id, Optional.of(message)));
        return true;
    }

    private void work(String id, Optional<Message> message) {
        try {
            Optional<Exception> failure = process(id);
            message.ifPresent(done -> settle(id, done, failure));
        } finally {
            queue.end(id);
            room.release();
        }
    }

    private Optional<Exception> process(String id) {
        Exchange exchange = createExchange(false);
        try {
            createUoW(exchange);
            exchange.getIn().setHeader(WorkEndpoint.ID, id);
            exchange.getIn().setHeader(WorkEndpoint.PROCESS, endpoint.process());
            getProcessor().process(exchange);
            return Optional.ofNullable(exchange.getException());
        } catch (Exception e) {
            return Optional.of(e);
        } finally {
            doneUoW(exchange);
            releaseExchange(exchange, false);
        }
    }

    private void settle(String id, Message message, Optional<Exception> failure) {
        try {
            long deliveries = message.metaData().deliveredCount();
            if (failure.isEmpty()) {
                message.ack();
            } else if (!open) {
                message.nak();
            } else if (deliveries >= options.deliveriesMax()) {
                bury(id, message, failure.get().toString());
            } else {
                message.nakWithDelay(delay(deliveries));
            }
        } catch (IllegalStateException e) {
            LOG.debug("{} could not be settled and comes again: {}", id, e.getMessage());
        }
    }

    private void bury(String id, Message message, String reason) {
        long deliveries = message.metaData().deliveredCount();
        LOG.error("{} of {} is given up after {} deliveries: {}", id, endpoint, deliveries, reason);
        try {
            queue.bury(id, reason, deliveries);
            message.term();
            queue.countDead();
        } catch (IOException e) {
            LOG.warn("the dead letter of {} could not be kept; it comes again", id, e);
        }
    }

    /** On a thread of its own, since a broker that is slow to answer must not hold up the sign of life. */
    private void countDead() {
        try {
            while (open) {
                queue.countDead();
                TimeUnit.MILLISECONDS.sleep(options.lease().toMillis());
            }
        } catch (InterruptedException e) {
            LOG.debug("the dead letters of {} are counted no longer", endpoint);
        }
    }

    private void beat() {
        try {
            while (open || queue.running() > 0) {
                TimeUnit.MILLISECONDS.sleep(options.lease().toMillis() / BEATS_PER_LEASE);
                queue.keep();
                String ids = queue.runningIds();
                if (!ids.isEmpty() && !options.whileWorking().isEmpty()) {
                    calls.send(options.whileWorking(), exchange -> {
                        exchange.getMessage().setHeader(WorkEndpoint.IDS, ids);
                        exchange.getMessage().setHeader(WorkEndpoint.PROCESS, endpoint.process());
                    });
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("{} has no more work", endpoint);
        }
    }
}
