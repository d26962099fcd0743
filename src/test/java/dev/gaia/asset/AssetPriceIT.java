package dev.gaia.asset;

import static dev.gaia.asset.AssetContract.requireAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Prices and estimates over HTTP, with a real PostgreSQL. */
class AssetPriceIT {

    private static final String V2 = "/api/v0.2/assets/pricing/";
    private static final String V1 = "/api/v1/assets/";

    @TempDir
    static Path folder;

    private static AssetHub assets;

    @BeforeAll
    static void start() {
        assets = AssetHub.start(folder, Map.of());
    }

    @AfterAll
    static void stop() {
        assets.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dalle", "meshy", "stability", "openai_gpt", "claude"})
    void answersTheSheetOfEveryProvider(String provider) {
        var sheet = requireAnswer(assets.get(V2 + "current?provider=" + provider), 200, "get", V2 + "current");

        assertThat(sheet.at("/pricing/provider").asText()).isEqualTo(provider);
    }

    @Test
    void knowsNoSheetOfStrangers() {
        var error = requireAnswer(assets.get(V2 + "current?provider=acme"), 404, "get", V2 + "current");

        assertThat(error.path("detail").asText())
                .isEqualTo("Service error: {\"detail\":\"Pricing not found for provider: acme\"}");
        requireAnswer(assets.get(V2 + "current"), 422, "get", V2 + "current");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "providers",
                "analytics",
                "cost-estimator/dalle-tiers",
                "cost-estimator/meshy-packages",
                "cost-estimator/provider-comparison?operation=image_generation&quantity=10",
                "cost-estimator/provider-comparison?operation=text_completion",
                "cost-estimator/provider-comparison?operation=nothing"
            })
    void answersEveryV02Look(String path) {
        requireAnswer(assets.get(V2 + path), 200, "get", V2 + path.replaceAll("\\?.*", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pricing/providers",
                "pricing/analytics?days=7",
                "pricing/current?provider=openai&category=image&quality=hd",
                "cost-estimator/dalle-tiers",
                "cost-estimator/meshy-packages",
                "cost-estimator/provider-comparison?asset_category=image&quantity=2"
            })
    void answersEveryV1Look(String path) {
        requireAnswer(assets.get(V1 + path), 200, "get", V1 + path.replaceAll("\\?.*", ""));
    }

    @Test
    void comparesCheapestFirst() {
        var v2 = AssetContract.json(
                assets.get(V2 + "cost-estimator/provider-comparison?operation=image_generation&quantity=10")
                        .body());
        var v1 =
                AssetContract.json(assets.get(V1 + "cost-estimator/provider-comparison?asset_category=image&quantity=2")
                        .body());

        assertThat(v2.path("cheapest_provider").asText()).isEqualTo("stability");
        assertThat(v2.at("/providers/1/total_cost").asDouble()).isEqualTo(0.4);
        assertThat(v1.path("cost_leader").asText()).isEqualTo("Stability AI");
        assertThat(v1.path("max_savings").asDouble()).isEqualTo(0.044);
        assertThat(v1.at("/provider_comparison/1/cost_breakdown/tier_fee").asInt())
                .isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({
        "OpenAI,image,standard,0.04",
        "openai,image,high,0.08",
        "Meshy AI,prop,hd,0.3",
        "Meshy AI,prop,low,0.1",
        "Stability AI,image,hd,0.025",
        "Mubert,audio,hd,0.008",
        "OpenAI,audio,hd,0.02"
    })
    void readsUnitPricesFromTheTable(String provider, String category, String quality, double price) {
        var answer = AssetContract.json(assets.get(V1 + "pricing/current?provider=" + provider.replace(" ", "%20")
                        + "&category=" + category + "&quality=" + quality)
                .body());

        assertThat(answer.path("cost_per_unit").asDouble()).isEqualTo(price);
    }

    @Test
    void estimatesAsTheContractsExamplesSay() {
        String path = V2 + "cost-estimator/estimate";
        var totals = Map.of("images", 0.2, "models", 0.4, "tokens", 0.0525);

        AssetContract.requestExamples("post", path).properties().forEach(example -> {
            var estimate = requireAnswer(assets.post(path, example.getValue().toString()), 200, "post", path);
            assertThat(estimate.path("total_cost").asDouble()).isEqualTo(totals.get(example.getKey()));
        });
    }

    @Test
    void estimatesInDetailAsTheContractsExampleSays() {
        String path = V1 + "cost-estimator/estimate";

        AssetContract.requestExamples("post", path).properties().forEach(example -> {
            var estimate = requireAnswer(assets.post(path, example.getValue().toString()), 200, "post", path);
            assertThat(estimate.path("estimated_cost").asDouble()).isEqualTo(0.24);
            assertThat(estimate.at("/tier_info/monthly_fee").asInt()).isEqualTo(5);
        });
    }

    @Test
    void refusesEstimatesForNobodyAndOfNonsense() {
        String path = V2 + "cost-estimator/estimate";

        var error = requireAnswer(assets.post(path, "{'provider':'acme'}"), 400, "post", path);
        assertThat(error.path("detail").asText()).isEqualTo("Service error: {\"detail\":\"Valid provider required\"}");
        requireAnswer(assets.post(path, "{'provider':'dalle','quantity':0}"), 422, "post", path);
        requireAnswer(assets.post(path, "[]"), 400, "post", path);
        requireAnswer(
                assets.post(V1 + "cost-estimator/estimate", "{'provider':'openai'}"),
                422,
                "post",
                V1 + "cost-estimator/estimate");
        requireAnswer(assets.get(V2 + "analytics?start_date=2026-13-01"), 422, "get", V2 + "analytics");
    }

    @Test
    void sumsTheCallersOwnCosts() {
        String user = assets.database().value("select user_id::text from api_keys where name = 'other'");
        for (String owner : new String[] {user, "somebody-else"}) {
            assets.database()
                    .execute(
                            "insert into api_usage_costs (log_id, user_id, provider_key, operation, total_cost, images,"
                                    + " billing_period) values ('usage_" + owner + "', '" + owner
                                    + "', 'dalle', 'image_generation', 0.04, 1, to_char(now(), 'YYYY-MM'))");
        }

        var v2 = AssetContract.json(
                assets.getAsOther(V2 + "analytics?provider=dalle").body());
        var v1 = AssetContract.json(assets.getAsOther(V1 + "pricing/analytics").body());
        var all = AssetContract.json(assets.get(V1 + "pricing/analytics").body());

        assertThat(v2.path("total_cost").asDouble()).isEqualTo(0.04);
        assertThat(v2.path("cost_breakdown").size()).isEqualTo(5);
        assertThat(v2.path("provider_cost").asDouble()).isEqualTo(0.04);
        assertThat(v2.at("/top_cost_operations/0/count").asInt()).isEqualTo(1);
        assertThat(v1.at("/analytics/by_provider/OpenAI").asDouble()).isEqualTo(0.04);
        assertThat(all.at("/analytics/by_provider/OpenAI").asDouble()).isEqualTo(0.08);
    }

    @Test
    void showsCostsThatAreSmallerThanTheLedgersDecimals() {
        String user = assets.database().value("select user_id::text from api_keys where name = 'other'");
        assets.database()
                .execute("insert into api_usage_costs (log_id, user_id, provider_key, operation, units, unit_cost,"
                        + " total_cost, tokens, billing_period) select 'usage_vector_' || i, '" + user
                        + "', 'openai_gpt', 'text_embedding', 7, 0.00000002, 0, 7, to_char(now(), 'YYYY-MM')"
                        + " from generate_series(1, 3) as i");

        var v2 = requireAnswer(assets.getAsOther(V2 + "analytics?provider=openai_gpt"), 200, "get", V2 + "analytics");
        var v1 = requireAnswer(assets.getAsOther(V1 + "pricing/analytics"), 200, "get", V1 + "pricing/analytics");

        assertThat(v2.path("total_cost").decimalValue()).isEqualByComparingTo("0.00000042");
        assertThat(v2.path("provider_cost").decimalValue()).isEqualByComparingTo("0.00000042");
        assertThat(v2.at("/cost_trends/0/daily_cost").decimalValue()).isEqualByComparingTo("0.00000042");
        assertThat(v2.at("/top_cost_operations/0/cost").decimalValue()).isEqualByComparingTo("0.00000042");
        assertThat(v1.at("/analytics/by_provider/OpenAI GPT").decimalValue()).isEqualByComparingTo("0.00000042");
    }

    @Test
    void refreshesPricesForAdministratorsOnly() {
        String v1 = V1 + "pricing/update";
        String v2 = V2 + "update";

        requireAnswer(assets.hub().post(v2 + "?provider=dalle", "", "X-API-Key", AssetHub.OTHER_KEY), 403, "post", v2);
        requireAnswer(assets.hub().post(v1 + "?provider=OpenAI", "", "X-API-Key", AssetHub.OTHER_KEY), 403, "post", v1);
        // The key of the settings is an administrator's.
        requireAnswer(assets.post(v2 + "?provider=dalle", ""), 200, "post", v2);
        requireAnswer(assets.post(v1 + "?provider=OpenAI", ""), 200, "post", v1);
        requireAnswer(assets.post(v1 + "?provider=acme", ""), 404, "post", v1);
    }
}
