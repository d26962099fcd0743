package dev.gaia.launch;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Puts the {@code .env} file of the working directory beneath the process environment, and makes names case-insensitive.
 *
 * <p>A blank value counts as unset, in the file and in the environment: a copy of {@code .env.example} and a compose file
 * that hands on what is not there must not switch defaults off. {@code GAIA_ENV_FILE} names another file.
 */
final class EnvironmentSettings implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

    private static final String FILE_SETTING = "GAIA_ENV_FILE";

    private final Map<String, String> processEnvironment;

    EnvironmentSettings(Map<String, String> processEnvironment) {
        this.processEnvironment = Map.copyOf(processEnvironment);
    }

    /** Before application.yaml is read, since its placeholders ask for these values. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        event.getEnvironment()
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, settings()));
    }

    private Map<String, Object> settings() {
        var file = Path.of(Optional.ofNullable(processEnvironment.get(FILE_SETTING))
                .filter(name -> !name.isBlank())
                .orElse(".env"));
        var settings = new HashMap<String, Object>();
        add(settings, EnvironmentFile.read(file));
        add(settings, processEnvironment);
        return settings;
    }

    /** Upper case is how application.yaml asks; a name spelled that way already wins over its other spellings. */
    private static void add(Map<String, Object> settings, Map<String, String> values) {
        values.forEach((name, value) -> {
            if (!value.isBlank() && !values.containsKey(name.toUpperCase(Locale.ROOT))) {
                settings.put(name.toUpperCase(Locale.ROOT), value);
            }
        });
        values.forEach((name, value) -> {
            if (!value.isBlank()) {
                settings.put(name, value);
            }
        });
    }
}
