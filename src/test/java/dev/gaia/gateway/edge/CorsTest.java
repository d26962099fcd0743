package dev.gaia.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorsTest {

    private final Cors cors = new Cors(List.of("http://localhost:3000", "https://app.example"));
    private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "*",
                "https://app.example.evil.test",
                "https://evil.test/https://app.example",
                "https://sub.app.example",
                "http://app.example",
                "https://APP.example",
                "https://app.example:443",
                "https://app.example/"
            })
    void allowsNoOriginButTheListed(String origin) {
        assertThat(cors.allows(origin)).isFalse();
        assertThat(cors.preflight(origin, "GET", "", headers)).isEqualTo("Disallowed CORS origin");
        assertThat(headers.contains("access-control-allow-origin")).isFalse();
    }

    @Test
    void echoesWhatThePreflightAsksFor() {
        String refusal = cors.preflight("https://app.example", "POST", "x-api-key, content-type", headers);

        assertThat(refusal).isEmpty();
        assertThat(headers.get("access-control-allow-origin")).isEqualTo("https://app.example");
        assertThat(headers.get("access-control-allow-credentials")).isEqualTo("true");
        assertThat(headers.get("access-control-allow-methods"))
                .isEqualTo("DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT");
        assertThat(headers.get("access-control-allow-headers")).isEqualTo("x-api-key, content-type");
        assertThat(headers.get("access-control-max-age")).isEqualTo("600");
        assertThat(headers.get("vary")).isEqualTo("Origin");
    }

    @Test
    void refusesMethodNobodyServes() {
        assertThat(cors.preflight("https://app.example", "TRACE", "", headers)).isEqualTo("Disallowed CORS method");
    }
}
