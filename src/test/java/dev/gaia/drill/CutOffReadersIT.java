package dev.gaia.drill;

import static dev.gaia.drill.Play.Fault.FLOOD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.Hub;
import dev.gaia.chat.provider.UpstreamClient;
import dev.gaia.database.TestDatabase;
import dev.gaia.drill.DrillProvider.Script;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that take nothing for too long are cut off, as if they had left; until then no model is blamed (failures F18). */
class CutOffReadersIT {

    private static final Duration LIMIT = Duration.ofSeconds(40);
    /** How long a model may be silent, and a client may take nothing. */
    private static final Duration IDLE = Duration.ofMillis(1_500);

    private static final Duration STALL = Duration.ofSeconds(4);

    /** Within a second (failures F17), on a machine that may be busy. */
    private static final Duration LET_GO = Duration.ofSeconds(3);

    /** Of 2 KiB: more than the kernel takes for a client that takes nothing. */
    private static final int WHOLE_PIECES = 2_000;

    private static final List<String> PATHS =
            List.of("/api/v1/chat", "/api/v1/chat/completions", "/v1/chat/completions", "/v1/messages");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"direct", "nats"})
    void endBothSidesAsCallersThatLeft(String name) throws Exception {
        try (var link = ChatLink.start(name, folder);
                var provider = DrillProvider.start(0);
                var database = TestDatabase.migrated();
                var hub = start(provider, database, link)) {
            // given code that has run before
            for (var path : PATHS) {
                try (var client = ask(hub, path, "quick", true)) {
                    client.answer();
                }
            }
            List<DrillSocket> stuck = new ArrayList<>();
            for (var path : PATHS) {
                for (boolean stream : List.of(true, false)) {
                    var play = Play.fault(FLOOD, stream ? 0 : WHOLE_PIECES);
                    provider.play(name(path, stream), new Script(List.of(play), List.of(Play.well())));
                    stuck.add(ask(hub, path, name(path, stream), stream));
                }
            }
            await().atMost(LIMIT).until(() -> figure(hub, "gaia.edge.streams") == PATHS.size());

            // when they take nothing for longer than a model may be silent
            await().atMost(LIMIT).until(() -> figure(hub, "gaia.edge.streams") == 0);
            long cut = System.nanoTime();
            await().atMost(LIMIT).until(() -> figure(hub, "gaia.edge.connections") == 0);

            // then
            var upstream = hub.bean(UpstreamClient.class);
            await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(figure(hub, "gaia.edge.requests")).isZero();
                assertThat(upstream.underWay("openai")).isZero();
            });
            for (var path : PATHS) {
                var streamed = provider.asked(name(path, true));
                await().atMost(LIMIT)
                        .until(() -> streamed.getFirst().leftNanos().isPresent());
                assertThat(streamed).as(path).singleElement().satisfies(asked -> {
                    long left = asked.leftNanos().orElseThrow();
                    assertThat(left - asked.atNanos())
                            .isGreaterThan(IDLE.multipliedBy(2).toNanos());
                    assertThat(left - cut).isLessThan(LET_GO.toNanos());
                    assertThat(asked.sentBytes()).isLessThan(DrillAnswer.FLOOD_CHARACTERS);
                });
                assertThat(provider.asked(name(path, false))).as(path).hasSize(1);
                await().atMost(LIMIT).untilAsserted(() -> {
                    assertThat(attempts(database, path, true)).as(path).containsExactly("openai caller-gone caller");
                    assertThat(attempts(database, path, false)).as(path).containsExactly("openai ok -");
                });
            }
            for (var client : stuck) {
                assertThat(whole(client)).isFalse();
                client.close();
            }
        }
    }

    private Hub start(DrillProvider provider, TestDatabase database, ChatLink link) throws IOException {
        var models = Files.writeString(folder.resolve("models.yaml"), """
                models:
                  - {id: drill-fallback-claude, provider: claude}
                  - {pattern: "drill-openai-*", provider: openai, fallbacks: [drill-fallback-claude]}
                """);
        Map<String, String> settings = new LinkedHashMap<>(link.settings());
        settings.put("gaia.gateway.stall-timeout", STALL.toString());
        settings.put("gaia.provider.idle-timeout", IDLE.toString());
        settings.put("gaia.provider.attempts.idle-timeout-alone", IDLE.toString());
        settings.put("gaia.database.url", database.url());
        settings.put("gaia.auth.jwt-secret", DrillGaia.SECRET);
        settings.put("gaia.chat.models-file", models.toString());
        settings.put("gaia.provider.endpoints.openai.base-url", "http://127.0.0.1:" + provider.port() + "/v1");
        settings.put("gaia.provider.endpoints.openai.key", "key-of-openai");
        return Hub.with(settings).start();
    }

    private static String name(String path, boolean stream) {
        return path.substring(1).replace('/', '-') + (stream ? "-streamed" : "-whole");
    }

    private static DrillSocket ask(Hub hub, String path, String name, boolean stream) throws IOException {
        try (var client = new DrillClient(hub.baseUrl(), path, DrillGaia.credentials())) {
            var body = DrillClient.body(name, "drill-openai-" + name, stream);
            body.put("message", body.at("/messages/0/content").asText());
            return client.open(body.put("max_tokens", 100_000), Map.of());
        }
    }

    private static boolean whole(DrillSocket client) {
        try {
            return client.answer().whole();
        } catch (IOException e) {
            return false;
        }
    }

    /** The attempts of a call as {@code provider outcome cancelled_by}. */
    private static List<String> attempts(TestDatabase database, String path, boolean stream) {
        return database.column(
                "select concat_ws(' ', provider, outcome, coalesce(cancelled_by, '-')) from chat_attempts"
                        + " where model = 'drill-openai-" + name(path, stream) + "' order by number");
    }

    private static double figure(Hub hub, String name) {
        return hub.bean(MeterRegistry.class).get(name).gauge().value();
    }
}
