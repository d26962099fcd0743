package dev.gaia.routes;

import dev.gaia.auth.provider.ProviderChoice;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/** Tells Camel, before it starts, which route files this process loads. */
public final class RoutesEnvironment implements EnvironmentPostProcessor, Ordered {

    /** After the settings were read, and after whatever supplies some of them. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        var services = Services.parse(environment.getProperty("gaia.services", ""));
        var folder = RoutesFolder.open(Path.of(environment.getProperty("gaia.routes-dir", "routes")));
        var accounts = ProviderChoice.of(environment);
        String pattern = folder.filesOf(services, accounts).stream()
                .map(file -> "file:" + file)
                .collect(Collectors.joining(","));
        environment
                .getPropertySources()
                .addLast(new MapPropertySource("gaia-routes", Map.of("camel.main.routes-include-pattern", pattern)));
    }
}
