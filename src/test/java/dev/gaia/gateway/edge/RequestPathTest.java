package dev.gaia.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/health, /health",
        "/health/, /health",
        "/api/v1/models/claude-3.5, /api/v1/models/claude-3.5",
        "/a/b%20c, /a/b c",
        "/a/%C3%A4, /a/ä",
        "/%61pi, /api",
        "/a:b@c$, /a:b@c$",
        "/..., /..."
    })
    void bringsPathIntoItsNormalForm(String raw, String normal) {
        assertThat(RequestPath.normal(raw)).contains(normal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "health",
                "http://host/health",
                "//",
                "//health",
                "/api//v1",
                "/api/../health",
                "/..",
                "/.",
                "/./health",
                "/api/.",
                "/api/..;/health",
                "/health;x=1",
                "/api/%2e%2e/health",
                "/api/%2E/health",
                "/api%2fhealth",
                "/api%2Fhealth",
                "/api%5chealth",
                "/api\\health",
                "/api/%252e",
                "/api/%3b",
                "/api/%00",
                "/api/%0a",
                "/api/%7f",
                "/api/%",
                "/api/%4",
                "/api/%zz",
                "/api/%c3",
                "/api/%c0%af",
                "/api/ä",
                "/api/\u0000",
                "/api/ x",
                "/api/{x}",
                "/api#x"
            })
    void refusesPathThatOthersCouldReadDifferently(String raw) {
        assertThat(RequestPath.normal(raw)).isEmpty();
    }

    @Test
    void keepsOneOfTwoTrailingSlashesFromPassing() {
        assertThat(RequestPath.normal("/health//")).isEmpty();
    }
}
