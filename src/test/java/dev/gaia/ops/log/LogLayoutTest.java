package dev.gaia.ops.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogLayoutTest {

    private static final String TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtdSJ9.c2lnbmF0dXJlLXNpZ25hdHVyZQ";

    private final LoggerContext context = new LoggerContext();

    @Test
    void writesTheLineOfTheContract() {
        assertThat(line("text", "never", event("dev.gaia.chat.Something", Level.WARN, "slow")))
                .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d - chat - WARNING - slow\n");
    }

    @ParameterizedTest
    @CsvSource({
        "gaia.request, gateway, NETWORK",
        "gaia.lifecycle, gaia, LIFECYCLE",
        "gaia.nats, gaia, NATS",
        "gaia.llm, gaia, LLM",
        "chat-complete, chat, INFO",
        "org.apache.camel.Something, gaia, INFO"
    })
    void labelsLinesByTheirLogger(String logger, String service, String label) {
        assertThat(line("text", "never", event(logger, Level.INFO, "text")))
                .contains(" - " + service + " - " + label + " - text");
    }

    @Test
    void warningsOfALabelledLoggerStayWarnings() {
        assertThat(line("text", "never", event("gaia.request", Level.WARN, "text")))
                .contains(" - WARNING - ");
    }

    @Test
    void wrapsTheTextInItsColour() {
        assertThat(line("text", "always", event("gaia.request", Level.INFO, "text")))
                .endsWith(" - NETWORK - \u001b[96mtext\u001b[0m\n");
    }

    @Test
    void processOfOneServiceNamesItInEveryLine() {
        var layout = layout("text", "never");
        layout.setServices("asset");

        assertThat(layout.doLayout(event("gaia.lifecycle", Level.INFO, "text"))).contains(" - asset - LIFECYCLE - ");
    }

    @Test
    void textCannotForgeALine() {
        assertThat(line("text", "never", event("gaia.request", Level.INFO, "GET /a\n2026-01-01 - \u001b[0m - x\r")))
                .contains("GET /a\n    2026-01-01")
                .doesNotContain("\u001b", "\r");
    }

    @Test
    void writesJsonWhenAsked() throws IOException {
        var json =
                new ObjectMapper().readTree(line("json", "always", event("gaia.request", Level.INFO, "say \"x\"\n")));

        assertThat(json.path("message").asText()).isEqualTo("say \"x\"\n");
        assertThat(json.path("level").asText()).isEqualTo("NETWORK");
        assertThat(json.path("time").asText()).endsWith("Z");
    }

    @Test
    void stackTraceFollowsItsLine() {
        var event = event("dev.gaia.x", Level.ERROR, "failed");
        event.setThrowableProxy(
                new ch.qos.logback.classic.spi.ThrowableProxy(new IllegalStateException("key=" + TOKEN)));

        assertThat(line("text", "never", event))
                .contains(" - ERROR - failed\njava.lang.IllegalStateException")
                .contains("\tat ")
                .doesNotContain(TOKEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer " + TOKEN,
                "Bearer opaque-token-1234567890",
                "token " + TOKEN + " refused",
                "X-API-Key: gaia_dev_0123456789abcdef",
                "X-API-KEY=gaia_dev_0123456789abcdef",
                "{\"api_key\": \"gaia_dev_0123456789abcdef\"}",
                "?api_key=gaia_dev_0123456789abcdef&a=b",
                "Incorrect API key provided: sk-proj-0123456789abcdef",
                "Incorrect API key provided: gsk_0123456789abcdefABCD",
                "Incorrect API key provided: xai-0123456789abcdefABCD",
                "API key not valid: AIzaSy0123456789abcdefABCDEFGHIJKLMNOPQ",
                "Incorrect API key provided: pplx-0123456789abcdefABCD",
                "Invalid token hf_0123456789abcdefABCD",
                "key gaia_dev_0123456789abcdefABCDEFGHIJKLMNOPQRSTUVWXYZa of nobody",
                "gaia-development-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "postgresql://gaia:hunter22@db:5432/x",
                "nats://gaia:hunter22@nats:4222",
                "password=hunter22"
            })
    void masksWhatLooksLikeACredential(String text) {
        for (String format : new String[] {"text", "json"}) {
            assertThat(line(format, "never", event("dev.gaia.x", Level.INFO, text)))
                    .contains("***")
                    .doesNotContain("0123456789abcdef", "hunter22", "opaque-token", "c2lnbmF0dXJl");
        }
    }

    private String line(String format, String colour, LoggingEvent event) {
        return layout(format, colour).doLayout(event);
    }

    private static LogLayout layout(String format, String colour) {
        var layout = new LogLayout();
        layout.setFormat(format);
        layout.setColour(colour);
        layout.start();
        return layout;
    }

    private LoggingEvent event(String logger, Level level, String message) {
        Logger from = context.getLogger(logger);
        return new LoggingEvent(getClass().getName(), from, level, message, null, null);
    }
}
