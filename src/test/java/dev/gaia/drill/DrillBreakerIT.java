package dev.gaia.drill;

import static dev.gaia.drill.Play.Fault.HEAD_ONLY;
import static dev.gaia.drill.Play.Fault.REFUSED;
import static dev.gaia.drill.Play.Fault.RESET_BEFORE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.drill.DrillProvider.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What opens a circuit breaker, and what tells that a host is there again (section 5 of the failure contract). */
class DrillBreakerIT {

    private static final Play AWAY = Play.status(503);

    private static DrillProvider provider;
    private static DrillGaia gaia;
    private static DrillClient client;

    @BeforeAll
    static void start() throws IOException {
        provider = DrillProvider.start(0);
        Map<String, String> settings = new LinkedHashMap<>();
        // At another place than the first model's, so that they are not lost together.
        settings.put("gaia.provider.endpoints.anthropic.base-url", "http://localhost:" + provider.port());
        settings.put("gaia.provider.attempts.per-candidate-max", "1");
        settings.put("gaia.provider.attempts.breaker-open", "3s");
        settings.put("gaia.provider.attempts.breaker-spread", "0s");
        settings.put("gaia.provider.attempts.budget-floor", "100");
        gaia = DrillGaia.start("direct", provider.port(), settings);
        client = new DrillClient(gaia.baseUrl(), "/v1/chat/completions", DrillGaia.credentials());
    }

    @AfterAll
    static void stop() {
        client.close();
        gaia.close();
        provider.close();
    }

    private static Seen ask(String name, boolean stream) throws InterruptedException {
        var seen = client.ask(DrillClient.body(name, "drill-openai-" + name, stream), Map.of());
        assertThat(seen.status()).as(seen.summary()).isEqualTo(200);
        return seen;
    }

    private static long primaries(String name) {
        return provider.asked(name).stream().filter(Asked::primary).count();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takesARefusalNeitherForAFailureNorForASuccess(boolean stream) throws Exception {
        var name = "refused-" + stream;
        var plays = List.of(AWAY, AWAY, Play.fault(REFUSED, 5), AWAY, Play.well());
        provider.play(name, new Script(plays, List.of(Play.well())));
        for (int call = 0; call < 2; call++) {
            assertThat(ask(name, stream).fallback()).isTrue();
        }

        assertThat(ask(name, stream).finishReason()).isEqualTo("content_filter");

        assertThat(ask(name, stream).fallback()).isTrue();
        assertThat(ask(name, stream).fallback())
                .as("the third failure opened it")
                .isTrue();
        assertThat(primaries(name)).isEqualTo(4);
    }

    @Test
    void asksTheOtherModelsOfAHostAsSoonAsItAnswersOne() throws Exception {
        var lost = "host-lost";
        var other = "host-other";
        provider.play(lost, new Script(List.of(Play.fault(RESET_BEFORE, 0)), List.of(Play.well())));
        provider.play(other, new Script(List.of(Play.well()), List.of(Play.well())));
        await().until(() -> {
            long before = primaries(lost);
            ask(lost, false);
            return primaries(lost) == before;
        });
        assertThat(ask(other, false).fallback()).as("its host is away").isTrue();
        assertThat(primaries(other)).isZero();
        provider.play(lost, new Script(List.of(Play.fault(HEAD_ONLY, 0)), List.of(Play.well())));
        long before = primaries(lost);

        // Gets the head of an answer at once, and then nothing for as long as a first word may take.
        var trial = Thread.startVirtualThread(() -> tryOut(lost, before));
        await().until(() -> primaries(lost) > before);

        await().atMost(Duration.ofSeconds(5)).until(() -> !ask(other, false).fallback());
        assertThat(trial.isAlive()).as("still waits for its first word").isTrue();
        trial.join();
    }

    /** Calls until the model is asked again, which is then tried out. */
    private static void tryOut(String name, long before) {
        try {
            while (primaries(name) == before) {
                ask(name, true);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
