package dev.gaia.ops.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Writes lines to standard output from a thread of its own, several at once. A terminal or a pipe that is slow to read
 * must not slow requests: when the queue is full, lines are lost.
 *
 * <p>Not Logback's own pair of appenders, which wakes a thread and writes to the kernel for each line: at thousands of
 * requests a second that was a twentieth of all their CPU time.
 */
public final class QueuedConsoleAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private static final int QUEUE_LINES = 8_192;
    private static final Duration LINGER = Duration.ofMillis(10);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

    private final ArrayBlockingQueue<ILoggingEvent> queue = new ArrayBlockingQueue<>(QUEUE_LINES);
    private Layout<ILoggingEvent> layout;
    private Thread writer;

    /** What makes a line of an event. */
    public void setLayout(Layout<ILoggingEvent> layout) {
        this.layout = layout;
    }

    @Override
    public void start() {
        super.start();
        writer = Thread.ofPlatform().daemon().name("gaia-log").start(this::run);
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.prepareForDeferredProcessing();
        queue.offer(event);
    }

    @Override
    public void stop() {
        if (!isStarted()) {
            return;
        }
        super.stop();
        writer.interrupt();
        try {
            writer.join(STOP_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        List<ILoggingEvent> batch = new ArrayList<>();
        boolean stopping = false;
        while (!stopping) {
            try {
                batch.add(queue.take());
                Thread.sleep(LINGER);
            } catch (InterruptedException e) {
                stopping = true;
            }
            queue.drainTo(batch);
            write(batch);
            batch.clear();
        }
    }

    private void write(List<ILoggingEvent> batch) {
        var lines = new StringBuilder();
        batch.forEach(event -> lines.append(layout.doLayout(event)));
        // As it is now, since tests put one of their own in its place. It reports no failure: when nobody reads the log
        // any more, the hub goes on without.
        byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
        System.out.write(bytes, 0, bytes.length);
        System.out.flush();
    }
}
