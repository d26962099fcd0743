package dev.gaia.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadersTest {

    private final RequestHeaders headers = new RequestHeaders(List.of("X-API-Key", "Authorization"), 3);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CamelHttpUri",
                "CAmelSqlQuery",
                "camelFileName",
                "org.apache.camel.x",
                "websocket.sendToAll",
                "operationName",
                "OPERATIONNAME",
                "gaia-user-id",
                "GAIA-Admin",
                "Gaia-Request-Id",
                "breadcrumbId"
            })
    void keepsReservedNamesOutWhateverIsConfigured(String name) {
        var seen = new HashMap<String, Object>();

        headers.copy(MultiMap.caseInsensitiveMultiMap().add(name, "x"), seen);

        assertThat(seen).isEmpty();
        assertThat(ReservedNames.reserved(name)).isTrue();
        assertThatThrownBy(() -> new EdgeSettings("h", 0, 0, List.of(), List.of(name), 0, Duration.ZERO))
                .hasMessage("`gaia.gateway.request-headers` is " + name + "; it must be a header clients may set.");
    }

    @Test
    void givesAllowedHeadersTheirConfiguredSpelling() {
        var seen = new HashMap<String, Object>();

        headers.copy(MultiMap.caseInsensitiveMultiMap().add("x-api-KEY", "k").add("Other", "o"), seen);

        assertThat(seen).isEqualTo(Map.of("X-API-Key", "k"));
    }

    @Test
    void keepsEveryValueOfARepeatedHeader() {
        var seen = new HashMap<String, Object>();
        var sent = MultiMap.caseInsensitiveMultiMap()
                .add("Authorization", "Bearer a")
                .add("authorization", "Bearer b");

        headers.copy(sent, seen);

        assertThat(seen).isEqualTo(Map.of("Authorization", List.of("Bearer a", "Bearer b")));
    }

    @Test
    void reportsTooManyHeaders() {
        var sent = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < 4; i++) {
            sent.add("h" + i, "x");
        }

        assertThat(headers.copy(sent, new HashMap<>())).isFalse();
    }
}
