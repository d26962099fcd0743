package dev.gaia.launch;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/** Says in one line that settings of the platform's older installations are understood and have no effect. */
public final class IgnoredSettings implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(IgnoredSettings.class);

    /** Name of the setting, and why nothing comes of it. */
    private static final Map<String, String> REASONS = new TreeMap<>(Map.of(
            "REDIS_URL", "caches are in the process",
            "REDIS_PASSWORD", "caches are in the process",
            "GCS_PROJECT_ID", "a bucket's name says whose it is",
            "AUTH_SERVICE_URL", "segments are reached over NATS",
            "ASSET_SERVICE_URL", "segments are reached over NATS",
            "CHAT_SERVICE_URL", "segments are reached over NATS"));

    /** The names that are understood and ignored. */
    public static List<String> names() {
        return List.copyOf(REASONS.keySet());
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        var given = given(event.getApplicationContext().getEnvironment());
        if (!given.isEmpty()) {
            LOG.info("Settings without effect here: {}", String.join(", ", given));
        }
    }

    private static List<String> given(Environment environment) {
        return REASONS.entrySet().stream()
                .filter(setting ->
                        !environment.getProperty(setting.getKey(), "").isBlank())
                .map(setting -> setting.getKey() + " (" + setting.getValue() + ")")
                .toList();
    }
}
