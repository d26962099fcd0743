package dev.gaia.gateway.health;

import org.springframework.stereotype.Component;

/** The limits of {@code GET /health} in milliseconds, as a route asks for them: {@code {{bean:healthTimes.checkMillis}}}. */
@Component("healthTimes")
public final class HealthTimes {

    private final HealthSettings settings;

    HealthTimes(HealthSettings settings) {
        this.settings = settings;
    }

    /** Longest wait for one service. */
    public long checkMillis() {
        return settings.checkTimeout().toMillis();
    }
}
