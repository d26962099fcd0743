package dev.gaia.error;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeExchangeException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class DescribeFailureTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger(AnswerDefect.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(log);
    }

    @Test
    void tellsTheLogOfWhatNobodyHasForeseenAndTheClientNothingOfIt() {
        var document = describe(new IllegalStateException("key sk-secret"));

        assertThat(document.path("status").asInt()).isEqualTo(500);
        assertThat(document.toString()).doesNotContain("sk-secret");
        assertThat(errors()).hasSize(1);
    }

    @Test
    void doesNotTellTheLogOfACallerWhoLeftAsADefect() {
        var exchange = new DefaultExchange(new DefaultCamelContext());

        describe(new RuntimeExchangeException("stopped", exchange, new InterruptedException("told to stop")));

        assertThat(errors()).isEmpty();
    }

    private List<ILoggingEvent> errors() {
        return log.list.stream()
                .filter(event -> event.getLevel() == Level.ERROR)
                .toList();
    }

    private static JsonNode describe(Exception cause) {
        var exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, cause);
        new DescribeFailure().process(exchange);
        return exchange.getMessage().getBody(JsonNode.class);
    }
}
