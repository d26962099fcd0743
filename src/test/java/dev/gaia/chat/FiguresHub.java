package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.fake.FakeModelProvider;
import java.util.Map;

/** A hub whose figures are written at once, with real PostgreSQL and a provider of both vendors' models. */
record FiguresHub(TestDatabase database, FakeModelProvider provider, Hub hub) implements AutoCloseable {

    static final String KEY = "the-configured-key";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    static FiguresHub start() {
        var database = TestDatabase.migrated();
        var provider = FakeModelProvider.start();
        var hub = Hub.with(Map.of(
                        "gaia.database.url",
                        database.url(),
                        "gaia.auth.api-key",
                        KEY,
                        "gaia.chat.database-pause",
                        "200ms"))
                .with(provider.settings())
                .with("gaia.chat.usage.flush-interval", "20ms")
                .start();
        return new FiguresHub(database, provider, hub);
    }

    /** Answers are logged in order, behind the back of the tests that asked: after one more, none is left of those. */
    void reset() {
        hub.post("/api/v1/chat", "{\"message\":\"Hello\",\"model\":\"gpt-6-astra\"}", "X-API-Key", KEY);
        await().untilAsserted(() -> assertThat(
                        database.value("select count(*) from api_usage_costs where model = 'gpt-6-astra'"))
                .isEqualTo("1"));
        provider.reset();
        database.execute("delete from api_usage_costs");
        hub.send(hub.request("/api/v0.2/performance/reset", "X-API-Key", KEY)
                .DELETE()
                .build());
    }

    JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    JsonNode get(String path) {
        var answer = hub.get(path, "X-API-Key", KEY);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer.body());
    }

    void chat(String provider) {
        hub.post("/api/v1/chat", "{\"message\":\"Hello\",\"provider\":\"" + provider + "\"}", "X-API-Key", KEY);
    }

    @Override
    public void close() {
        hub.close();
        provider.close();
        database.close();
    }
}
