package dev.gaia.embedded;

import dev.gaia.StartRefused;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;

/**
 * Starts what one command needs and nobody has configured: PostgreSQL, a NATS broker, an API key.
 *
 * <p>Runs after the settings were read and before the first bean, so that the rest of Gaia finds {@code DATABASE_URL},
 * {@code NATS_URL} and {@code API_KEY} as if an operator had set them. What was started here stops after the application
 * context, when the last request in flight is answered.
 */
public final class EmbeddedServices implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServices.class);
    private static final List<String> SEGMENTS = List.of("auth", "chat", "asset");

    /** Value of {@code NATS_URL} that says there is none, so that nobody tries to reach one. */
    private static final String NO_BROKER = "disabled";

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        var environment = context.getEnvironment();
        var settings = EmbeddedSettings.of(environment);
        if (settings.enabled()) {
            start(settings, environment);
        }
    }

    private static void start(EmbeddedSettings settings, ConfigurableEnvironment environment) {
        var data = DataDirectory.open(settings.dataDir());
        stopAtTheEnd("The data folder", data);
        Map<String, Object> found = new LinkedHashMap<>();
        if (!isSet(environment, "DATABASE_URL")) {
            found.put("DATABASE_URL", startPostgres(data.folder("postgres")));
        }
        if (isSet(environment, "NATS_URL")) {
            boolean broker = !NO_BROKER.equalsIgnoreCase(
                    environment.getProperty("NATS_URL", "").strip());
            found.putAll(linksOver(broker ? "nats" : "direct", environment));
        } else {
            Optional<String> broker = startNats(data.folder("nats"));
            found.put("NATS_URL", broker.orElse(NO_BROKER));
            found.putAll(linksOver(broker.isPresent() ? "nats" : "direct", environment));
        }
        if (!isSet(environment, "API_KEY")) {
            String name = environment.getProperty("gaia.environment", "development");
            found.put("API_KEY", InstallationKey.of(data, name));
        }
        environment.getPropertySources().addFirst(new MapPropertySource("gaia-embedded", found));
    }

    private static String startPostgres(Path folder) {
        try {
            var server = EmbeddedPostgres.start(folder, Optional.empty());
            stopAtTheEnd("PostgreSQL", server);
            LOG.info("PostgreSQL runs on 127.0.0.1:{}, its data is in {}", server.port(), folder);
            return server.databaseUrl();
        } catch (EmbeddedStartException e) {
            throw new StartRefused(e.getMessage());
        }
    }

    private static Optional<String> startNats(Path folder) {
        if (EmbeddedNats.binary().isEmpty()) {
            LOG.warn("No nats-server on the PATH, so the segments are joined directly and no events are published");
            return Optional.empty();
        }
        try {
            var server = EmbeddedNats.start(folder);
            stopAtTheEnd("nats-server", server);
            return Optional.of(server.url());
        } catch (IOException e) {
            LOG.warn("Going on without a broker, with the segments joined directly: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** After the application context, in the reverse order of starting. */
    private static void stopAtTheEnd(String name, AutoCloseable service) {
        SpringApplication.getShutdownHandlers().add(() -> {
            try {
                service.close();
            } catch (Exception e) {
                LOG.warn("{} did not stop properly: {}", name, e.getMessage());
            }
        });
    }

    /** The links that nobody has chosen. */
    private static Map<String, String> linksOver(String link, Environment environment) {
        Map<String, String> links = new LinkedHashMap<>();
        SEGMENTS.stream()
                .map(segment -> "GAIA_LINK_" + segment.toUpperCase(Locale.ROOT))
                .filter(name -> !isSet(environment, name))
                .forEach(name -> links.put(name, link));
        return links;
    }

    private static boolean isSet(Environment environment, String name) {
        return !environment.getProperty(name, "").isBlank();
    }
}
