package dev.gaia.gateway.health;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How patient {@code GET /health} is.
 *
 * @param checkTimeout longest wait for one service
 */
@ConfigurationProperties("gaia.health")
public record HealthSettings(@DefaultValue("5s") Duration checkTimeout) {

    public HealthSettings {
        if (checkTimeout.toMillis() < 100) {
            throw new IllegalArgumentException("`gaia.health.check-timeout` is %d ms; it must be 100 ms or more."
                    .formatted(checkTimeout.toMillis()));
        }
    }
}
