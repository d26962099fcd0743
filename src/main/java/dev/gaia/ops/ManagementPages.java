package dev.gaia.ops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.routes.Services;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.boot.actuate.health.HealthComponent;
import org.springframework.boot.actuate.health.HealthEndpoint;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.info.BuildProperties;
import org.springframework.core.env.Environment;

/** The pages of the management port, all of them; what is not here is not answered. */
final class ManagementPages {

    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Map<String, Supplier<ManagementPage>> pages;
    private final ObjectMapper json;

    ManagementPages(
            ObjectMapper json,
            HealthEndpoint health,
            PrometheusMeterRegistry figures,
            Services services,
            Optional<BuildProperties> build,
            Environment settings) {
        this.json = json;
        this.pages = Map.of(
                "/actuator/health", () -> health(health.health()),
                "/actuator/health/liveness", () -> health(health.healthForPath("liveness")),
                "/actuator/health/readiness", () -> health(health.healthForPath("readiness")),
                "/actuator/prometheus",
                        () -> new ManagementPage(200, PROMETHEUS, Buffer.buffer(figures.scrape(PROMETHEUS))),
                "/actuator/info", () -> json(200, info(services, build, settings)));
    }

    /** The page of a path; empty when there is none. May take as long as the slowest check. */
    Optional<Supplier<ManagementPage>> page(String path) {
        return Optional.ofNullable(pages.get(path));
    }

    /** 503 says to a probe that only reads the status what the page says to a person. */
    private ManagementPage health(HealthComponent health) {
        boolean bad = Status.DOWN.equals(health.getStatus()) || Status.OUT_OF_SERVICE.equals(health.getStatus());
        return json(bad ? 503 : 200, health);
    }

    private static Map<String, Object> info(Services services, Optional<BuildProperties> build, Environment settings) {
        var links = new LinkedHashMap<String, String>();
        for (String segment : Services.ALL) {
            Optional.ofNullable(settings.getProperty("gaia.link." + segment))
                    .ifPresent(link -> links.put(segment, link));
        }
        var info = new LinkedHashMap<String, Object>();
        info.put("name", "gaia");
        info.put("version", build.map(BuildProperties::getVersion).orElse("development"));
        info.put("environment", settings.getProperty("gaia.environment", "development"));
        info.put("services", services.names());
        info.put("links", links);
        info.put("java", Runtime.version().toString());
        return info;
    }

    private ManagementPage json(int status, Object document) {
        try {
            return ManagementPage.json(status, Buffer.buffer(json.writeValueAsBytes(document)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the page cannot be written", e);
        }
    }
}
