package dev.gaia.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.Hub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.CamelExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class RouteReloadIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path routes;

    private Hub hub;

    @BeforeEach
    void start() throws IOException {
        Files.createDirectories(routes.resolve("asset"));
        Files.createDirectories(routes.resolve("error"));
        Files.copy(
                Path.of("routes/error/segment-errors.camel.yaml"), routes.resolve("error/segment-errors.camel.yaml"));
        save("- setBody: {expression: {constant: {expression: first}}}");
        hub = Hub.with(Map.of(
                        "gaia.routes-dir", routes.toString(),
                        "gaia.routes-reload", "true",
                        "gaia.services", "asset"))
                .start();
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void takesUpAChangeAndRefusesAMistakeWhileTheOldRouteServes(CapturedOutput output) throws IOException {
        assertThat(answer()).isEqualTo("first");

        save("- setBody: {expression: {constant: {expression: second}}}");
        await().atMost(SOON).ignoreException(CamelExecutionException.class).until(() -> answer().equals("second"));

        save("- setBodi: {expression: {constant: {expression: third}}}");
        await().atMost(SOON)
                .until(() ->
                        output.getAll().contains("asset-do.camel.yaml:8: error: `setBodi` is no word Camel knows"));
        assertThat(answer()).isEqualTo("second");

        save("- process: {ref: noSuchStep}");
        await().atMost(SOON).until(() -> output.getAll().contains("there is no bean `noSuchStep`"));
        assertThat(answer()).isEqualTo("second");

        save("- to: {uri: \"direct:asset-do\", parameters: {noSuchOption: 1}}");
        await().atMost(SOON)
                .until(() -> output.getAll().contains("asset-do.camel.yaml:8: error: There are 1 parameters"));
        await().atMost(SOON).ignoreException(CamelExecutionException.class).until(() -> answer().equals("second"));

        save("- setBody: {expression: {constant: {expression: fourth}}}");
        await().atMost(SOON).ignoreException(CamelExecutionException.class).until(() -> answer().equals("fourth"));
    }

    /** For the moment in which Camel takes one route away and puts the other in its place, there is none. */
    private String answer() {
        return hub.camel().createProducerTemplate().requestBody("direct:asset-do", "", String.class);
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
}
