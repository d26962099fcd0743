package dev.gaia.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.drill.DrillProvider.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that thinks first has longer for its first word than others (failures 2 and F06). */
class DrillThinkingIT {

    private static final long FIRST_WORD_MILLIS = 2_500;

    @TempDir
    private static Path folder;

    private static DrillProvider provider;
    private static DrillGaia gaia;
    private static DrillClient client;

    @BeforeAll
    static void start() throws IOException {
        var models = Files.writeString(folder.resolve("models.yaml"), """
                models:
                  - {id: drill-fallback-claude, provider: claude}
                  - {pattern: "drill-openai-thinks-*", provider: openai, reasoning: true, fallbacks: [drill-fallback-claude]}
                  - {pattern: "drill-openai-*", provider: openai, fallbacks: [drill-fallback-claude]}
                """);
        provider = DrillProvider.start(0);
        Map<String, String> settings = new LinkedHashMap<>(DrillTimes.fast().settings());
        settings.put("gaia.chat.models-file", models.toString());
        settings.put("gaia.provider.first-token-timeout", "1s");
        settings.put("gaia.provider.whole-timeout", "1s");
        settings.put("gaia.provider.attempts.reasoning-first-token-timeout", "20s");
        gaia = DrillGaia.start("direct", provider.port(), settings);
        client = new DrillClient(gaia.baseUrl(), "/v1/chat/completions", DrillGaia.credentials());
    }

    @AfterAll
    static void stop() {
        client.close();
        gaia.close();
        provider.close();
    }

    private static Seen ask(String name, boolean stream) throws InterruptedException {
        var slow = Play.well().pace(FIRST_WORD_MILLIS, 0);
        provider.play(name, new Script(List.of(slow), List.of(Play.well())));
        return client.ask(DrillClient.body(name, "drill-openai-" + name, stream), Map.of());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void waitsForTheFirstWordOfAModelThatThinks(boolean stream) throws Exception {
        var name = "thinks-" + stream;

        var seen = ask(name, stream);

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        assertThat(seen.fallback()).isFalse();
        assertThat(provider.asked(name)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void leavesAnotherModelThatIsAsSlow(boolean stream) throws Exception {
        var name = "hurries-" + stream;

        var seen = ask(name, stream);

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        assertThat(seen.fallback()).isTrue();
        assertThat(provider.asked(name)).hasSize(2);
    }
}
