package dev.gaia.link;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Step that counts an event nobody will see, and mentions it in the log at most every ten seconds. */
public final class CountDroppedEvent implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(CountDroppedEvent.class);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Counter dropped;
    private final AtomicLong mentionedNanos = new AtomicLong(System.nanoTime() - QUIET_NANOS);

    CountDroppedEvent(MeterRegistry meters) {
        this.dropped = Counter.builder("gaia.events.dropped")
                .description("Events that could not be published, mostly for want of a message broker")
                .register(meters);
    }

    @Override
    public void process(Exchange exchange) {
        dropped.increment();
        long last = mentionedNanos.get();
        long now = System.nanoTime();
        if (now - last >= QUIET_NANOS && mentionedNanos.compareAndSet(last, now)) {
            LOG.warn(
                    "Dropped event {}: {} ({} dropped since the start)",
                    exchange.getVariable("eventSubject", String.class),
                    Optional.ofNullable(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class))
                            .map(Exception::getMessage)
                            .orElse("no reason given"),
                    (long) dropped.count());
        }
    }
}
