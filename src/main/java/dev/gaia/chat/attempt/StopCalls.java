package dev.gaia.chat.attempt;

import dev.gaia.chat.provider.UpstreamClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;

/**
 * Lets calls of models go on for a while when the process stops, then ends each so that its client is told: a stream
 * with an error in it, any other call with status 503. F38 of the failure contract. The gateway waits as long for its
 * requests, and a moment longer for what it is told.
 */
final class StopCalls implements AutoCloseable {

    private final AnswerStreams streams;
    private final UpstreamClient client;
    private final Duration drainTimeout;
    private Optional<Thread> waiting = Optional.empty();

    StopCalls(AnswerStreams streams, UpstreamClient client, Duration drainTimeout) {
        this.streams = streams;
        this.client = client;
        this.drainTimeout = drainTimeout;
    }

    @EventListener(ContextClosedEvent.class)
    synchronized void stopping() {
        if (waiting.isEmpty()) {
            waiting = Optional.of(Thread.ofVirtual().name("chat-stop-calls").start(this::stop));
        }
    }

    private void stop() {
        try {
            TimeUnit.NANOSECONDS.sleep(drainTimeout.toNanos());
            streams.stop();
            client.stop();
        } catch (InterruptedException e) {
            // everything has ended by itself
        }
    }

    @Override
    public synchronized void close() {
        waiting.ifPresent(Thread::interrupt);
    }
}
