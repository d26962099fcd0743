package dev.gaia.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.HotSpotDiagnosticMXBean;
import dev.gaia.chat.provider.UpstreamClient;
import dev.gaia.drill.DrillProvider.Script;
import dev.gaia.drill.Play.Fault;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.buffer.impl.VertxByteBufAllocator;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After 10,000 calls that failed in every way, everything that they took is back (failures F17, F30, 13.5). */
class DrillSoakIT {

    private static final int CALLS = 10_000;
    private static final int AT_ONCE = 200;
    private static final int WARM_UPS = 300;
    private static final int KEPT_BUFFERS = 100;
    /** What dialogues, breakers and figures of 10,000 callers may keep, which all have bounds of their own. */
    private static final long KEPT_BYTES = 64L << 20;

    private static final long SEED = 20_261_128;
    private static final List<String> WIRES = List.of("openai", "anthropic");

    @TempDir
    private Path folder;

    /** What is in use at a moment. */
    private record InUse(
            int places,
            int waiting,
            int camel,
            double requests,
            double streams,
            long virtualThreads,
            int upstreamConnections,
            int clientConnections) {}

    @Test
    void givesEverythingBack() throws Exception {
        try (var provider = DrillProvider.start(0);
                var gaia = DrillGaia.start("direct", provider.port(), hasty());
                var client = new DrillClient(gaia.baseUrl(), "/api/v1/chat/completions", DrillGaia.credentials())) {
            var random = new Random(SEED);
            scripts(provider);
            play(client, random, WARM_UPS);
            await().atMost(Duration.ofSeconds(20)).until(() -> idle(inUse(gaia, provider)));
            provider.forget();
            var before = inUse(gaia, provider);
            int threads = platformThreads();
            long buffers = buffers();
            long heap = heapBytes();

            play(client, random, CALLS);

            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(inUse(gaia, provider)).isEqualTo(before));
            provider.forget();
            assertThat(platformThreads()).isLessThanOrEqualTo(threads + 2);
            assertThat(buffers()).isLessThan(buffers + KEPT_BUFFERS);
            assertThat(heapBytes()).isLessThan(heap + KEPT_BYTES);
        }
    }

    /** Waits that keep 10,000 failures short. */
    private static Map<String, String> hasty() {
        Map<String, String> settings = new LinkedHashMap<>(DrillTimes.fast().settings());
        for (var name :
                List.of("first-token-timeout", "idle-timeout", "whole-timeout", "attempts.idle-timeout-alone")) {
            settings.put("gaia.provider." + name, "250ms");
        }
        settings.put("gaia.provider.pinged-idle-timeout", "500ms");
        settings.put("gaia.provider.finish-timeout", "50ms");
        settings.put("gaia.provider.keep-connection-timeout", "1s");
        settings.put("gaia.provider.ledger.queue-max-rows", "100");
        // A head without a word is waited for as long as the call has, where nobody else is left.
        settings.put("gaia.provider.attempts.whole-deadline", "800ms");
        settings.put("gaia.provider.attempts.first-token-deadline", "800ms");
        settings.put("gaia.provider.attempts.back-off", "10ms");
        settings.put("gaia.provider.attempts.gap-min", "10ms");
        return settings;
    }

    private static boolean idle(InUse now) {
        return now.places() == 0
                && now.camel() == 0
                && now.requests() == 0
                && now.upstreamConnections() == 0
                && now.clientConnections() == 0;
    }

    /** One drill for each fault; which of them a call gets is chance. */
    private static void scripts(DrillProvider provider) {
        for (var fault : Fault.values()) {
            provider.play(
                    name(fault), new Script(List.of(play(fault)), List.of(Play.well(), Play.well(), play(fault))));
        }
    }

    private static Play play(Fault fault) {
        return fault == Fault.NONE ? Play.status(503) : Play.fault(fault, 5);
    }

    private static String name(Fault fault) {
        return "soak-" + fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void play(DrillClient client, Random random, int calls) throws Exception {
        var faults = Stream.of(Fault.values())
                .filter(fault -> fault != Fault.FLOOD && fault != Fault.ENDLESS)
                .toList();
        var places = new Semaphore(AT_ONCE);
        List<Future<?>> running = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < calls; i++) {
                var call = call(client, faults.get(random.nextInt(faults.size())), random.nextInt(16));
                places.acquire();
                running.add(threads.submit(() -> {
                    try {
                        return call.call();
                    } finally {
                        places.release();
                    }
                }));
            }
        }
        for (var one : running) {
            one.get();
        }
    }

    /** @param dice which provider, which form, and whether the client leaves */
    private static Callable<Void> call(DrillClient client, Fault fault, int dice) {
        var name = name(fault);
        var body = DrillClient.body(name, "drill-" + WIRES.get(dice & 1) + "-" + name, (dice & 2) == 0);
        return () -> {
            try (var socket = client.open(body, Map.of())) {
                if ((dice & 12) == 12) {
                    socket.reset();
                } else {
                    socket.answer();
                }
            } catch (IOException e) {
                // cut off, which some of these faults may do
            }
            return null;
        };
    }

    private InUse inUse(DrillGaia gaia, DrillProvider provider) throws IOException {
        var upstream = gaia.bean(UpstreamClient.class);
        var meters = gaia.bean(MeterRegistry.class);
        return new InUse(
                upstream.providers().stream().mapToInt(upstream::underWay).sum(),
                upstream.providers().stream().mapToInt(upstream::waiting).sum(),
                gaia.bean(CamelContext.class).getInflightRepository().size(),
                meters.get("gaia.edge.requests").gauge().value(),
                meters.get("gaia.edge.streams").gauge().value(),
                virtualThreads(),
                provider.openConnections(),
                (int) meters.get("gaia.edge.connections").gauge().value());
    }

    /** Virtual threads are counted by nobody but a dump. */
    private long virtualThreads() throws IOException {
        var file = folder.resolve("threads.json");
        Files.deleteIfExists(file);
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.JSON);
        long count = 0;
        for (var container : new ObjectMapper().readTree(file.toFile()).at("/threadDump/threadContainers")) {
            for (var thread : container.path("threads")) {
                count += thread.path("virtual").asBoolean(false) ? 1 : 0;
            }
        }
        return count;
    }

    private static int platformThreads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    /** Pieces of memory that Netty has given out and not got back; its threads keep some at hand. */
    private static long buffers() {
        var metric = ((PooledByteBufAllocator) VertxByteBufAllocator.POOLED_ALLOCATOR).metric();
        return Stream.concat(metric.directArenas().stream(), metric.heapArenas().stream())
                .mapToLong(PoolArenaMetric::numActiveAllocations)
                .sum();
    }

    private static long heapBytes() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
