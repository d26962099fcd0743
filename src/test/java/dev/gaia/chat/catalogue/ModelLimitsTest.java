package dev.gaia.chat.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.chat.attempt.AttemptSettings;
import dev.gaia.chat.provider.ProviderSettings;
import dev.gaia.mapping.TableReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelLimitsTest {

    private static final ObjectMapper MAPPER = new TableReader(Path.of("mappings")).mapper();

    private static ModelLimits read(String name, String value) throws JsonProcessingException {
        return MAPPER.readValue("{\"" + name + "\":\"" + value + "\"}", ModelLimits.class);
    }

    @Test
    void readsWhatDiffersFromTheSettings() throws JsonProcessingException {
        assertThat(read("first-token-timeout", "1500ms").settings())
                .isEqualTo(Map.of("gaia.provider.first-token-timeout", "1500ms"));
        assertThat(read("breaker-failures", "5").settings())
                .isEqualTo(Map.of("gaia.provider.attempts.breaker-failures", "5"));
    }

    @Test
    void namesOnlySettingsThatThereAre() {
        assertThat(dashed(ProviderSettings.class)).containsAll(ModelLimits.OF_PROVIDER);
        assertThat(dashed(AttemptSettings.class)).containsAll(ModelLimits.OF_ATTEMPTS);
    }

    private static List<String> dashed(Class<?> settings) {
        return Stream.of(settings.getRecordComponents())
                .map(component ->
                        component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"first-token", "max-connections", "budget-share", "gaia.provider.idle-timeout"})
    void refusesALimitThatNoModelHas(String name) {
        assertThatThrownBy(() -> read(name, "1s"))
                .rootCause()
                .message()
                .startsWith("a model has no limit " + name + "; write one of ")
                .contains("idle-timeout", "breaker-failures");
    }
}
