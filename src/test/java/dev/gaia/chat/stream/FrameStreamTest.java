package dev.gaia.chat.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class FrameStreamTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private static String next(FrameStream stream) throws InterruptedException {
        return stream.next().map(piece -> new String(piece, US_ASCII)).orElse("end");
    }

    private static byte[] frame(String text) {
        return text.getBytes(US_ASCII);
    }

    @Test
    void joinsFramesThatWaitAndEnds() throws InterruptedException {
        var stream = new FrameStream(LONG);

        stream.send(frame("a"));
        stream.send(frame("b"));
        stream.end();

        assertThat(next(stream)).isEqualTo("ab");
        assertThat(next(stream)).isEqualTo("end");
    }

    @Test
    void saysThatItIsAliveWhenNothingIsSaid() throws InterruptedException {
        var stream = new FrameStream(Duration.ofMillis(20));

        assertThat(next(stream)).isEqualTo(": keep-alive\n\n");
        stream.send(frame("a"));
        assertThat(next(stream)).isEqualTo("a");
    }

    @Test
    void makesTheWriterWaitForASlowReader() throws InterruptedException {
        var stream = new FrameStream(LONG);
        var sent = new AtomicInteger();
        var writer = Thread.startVirtualThread(() -> {
            try {
                for (int i = 0; i < 100; i++) {
                    stream.send(new byte[10_000]);
                    sent.incrementAndGet();
                }
                stream.end();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        await().until(() -> sent.get() == 6);
        await().during(Duration.ofMillis(50)).until(() -> sent.get() == 6);
        int bytes = 0;
        for (var piece = stream.next(); piece.isPresent(); piece = stream.next()) {
            bytes += piece.get().length;
        }

        assertThat(bytes).isEqualTo(1_000_000);
        writer.join();
    }

    @Test
    void interruptsTheWriterWhenTheReaderLeaves() throws InterruptedException {
        var stream = new FrameStream(LONG);
        var outcome = new AtomicReference<Exception>();
        var writer = Thread.startVirtualThread(() -> {
            try {
                stream.writeFrom(Thread.currentThread());
                stream.send(frame("a"));
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                outcome.set(e);
            }
        });
        assertThat(next(stream)).isEqualTo("a");

        stream.close();

        writer.join();
        assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
        assertThat(next(stream)).isEqualTo("end");
    }
}
