package dev.gaia.asset;

import static dev.gaia.asset.AssetContract.json;
import static dev.gaia.asset.AssetContract.requireAnswer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left without any provider, and without the database. */
class AssetWithoutProviderIT {

    private static final String GENERATE = "/api/v1/assets/generate";

    @TempDir
    Path folder;

    @Test
    void saysWhichKeyIsMissing() {
        try (var assets = AssetHub.start(folder, Map.of("gaia.asset.simulated", "false"))) {
            var answer = assets.post(GENERATE, "{'category':'prop','style':'x','description':'y'}");

            assertThat(requireAnswer(answer, 503, "post", GENERATE)
                            .path("detail")
                            .asText())
                    .isEqualTo("Service error: {\"detail\":\"Asset request failed: Meshy AI API key not configured\"}");
            var health = json(assets.get("/api/v1/assets/health").body());
            assertThat(health.path("status").asText()).isEqualTo("degraded");
            assertThat(health.at("/services/external_apis").asText()).isEqualTo("unavailable");
        }
    }

    @Test
    void simulatesWithoutAKeyButNeverInProduction() {
        try (var assets = AssetHub.start(folder, Map.of())) {
            var answer = assets.post(GENERATE, "{'category':'image','style':'x','description':'y'}");

            assertThat(json(answer.body()).at("/metadata/simulated").asBoolean())
                    .isTrue();
            assertThat(json(assets.get("/api/v1/assets/health").body())
                            .path("status")
                            .asText())
                    .isEqualTo("healthy");
        }
        try (var assets = AssetHub.start(folder, Map.of("gaia.environment", "production"))) {
            assertThat(assets.post(GENERATE, "{'category':'image','style':'x','description':'y'}")
                            .statusCode())
                    .isEqualTo(503);
        }
        assertThatThrownBy(() -> AssetHub.start(
                        folder, Map.of("gaia.environment", "production", "gaia.asset.simulated", "true")))
                .hasStackTraceContaining("`gaia.asset.simulated` is true");
    }
}
