package dev.gaia.link;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** A source of pieces with a pace, which remembers that it was closed. */
final class TestStream extends PieceStream {

    final CountDownLatch closed = new CountDownLatch(1);
    final AtomicInteger produced = new AtomicInteger();
    private final int count;
    private final long paceMs;
    private final IntFunction<String> text;

    TestStream(int count, long paceMs, IntFunction<String> text) {
        this.count = count;
        this.paceMs = paceMs;
        this.text = text;
    }

    static TestStream numbers(int count, long paceMs) {
        return new TestStream(count, paceMs, i -> "piece " + i + "\n");
    }

    @Override
    public Optional<byte[]> next() throws IOException, InterruptedException {
        int number = produced.get() + 1;
        if (number > count) {
            return Optional.empty();
        }
        if (number > 1 && paceMs > 0 && closed.await(paceMs, TimeUnit.MILLISECONDS)) {
            throw new IOException("closed");
        }
        if (closed.getCount() == 0) {
            throw new IOException("closed");
        }
        produced.set(number);
        return Optional.of(text.apply(number).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
