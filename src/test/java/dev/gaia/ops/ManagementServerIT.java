package dev.gaia.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.Hub;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManagementServerIT {

    private final Hub hub = Hub.shared();

    @Test
    void healthHasOneEntryForEachRouteAndDependency() throws IOException {
        var health = json("/actuator/health");

        assertThat(health.at("/components/routes/components/gateway-root/status")
                        .asText())
                .isEqualTo("UP");
        assertThat(health.at("/components/routes/components").size())
                .isEqualTo(hub.camel().getRoutesSize());
        assertThat(health.at("/components/dependencies/components").fieldNames())
                .toIterable()
                .contains("database", "supabase");
    }

    @Test
    void lostDatabaseIsRedOnItsEntryOnly() throws IOException {
        var health = json("/actuator/health");

        assertThat(health.at("/components/dependencies/components/database/status")
                        .asText())
                .isEqualTo("DOWN");
        assertThat(get("/actuator/health").statusCode()).isEqualTo(503);
        assertThat(get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        assertThat(get("/actuator/health/readiness").statusCode()).isEqualTo(200);
    }

    @Test
    void figuresCountTheExchangesOfARoute() {
        hub.get("/");

        assertThat(get("/actuator/prometheus").body())
                .containsPattern("gaia_route_seconds_count\\{route=\"gateway-root\"} [1-9]")
                .contains("jvm_memory_used_bytes");
    }

    @Test
    void figuresCountAnswersWithoutTheDatabaseAsDegraded() {
        var answer = hub.camel().createProducerTemplate().request("direct:chat-history", exchange -> {
            exchange.getMessage().setHeader("gaia-user-id", "somebody");
            exchange.setVariable("surface", "v1");
        });

        assertThat(answer.getException()).isNull();
        assertThat(get("/actuator/prometheus").body())
                .containsPattern("gaia_route_degraded_total\\{route=\"chat-history\"} [1-9]");
    }

    @Test
    void saysHowMuchWorkWaitsRunsAndWasGivenUp() throws IOException {
        assertThat(json("/actuator/health").at("/components/work/details").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("waiting", "running", "dead");
        assertThat(get("/actuator/prometheus").body())
                .contains("gaia_work_dead ", "gaia_work_buried_total ", "gaia_breaker_open{breaker=\"asset-meshy\"}");
    }

    @Test
    void infoNamesServicesAndLinks() throws IOException {
        var info = json("/actuator/info");

        assertThat(info.path("services")).hasSize(4);
        assertThat(info.at("/links/chat").asText()).isEqualTo("direct");
        assertThat(info.path("version").asText()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator/env",
                "/actuator/heapdump",
                "/actuator/configprops",
                "/actuator/loggers",
                "/actuator/beans",
                "/actuator",
                "/actuator/health/database",
                "/actuator/../actuator/info",
                "/"
            })
    void answersNothingElse(String path) {
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    private JsonNode json(String path) throws IOException {
        return new ObjectMapper().readTree(get(path).body());
    }

    private HttpResponse<String> get(String path) {
        return OperatorPages.of(hub).answer(path);
    }
}
