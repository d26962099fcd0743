package dev.gaia.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The local identity provider passes for Supabase with Supabase's own client from npm. */
class SupabaseClientIT {

    private static final String CLIENT = "@supabase/supabase-js@2.119.1";
    private static final Path FOLDER = Path.of("target/supabase-js").toAbsolutePath();

    /** With a key pair of its own, and with the shared secret of older installations. */
    @ParameterizedTest
    @ValueSource(strings = {"", "a-secret-for-tests-with-more-than-32-bytes"})
    void passesWithTheOfficialClient(String secret) throws Exception {
        install();
        try (var database = TestDatabase.migrated();
                var hub = Hub.with(Map.of("gaia.database.url", database.url(), "gaia.auth.jwt-secret", secret))
                        .start()) {
            var run = run(
                    List.of("node", Path.of("src/test/js/supabase-client.mjs").toString()),
                    Map.of("SUPABASE_URL", hub.baseUrl(), "CLIENT_FOLDER", FOLDER.toString()));

            assertThat(run).endsWith("all well");
        }
    }

    @Test
    void theClientIsInstalledBelowTarget() throws Exception {
        install();

        assertThat(FOLDER.resolve("node_modules/@supabase/supabase-js/package.json"))
                .exists();
    }

    private static void install() throws Exception {
        Assumptions.assumeTrue(works("node") && works("npm"), "node and npm are not installed");
        if (Files.exists(FOLDER.resolve("node_modules/@supabase/supabase-js/package.json"))) {
            return;
        }
        Files.createDirectories(FOLDER);
        Files.writeString(FOLDER.resolve("package.json"), "{\"private\":true}");
        try {
            run(
                    List.of("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", CLIENT),
                    Map.of("PWD", FOLDER.toString()));
        } catch (IllegalStateException e) {
            Assumptions.abort("the registry of npm is not reachable: " + e.getMessage());
        }
    }

    private static boolean works(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(program, "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** What the program printed, without white space around it. */
    private static String run(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        if (environment.containsKey("PWD")) {
            builder.directory(FOLDER.toFile());
        }
        var process = builder.start();
        try {
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(command + " failed: " + printed);
            }
            return printed;
        } finally {
            process.destroyForcibly();
        }
    }
}
