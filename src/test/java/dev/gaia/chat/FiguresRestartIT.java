package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.fake.FakeModelProvider;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What figures are after a restart: those of usage come from the database, those of performance from the process. */
@Timeout(120)
class FiguresRestartIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String[] KEY = {"X-API-Key", "the-configured-key"};

    @Test
    void usageIsTheSameAndPerformanceBeginsAnew() {
        try (var database = TestDatabase.migrated();
                var provider = FakeModelProvider.start()) {
            Map<String, JsonNode> before;
            try (var hub = start(database, provider)) {
                hub.post("/api/v1/chat", "{\"message\":\"Hello\",\"provider\":\"openai\"}", KEY);
                hub.post("/api/v1/chat", "{\"message\":\"Hello\",\"provider\":\"claude\"}", KEY);
                hub.post(
                        "/api/v0.2/usage/log",
                        "{\"provider\":\"dalle\",\"operation\":\"image_generation\",\"cost\":0.04,\"images\":1}",
                        KEY);
                await().until(() -> get(hub, "/api/v0.2/usage/current")
                                .path("total_requests")
                                .asInt()
                        == 3);
                before = usage(hub);
                assertThat(get(hub, "/api/v0.2/performance/summary")
                                .at("/summary/total_requests")
                                .asInt())
                        .isEqualTo(2);
            }

            try (var hub = start(database, provider)) {
                assertThat(usage(hub)).isEqualTo(before);
                assertThat(get(hub, "/api/v0.2/performance/summary")
                                .at("/summary/total_requests")
                                .asInt())
                        .isZero();

                hub.post("/api/v1/chat", "{\"message\":\"Hello\",\"provider\":\"openai\"}", KEY);
                await().until(() -> get(hub, "/api/v0.2/usage/current")
                                .path("total_requests")
                                .asInt()
                        == 4);
            }
        }
    }

    private static Hub start(TestDatabase database, FakeModelProvider provider) {
        return Hub.with(Map.of("gaia.database.url", database.url(), "gaia.auth.api-key", KEY[1]))
                .with(provider.settings())
                .start();
    }

    private static Map<String, JsonNode> usage(Hub hub) {
        var month = LocalDate.now(ZoneOffset.UTC).toString().substring(0, 7);
        Map<String, JsonNode> figures = new LinkedHashMap<>();
        for (var path : List.of("current", "limits", "billing/current", "reports/monthly?month=" + month)) {
            figures.put(path, withoutMoments(get(hub, "/api/v0.2/usage/" + path)));
        }
        return figures;
    }

    /** Without the moment of the question, should an answer carry one. */
    private static JsonNode withoutMoments(JsonNode answer) {
        return answer instanceof ObjectNode object ? object.without(List.of("as_of", "generated_at")) : answer;
    }

    private static JsonNode get(Hub hub, String path) {
        var answer = hub.get(path, KEY);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        try {
            return MAPPER.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(answer.body(), e);
        }
    }
}
