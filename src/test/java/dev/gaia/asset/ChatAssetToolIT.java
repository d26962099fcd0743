package dev.gaia.asset;

import static dev.gaia.asset.AssetContract.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.fake.FakeModelProvider;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tool with which a chat's model reaches the assets, over HTTP, with a model provider on OpenAI's wire. */
class ChatAssetToolIT {

    private static final String ACTING = ",'allow_tool_actions':true";

    @TempDir
    static Path folder;

    private static FakeModelProvider provider;
    private static AssetHub assets;

    @BeforeAll
    static void start() {
        provider = FakeModelProvider.start();
        assets = AssetHub.start(
                folder,
                Map.of(
                        "gaia.provider.endpoints.openai.base-url", provider.baseUrl(),
                        "gaia.provider.endpoints.openai.key", "test-key",
                        "gaia.provider.endpoints.polyhaven.base-url", "http://127.0.0.1:1",
                        "gaia.asset.simulated", "true",
                        "gaia.asset.retry-pause", "1ms",
                        "gaia.tools.offer", "assets"));
    }

    @AfterAll
    static void stop() {
        assets.close();
        provider.close();
    }

    @BeforeEach
    void forget() {
        provider.reset();
        assets.database().execute("delete from asset_generation_jobs");
        assets.database().execute("update assets set deleted_at = now()");
    }

    /** What the tool told the model, after a chat that ended well. */
    private static JsonNode told(String arguments, String more) {
        provider.next(
                "fake-calls [{\"name\":\"use_asset_service\",\"arguments\":" + arguments.replace('\'', '"') + "}]");
        var answer = assets.post("/api/v1/chat", "{'message':'Hello','provider':'openai'" + more + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer.body()).path("response").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        var last = provider.requests().getLast().body().path("messages");
        var told = last.get(last.size() - 1);
        assertThat(told.path("role").asText()).isEqualTo("tool");
        String text = told.path("content").asText();
        return text.startsWith("{")
                ? json(text)
                : JsonNodeFactory.instance.objectNode().put("text", text);
    }

    @Test
    void hasAPictureMadeForACallerWhoAllowsThat() throws Exception {
        var told = told("{'asset_type':'image','description':'A red lamp','reasoning':'asked for'}", ACTING);

        assertThat(told.path("source").asText()).isEqualTo("generated");
        assertThat(told.path("cost_usd").asDouble()).isEqualTo(0.0401);
        assertThat(assets.file(told.path("address").asText()).headers().firstValue("content-type"))
                .contains("image/png");
        assertThat(assets.database()
                        .value("select category || ' ' || session_id || ' ' || (request #>> '{preferences,max_cost}')"
                                + " from asset_generation_jobs"))
                .isEqualTo("image chat 0.1");
        var offered = provider.requests().getFirst().body().at("/tools/0/function");
        assertThat(offered.path("name").asText()).isEqualTo("use_asset_service");
        assertThat(offered.at("/parameters/properties/asset_type/enum")).hasSize(4);
    }

    @Test
    void hasModelsMadeAsProps() {
        var told = told("{'asset_type':'3d_model','description':'A stool'}", ACTING);

        assertThat(told.path("format").asText()).isEqualTo("glb");
        assertThat(assets.database().value("select category from asset_generation_jobs"))
                .isEqualTo("prop");
    }

    @Test
    void onlyLooksForAssetsOfCallersWhoAllowNothing() {
        var nothing = told("{'asset_type':'image','description':'A blue vase'}", "");
        assets.post("/api/v1/assets/generate", "{'category':'image','style':'realistic','description':'A blue vase'}");
        var found = told("{'asset_type':'image','description':'A blue vase'}", "");

        assertThat(nothing.path("text").asText()).isEqualTo("No matching asset found");
        assertThat(found.path("source").asText()).isEqualTo("database");
        assertThat(found.path("cost_usd").asDouble()).isEqualTo(0.0001);
    }

    @Test
    void refusesVideosInWords() {
        assertThat(told("{'asset_type':'video','description':'A cat'}", ACTING)
                        .path("refused")
                        .asText())
                .contains("no videos");
        assertThat(assets.database().value("select count(*) from asset_generation_jobs"))
                .isEqualTo("0");
    }

    @Test
    void tellsTheModelWhatWentWrongAndChatsOn() {
        assertThat(told("{'asset_type':'image','description':'simulate:fail'}", ACTING)
                        .path("text")
                        .asText())
                .isEqualTo("Asset request failed: simulated provider failed");
        assertThat(told("{'asset_type':'audio','description':'A song'}", ACTING)
                        .path("text")
                        .asText())
                .contains("exceeds limit 0.1000");
        assertThat(told("{'asset_type':'hologram','description':'A song'}", ACTING)
                        .path("text")
                        .asText())
                .startsWith("The arguments do not fit the tool");
    }

    @Test
    void spendsNoMoreThanTheBudgetOfTheChats() {
        for (int i = 0; i < 12; i++) {
            told("{'asset_type':'image','description':'Picture number " + i + "'}", ACTING);
        }
        var told = told("{'asset_type':'image','description':'One more'}", ACTING);

        assertThat(told.path("text").asText()).contains("budget exceeded");
    }
}
