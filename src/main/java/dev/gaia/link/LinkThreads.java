package dev.gaia.link;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * The threads of the NATS client: platform threads for its endless loops, a virtual thread for each message.
 *
 * <p>The client submits the loops (reader, writer, dispatcher) and executes the messages, which is how the two are told
 * apart. Loops on virtual threads cost a third more CPU per message, since each wait goes through the poller.
 */
final class LinkThreads extends AbstractExecutorService {

    private final ExecutorService messages = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("gaia-link-", 0).factory());

    @Override
    public void execute(Runnable message) {
        messages.execute(message);
    }

    @Override
    public <T> Future<T> submit(Runnable loop, T result) {
        return start(new FutureTask<>(loop, result));
    }

    @Override
    public Future<?> submit(Runnable loop) {
        return start(new FutureTask<>(loop, null));
    }

    @Override
    public <T> Future<T> submit(Callable<T> loop) {
        return start(new FutureTask<>(loop));
    }

    private static <T> Future<T> start(FutureTask<T> loop) {
        Thread.ofPlatform().daemon().name("gaia-nats").start(loop);
        return loop;
    }

    @Override
    public void shutdown() {
        messages.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return messages.shutdownNow();
    }

    /** Interrupts what still runs; unlike the inherited close it waits for nobody. */
    @Override
    public void close() {
        messages.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return messages.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return messages.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return messages.awaitTermination(timeout, unit);
    }
}
