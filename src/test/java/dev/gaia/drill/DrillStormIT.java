package dev.gaia.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.chat.provider.UpstreamClient;
import dev.gaia.drill.DrillProvider.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** A provider that fails always, under load, with the limits as they are by default (failures F31). */
class DrillStormIT {

    private static final int CALLS = 600;
    private static final int AT_ONCE = 200;
    private static final int LATER_CALLS = 21;
    private static final int OPENING_CALLS = 6;

    @Test
    void answersAtOnceWhileEveryModelFailsAndRecoversByItself() throws Exception {
        try (var provider = DrillProvider.start(0);
                var gaia = DrillGaia.start("direct", provider.port(), Map.of());
                var client = new DrillClient(gaia.baseUrl(), "/v1/chat/completions", DrillGaia.credentials());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            provider.play("down", new Script(List.of(Play.status(503)), List.of(Play.status(503))));
            var body = DrillClient.body("down", "drill-openai-down", false);
            for (int i = 0; i < OPENING_CALLS; i++) {
                client.ask(body, Map.of());
            }
            int before = provider.asked("down").size();
            long started = System.nanoTime();

            List<Future<Seen>> answers = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                answers.add(threads.submit(() -> client.ask(body, Map.of())));
            }
            var millis = new ArrayList<Long>();
            for (var answer : answers) {
                var seen = answer.get();
                assertThat(seen.status()).isEqualTo(503);
                assertThat(seen.header("retry-after")).isNotEmpty();
                millis.add(seen.millis());
            }

            // One attempt in each second although everything is shut, and one probe of each model when its time is
            // over.
            long seconds = (System.nanoTime() - started) / 1_000_000_000 + 1;
            assertThat(provider.asked("down").size() - before).isLessThanOrEqualTo((int) seconds * 3 + 1);
            millis.sort(null);
            assertThat(millis.get(AT_ONCE / 2)).isLessThan(5_000);
            provider.play("down", new Script(List.of(Play.well()), List.of(Play.well())));
            await().atMost(Duration.ofSeconds(15))
                    .until(() -> client.ask(body, Map.of()).whole());
            assertThat(gaia.bean(UpstreamClient.class).underWay()).isZero();
        }
    }

    @Test
    void staysWithinTheBudgetAndAddsNothingOnceTheBreakerIsOpen() throws Exception {
        try (var provider = DrillProvider.start(0);
                var gaia = DrillGaia.start("direct", provider.port(), Map.of());
                var client = new DrillClient(gaia.baseUrl(), "/api/v1/chat/completions", DrillGaia.credentials());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            provider.play("storm", new Script(List.of(Play.status(503)), List.of(Play.well())));
            var body = DrillClient.body("storm", "drill-openai-storm", false);
            client.ask(DrillClient.body("warm-up", "drill-openai-warm-up", false), Map.of());

            var places = new Semaphore(AT_ONCE);
            List<Future<Seen>> answers = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                answers.add(threads.submit(() -> {
                    places.acquire();
                    try {
                        return client.ask(body, Map.of());
                    } finally {
                        places.release();
                    }
                }));
            }
            for (var answer : answers) {
                assertThat(answer.get().whole()).isTrue();
            }
            var asked = provider.asked("storm");
            assertThat(asked.stream().filter(Asked::primary).count()).isLessThanOrEqualTo(AT_ONCE * 12 / 10);
            assertThat(asked.stream().filter(one -> !one.primary()).count()).isEqualTo(CALLS);

            int askedOnce = 0;
            for (int i = 0; i < LATER_CALLS; i++) {
                askedOnce += client.ask(body, Map.of()).attempts() == 1 ? 1 : 0;
            }
            // The others have looked whether the model is back.
            assertThat(askedOnce).isGreaterThan(LATER_CALLS / 2);
            assertThat(gaia.bean(UpstreamClient.class).underWay()).isZero();
        }
    }
}
