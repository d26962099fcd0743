package dev.gaia.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.GaiaProcess;
import dev.gaia.drill.DrillProvider.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process whose file handles are all in use, by the kernel's own limit (failures F30). */
class OutOfHandlesIT {

    private static final int PLENTY = 4_096;

    @TempDir
    private Path folder;

    @Test
    void asksTheModelsItIsConnectedToRefusesTheOthersAndRecovers() throws Exception {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/prlimit")) && Files.isDirectory(Path.of("/proc/self/fd")),
                "the limit of a running process cannot be set here");
        try (var far = DrillProvider.start(0);
                var near = DrillProvider.start(0);
                var process = GaiaProcess.start(folder.resolve("gaia.log"), settings(far, near));
                var client = new DrillClient(process.baseUrl(), "/v1/chat/completions", DrillGaia.credentials())) {
            for (var drill : List.of("known", "reached", "alone", "later")) {
                far.play(drill, new Script(List.of(Play.well()), List.of(Play.well())));
                near.play(drill, new Script(List.of(Play.well()), List.of(Play.well())));
            }
            // given a connection to one provider, and code that has run before
            var known = client.ask(body("known", "drill-fallback-claude"), Map.of());
            assertThat(known.whole()).as(known.summary()).isTrue();
            assertThat(client.ask(alone("known", "refusing-model"), Map.of()).status())
                    .isEqualTo(502);
            assertThat(health(process)).isEqualTo(200);

            // when there are no handles
            leaveNone(process.id());
            var refused = client.ask(alone("alone", "far-model"), Map.of());
            var helped = client.ask(body("reached", "far-model"), Map.of());
            var newcomer = CompletableFuture.supplyAsync(() -> newConnection(process));

            // then
            assertThat(refused.status()).as(refused.summary()).isEqualTo(503);
            assertThat(refused.error().path("code").asText()).isEqualTo("gateway_overloaded");
            assertThat(refused.header("retry-after")).isEqualTo("1");
            assertThat(helped.whole()).as(helped.summary()).isTrue();
            assertThat(helped.fallback()).isTrue();
            assertThat(health(process)).isEqualTo(200);

            // and when there are some again
            limit(process.id(), PLENTY);
            assertThat(newcomer.get()).isEqualTo(200);
            await().until(() ->
                    client.ask(alone("later", "far-model"), Map.of()).whole());
        }
    }

    private Map<String, String> settings(DrillProvider far, DrillProvider near) throws IOException {
        var models = Files.writeString(folder.resolve("models.yaml"), """
                providers:
                  - {name: far, base-url: "http://127.0.0.1:%d/v1", default-model: far-model}
                  - {name: refusing, base-url: "http://127.0.0.1:%d/v1", default-model: refusing-model}
                models:
                  - {id: drill-fallback-claude, provider: claude, prefill: native}
                  - {id: far-model, provider: far, fallbacks: [drill-fallback-claude]}
                  - {id: refusing-model, provider: refusing}
                """.formatted(far.port(), closedPort()));
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("gaia.auth.jwt-secret", DrillGaia.SECRET);
        settings.put("gaia.chat.models-file", models.toString());
        settings.put("gaia.database.url", "postgresql://nobody:nothing@127.0.0.1:1/none");
        settings.put("gaia.database.pool-timeout", "250ms");
        settings.put("gaia.spool.dir", folder.resolve("spool").toString());
        settings.put("gaia.provider.endpoints.anthropic.base-url", "http://127.0.0.1:" + near.port());
        settings.put("gaia.provider.endpoints.anthropic.key", "key-of-anthropic");
        return settings;
    }

    private static int closedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static ObjectNode body(String drill, String model) {
        return DrillClient.body(drill, model, false);
    }

    private static ObjectNode alone(String drill, String model) {
        return body(drill, model).put("enable_fallback", false);
    }

    private static int health(GaiaProcess process) throws Exception {
        return process.send(process.request("/api/v1/assets/test").GET().build())
                .statusCode();
    }

    private static int newConnection(GaiaProcess process) {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(
                            process.request("/api/v1/assets/test").GET().build(), (name, value) -> true)
                    .timeout(Duration.ofMinutes(1));
            return client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException | InterruptedException e) {
            return 0;
        }
    }

    /** Leaves no number for a new handle; what was in use for a moment only leaves a gap, which is closed as well. */
    private static void leaveNone(long process) throws Exception {
        var limit = new AtomicInteger(firstFree(process));
        limit(process, limit.get());
        await().during(Duration.ofSeconds(1)).until(() -> {
            int free = firstFree(process);
            if (free >= limit.get()) {
                return true;
            }
            limit.set(free);
            limit(process, free);
            return false;
        });
    }

    /** The lowest number that a new handle would get. */
    private static int firstFree(long process) throws IOException {
        var used = new TreeSet<Integer>();
        try (Stream<Path> handles = Files.list(Path.of("/proc/" + process + "/fd"))) {
            handles.forEach(
                    handle -> used.add(Integer.parseInt(handle.getFileName().toString())));
        }
        int free = 0;
        while (used.contains(free)) {
            free++;
        }
        return free;
    }

    /** New handles have lower numbers than this from now on. */
    private static void limit(long process, int handles) throws Exception {
        var command = List.of("/usr/bin/prlimit", "--pid", Long.toString(process), "--nofile=" + handles + ":");
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
