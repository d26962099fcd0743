package dev.gaia.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientLimitTest {

    private static final long HOUR = Duration.ofHours(1).toNanos();
    private static final Duration SOME_TIME = Duration.ofMillis(30);

    private final DefaultCamelContext context = new DefaultCamelContext();

    @BeforeEach
    void start() {
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private Exchange exchange(String limit) {
        var exchange = new DefaultExchange(context);
        exchange.getMessage().setHeader("x-request-timeout", limit);
        return exchange;
    }

    private static void spendSomeTime(Exchange exchange) {
        await().pollDelay(SOME_TIME).until(() -> exchange.getClock().elapsed() >= SOME_TIME.toMillis());
    }

    @Test
    void countsFromTheArrivalOfTheRequest() {
        var exchange = exchange("3600");
        spendSomeTime(exchange);

        assertThat(ClientLimit.left(exchange).orElseThrow())
                .isPositive()
                .isLessThanOrEqualTo(HOUR - SOME_TIME.toNanos());
    }

    @Test
    void countsOnWhereTheVariablesOfTheRequestGo() {
        var exchange = exchange("3600");
        spendSomeTime(exchange);
        ClientLimit.left(exchange);
        var later = exchange("3600");
        exchange.getVariables().forEach(later::setVariable);

        assertThat(ClientLimit.left(later).orElseThrow()).isPositive().isLessThanOrEqualTo(HOUR - SOME_TIME.toNanos());
    }

    @Test
    void tellsTheNextProcessWhatIsLeft() {
        var exchange = exchange(" 3600.0 ");
        spendSomeTime(exchange);

        var seconds = Double.parseDouble(ClientLimit.header(exchange).orElseThrow());

        assertThat(seconds).isGreaterThan(0).isLessThanOrEqualTo(3_600 - SOME_TIME.toMillis() / 1_000.0);
    }

    @Test
    void tellsATimeThatIsOverAsNearlyNone() {
        var exchange = exchange("0.001");
        spendSomeTime(exchange);

        assertThat(ClientLimit.left(exchange).orElseThrow()).isNegative();
        assertThat(ClientLimit.header(exchange)).contains("0.001");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "0", "-1", "3601", "NaN", "Infinity"})
    void takesNonsenseForNoLimit(String nonsense) {
        assertThat(ClientLimit.left(exchange(nonsense))).isEmpty();
        assertThat(ClientLimit.header(exchange(nonsense))).isEmpty();
    }
}
