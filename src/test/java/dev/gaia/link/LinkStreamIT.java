package dev.gaia.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Streams over the link, with a real nats-server: their order, their pace and their end. */
class LinkStreamIT {

    @RegisterExtension
    private final LinkSides sides = new LinkSides();

    @Test
    void carriesManyStreamsWholeInOrderAndAtOnce() throws Exception {
        // given
        int streams = 200;
        var segment = sides.side();
        segment.door("test-stream", streams, exchange -> exchange.getMessage().setBody(TestStream.numbers(50, 20)));
        segment.startConnected();
        var gateway = sides.side().startConnected();
        LinkSide.text(gateway.stream("test-stream"));
        var expected = LinkSide.text(TestStream.numbers(50, 0));

        // when
        List<Future<String>> texts = new ArrayList<>();
        var firstMs = new ConcurrentLinkedQueue<Long>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < streams; i++) {
                texts.add(threads.submit(() -> {
                    long start = System.nanoTime();
                    try (var stream = gateway.stream("test-stream")) {
                        var first = new String(stream.next().orElseThrow(), StandardCharsets.UTF_8);
                        firstMs.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
                        return first + LinkSide.text(stream);
                    }
                }));
            }
        }

        // then
        for (var text : texts) {
            assertThat(text.get()).isEqualTo(expected);
        }
        var sorted = firstMs.stream().sorted().toList();
        assertThat(sorted.get(streams / 2))
                .as("median of the first piece in ms")
                .isLessThan(2_500);
        Awaitility.await().until(() -> gateway.link.open() == 0);
        Awaitility.await().until(() -> segment.link.open() == 0);
    }

    @Test
    void slowReaderHoldsItsProducerBackAndNobodyElse() throws Exception {
        // given a stream without pace of 64 MiB and a reader that takes a byte now and then
        var sources = new ConcurrentLinkedQueue<TestStream>();
        var segment = sides.side();
        segment.door("test-fast", 10, exchange -> {
            var source = new TestStream(16 * 1024, 0, i -> "x".repeat(4096));
            sources.add(source);
            exchange.getMessage().setBody(source);
        });
        segment.door("test-stream", 10, exchange -> exchange.getMessage().setBody(TestStream.numbers(50, 20)));
        segment.startConnected();
        var gateway = sides.side().startConnected();

        try (var slow = gateway.stream("test-fast")) {
            // when
            assertThat(slow.read()).isEqualTo('x');
            long start = System.nanoTime();
            var other = LinkSide.text(gateway.stream("test-stream"));
            long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertThat(slow.read()).isEqualTo('x');

            // then the producer is at most two windows ahead (sent, and one piece in hand), though silence is 2 s
            assertThat(other).isEqualTo(LinkSide.text(TestStream.numbers(50, 0)));
            assertThat(tookMs).isLessThan(10_000);
            var source = sources.element();
            assertThat(source.produced.get() * 4096L).isLessThan(3 * 65536);
            Awaitility.await()
                    .pollDelay(Duration.ofSeconds(3))
                    .until(() -> source.closed.getCount() == 1 && slow.read() == 'x');
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> sources.element().closed.getCount() == 0);
    }

    @Test
    void tellsTheReaderAtOnceThatADefectBrokeTheStream() throws Exception {
        // given
        var sources = new ConcurrentLinkedQueue<TestStream>();
        var segment = sides.side();
        segment.door("test-defect", 1, exchange -> {
            var source = new TestStream(50, 20, i -> {
                if (i == 3) {
                    throw new IllegalStateException("a defect");
                }
                return "piece " + i;
            });
            sources.add(source);
            exchange.getMessage().setBody(source);
        });
        segment.startConnected();
        var gateway = sides.side().startConnected();

        // when
        try (var stream = gateway.stream("test-defect")) {
            stream.next();
            stream.next();
            long start = System.nanoTime();
            assertThatThrownBy(stream::next)
                    .isInstanceOf(IOException.class)
                    .hasMessage("The answer of test-defect broke off");

            // then
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(1_000);
        }
        assertThat(sources.element().closed.await(10, TimeUnit.SECONDS)).isTrue();
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> segment.link.open() == 0);
    }

    @Test
    void closesTheSourceWhenTheReaderLeaves() throws Exception {
        // given
        var sources = new ConcurrentLinkedQueue<TestStream>();
        var segment = sides.side();
        segment.door("test-stream", 1, exchange -> {
            var source = TestStream.numbers(1000, 300);
            sources.add(source);
            exchange.getMessage().setBody(source);
        });
        segment.startConnected();
        var gateway = sides.side().startConnected();
        var stream = gateway.stream("test-stream");
        stream.next();

        // when
        stream.close();

        // then the source closes and its place is free again
        assertThat(sources.element().closed.await(10, TimeUnit.SECONDS)).isTrue();
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> segment.link.open() == 0);
        try (var next = gateway.stream("test-stream")) {
            assertThat(next.next()).isPresent();
        }
    }
}
