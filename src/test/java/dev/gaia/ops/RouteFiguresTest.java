package dev.gaia.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RouteFiguresTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private ProducerTemplate caller;

    @BeforeEach
    void start() throws Exception {
        context.addRoutePolicyFactory((camel, routeId, route) -> new RouteFigures(registry, routeId));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:good").routeId("good").setBody(constant("done"));
                from("direct:lesser").routeId("lesser").setVariable("degraded", constant("database away"));
                from("direct:segment")
                        .routeId("segment")
                        .errorHandler(noErrorHandler())
                        .process(exchange -> {
                            throw exchange.getMessage().getBody() instanceof Exception defect
                                    ? defect
                                    : Failure.of(FailureCode.CHAT_NO_PROVIDER);
                        });
                from("direct:edge")
                        .routeId("edge")
                        .onException(Exception.class)
                        .handled(true)
                        .setBody(constant("refused"))
                        .end()
                        .to("direct:segment");
                from("direct:rescued")
                        .routeId("rescued")
                        .doTry()
                        .to("direct:segment")
                        .doCatch(Exception.class)
                        .setBody(constant("rescued"))
                        .end();
            }
        });
        context.start();
        caller = context.createProducerTemplate();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void countsAndTimesExchanges() {
        caller.requestBody("direct:good", "");
        caller.requestBody("direct:good", "");

        assertThat(registry.get("gaia.route").tag("route", "good").timer().count())
                .isEqualTo(2);
        assertThat(registry.get("gaia.route.in.progress")
                        .tag("route", "good")
                        .gauge()
                        .value())
                .isZero();
    }

    @Test
    void countsDegradedAnswers() {
        caller.requestBody("direct:lesser", "");

        assertThat(registry.get("gaia.route.degraded")
                        .tag("route", "lesser")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void countsAFailureWhereItIsPassedUpAndWhereItIsAnswered() {
        assertThat(caller.requestBody("direct:edge", "")).isEqualTo("refused");

        assertThat(failures("segment", "chat-no-provider")).isEqualTo(1);
        assertThat(failures("edge", "chat-no-provider")).isEqualTo(1);
    }

    @Test
    void rescuedRouteHasNotFailed() {
        caller.requestBody("direct:rescued", "");

        assertThat(failures("segment", "chat-no-provider")).isEqualTo(1);
        assertThat(registry.find("gaia.route.failures").tag("route", "rescued").counters())
                .isEmpty();
    }

    @Test
    void unexpectedFailuresShareOneCodeSoThatTheSeriesStayFew() {
        for (int i = 0; i < 50; i++) {
            var defect = new IllegalStateException("model-" + i);
            assertThatThrownBy(() -> caller.requestBody("direct:segment", defect))
                    .hasRootCause(defect);
        }

        assertThat(registry.find("gaia.route.failures").tag("route", "segment").counters())
                .singleElement()
                .satisfies(counter -> {
                    assertThat(counter.getId().getTag("code")).isEqualTo("internal");
                    assertThat(counter.count()).isEqualTo(50);
                });
    }

    private double failures(String route, String code) {
        return registry.get("gaia.route.failures")
                .tag("route", route)
                .tag("code", code)
                .counter()
                .count();
    }
}
