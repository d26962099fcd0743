package dev.gaia.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.Hub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class RouteReloadIT {

    private static final int CALLERS = 4;
    private static final int RELOADS = 10;

    @TempDir
    Path routes;

    private Hub hub;

    @BeforeEach
    void start() throws IOException {
        for (var area : List.of("asset", "error", "gateway")) {
            Files.createDirectories(routes.resolve(area));
        }
        for (var name : List.of("http-edge-errors", "segment-errors")) {
            var file = Path.of("error", name + ".camel.yaml");
            Files.copy(Path.of("routes").resolve(file), routes.resolve(file));
        }
        save(set("first"));
        saveEdge("one");
        hub = Hub.with(Map.of(
                        "gaia.routes-dir", routes.toString(),
                        "gaia.routes-reload", "true",
                        "gaia.services", "gateway,asset"))
                .start();
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void takesUpAChangeAndRefusesAMistakeWhileTheOldRouteServes(CapturedOutput output) throws IOException {
        assertThat(answer()).isEqualTo("first one");

        save(set("second"));
        await().until(() -> answer().equals("second one"));

        save("- setBodi: {expression: {constant: {expression: third}}}");
        await().until(() -> output.getAll().contains("asset-do.camel.yaml:8: error: `setBodi` is no word Camel knows"));
        assertThat(answer()).isEqualTo("second one");

        save("- process: {ref: noSuchStep}");
        await().until(() -> output.getAll().contains("there is no bean `noSuchStep`"));
        assertThat(answer()).isEqualTo("second one");

        save("- to: {uri: \"direct:asset-do\", parameters: {noSuchOption: 1}}");
        await().until(() -> output.getAll().contains("asset-do.camel.yaml:8: error: There are 1 parameters"));
        assertThat(answer()).isEqualTo("second one");

        save(set("fourth"));
        await().until(() -> answer().equals("fourth one"));
    }

    @Test
    void noRequestFailsWhileRoutesAreReplaced() throws Exception {
        Set<String> answers = ConcurrentHashMap.newKeySet();
        var asked = new AtomicInteger();
        var over = new AtomicBoolean();
        var callers = new ArrayList<Thread>();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(Thread.startVirtualThread(() -> {
                while (!over.get()) {
                    answers.add(answer());
                    asked.incrementAndGet();
                }
            }));
        }

        for (int i = 0; i < RELOADS; i++) {
            var segment = "segment-" + i;
            save(set(segment));
            await().until(() -> answers.stream().anyMatch(answer -> answer.startsWith(segment)));
            var edge = "edge-" + i;
            saveEdge(edge);
            await().until(() -> answers.stream().anyMatch(answer -> answer.endsWith(edge)));
        }
        over.set(true);
        for (var caller : callers) {
            caller.join();
        }

        System.out.println(asked + " requests while routes were replaced " + 2 * RELOADS + " times");
        assertThat(answers).allMatch(answer -> answer.matches("(first|segment-\\d) (one|edge-\\d)"));
    }

    @Test
    void takesAnOperationAwayThatItsFileNoLongerHas() throws IOException {
        saveEdge("/done", "moved");

        await().until(() -> hub.get("/done").body().equals("first moved"));
        assertThat(hub.get("/do").statusCode()).isEqualTo(404);
    }

    private String answer() {
        return hub.get("/do").body();
    }

    private static String set(String text) {
        return "- setBody: {expression: {constant: {expression: %s}}}".formatted(text);
    }

    private void save(String step) throws IOException {
        Files.writeString(routes.resolve("asset/asset-do.camel.yaml"), """
                - route:
                    id: asset-do
                    group: asset
                    description: Does it.
                    from:
                      uri: direct:asset-do
                      steps:
                        %s
                """.formatted(step));
    }

    private void saveEdge(String word) throws IOException {
        saveEdge("/do", word);
    }

    private void saveEdge(String path, String word) throws IOException {
        Files.writeString(routes.resolve("gateway/gateway-do.camel.yaml"), """
                - route:
                    id: gateway-do
                    group: gateway
                    description: Has it done.
                    routeConfigurationId: http-edge-errors
                    from:
                      uri: platform-http:%s
                      steps:
                        - to: {uri: "direct:asset-do"}
                        - setBody: {expression: {simple: {expression: "${body} %s"}}}
                """.formatted(path, word));
    }
}
