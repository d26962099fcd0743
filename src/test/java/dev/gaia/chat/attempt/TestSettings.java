package dev.gaia.chat.attempt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

/** The settings of application.yaml, with changes. */
final class TestSettings {

    private TestSettings() {}

    static AttemptSettings attempts(Map<String, String> changes) {
        return bind("gaia.provider.attempts", changes, AttemptSettings.class);
    }

    static <T> T bind(String prefix, Map<String, String> changes, Class<T> type) {
        Map<String, Object> named = new HashMap<>();
        changes.forEach((name, value) -> named.put(prefix + "." + name, value));
        return Binder.get(environment(named)).bind(prefix, type).get();
    }

    /** @param changes by full names */
    static ConfigurableEnvironment environment(Map<String, Object> changes) {
        var environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", changes));
        try {
            new YamlPropertySourceLoader()
                    .load("application", new ClassPathResource("application.yaml"))
                    .forEach(environment.getPropertySources()::addLast);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return environment;
    }
}
