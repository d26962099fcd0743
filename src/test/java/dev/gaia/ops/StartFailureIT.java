package dev.gaia.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gaia.GaiaApplication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What an operator reads when the process cannot start: a sentence, never a stack trace. */
@ExtendWith(OutputCaptureExtension.class)
class StartFailureIT {

    @TempDir
    Path routes;

    @Test
    void unknownServiceIsOneSentence(CapturedOutput output) {
        assertRefused(output, "--gaia.services=gateway,chta");

        assertThat(output.getErr())
                .contains("`gaia.services` names chta, which is no service; it must be one or more of");
    }

    @Test
    void settingOutOfRangeIsOneSentence(CapturedOutput output) {
        assertRefused(output, "--gaia.management.port=99999");

        assertThat(output.getErr())
                .contains("`gaia.management.port` is 99999; it must be off, or between 0 and 65535.");
    }

    @Test
    void settingOfTheWrongTypeIsOneSentence(CapturedOutput output) {
        assertRefused(output, "--gaia.health.check-timeout=soon");

        assertThat(output.getErr()).contains("`gaia.health.check-timeout` cannot be read: it must be a duration");
    }

    @Test
    void mistakesInRouteFilesAreListedWithLineAndRemedy(CapturedOutput output) throws IOException {
        route("asset-good", "- to: {uri: \"direct:asset-good\"}");
        route("asset-step", "- proces: {ref: knownStep}");
        route("asset-bean", "- process: {ref: noSuchStep}");

        assertRefused(output, "--gaia.routes-dir=" + routes);

        assertThat(output.getErr())
                .contains("asset-step.camel.yaml:9: error: `proces` is no word Camel knows here")
                .contains("asset-bean.camel.yaml:9: error: there is no bean `noSuchStep`");
    }

    @Test
    void mistakesThatCamelIgnoresStopTheStart(CapturedOutput output) throws IOException {
        route("asset-lost", "- to: {uri: \"direct:asset-nowhere\"}");

        assertRefused(output, "--gaia.routes-dir=" + routes);

        assertThat(output.getErr())
                .contains("asset-lost.camel.yaml:9: error: no route that this process loads starts from"
                        + " `direct:asset-nowhere`");
    }

    private static void assertRefused(CapturedOutput output, String... arguments) {
        var failure = catchThrowable(() -> new SpringApplicationBuilder(GaiaApplication.class)
                .properties("spring.main.register-shutdown-hook=false", "GAIA_MANAGEMENT_PORT=off", "GATEWAY_PORT=0")
                .run(arguments)
                .close());

        assertThat(failure).isNotNull();
        assertThat(output.getErr()).contains("Gaia cannot start.");
        assertThat(output.getAll()).doesNotContain("\tat ").doesNotContain("Exception");
    }

    private void route(String id, String step) throws IOException {
        Files.createDirectories(routes.resolve("asset"));
        Files.writeString(routes.resolve("asset/" + id + ".camel.yaml"), """
                - route:
                    id: %1$s
                    group: asset
                    description: Does it.
                    nodePrefixId: %1$s.
                    from:
                      uri: direct:%1$s
                      steps:
                        %2$s
                """.formatted(id, step));
    }
}
