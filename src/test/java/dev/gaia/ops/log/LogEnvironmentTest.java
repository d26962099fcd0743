package dev.gaia.ops.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gaia.StartRefused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.mock.env.MockEnvironment;

class LogEnvironmentTest {

    @ParameterizedTest
    @CsvSource({
        // LOG_LEVEL, root, gaia.nats, gaia.request, gaia.lifecycle, org.apache.camel
        "DEBUG,     DEBUG, INFO,  INFO,  INFO,  WARN",
        "NATS,      INFO,  INFO,  INFO,  INFO,  WARN",
        "INFO,      INFO,  WARN,  INFO,  INFO,  WARN",
        "warning,   WARN,  WARN,  WARN,  INFO,  WARN",
        "LLM,       ERROR, ERROR, ERROR, INFO,  ERROR",
        "ERROR,     ERROR, ERROR, ERROR, INFO,  ERROR",
        "LIFECYCLE, OFF,   OFF,   OFF,   INFO,  OFF",
        "CRITICAL,  OFF,   OFF,   OFF,   OFF,   OFF",
        "loud,      INFO,  WARN,  INFO,  INFO,  WARN"
    })
    void ranksLabelsAsTheContractDoes(
            String wanted, String root, String nats, String request, String lifecycle, String camel) {
        var environment = new MockEnvironment().withProperty("gaia.log-level", wanted);

        new LogEnvironment().postProcessEnvironment(environment, new SpringApplication());

        assertThat(environment.getProperty("logging.level.root")).isEqualTo(root);
        assertThat(environment.getProperty("logging.level.gaia.nats")).isEqualTo(nats);
        assertThat(environment.getProperty("logging.level.gaia.request")).isEqualTo(request);
        assertThat(environment.getProperty("logging.level.gaia.lifecycle")).isEqualTo(lifecycle);
        assertThat(environment.getProperty("logging.level.org.apache.camel")).isEqualTo(camel);
    }

    @Test
    void levelOfOneRouteWins() {
        var environment = new MockEnvironment().withProperty("logging.level.org.apache.camel", "DEBUG");

        new LogEnvironment().postProcessEnvironment(environment, new SpringApplication());

        assertThat(environment.getProperty("logging.level.org.apache.camel")).isEqualTo("DEBUG");
    }

    @Test
    void refusesUnknownForm() {
        var environment = new MockEnvironment().withProperty("gaia.log-format", "xml");

        assertThatThrownBy(() -> new LogEnvironment().postProcessEnvironment(environment, new SpringApplication()))
                .isInstanceOf(StartRefused.class)
                .hasMessage("`gaia.log-format` is xml; it must be text or json.");
    }
}
