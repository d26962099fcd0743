package dev.gaia.auth.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiKeyTextTest {

    @ParameterizedTest
    @CsvSource({
        "development, dev",
        "'', dev",
        "production, prod",
        "Staging, stage",
        "local, local",
        "a very-long odd name, averylongodd"
    })
    void namesTheEnvironmentBeforeTheRandomPart(String environment, String middle) {
        assertThat(ApiKeyText.random(environment).text()).matches("gaia_" + middle + "_[A-Za-z0-9]{43}");
    }

    @Test
    void showsSixOfTheRandomCharacters() {
        var key = ApiKeyText.random("test");

        assertThat(key.prefix()).matches("gaia_test_[A-Za-z0-9]{6}");
        assertThat(key.text()).startsWith(key.prefix());
        assertThat(key.toString()).doesNotContain(key.text());
    }

    @Test
    void usesEveryCharacterAndNeverTheSameKey() {
        var keys = new HashSet<String>();
        var characters = new HashSet<Integer>();
        for (int i = 0; i < 200; i++) {
            String text = ApiKeyText.random("test").text();
            keys.add(text);
            text.substring("gaia_test_".length()).chars().forEach(characters::add);
        }

        assertThat(keys).hasSize(200);
        assertThat(characters).hasSize(62);
    }
}
