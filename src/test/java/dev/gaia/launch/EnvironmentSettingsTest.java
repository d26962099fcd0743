package dev.gaia.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.DefaultBootstrapContext;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;

class EnvironmentSettingsTest {

    @TempDir
    private Path folder;

    @Test
    void processEnvironmentWinsOverTheFile() throws IOException {
        var environment = environment("API_KEY=file\nLOG_LEVEL=DEBUG", Map.of("API_KEY", "process"));

        assertThat(environment.getProperty("API_KEY")).isEqualTo("process");
        assertThat(environment.getProperty("LOG_LEVEL")).isEqualTo("DEBUG");
    }

    @Test
    void namesAreCaseInsensitive() throws IOException {
        var environment = environment("api_key=file", Map.of("nats_url", "nats://broker:4222"));

        assertThat(environment.resolvePlaceholders("${API_KEY:} ${NATS_URL:}")).isEqualTo("file nats://broker:4222");
    }

    @Test
    void processEnvironmentWinsInAnySpelling() throws IOException {
        var environment = environment("API_KEY=file", Map.of("api_key", "process"));

        assertThat(environment.getProperty("API_KEY")).isEqualTo("process");
    }

    @Test
    void blankValuesCountAsUnset() throws IOException {
        var environment = environment("OPENAI_API_KEY=\nAPI_KEY=file", Map.of("API_KEY", "  ", "NATS_URL", ""));

        assertThat(environment.resolvePlaceholders("${OPENAI_API_KEY:none} ${NATS_URL:none} ${API_KEY:none}"))
                .isEqualTo("none none file");
    }

    @Test
    void fileNamesBindToPropertiesLikeTheEnvironmentDoes() throws IOException {
        var environment = environment("GAIA_GATEWAY_EVENT_LOOPS=3", Map.of());

        assertThat(environment.getProperty("gaia.gateway.event-loops")).isEqualTo("3");
    }

    private ConfigurableEnvironment environment(String file, Map<String, String> processEnvironment)
            throws IOException {
        var envFile = Files.writeString(folder.resolve("env"), file);
        var variables = new HashMap<>(processEnvironment);
        variables.put("GAIA_ENV_FILE", envFile.toString());
        var environment = new StandardEnvironment();
        new EnvironmentSettings(variables)
                .onApplicationEvent(new ApplicationEnvironmentPreparedEvent(
                        new DefaultBootstrapContext(), new SpringApplication(), new String[0], environment));
        return environment;
    }
}
