package dev.gaia.ops;

import dev.gaia.routes.Services;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Says in the log when the process is ready and when it stops. */
@Component
final class LifeLog {

    private static final Logger LOG = LoggerFactory.getLogger("gaia.lifecycle");

    private final Services services;
    private final String version;
    private final String environment;

    LifeLog(Services services, Optional<BuildProperties> build, Environment settings) {
        this.services = services;
        this.version = build.map(BuildProperties::getVersion).orElse("development");
        this.environment = settings.getProperty("gaia.environment", "development");
    }

    @EventListener
    void onReady(ApplicationReadyEvent ready) {
        LOG.info(
                "Gaia {} is ready: {}, environment {}, after {} ms",
                version,
                services,
                environment,
                ready.getTimeTaken().toMillis());
    }

    @EventListener
    void onStop(ContextClosedEvent stopping) {
        LOG.info("Gaia stops: {}", services);
    }
}
