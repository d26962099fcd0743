package dev.gaia.chat.attempt;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;

/**
 * Lets streams go on for a while when the process stops, then ends each with an error that its client can read: F38 of
 * the failure contract. The gateway waits as long for its requests, and a moment longer for that error.
 */
final class StopStreams implements AutoCloseable {

    private final AnswerStreams streams;
    private final Duration drainTimeout;
    private Optional<Thread> waiting = Optional.empty();

    StopStreams(AnswerStreams streams, Duration drainTimeout) {
        this.streams = streams;
        this.drainTimeout = drainTimeout;
    }

    @EventListener(ContextClosedEvent.class)
    synchronized void stopping() {
        if (waiting.isEmpty()) {
            waiting = Optional.of(Thread.ofVirtual().name("chat-stop-streams").start(this::stop));
        }
    }

    private void stop() {
        try {
            TimeUnit.NANOSECONDS.sleep(drainTimeout.toNanos());
            streams.stop();
        } catch (InterruptedException e) {
            // everything has ended by itself
        }
    }

    @Override
    public synchronized void close() {
        waiting.ifPresent(Thread::interrupt);
    }
}
