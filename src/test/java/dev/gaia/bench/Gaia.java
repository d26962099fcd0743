package dev.gaia.bench;

import dev.gaia.bench.Programs.Program;
import dev.gaia.embedded.FreePort;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gaia as people start it: {@code scripts/run}, with the fake provider as its only model provider. */
final class Gaia {

    /** Three turns and the system entry: else dialogues grew, and figures with them, for as long as the bench runs. */
    private static final String DIALOGUE_ENTRIES = "7";

    private final Programs programs;
    private final Path folder;
    private final int providerPort;
    private final Map<String, String> more;

    /** All starts share one data folder, so that only the first one creates the database. */
    Gaia(Programs programs, Path folder, int providerPort) {
        this(programs, folder, providerPort, Map.of());
    }

    /** The same with more variables in the environment. */
    Gaia(Programs programs, Path folder, int providerPort, Map<String, String> more) {
        this.programs = programs;
        this.folder = folder;
        this.providerPort = providerPort;
        this.more = Map.copyOf(more);
    }

    /** A started Gaia; its figure {@code ready-s} is the time from the start of the JVM to readiness. */
    record Started(Target target, Program program) {}

    /**
     * Starts it and waits until it is ready.
     *
     * @param link {@code direct} or {@code nats}
     */
    Started start(String name, String link, boolean metrics) {
        int port = FreePort.find();
        int managementPort = FreePort.find();
        var environment = new HashMap<>(Map.of(
                "GAIA_ENV_FILE",
                folder.resolve("absent.env").toString(),
                "GAIA_DATA_DIR",
                folder.resolve("data").toString(),
                "GAIA_GATEWAY_HOST",
                "127.0.0.1",
                "GAIA_GATEWAY_PORT",
                String.valueOf(port),
                "GAIA_MANAGEMENT_PORT",
                String.valueOf(managementPort),
                "OPENAI_API_KEY",
                "sk-bench",
                "OPENAI_BASE_URL",
                "http://127.0.0.1:" + providerPort + "/v1",
                "SUPABASE_JWT_SECRET",
                Callers.SECRET,
                "GAIA_CHAT_HISTORY_MAX_ENTRIES",
                DIALOGUE_ENTRIES,
                "GAIA_METRICS_ENABLED",
                String.valueOf(metrics)));
        for (String segment : List.of("AUTH", "CHAT", "ASSET")) {
            environment.put("GAIA_LINK_" + segment, link);
        }
        // Empty values are taken out of the environment: the bench talks to nobody but its own programs.
        for (String variable : List.of("ANTHROPIC_API_KEY", "API_KEY", "NATS_URL", "NATS_HOST", "SUPABASE_URL")) {
            environment.put(variable, "");
        }
        environment.putAll(more);
        var program = programs.start(name, List.of("scripts/run"), environment);
        programs.await(program, () -> Programs.status(managementPort, "/actuator/health/readiness") == 200);
        var ready = Instant.now();
        var target = new Target(
                name,
                "http://127.0.0.1:" + port + "/api/v1/chat/completions",
                "http://127.0.0.1:" + port + "/api/v1/chat/completions",
                program.processes());
        program.processes()
                .started("java")
                .ifPresent(start ->
                        target.put("ready-s", Duration.between(start, ready).toMillis() / 1e3));
        return new Started(target, program);
    }

    void stop(Started gaia) {
        programs.stop(gaia.program());
    }
}
