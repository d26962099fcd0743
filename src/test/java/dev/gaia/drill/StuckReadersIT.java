package dev.gaia.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.GaiaProcess;
import dev.gaia.bench.LiveHeap;
import dev.gaia.drill.DrillProvider.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Gaia holds, in a process of its own, for clients that take nothing of a flood (failures F18). Over NATS that
 * process is both ends of the link, so gateway and segment hold less when they are apart.
 */
class StuckReadersIT {

    private static final int CLIENTS = 240;
    private static final int QUICK_ONES = 20;
    /** A thousand of them fit into 256 MiB. */
    private static final long EACH_MAX_BYTES = (256L << 20) / 1_000;

    private static final List<String> PATHS =
            List.of("/api/v1/chat/completions", "/v1/chat/completions", "/v1/messages");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"direct", "nats"})
    void costBoundedMemoryAndHoldUpNobodyElse(String name) throws Exception {
        try (var link = ChatLink.start(name, folder);
                var provider = DrillProvider.start(0);
                var gaia = start(provider, link)) {
            provider.play("flood", new Script(List.of(Play.fault(Play.Fault.FLOOD, 0)), List.of(Play.well())));
            // given code that has run before
            assertQuickOnesAreWhole(gaia);
            for (var client : flooded(gaia, PATHS.size())) {
                client.readUntil("data:");
                client.close();
            }
            await().until(() -> provider.asked("flood").stream()
                    .allMatch(asked -> asked.leftNanos().isPresent()));
            provider.forget();
            long before = LiveHeap.withBuffers(gaia.handle());

            // when
            var stuck = flooded(gaia, CLIENTS);
            awaitStandstill(provider);

            // then
            long each = (LiveHeap.withBuffers(gaia.handle()) - before) / CLIENTS;
            assertQuickOnesAreWhole(gaia);
            assertThat(each).isLessThan(EACH_MAX_BYTES);
            assertThat(provider.asked("flood"))
                    .hasSize(CLIENTS)
                    .allMatch(asked -> asked.leftNanos().isEmpty())
                    .allMatch(asked -> asked.sentBytes() < DrillAnswer.FLOOD_CHARACTERS);
            for (var client : stuck) {
                client.close();
            }
        }
    }

    private GaiaProcess start(DrillProvider provider, ChatLink link) throws IOException {
        var models = Files.writeString(folder.resolve("models.yaml"), """
                models:
                  - {pattern: "drill-openai-*", provider: openai}
                """);
        Map<String, String> settings = new LinkedHashMap<>(link.settings());
        settings.put("gaia.auth.jwt-secret", DrillGaia.SECRET);
        settings.put("gaia.chat.models-file", models.toString());
        settings.put("gaia.database.url", "postgresql://nobody:nothing@127.0.0.1:1/none");
        settings.put("gaia.database.pool-timeout", "250ms");
        settings.put("gaia.spool.dir", folder.resolve("spool").toString());
        settings.put("gaia.gateway.stall-timeout", "10m");
        settings.put("gaia.provider.endpoints.openai.base-url", "http://127.0.0.1:" + provider.port() + "/v1");
        settings.put("gaia.provider.endpoints.openai.key", "key-of-openai");
        // The last one has a collection leave no gaps, which would be counted.
        var options = List.of("-XX:NativeMemoryTracking=summary", "-XX:MarkSweepAlwaysCompactCount=1");
        return GaiaProcess.start(folder.resolve("gaia.log"), options, settings);
    }

    private static List<DrillSocket> flooded(GaiaProcess gaia, int count) throws IOException {
        List<DrillSocket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            var path = PATHS.get(i % PATHS.size());
            try (var client = new DrillClient(gaia.baseUrl(), path, DrillGaia.credentials())) {
                var body = DrillClient.body("flood", "drill-openai-flood", true);
                sockets.add(client.open(body.put("max_tokens", 1_000), Map.of()));
            }
        }
        return sockets;
    }

    /** Waits until the provider can send no more. */
    private static void awaitStandstill(DrillProvider provider) {
        var last = new AtomicLong(-1);
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    var asked = provider.asked("flood");
                    long sent = asked.stream().mapToLong(Asked::sentBytes).sum();
                    return asked.size() == CLIENTS && sent > 0 && last.getAndSet(sent) == sent;
                });
    }

    private static void assertQuickOnesAreWhole(GaiaProcess gaia) throws Exception {
        try (var client = new DrillClient(gaia.baseUrl(), PATHS.getFirst(), DrillGaia.credentials());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var body = DrillClient.body("quick", "drill-openai-quick", true);
            var answers = Collections.nCopies(QUICK_ONES, body).stream()
                    .map(one -> threads.submit(() -> client.ask(one, Map.of())))
                    .toList();
            for (var answer : answers) {
                assertThat(answer.get().whole()).as(answer.get().summary()).isTrue();
            }
        }
    }
}
