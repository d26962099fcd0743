package dev.gaia.chat.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.mapping.TableReader;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelLimitsTest {

    private static final ObjectMapper MAPPER = new TableReader(Path.of("mappings")).mapper();

    private static ModelLimits read(String name, String value) throws JsonProcessingException {
        return MAPPER.readValue("{\"" + name + "\":\"" + value + "\"}", ModelLimits.class);
    }

    @Test
    void readsWhatDiffersFromTheSettings() throws JsonProcessingException {
        var limits = read("first-token-timeout", "1500ms");

        assertThat(limits.firstTokenTimeout()).contains(Duration.ofMillis(1_500));
        assertThat(limits.idleTimeout()).isEmpty();
        assertThat(limits.idleTimeoutAlone()).isEmpty();
        assertThat(limits.wholeTimeout()).isEmpty();
        assertThat(read("idle-timeout-alone", "45s").idleTimeoutAlone()).contains(Duration.ofSeconds(45));
    }

    @ParameterizedTest
    @CsvSource({
        "idle-timeout, 46s, 45s or less",
        "idle-timeout-alone, 1m, 45s or less",
        "whole-timeout, 0s, above 0",
        "first-token-timeout, soon, above 0"
    })
    void refusesWhatIsNoLimitAndWhatNoSettingMayBe(String name, String value, String wanted) {
        assertThatThrownBy(() -> read(name, value))
                .rootCause()
                .message()
                .contains("the limit " + name + " is " + value, wanted);
    }

    @Test
    void refusesALimitThereIsNot() {
        assertThatThrownBy(() -> read("first-token", "1s")).hasMessageContaining("first-token");
    }
}
