package dev.gaia.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.chat.provider.UpstreamClient;
import dev.gaia.drill.DrillProvider.Script;
import dev.gaia.embedded.EmbeddedNats;
import dev.gaia.link.Broker;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Attack T31: a thousand clients that read one byte a second, each of an answer that floods in, over NATS. */
@Timeout(180)
class SlowReadersIT {

    private static final int CLIENTS = 1_000;
    private static final int QUICK_ONES = 20;
    /** What both segments, the provider and the client hold of one answer, all of them in this process. */
    private static final long EACH_MAX_BYTES = 320L << 10;

    @Test
    void aThousandSlowReadersCostBoundedMemoryAndHoldUpNobodyElse() throws Exception {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        var settings = Map.of(
                "gaia.chat.in-flight-max", "2000",
                "gaia.gateway.stall-timeout", "170s");
        try (var provider = DrillProvider.start(0);
                var gaia = DrillGaia.start("nats", provider.port(), settings);
                var client = new DrillClient(gaia.baseUrl(), "/api/v1/chat/completions", DrillGaia.credentials());
                var everySecond = Executors.newSingleThreadScheduledExecutor()) {
            provider.play("flood", new Script(List.of(Play.fault(Play.Fault.FLOOD, 0)), List.of(Play.well())));
            assertQuickOnesAreWhole(client);
            long before = usedBytes();
            var slow = new ArrayList<DrillSocket>();
            for (int i = 0; i < CLIENTS; i++) {
                slow.add(client.open(DrillClient.body("flood", "drill-openai-flood", true), Map.of()));
            }
            var reading = everySecond.scheduleAtFixedRate(
                    () -> slow.forEach(SlowReadersIT::readAByte), 0, 1, TimeUnit.SECONDS);
            awaitStandstill(provider);

            assertThat((usedBytes() - before) / CLIENTS).isLessThan(EACH_MAX_BYTES);
            assertQuickOnesAreWhole(client);
            assertThat(provider.asked("flood"))
                    .hasSizeGreaterThanOrEqualTo(CLIENTS)
                    .allMatch(asked -> asked.sentBytes() < DrillAnswer.FLOOD_CHARACTERS);
            assertThat(gaia.bean(Broker.class)
                            .connection()
                            .orElseThrow()
                            .getStatistics()
                            .getDroppedCount())
                    .as("messages that NATS dropped for a slow consumer")
                    .isZero();

            reading.cancel(false);
            for (var socket : slow) {
                socket.close();
            }
            var upstream = gaia.bean(UpstreamClient.class);
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(upstream.underWay("openai")).isZero());
        }
    }

    private static void readAByte(DrillSocket socket) {
        try {
            socket.readAByte();
        } catch (IOException e) {
            // one that was cut off costs nothing any more
        }
    }

    /** Waits until the provider can send no more. */
    private static void awaitStandstill(DrillProvider provider) {
        var last = new AtomicLong(-1);
        await().atMost(Duration.ofSeconds(120))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    var asked = provider.asked("flood");
                    long sent = asked.stream().mapToLong(Asked::sentBytes).sum();
                    return asked.size() >= CLIENTS && sent > 0 && last.getAndSet(sent) == sent;
                });
    }

    private static long usedBytes() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void assertQuickOnesAreWhole(DrillClient client) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Future<Seen>>();
            for (int i = 0; i < QUICK_ONES; i++) {
                answers.add(threads.submit(
                        () -> client.ask(DrillClient.body("quick", "drill-openai-quick", true), Map.of())));
            }
            for (var answer : answers) {
                assertThat(answer.get().whole()).isTrue();
            }
        }
    }
}
