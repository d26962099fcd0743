package dev.gaia.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.gaia.embedded.EmbeddedNats;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code gateway-link-fallback}, called as a gateway's route calls it. */
class GatewayLinkFallbackRouteIT {

    @RegisterExtension
    private final LinkSides sides = new LinkSides();

    @Test
    void answersInThisProcessWhenNobodyServesTheFlow() throws Exception {
        var gateway = gateway(30, "from this process");
        gateway.startConnected();
        assertThat(call(gateway).getMessage().getBody(String.class)).isEqualTo("from this process");
    }

    @Test
    void answersInThisProcessWhenTheBrokerIsGone(@TempDir Path store) throws Exception {
        try (var mortal = EmbeddedNats.start(store)) {
            var gateway = gateway(mortal.url(), 30, "from this process");
            gateway.startConnected();
            mortal.kill();
            // What is sent before the loss is noticed may have arrived, and is refused instead.
            await().until(() -> !gateway.broker.connected());
            assertThat(call(gateway).getMessage().getBody(String.class)).isEqualTo("from this process");
        }
    }

    @Test
    void namesTheServiceThatIsAway() throws Exception {
        var gateway = gateway(30);
        gateway.startConnected();
        var failure = catchThrowableOfType(Failure.class, () -> call(gateway));
        assertThat(failure.code()).isEqualTo(FailureCode.GATEWAY_SERVICE_UNAVAILABLE);
        assertThat(failure.headers()).containsEntry("Retry-After", "1");
        assertThat(failure.getMessage()).isEqualTo("Service chat unavailable");
    }

    @Test
    void neverStartsARequestTwice() throws Exception {
        // given a segment that takes the request and does not answer, and a local one that would
        var segment = sides.side();
        segment.door("chat-complete", 10, exchange -> new CountDownLatch(1).await());
        segment.startConnected();
        var gateway = gateway(0.3, "from this process");
        gateway.startConnected();

        // when and then
        var failure = catchThrowableOfType(Failure.class, () -> call(gateway));
        assertThat(failure.getMessage()).isEqualTo("Service chat unavailable");
    }

    @Test
    void leavesASegmentAloneThatLetsRequestsWait() throws Exception {
        // given
        var started = new AtomicInteger();
        var segment = sides.side();
        segment.door("chat-complete", 100, exchange -> {
            started.incrementAndGet();
            new CountDownLatch(1).await();
        });
        segment.startConnected();
        var gateway = gateway(0.01, "from this process");
        gateway.startConnected();

        // when ten requests have timed out
        for (int i = 0; i < 10; i++) {
            assertThat(catchThrowableOfType(Failure.class, () -> call(gateway))).isNotNull();
        }
        int before = started.get();

        // then the next is not sent, and may be answered here
        assertThat(breaker(gateway).getState()).isEqualTo(CircuitBreaker.State.OPEN);
        assertThat(call(gateway).getMessage().getBody(String.class)).isEqualTo("from this process");
        assertThat(started.get()).isEqualTo(before);
    }

    @Test
    void passesTheSegmentsFailureOnWithoutCountingIt() throws Exception {
        // given
        var segment = sides.side();
        segment.door("chat-complete", 10, exchange -> {
            throw Failure.of(FailureCode.CHAT_INVALID_REQUEST, "no message");
        });
        segment.startConnected();
        var gateway = gateway(30, "from this process");
        gateway.startConnected();

        // when
        for (int i = 0; i < 30; i++) {
            var failure = catchThrowableOfType(Failure.class, () -> call(gateway));
            assertThat(failure.code()).isEqualTo(FailureCode.CHAT_INVALID_REQUEST);
        }

        // then
        assertThat(breaker(gateway).getState()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void tellsClientsToComeAgainWhenTheSegmentIsBusy() throws Exception {
        // given
        var working = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var segment = sides.side();
        segment.door("chat-complete", 1, exchange -> {
            working.countDown();
            release.await();
        });
        segment.startConnected();
        var gateway = gateway(30, "from this process");
        gateway.startConnected();
        var first = Thread.ofVirtual().start(() -> call(gateway));
        working.await();

        // when
        var failure = catchThrowableOfType(Failure.class, () -> call(gateway));

        // then
        assertThat(failure.code()).isEqualTo(FailureCode.GATEWAY_OVERLOADED);
        assertThat(failure.headers()).containsEntry("Retry-After", "1");
        release.countDown();
        first.join();
    }

    private LinkSide gateway(double timeoutSeconds, String... local) throws Exception {
        return gateway(sides.url(), timeoutSeconds, local);
    }

    private LinkSide gateway(String url, double timeoutSeconds, String... local) throws Exception {
        var gateway = sides.side(url, LinkSide.settings(timeoutSeconds));
        gateway.context
                .getRegistry()
                .bind(
                        "link-chat",
                        new LinkConfiguration()
                                .linkChat(new LinkConfiguration()
                                        .circuitBreakerRegistry(LinkSide.settings(timeoutSeconds))));
        gateway.route("gateway/gateway-link-fallback.camel.yaml");
        gateway.routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:gateway-chat")
                        .routeId("gateway-chat")
                        .setVariable("flow", constant("chat-complete"))
                        .circuitBreaker()
                        .resilience4jConfiguration()
                        .circuitBreaker("link-chat")
                        .end()
                        .to("nats:chat-complete")
                        .onFallback()
                        .to("direct:gateway-link-fallback")
                        .end();
                for (var answer : local) {
                    from("direct:chat-complete").routeId("chat-complete").setBody(constant(answer));
                }
            }
        });
        return gateway;
    }

    private static CircuitBreaker breaker(LinkSide gateway) {
        return gateway.context.getRegistry().lookupByNameAndType("link-chat", CircuitBreaker.class);
    }

    private static Exchange call(LinkSide gateway) {
        var exchange = gateway.context
                .createProducerTemplate()
                .request("direct:gateway-chat", e -> e.getIn().setBody("{}"));
        if (exchange.getException() instanceof RuntimeException failure) {
            throw failure;
        }
        return exchange;
    }
}
