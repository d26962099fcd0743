package dev.gaia.chat.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.chat.turn.ChatSettings;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

/** The table of semantics 11; v1 and v0.2 keep 49 entries beside the system entry, which is made anew. */
class HistoryBoundsTest {

    @ParameterizedTest
    @CsvSource({
        "v1, 49",
        "v0.2, 49",
        "stream, 49",
        "direct, 50",
        "mcp-agent, 50",
        "mcp-agent-hot, 50",
        "ultrafast-redis, 100",
        "ultrafast, 0",
        "orchestrated, 0"
    })
    void keepsAsManyEntriesAsTheContractSays(String surface, int kept) throws IOException {
        assertThat(new HistoryBounds(defaults()).kept(new HistoryKey("ann", surface)))
                .isEqualTo(kept);
    }

    private static ChatSettings defaults() throws IOException {
        var environment = new StandardEnvironment();
        new YamlPropertySourceLoader()
                .load("application", new ClassPathResource("application.yaml"))
                .forEach(environment.getPropertySources()::addLast);
        return Binder.get(environment).bind("gaia.chat", ChatSettings.class).get();
    }
}
