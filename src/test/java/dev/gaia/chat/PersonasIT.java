package dev.gaia.chat;

import static dev.gaia.chat.ChatHub.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The catalogue of personas and its effect on prompts, over HTTP on a real database. */
class PersonasIT {

    private static final String PERSONAS = "/api/v0.2/personas";
    private static final String UNKNOWN = "3f0c8a52-7d41-4f7e-9a63-0c5be4a1d2f9";

    private static ChatHub hub;

    @BeforeAll
    static void start() {
        hub = ChatHub.start();
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @BeforeEach
    void someoneNew() {
        hub.someoneNew();
    }

    @AfterEach
    void emptyCatalogue() {
        hub.database().execute("delete from personas where name <> 'Mu'");
        hub.database().execute("update personas set is_active = true");
        hub.post("/api/v1/chat/reload-prompt", "");
    }

    private static JsonNode created(String name, String prompt) {
        var answer =
                hub.post(PERSONAS, "{'name':'" + name + "','description':'A test','system_prompt':'" + prompt + "'}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer).path("persona");
    }

    private static String systemPrompt(String body) {
        hub.post("/api/v1/chat", body);
        return hub.provider().lastRequest().orElseThrow().body().path("system").asText();
    }

    @Test
    void listsTheSeededPersona() {
        var answer = json(hub.get(PERSONAS));
        var mu = answer.at("/personas/0");

        assertThat(answer.path("success").asBoolean()).isTrue();
        assertThat(answer.path("total").asInt()).isEqualTo(1);
        assertThat(answer.path("message").asText()).isEqualTo("Found 1 personas");
        assertThat(mu.path("name").asText()).isEqualTo("Mu");
        assertThat(mu.at("/personality_traits/robotic_charm").asBoolean()).isTrue();
        assertThat(mu.at("/capabilities/breathing_exercises").asBoolean()).isTrue();
        assertThat(mu.path("system_prompt").asText()).endsWith("{tools_section}");
        assertThat(mu.path("created_by").asText()).isEqualTo("system");
        assertThat(mu.path("created_at").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
        assertThat(json(hub.get("/api/v1/chat/personas")).path("message").asText())
                .isEqualTo("Personas retrieved successfully");
        assertThat(hub.get("/api/v1/personas/").statusCode()).isEqualTo(200);
    }

    @Test
    void createsReadsChangesAndDeletes() {
        var persona = created("Guide", "You guide.");
        var path = PERSONAS + "/" + persona.path("id").asText();

        assertThat(persona.path("created_by").asText()).isEqualTo(hub.caller());
        assertThat(persona.path("personality_traits")).isEmpty();
        assertThat(json(hub.get(path)).path("message").asText()).isEqualTo("Persona retrieved successfully");

        var changed = json(hub.put(path, "{'description':'Other words','capabilities':{'a':1},'name':null}"));
        assertThat(changed.path("message").asText()).isEqualTo("Persona updated successfully");
        assertThat(changed.at("/persona/name").asText()).isEqualTo("Guide");
        assertThat(changed.at("/persona/description").asText()).isEqualTo("Other words");
        assertThat(changed.at("/persona/capabilities/a").asInt()).isEqualTo(1);
        assertThat(changed.at("/persona/updated_at").asText())
                .isGreaterThan(persona.path("updated_at").asText());
        var same = json(hub.put(path, "{}"));
        assertThat(same.path("persona")).isEqualTo(changed.path("persona"));

        var deleted = hub.delete(path);
        assertThat(deleted.statusCode()).isEqualTo(200);
        assertThat(json(deleted).path("message").asText()).isEqualTo("Persona deleted successfully");
        assertThat(hub.delete(path).statusCode()).isEqualTo(200);
        assertThat(hub.get(path).statusCode()).isEqualTo(404);
        assertThat(hub.put(path, "{}").statusCode()).isEqualTo(404);
        assertThat(json(hub.get(PERSONAS)).path("total").asInt()).isEqualTo(1);
        var all = json(hub.get(PERSONAS + "?active_only=false"));
        assertThat(all.path("total").asInt()).isEqualTo(2);
        assertThat(all.at("/personas/0/name").asText()).as("newest first").isEqualTo("Guide");
    }

    @Test
    void refusesNamesThatAreTaken() {
        var guide = created("Guide", "You guide.");

        var again = hub.post("/api/v1/chat/personas", "{'name':'Mu','description':'x','system_prompt':'y','extra':1}");
        var renamed = hub.put(PERSONAS + "/" + guide.path("id").asText(), "{'name':'Mu'}");

        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body())
                .isEqualTo("{\"detail\":\"Service error: {\\\"detail\\\":\\\"Persona name already exists: Mu\\\"}\"}");
        assertThat(renamed.statusCode()).isEqualTo(409);
    }

    @Test
    void refusesWhatIsNoPersona() {
        assertThat(hub.post(PERSONAS, "{'name':'x'}").statusCode()).isEqualTo(422);
        assertThat(hub.post(PERSONAS, "{'name':7,'description':'x','system_prompt':'y'}")
                        .statusCode())
                .isEqualTo(422);
        assertThat(hub.post(PERSONAS, "{'name':'" + "x".repeat(101) + "','description':'x','system_prompt':'y'}")
                        .statusCode())
                .isEqualTo(422);
        assertThat(hub.post(PERSONAS, "[]").statusCode()).isEqualTo(400);
        assertThat(hub.get(PERSONAS + "?active_only=perhaps").statusCode()).isEqualTo(422);
        assertThat(hub.get(PERSONAS + "/no-uuid").statusCode()).isEqualTo(404);
        assertThat(hub.get(PERSONAS + "/no-uuid").body()).contains("Persona not found: no-uuid");
        assertThat(hub.post(PERSONAS + "/set", "{'persona_id':'" + UNKNOWN + "'}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(hub.post(PERSONAS + "/set", "{}").statusCode()).isEqualTo(422);
        assertThat(hub.hub().get(PERSONAS).statusCode()).isEqualTo(401);
    }

    @Test
    void usesTheChosenPersonaWithTheNextRequest() {
        assertThat(systemPrompt("{'message':'Hello'}")).startsWith("You are Mu");
        var rex = created("Rex", "You are Rex. {tools_section}").path("id").asText();

        var set = hub.post(PERSONAS + "/set", "{'persona_id':'" + rex + "'}");

        assertThat(json(set).path("message").asText()).isEqualTo("Active persona set to Rex");
        assertThat(json(set).path("persona_name").asText()).isEqualTo("Rex");
        assertThat(systemPrompt("{'message':'Hello'}")).isEqualTo("You are Rex.");
        assertThat(json(hub.get(PERSONAS + "/current")).at("/persona/name").asText())
                .isEqualTo("Rex");

        hub.put(PERSONAS + "/" + rex, "{'system_prompt':'You are Max ${header.x} {{gaia.x}}.'}");
        assertThat(systemPrompt("{'message':'Hello'}")).isEqualTo("You are Max ${header.x} {{gaia.x}}.");

        hub.delete(PERSONAS + "/" + rex);
        assertThat(systemPrompt("{'message':'Hello'}")).startsWith("You are Mu");
        assertThat(json(hub.get(PERSONAS + "/current")).at("/persona/name").asText())
                .isEqualTo("Mu");
    }

    @Test
    void usesThePersonaARequestNames() {
        var rex = created("Rex", "You are Rex.").path("id").asText();

        assertThat(systemPrompt("{'message':'Hello','persona_id':'" + rex + "'}"))
                .isEqualTo("You are Rex.");
        assertThat(systemPrompt("{'message':'Hello','persona_id':'" + UNKNOWN + "'}"))
                .startsWith("You are Mu");
        assertThat(systemPrompt("{'message':'Hello'}")).startsWith("You are Mu");
    }

    @Test
    void makesMuWhenMissing() {
        var known = json(hub.post(PERSONAS + "/initialize-default", ""));
        assertThat(known.path("was_created").asBoolean()).isFalse();
        assertThat(known.path("message").asText()).isEqualTo("Default persona already exists");

        hub.delete(PERSONAS + "/" + known.at("/persona/id").asText());
        var back = json(hub.post(PERSONAS + "/initialize-default", ""));
        assertThat(back.path("was_created").asBoolean()).isTrue();
        assertThat(back.path("message").asText()).isEqualTo("Default persona created successfully");

        hub.database().execute("delete from personas where name = 'Mu'");
        var current = json(hub.get(PERSONAS + "/current"));
        assertThat(current.at("/persona/name").asText()).isEqualTo("Mu");
        assertThat(current.at("/persona/created_by").asText()).isEqualTo("system");
        assertThat(hub.database().column("select name from personas")).containsExactly("Mu");
    }

    @Test
    void reloadsPromptsThatWereChangedBehindItsBack() {
        systemPrompt("{'message':'Hello'}");
        hub.database().execute("update personas set system_prompt = 'You are changed.' where name = 'Mu'");

        var reloaded = hub.post("/api/v0.2/chat/reload-prompt", "");

        assertThat(reloaded.body())
                .isEqualTo("{\"status\":\"success\",\"message\":\"System prompt reloaded successfully\","
                        + "\"api_version\":\"0.2\"}");
        assertThat(systemPrompt("{'message':'Hello'}")).isEqualTo("You are changed.");
        hub.database().execute("delete from personas where name = 'Mu'");
        hub.post(PERSONAS + "/initialize-default", "");
    }

    @Test
    void failsChangesButSpeaksAsMuWithoutTheDatabase() {
        hub.database().execute("alter table personas rename to personas_away");
        try {
            assertThat(hub.get(PERSONAS).statusCode()).isEqualTo(500);
            assertThat(hub.get(PERSONAS).body()).contains("Service error").doesNotContain("personas_away");
            assertThat(hub.post(PERSONAS, "{'name':'x','description':'x','system_prompt':'y'}")
                            .statusCode())
                    .isEqualTo(500);
            assertThat(hub.delete(PERSONAS + "/" + UNKNOWN).statusCode()).isEqualTo(500);
            var current = hub.get(PERSONAS + "/current");
            assertThat(current.statusCode()).isEqualTo(200);
            assertThat(json(current).at("/persona/id").asText()).isEqualTo("default");
            assertThat(json(current).at("/persona/name").asText()).isEqualTo("Mu");
            assertThat(systemPrompt("{'message':'Hello'}")).startsWith("You are Mu");
        } finally {
            hub.database().execute("alter table personas_away rename to personas");
            org.awaitility.Awaitility.await().until(() -> hub.get(PERSONAS).statusCode() == 200);
        }
    }

    /** Attack T19: what looks like an expression of any of the languages inside is a text like any other. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "${env:PATH} ${body} ${bean:shutdown} ${exchangeId}",
                "{{gaia.auth.jwt-secret}} {{env:HOME}} {{?x}}",
                "#{systemProperties} #{T(java.lang.Runtime).getRuntime()}",
                "$simple{body} ${date:now} %24{body} :?sqlUser"
            })
    void templatesInPromptsAndMessagesStayText(String text) {
        var id = created("Template", text).path("id").asText();

        var asked = systemPrompt("{'message':'" + text + "','persona_id':'" + id + "'}");

        assertThat(asked).isEqualTo(text);
        assertThat(hub.provider()
                        .lastRequest()
                        .orElseThrow()
                        .body()
                        .path("messages")
                        .toString())
                .contains(text);
        hub.provider().next("fake-say direct_llm");
        hub.post("/api/v1/chat/orchestrated", "{'message':'Do " + text + "','persona_id':'" + id + "'}");
        assertThat(hub.provider().requests())
                .allMatch(request -> request.body().toString().contains(text));
        assertThat(json(hub.get(PERSONAS + "/" + id))
                        .at("/persona/system_prompt")
                        .asText())
                .isEqualTo(text);
    }

    /** Attack T20: no answer of chat echoes the prompt. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/chat",
                "/api/v0.2/chat",
                "/api/v0.3/chat",
                "/api/v0.2/chat/stream",
                "/api/v1/chat/direct",
                "/api/v1/chat/mcp-agent",
                "/api/v1/chat/orchestrated"
            })
    void noAnswerEchoesThePrompt(String path) {
        var id = created("Secretive", "SECRET-PROMPT").path("id").asText();
        hub.database()
                .execute("insert into user_persona_preferences (user_id, persona_id) values ('" + hub.caller() + "', '"
                        + id + "')");

        for (var stream : List.of("false", "true")) {
            var answer = hub.post(path, "{'message':'Hello','stream':" + stream + "}");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).doesNotContain("SECRET-PROMPT");
        }
        assertThat(hub.provider()
                        .lastRequest()
                        .orElseThrow()
                        .body()
                        .path("system")
                        .asText())
                .contains("SECRET-PROMPT");
        for (var status : List.of("/api/v1/chat/status", "/api/v0.2/chat/status", "/api/v0.2/chat/stream/status")) {
            assertThat(hub.get(status).body()).doesNotContain("SECRET-PROMPT");
        }
    }
}
