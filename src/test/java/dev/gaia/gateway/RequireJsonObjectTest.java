package dev.gaia.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gaia.error.Failure;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequireJsonObjectTest {

    private final RequireJsonObject step = new RequireJsonObject();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "\"text\"",
                "1",
                "{",
                "{\"a\":}",
                "{\"a\":1}x",
                "{}{}",
                "{'a':1}",
                "{\"a\":NaN}",
                "{\"a\":\"\u0001\"}"
            })
    void refusesWhatIsNotOneJsonObject(String body) {
        assertRefused(body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void refusesOtherEncodings() {
        assertRefused("{\"a\":1}".getBytes(StandardCharsets.UTF_16));
        assertRefused("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE));
        assertRefused("{\"a\":\"ä\"}".getBytes(StandardCharsets.ISO_8859_1));
        assertRefused(new byte[] {'{', '"', (byte) 0xc0, (byte) 0xaf, '"', ':', '1', '}'});
    }

    @Test
    void refusesDeepNestingWithoutRunningOutOfStack() {
        assertRefused(("{\"a\":" + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8));
        assertRefused(("{\"a\":" + "[".repeat(1_000) + "]".repeat(1_000) + "}").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void leavesObjectAsItIs() {
        byte[] body = " {\"a\":{\"b\":[1,\"ä\"]}} ".getBytes(StandardCharsets.UTF_8);
        Exchange exchange = exchange(body);

        assertThatCode(() -> step.process(exchange)).doesNotThrowAnyException();
        assertThat(exchange.getMessage().getBody()).isSameAs(body);
    }

    private void assertRefused(byte[] body) {
        assertThatThrownBy(() -> step.process(exchange(body)))
                .isInstanceOf(Failure.class)
                .hasMessage("Invalid JSON body");
    }

    private static Exchange exchange(byte[] body) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setBody(body);
        return exchange;
    }
}
