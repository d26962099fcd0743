package dev.gaia.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gaia.embedded.EmbeddedNats;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.ExchangePattern;
import org.apache.camel.builder.RouteBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The link while its nats-server is away: dead under requests, or later than the process. */
@SuppressWarnings("try") // the NATS client's close may be interrupted
class LinkOutageIT {

    @RegisterExtension
    private final LinkSides sides = new LinkSides();

    @Test
    void streamsEndAndRequestsFailAtOnceWhenTheServerDies(@TempDir Path other) throws Exception {
        // given a server of its own, a stream and a request under way
        var mortal = EmbeddedNats.start(other);
        var sources = new ConcurrentLinkedQueue<TestStream>();
        var working = new CountDownLatch(1);
        var segment = sides.side(mortal.url(), LinkSide.SETTINGS);
        segment.door("test-stream", 10, exchange -> {
            var source = TestStream.numbers(10_000, 20);
            sources.add(source);
            exchange.getMessage().setBody(source);
        });
        segment.door("test-slow", 10, exchange -> {
            working.countDown();
            new CountDownLatch(1).await(2, TimeUnit.SECONDS);
        });
        segment.door("test-plain", 10, exchange -> exchange.getMessage().setBody("ok"));
        segment.startConnected();
        var gateway = sides.side(mortal.url(), LinkSide.SETTINGS).startConnected();
        var stream = gateway.stream("test-stream");
        stream.next();
        var slow = CompletableFuture.supplyAsync(
                () -> catchThrowableOfType(LinkFailure.class, () -> gateway.answer("test-slow", "x")),
                task -> Thread.ofVirtual().start(task));
        assertThat(working.await(10, TimeUnit.SECONDS)).isTrue();

        // when
        mortal.kill();

        // then
        long start = System.nanoTime();
        assertThatThrownBy(() -> LinkSide.text(stream))
                .isInstanceOf(BrokenStreamException.class)
                .hasMessage("The connection to the message broker was lost during the answer of test-stream");
        assertThat(slow.get(10, TimeUnit.SECONDS).kind()).isEqualTo(LinkFailure.Kind.DISCONNECTED);
        assertThat(slow.get().mayHaveStarted()).isTrue();
        assertThat(sources.element().closed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        var failure = catchThrowableOfType(LinkFailure.class, () -> gateway.answer("test-plain", "x"));
        assertThat(failure.kind()).isEqualTo(LinkFailure.Kind.DISCONNECTED);
        assertThat(failure.mayHaveStarted()).isFalse();

        // and when it is back
        try (var again = EmbeddedNats.start(other, mortal.port())) {
            gateway.awaitConnected();
            segment.awaitConnected();
            assertThat(gateway.answer("test-plain", "x").getMessage().getBody(String.class))
                    .isEqualTo("ok");
            assertThat(again.port()).isEqualTo(mortal.port());
        }
        Awaitility.await().until(() -> gateway.link.open() == 0);
    }

    @Test
    void startsWithoutServerAndConnectsWhenItComes(@TempDir Path other) throws Exception {
        // given a port where nothing listens
        int port;
        String url;
        try (var probe = EmbeddedNats.start(other)) {
            port = probe.port();
            url = probe.url();
        }
        var events = new ConcurrentLinkedQueue<String>();
        var side = sides.side(url, LinkSide.SETTINGS);
        side.door("test-plain", 10, exchange -> exchange.getMessage().setBody("ok"));
        side.routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("nats:gaia.test.late")
                        .routeId("test-late")
                        .process(e -> events.add(e.getIn().getBody(String.class)));
                from("direct:test-event").routeId("test-event").to(ExchangePattern.InOnly, "nats:gaia.test.late");
            }
        });

        // when
        long start = System.nanoTime();
        side.start();

        // then the start is not held up, and requests and events fail at once
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        var failure = catchThrowableOfType(LinkFailure.class, () -> side.answer("test-plain", "x"));
        assertThat(failure.kind()).isEqualTo(LinkFailure.Kind.DISCONNECTED);
        assertThatThrownBy(() -> side.context.createProducerTemplate().sendBody("direct:test-event", "early"))
                .hasRootCauseMessage("There is no connection to the message broker");

        // and when the server comes
        try (var late = EmbeddedNats.start(other, port)) {
            side.awaitConnected();
            assertThat(late.url()).endsWith(":" + port);
            assertThat(side.answer("test-plain", "x").getMessage().getBody(String.class))
                    .isEqualTo("ok");
            Awaitility.await().until(() -> {
                side.context.createProducerTemplate().sendBody("direct:test-event", "late");
                return events.contains("late");
            });
        }
    }
}
