package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Providers, performance and usage over HTTP, on real PostgreSQL. */
class FiguresIT {

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
    void begin() {
        figures.reset();
    }

    private static JsonNode log(String item) {
        var answer = figures.hub().post("/api/v0.2/usage/log", item.replace('\'', '"'), "X-API-Key", FiguresHub.KEY);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return figures.json(answer.body());
    }

    @Test
    void tellsHowProvidersAreFromTheirAnswers() {
        assertThat(figures.get("/api/v1/providers").path("health_status").asText())
                .isEqualTo("all_healthy");
        figures.chat("openai");

        await().until(() -> figures.get("/api/v0.2/providers/openai/stats")
                        .at("/stats/requests_count")
                        .asInt()
                == 1);
        var stats = figures.get("/api/v0.2/providers/stats");
        assertThat(stats.at("/provider_stats/openai/total_tokens").asInt()).isPositive();
        assertThat(stats.at("/summary/total_errors").asInt()).isZero();
        assertThat(figures.get("/api/v0.2/providers/openai/health")
                        .path("status")
                        .asText())
                .isEqualTo("healthy");
        assertThat(figures.get("/api/v0.2/providers/openai").path("models").size())
                .isPositive();
        assertThat(figures.get("/api/v0.2/providers/openai/models")
                        .at("/models/0/pricing")
                        .has("output_tokens_per_million"))
                .isTrue();
    }

    @Test
    void measuresTheRequestsOfThisProcess() {
        figures.chat("claude");
        await().until(() -> figures.get("/api/v0.2/performance/summary")
                        .at("/summary/total_requests")
                        .asInt()
                == 1);

        assertThat(figures.get("/api/v0.2/performance/summary")
                        .at("/providers/claude/total_tokens")
                        .asInt())
                .isPositive();
        assertThat(figures.get("/api/v0.2/performance/health")
                        .path("health_status")
                        .asText())
                .isEqualTo("healthy");
        assertThat(figures.get("/api/v0.2/performance/stages?limit=5")
                        .path("limit_applied")
                        .asInt())
                .isEqualTo(5);
        assertThat(figures.get("/api/v0.2/performance/providers")
                        .at("/providers/claude/status")
                        .asText())
                .isEqualTo("healthy");
        assertThat(figures.get("/api/v0.2/performance/live")
                        .at("/active_requests/count")
                        .asInt())
                .isZero();
        assertThat(figures.hub()
                        .get("/api/v0.2/performance/stages?limit=none", "X-API-Key", FiguresHub.KEY)
                        .statusCode())
                .isEqualTo(422);
        var reset = figures.json(figures.hub()
                .send(figures.hub()
                        .request("/api/v0.2/performance/reset", "X-API-Key", FiguresHub.KEY)
                        .DELETE()
                        .build())
                .body());
        assertThat(reset.at("/previous_data_summary/total_requests").asInt()).isEqualTo(1);
    }

    @Test
    void listsARequestWhileItIsAnswered() {
        figures.provider().next("fake-slow-first-token-900ms");
        var asked = Thread.startVirtualThread(() -> figures.chat("openai"));

        await().until(() -> figures.get("/api/v0.2/performance/live")
                        .at("/active_requests/count")
                        .asInt()
                == 1);
        var live = figures.get("/api/v0.2/performance/live").at("/active_requests/requests/0");
        assertThat(live.path("provider").asText()).isEqualTo("openai");
        await().until(() -> !asked.isAlive());
    }

    @Test
    void everyAnswerLogsItself() {
        figures.chat("openai");

        await().until(() ->
                figures.get("/api/v0.2/usage/current").path("total_requests").asInt() == 1);
        var usage = figures.get("/api/v0.2/usage/current?provider=openai_gpt");
        assertThat(usage.at("/provider_usage/tokens").asInt()).isPositive();
        assertThat(usage.path("total_cost").asDouble()).isPositive().isLessThan(0.01);
        assertThat(usage.at("/providers/dalle/images").asInt()).isZero();
    }

    @Test
    void storesAUseOnceForEachRequest() {
        var first =
                log("{'provider':'dalle','operation':'image_generation','cost':'0.04','images':1,'request_id':'r1'}");
        var again = log("{'provider':'dalle','operation':'image_generation','cost':0.04,'images':1,'request_id':'r1'}");
        log("{'provider':'meshy','operation':'text_to_3d','cost':0.1,'credits':5}");

        assertThat(again.path("log_id")).isEqualTo(first.path("log_id"));
        assertThat(first.path("log_id").asText()).matches("usage_\\d{8}_\\d{6}_.+");
        var usage = figures.get("/api/v0.2/usage/current");
        assertThat(usage.path("total_cost").decimalValue()).isEqualByComparingTo("0.14");
        assertThat(usage.path("total_images").asInt()).isEqualTo(1);
        assertThat(usage.path("total_3d_models").asInt()).isEqualTo(1);
        assertThat(figures.get("/api/v0.2/usage/limits")
                        .at("/limits/meshy/credits_used")
                        .asInt())
                .isEqualTo(5);
        assertThat(figures.get("/api/v0.2/usage/billing/current")
                        .at("/current_charges/usage_charges")
                        .decimalValue())
                .isEqualByComparingTo("0.14");
        var report = figures.get("/api/v0.2/usage/reports/monthly");
        assertThat(report.at("/top_operations/0/operation").asText()).isEqualTo("text_to_3d");
        assertThat(report.at("/summary/unique_operations").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'operation':'x','cost':1} | 400",
                "{'provider':'dalle','operation':'x'} | 400",
                "{'provider':'dalle','operation':'x','cost':'much'} | 422",
                "{'provider':'dalle','operation':'x','cost':-1} | 422",
                "{'provider':'dalle','operation':'x','cost':1,'tokens':-1} | 422",
                "{'provider':7,'operation':'x','cost':1} | 422",
            })
    void refusesAUseThatIsNone(String item, int status) {
        var refused = figures.hub().post("/api/v0.2/usage/log", item.replace('\'', '"'), "X-API-Key", FiguresHub.KEY);

        assertThat(refused.statusCode()).isEqualTo(status);
    }

    @Test
    void tellsEveryDayUntilYesterday() {
        var yesterday = LocalDate.now(ZoneOffset.UTC).minusDays(1);
        log("{'provider':'dalle','operation':'image_generation','cost':0.04,'images':1}");
        figures.database().execute("update api_usage_costs set created_at = '" + yesterday + " 12:00:00'");

        var history = figures.get("/api/v0.2/usage/history?days=3&provider=dalle");

        assertThat(history.path("usage_history").findValuesAsText("date"))
                .containsExactly(
                        yesterday.minusDays(2).toString(),
                        yesterday.minusDays(1).toString(),
                        yesterday.toString());
        assertThat(history.at("/summary/peak_cost_day").asText()).isEqualTo(yesterday.toString());
        assertThat(history.at("/usage_history/2/breakdown/dalle/requests").asInt())
                .isEqualTo(1);
        assertThat(history.at("/provider_history/2/cost").asDouble()).isEqualTo(0.04);
    }

    @ParameterizedTest
    @ValueSource(strings = {"days=0", "days=367", "days=many"})
    void refusesDaysOutOfBounds(String query) {
        assertThat(figures.hub()
                        .get("/api/v0.2/usage/history?" + query, "X-API-Key", FiguresHub.KEY)
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void refusesAMonthThatIsNone() {
        assertThat(figures.hub()
                        .get("/api/v0.2/usage/reports/monthly?month=2026-13", "X-API-Key", FiguresHub.KEY)
                        .statusCode())
                .isEqualTo(400);
        assertThat(figures.get("/api/v0.2/usage/reports/monthly?month=2020-02")
                        .at("/summary/total_requests")
                        .asInt())
                .isZero();
    }

    /** Figures of usage never seem to be of nothing; those of performance need no database; nothing is lost. */
    @Test
    void tellsNoUsageWithoutTheDatabaseAndLosesNone() {
        figures.database().execute("alter table api_usage_costs rename to usage_away");
        try {
            for (var path : List.of("current", "history?days=3", "limits", "billing/current", "reports/monthly")) {
                assertThat(figures.hub()
                                .get("/api/v0.2/usage/" + path, "X-API-Key", FiguresHub.KEY)
                                .statusCode())
                        .as(path)
                        .isEqualTo(500);
            }
            assertThat(figures.hub()
                            .post(
                                    "/api/v0.2/usage/log",
                                    "{\"provider\":\"dalle\",\"operation\":\"image_generation\",\"cost\":1}",
                                    "X-API-Key",
                                    FiguresHub.KEY)
                            .statusCode())
                    .isEqualTo(500);
            figures.chat("claude");
            await().until(() -> figures.get("/api/v0.2/performance/summary")
                            .at("/summary/total_requests")
                            .asInt()
                    == 1);
            for (var path : List.of("providers", "stages", "live", "health")) {
                figures.get("/api/v0.2/performance/" + path);
            }
        } finally {
            figures.database().execute("alter table usage_away rename to api_usage_costs");
        }
        await().untilAsserted(() -> assertThat(figures.database().value("select count(*) from api_usage_costs"))
                .isEqualTo("1"));
        await().until(() -> figures.hub()
                        .get("/api/v0.2/usage/current", "X-API-Key", FiguresHub.KEY)
                        .statusCode()
                == 200);
        assertThat(figures.get("/api/v0.2/usage/current").path("total_requests").asInt())
                .isEqualTo(1);
    }
}
