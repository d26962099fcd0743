package dev.gaia.chat.catalogue;

import dev.gaia.mapping.TableReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Makes settings of the addresses and keys that the catalogue of models names, beneath all other settings: whoever sets
 * {@code gaia.provider.endpoints.<route>} directly is obeyed.
 */
public final class ConfiguredProviders implements EnvironmentPostProcessor, Ordered {

    private static final String SETTINGS = "gaia.provider.endpoints.";

    /** After application.yaml, which says where the files are. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        var folder = environment.getProperty("gaia.mappings-dir");
        if (folder == null) {
            return;
        }
        var additions = Optional.ofNullable(environment.getProperty("gaia.chat.models-file"))
                .filter(file -> !file.isBlank())
                .map(Path::of);
        var settings = settings(ModelCatalogue.read(new TableReader(Path.of(folder)), additions));
        environment.getPropertySources().addLast(new MapPropertySource("gaia-models", settings));
    }

    /** A server without a key variable needs no key, but a provider without a key counts as not configured. */
    static Map<String, Object> settings(ModelCatalogue catalogue) {
        Map<String, Object> settings = new HashMap<>();
        for (var provider : catalogue.providers()) {
            provider.baseUrl().ifPresent(url -> {
                settings.put(SETTINGS + provider.route() + ".base-url", url);
                settings.put(
                        SETTINGS + provider.route() + ".key",
                        provider.keyVariable()
                                .map(variable -> "${" + variable + ":}")
                                .orElse("none"));
            });
        }
        return settings;
    }
}
