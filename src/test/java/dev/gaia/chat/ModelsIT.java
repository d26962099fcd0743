package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gaia.chat.catalogue.ModelCatalogue;
import dev.gaia.chat.selection.SelectModel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models and how one is chosen, over HTTP. */
class ModelsIT {

    private static FiguresHub figures;

    @BeforeAll
    static void start() {
        figures = FiguresHub.start();
    }

    @AfterAll
    static void stop() {
        figures.close();
    }

    @Test
    void listsModelsOfTheProvidersThatHaveAKey() {
        var all = figures.get("/api/v1/models/");

        assertThat(all.path("total").asInt())
                .isEqualTo(all.path("models").size())
                .isPositive();
        assertThat(all.path("models").findValuesAsText("provider")).containsOnly("claude", "openai");
        assertThat(all.path("data")).hasSameSizeAs(all.path("models"));
        assertThat(figures.get("/api/v0.2/models?provider=openai&capability=vision")
                        .path("models")
                        .findValuesAsText("provider"))
                .containsOnly("openai");
        assertThat(figures.get("/api/v0.2/models?capability=smell").path("models"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"gpt-4o-mini,gpt-4o-mini", "claude-3-haiku-20240307,claude-haiku-4-5"})
    void describesAModelAlsoUnderANameOfOtherDays(String name, String id) {
        var model = figures.get("/api/v0.2/models/" + name);

        assertThat(model.path("id").asText()).isEqualTo(id);
        assertThat(model.path("cost_per_input_token").asDouble()).isPositive().isLessThan(0.001);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v0.2/models/nope-1,Model not found: nope-1",
        "/api/v0.2/providers/nope,Provider nope not found",
        "/api/v0.2/providers/nope/models,Provider nope not found",
        "/api/v0.2/providers/nope/stats,Provider nope not found",
        "/api/v0.2/usage/current?provider=nope,Provider nope not found"
    })
    void refusesWhatItDoesNotHave(String path, String words) {
        var refused = figures.hub().get(path, "X-API-Key", FiguresHub.KEY);

        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(figures.json(refused.body()).path("detail").asText())
                .startsWith("Service error: ")
                .contains(words);
    }

    @Test
    void listsWhatSelectionKnows() {
        assertThat(figures.get("/api/v0.2/models/capabilities").path("total").asInt())
                .isEqualTo(7);
        assertThat(figures.get("/api/v0.2/models/priorities").path("default").asText())
                .isEqualTo("balanced");
        assertThat(figures.get("/api/v0.2/models/contexts").path("contexts").findValuesAsText("id"))
                .contains("greeting", "conversation", "technical", "creative", "vr", "emergency", "multimodal");
    }

    @Test
    void recommendsAndComparesModels() {
        var recommended = figures.json(figures.hub()
                .post(
                        "/api/v0.2/models/recommend",
                        "{\"message\":\"Hi\",\"priority\":\"speed\",\"provider\":\"openai\"}",
                        "X-API-Key",
                        FiguresHub.KEY)
                .body());

        assertThat(recommended.path("recommended_model").asText()).isEqualTo("gpt-6-luna");
        assertThat(recommended.path("confidence").asDouble()).isBetween(0.1, 1.0);
        assertThat(recommended.path("reasoning").asText()).contains("greeting");
        var compared = figures.get("/api/v0.2/models/compare?model_ids=gpt-6-luna,claude-opus-5-5");
        assertThat(compared.at("/best_for/cost").asText()).isEqualTo("gpt-6-luna");
        assertThat(compared.at("/best_for/quality").asText()).isEqualTo("claude-opus-5-5");
        var refused = figures.hub().get("/api/v0.2/models/compare?model_ids=gpt-4o", "X-API-Key", FiguresHub.KEY);
        assertThat(refused.statusCode()).isEqualTo(400);
        var smell = figures.hub()
                .post(
                        "/api/v0.2/models/recommend",
                        "{\"message\":\"Hi\",\"required_capabilities\":[\"smell\"]}",
                        "X-API-Key",
                        FiguresHub.KEY);
        assertThat(smell.statusCode()).isEqualTo(400);
        assertThat(smell.body()).contains("Invalid capability: smell");
    }

    @Test
    void ranksAndRecommendsModelsForStreams() {
        assertThat(figures.get("/api/v0.2/chat/stream/models").path("models").findValuesAsText("provider"))
                .containsOnly("anthropic", "openai");
        var ranked = figures.get("/api/v0.2/chat/stream/models/performance").path("rankings");
        assertThat(ranked.at("/fastest_ttft/0/ttft_ms").asInt())
                .isLessThanOrEqualTo(ranked.at("/fastest_ttft/1/ttft_ms").asInt());
        assertThat(figures.get("/api/v0.2/chat/stream/models/recommend?message=Hello&priority=speed")
                        .at("/selection_criteria/priority")
                        .asText())
                .isEqualTo("speed");
        assertThat(figures.get("/api/v0.2/chat/stream/models/vr-recommendation?max_latency_ms=700")
                        .path("ttft_ms")
                        .asInt())
                .isLessThanOrEqualTo(700);
        assertThat(figures.hub()
                        .get("/api/v0.2/chat/stream/models/recommend", "X-API-Key", FiguresHub.KEY)
                        .statusCode())
                .isEqualTo(422);
        assertThat(figures.hub()
                        .get(
                                "/api/v0.2/chat/stream/models/vr-recommendation?max_latency_ms=-1",
                                "X-API-Key",
                                FiguresHub.KEY)
                        .statusCode())
                .isEqualTo(400);
    }

    /** Semantics 13.2, calculated by hand from the figures of the catalogue. */
    @ParameterizedTest
    @CsvSource({
        "claude-sonnet-4-5, quality, technical, 1.498",
        "claude-haiku-5-5, speed, greeting, 1.165",
        "claude-haiku-5-5, vr, vr, 1.365",
        "claude-haiku-5-5, cost, conversation, 1.164",
        "claude-opus-5, balanced, creative, 0.794",
        "claude-opus-5, quality, multimodal, 1.874"
    })
    void scoresModelsAsTheContractSays(String id, String priority, String context, double score) {
        var model =
                figures.hub().bean(ModelCatalogue.class).find(id).orElseThrow().entry();

        assertThat(figures.hub().bean(SelectModel.class).score(model, priority, context))
                .isCloseTo(score, within(0.0005));
    }

    @Test
    void choosesTheBestModelWhenTheCallerLeavesTheChoice() {
        var request = "{\"message\":\"Debug this function\",\"auto_select_model\":true,\"force_provider\":%s}";

        var free = figures.json(figures.hub()
                .post("/api/v0.2/chat", request.formatted(false), "X-API-Key", FiguresHub.KEY)
                .body());
        var forced = figures.json(figures.hub()
                .post("/api/v0.2/chat", request.formatted(true), "X-API-Key", FiguresHub.KEY)
                .body());

        var best = figures.hub()
                .bean(SelectModel.class)
                .select(new SelectModel.Wish(
                        "Debug this function",
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of()));
        assertThat(best.context().id()).isEqualTo("technical");
        assertThat(free.path("model").asText())
                .isEqualTo(best.best().getFirst().model().id());
        assertThat(free.path("reasoning").asText()).contains("technical", "quality");
        assertThat(forced.path("model").asText()).isEqualTo("claude-haiku-4-5");
    }
}
