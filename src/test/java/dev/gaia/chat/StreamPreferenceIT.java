package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.chat.catalogue.ModelCatalogue;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a caller prefers for streams, over HTTP and on real PostgreSQL. */
class StreamPreferenceIT {

    private static FiguresHub figures;

    @BeforeAll
    static void start() {
        figures = FiguresHub.start();
    }

    @AfterAll
    static void stop() {
        figures.close();
    }

    @BeforeEach
    void forgetPreferences() {
        figures.database().execute("delete from chat_stream_preferences");
        figures.hub().bean(PersonaCache.class).forget(Optional.empty());
    }

    @Test
    void keepsWhatACallerPrefersForStreams() {
        var path = "/api/v0.2/chat/stream/models/user-preference";
        assertThat(figures.get(path).path("has_preference").asBoolean()).isFalse();
        figures.hub().post(path + "?model_id=gpt-4o&vr_mode=true", "", "X-API-Key", FiguresHub.KEY);

        assertThat(figures.get(path).at("/preference/vr_mode").asBoolean()).isTrue();
        assertThat(figures.hub()
                        .post(path + "?model_id=nope-1", "", "X-API-Key", FiguresHub.KEY)
                        .statusCode())
                .isEqualTo(400);
        var cleared = figures.json(figures.hub()
                .send(figures.hub()
                        .request(path, "X-API-Key", FiguresHub.KEY)
                        .DELETE()
                        .build())
                .body());
        assertThat(cleared.path("had_preference").asBoolean()).isTrue();
        assertThat(figures.get(path).has("default")).isTrue();
    }

    @Test
    void streamsThatNameNoModelAreAnsweredByThePreferredOne() {
        var path = "/api/v0.2/chat/stream/models/user-preference";
        var preferred = figures.hub().bean(ModelCatalogue.class).find("gpt-4o").orElseThrow();
        assertThat(selection("'message':'Hello'").path("provider").asText()).isEqualTo("claude");

        figures.hub().post(path + "?model_id=gpt-4o", "", "X-API-Key", FiguresHub.KEY);

        var chosen = selection("'message':'Hello'");
        assertThat(chosen.path("model").asText()).isEqualTo(preferred.model());
        assertThat(chosen.path("provider").asText()).isEqualTo("openai");
        assertThat(chosen.path("reasoning").asText()).isEqualTo("Preferred model: " + preferred.model());
        assertThat(figures.provider()
                        .lastRequest()
                        .orElseThrow()
                        .body()
                        .path("model")
                        .asText())
                .isEqualTo(preferred.model());
        // what the request names wins, and other surfaces are none of the preference's business
        assertThat(selection("'message':'Hello','model':'claude-sonnet-4-5'")
                        .path("model")
                        .asText())
                .isEqualTo("claude-sonnet-4-5");
        assertThat(selection("'message':'Hello','provider':'claude'")
                        .path("provider")
                        .asText())
                .isEqualTo("claude");
        assertThat(figures.json(figures.hub()
                                .post("/api/v0.2/chat", "{\"message\":\"Hello\"}", "X-API-Key", FiguresHub.KEY)
                                .body())
                        .path("provider")
                        .asText())
                .isEqualTo("claude");

        figures.hub()
                .send(figures.hub()
                        .request(path, "X-API-Key", FiguresHub.KEY)
                        .DELETE()
                        .build());

        assertThat(selection("'message':'Hello'").path("provider").asText()).isEqualTo("claude");
    }

    @Test
    void aPreferenceThatAnotherProcessStoredCountsOnceItTellsSo() throws Exception {
        assertThat(selection("'message':'Hello'").path("provider").asText()).isEqualTo("claude");
        var user = figures.database().value("select id from users where email = 'dev@gaia.local'");
        figures.database()
                .execute("insert into chat_stream_preferences (user_id, model_id, priority, vr_mode) values ('" + user
                        + "', 'gpt-4o', 'balanced', false)");

        var told = new DefaultExchange(figures.hub().camel());
        told.getMessage()
                .setBody(("{\"process\":\"another\",\"user_id\":\"" + user + "\"}").getBytes(StandardCharsets.UTF_8));
        figures.hub()
                .camel()
                .getRegistry()
                .lookupByNameAndType("dropChangedPersonas", Processor.class)
                .process(told);

        assertThat(selection("'message':'Hello'").path("provider").asText()).isEqualTo("openai");
    }

    @Test
    void aPreferredModelThatIsNoLongerOfferedIsReplacedByTheDefault() {
        figures.hub()
                .post("/api/v0.2/chat/stream/models/user-preference?model_id=gpt-4o", "", "X-API-Key", FiguresHub.KEY);
        figures.database().execute("update chat_stream_preferences set model_id = 'gone-1'");

        assertThat(selection("'message':'Hello'").path("reasoning").asText()).isEqualTo("Default model");
    }

    /** Semantics 13.2: when the caller leaves the choice to the platform, by the priority preferred. */
    @ParameterizedTest
    @CsvSource({"priority=cost,cost", "priority=cost&vr_mode=true,vr"})
    void thePreferredPriorityCountsWhereTheRequestNamesNone(String preference, String priority) {
        var free = "'message':'Tell me of the sea','auto_select_model':true,'force_provider':false";
        figures.hub()
                .post(
                        "/api/v0.2/chat/stream/models/user-preference?model_id=gpt-4o&" + preference,
                        "",
                        "X-API-Key",
                        FiguresHub.KEY);

        assertThat(selection(free).path("reasoning").asText()).contains("with priority " + priority);
        assertThat(selection(free + ",'priority':'quality'").path("reasoning").asText())
                .contains("with priority quality");
    }

    @Test
    void theDefaultPreferenceIsTheModelThatAnswersWithoutOne() {
        assertThat(figures.get("/api/v0.2/chat/stream/models/user-preference")
                        .at("/default/model_id")
                        .asText())
                .isEqualTo(selection("'message':'Hello'").path("model").asText());
    }

    @Test
    void aPreferenceIsInTheDatabaseAndNeedsIt() {
        var path = "/api/v0.2/chat/stream/models/user-preference";
        figures.hub().post(path + "?model_id=gpt-4o&priority=vr", "", "X-API-Key", FiguresHub.KEY);
        assertThat(figures.database().value("select model_id || ' ' || priority from chat_stream_preferences"))
                .isEqualTo("gpt-4o vr");
        figures.database().execute("alter table chat_stream_preferences rename to preferences_away");
        try {
            assertThat(figures.hub().get(path, "X-API-Key", FiguresHub.KEY).statusCode())
                    .isEqualTo(500);
            assertThat(figures.hub()
                            .post(path + "?model_id=gpt-4o", "", "X-API-Key", FiguresHub.KEY)
                            .statusCode())
                    .isEqualTo(500);
        } finally {
            figures.database().execute("alter table preferences_away rename to chat_stream_preferences");
        }
        await().until(() -> figures.hub().get(path, "X-API-Key", FiguresHub.KEY).statusCode() == 200);
        assertThat(figures.get(path).at("/preference/priority").asText()).isEqualTo("vr");
        assertThat(figures.get(path).at("/preference/updated_at").asText())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
    }

    /** The frame in which a stream says which model answers. */
    private static JsonNode selection(String fields) {
        var answer = figures.hub()
                .post("/api/v0.2/chat/stream", "{" + fields.replace('\'', '"') + "}", "X-API-Key", FiguresHub.KEY);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body()
                .lines()
                .filter(line -> line.contains("\"model_selection\""))
                .map(line -> figures.json(line.substring("data: ".length())))
                .findFirst()
                .orElseThrow(() -> new AssertionError(answer.body()));
    }
}
