package dev.gaia.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.chat.provider.UpstreamClient;
import dev.gaia.drill.DrillProvider.Script;
import dev.gaia.embedded.EmbeddedNats;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many clients that take nothing of a flood: what they cost is bounded, nobody else waits, and they are cut off. */
class DrillSlowIT {

    private static final int CLIENTS = 200;
    private static final int QUICK_ONES = 20;
    /** 1,000 of them fit into 256 MiB (failures F18). */
    private static final long BUFFERS_MAX_BYTES = (256L << 20) / 1_000;

    /** The answer so far, which the dialogue keeps; over NATS both segments; and here the client and the provider. */
    private static final long REST_MAX_BYTES = 384L << 10;

    @ParameterizedTest
    @ValueSource(strings = {"direct", "nats"})
    void holdsProvidersBackForClientsThatTakeNothing(String link) throws Exception {
        if ("nats".equals(link)) {
            Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        }
        var settings = Map.of("gaia.gateway.stall-timeout", "5s");
        try (var provider = DrillProvider.start(0);
                var gaia = DrillGaia.start(link, provider.port(), settings);
                var client = new DrillClient(gaia.baseUrl(), "/api/v1/chat/completions", DrillGaia.credentials())) {
            provider.play("flood", new Script(List.of(Play.fault(Play.Fault.FLOOD, 0)), List.of(Play.well())));
            quickMillis(client);
            long before = usedBytes();
            var slow = new ArrayList<DrillSocket>();
            for (int i = 0; i < CLIENTS; i++) {
                slow.add(client.open(DrillClient.body("flood", "drill-openai-flood", true), Map.of()));
            }
            awaitStandstill(provider);

            long each = (usedBytes() - before) / CLIENTS;
            System.out.println(link + ": " + each + " bytes for each client that takes nothing, quick streams take "
                    + quickMillis(client) + " ms");
            assertThat(each).isLessThan(BUFFERS_MAX_BYTES + REST_MAX_BYTES);
            assertThat(provider.asked("flood"))
                    .hasSize(CLIENTS)
                    .allMatch(asked -> asked.sentBytes() < DrillAnswer.FLOOD_CHARACTERS);
            assertThat(quickMillis(client)).isLessThan(5_000);

            var upstream = gaia.bean(UpstreamClient.class);
            await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> {
                assertThat(provider.asked("flood"))
                        .allMatch(asked -> asked.leftNanos().isPresent());
                assertThat(upstream.underWay("openai")).isZero();
            });
            for (var socket : slow) {
                socket.close();
            }
        }
    }

    /** Waits until the provider can send no more. */
    private static void awaitStandstill(DrillProvider provider) {
        var last = new AtomicLong(-1);
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    var asked = provider.asked("flood");
                    long sent = asked.stream().mapToLong(Asked::sentBytes).sum();
                    return asked.size() == CLIENTS && sent > 0 && last.getAndSet(sent) == sent;
                });
    }

    private static long usedBytes() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** How long a healthy stream takes beside them: the middle one of some that run together. */
    private static long quickMillis(DrillClient client) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Future<Seen>>();
            for (int i = 0; i < QUICK_ONES; i++) {
                answers.add(threads.submit(
                        () -> client.ask(DrillClient.body("quick", "drill-openai-quick", true), Map.of())));
            }
            var millis = new ArrayList<Long>();
            for (var answer : answers) {
                assertThat(answer.get().whole()).isTrue();
                millis.add(answer.get().millis());
            }
            millis.sort(null);
            return millis.get(QUICK_ONES / 2);
        }
    }
}
