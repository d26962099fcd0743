package dev.gaia.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.chat.provider.ScriptedDns;
import dev.gaia.drill.DrillProvider.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Providers that are unlike others: their address cannot be found, or they stream unasked (failures F20, F35). */
class DrillProvidersIT {

    @TempDir
    private static Path folder;

    private static DrillProvider provider;
    private static ScriptedDns dns;
    private static DrillGaia gaia;
    private static DrillClient client;

    @BeforeAll
    static void start() throws IOException {
        provider = DrillProvider.start(0);
        dns = new ScriptedDns();
        var models = Files.writeString(folder.resolve("models.yaml"), """
                providers:
                  - {name: unknown, base-url: "https://unknown.gaia.test./v1", default-model: unknown-model}
                  - {name: failing, base-url: "https://failing.gaia.test./v1", default-model: failing-model}
                  - {name: silent, base-url: "https://silent.gaia.test./v1", default-model: silent-model}
                  - {name: plain, base-url: "http://127.0.0.1:%d/v1", default-model: drill-plain, collect-streams: false}
                models:
                  - {id: drill-plain, provider: plain, fallbacks: [drill-fallback-claude]}
                  - {id: drill-fallback-claude, provider: claude, prefill: native, capabilities: [chat, streaming]}
                  - {id: unknown-model, provider: unknown, fallbacks: [drill-fallback-claude]}
                  - {id: failing-model, provider: failing, fallbacks: [drill-fallback-claude]}
                  - {id: silent-model, provider: silent, fallbacks: [drill-fallback-claude]}
                """.formatted(provider.port()));
        Map<String, String> settings = new LinkedHashMap<>(DrillTimes.whole().settings());
        settings.put("gaia.chat.models-file", models.toString());
        settings.put("gaia.provider.connection.name-servers", dns.address());
        settings.put("gaia.provider.connection.resolve-timeout", "400ms");
        gaia = DrillGaia.start("direct", provider.port(), settings);
        client = new DrillClient(gaia.baseUrl(), "/v1/chat/completions", DrillGaia.credentials());
    }

    @AfterAll
    static void stop() {
        client.close();
        gaia.close();
        dns.close();
        provider.close();
    }

    @Test
    void putsAStreamTogetherThatNobodyAskedFor() throws Exception {
        provider.play("unasked", new Script(List.of(Play.fault(Play.Fault.WRONG_FORM, 0)), List.of(Play.well())));
        provider.play("unasked-cut", new Script(List.of(Play.fault(Play.Fault.CUT, 20)), List.of(Play.well())));

        var seen = client.ask(DrillClient.body("unasked", "drill-plain", false), Map.of());
        var cut = client.ask(DrillClient.body("unasked-cut", "drill-plain", false), Map.of());

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        assertThat(seen.attempts()).isEqualTo(1);
        assertThat(provider.asked("unasked").getFirst().body().path("stream").asBoolean())
                .isFalse();
        assertThat(cut.whole()).as(cut.summary()).isTrue();
    }

    /** A name that nobody knows is not asked for again; a name server in trouble is, once. */
    @ParameterizedTest
    @CsvSource({"unknown, true, 1", "unknown, false, 1", "failing, true, 2", "failing, false, 2", "silent, true, 2"})
    void asksTheNextModelAndAloneSaysThatTheProviderCannotBeReached(String host, boolean stream, int tries)
            throws Exception {
        var name = host + "-" + stream;
        provider.play(name, new Script(List.of(Play.well()), List.of(Play.well())));
        var body = DrillClient.body(name, host + "-model", stream);

        var seen = client.ask(body, Map.of());
        var alone = client.ask(body.deepCopy().put("enable_fallback", false), Map.of());

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        assertThat(seen.fallback()).isTrue();
        assertThat(seen.attempts()).isEqualTo(tries + 1);
        assertThat(provider.asked(name)).extracting(Asked::primary).containsExactly(false);
        assertThat(alone.status()).isEqualTo(502);
        assertThat(alone.error().path("code").asText()).isEqualTo("upstream_unreachable");
        assertThat(alone.error().path("message").asText()).doesNotContain("gaia.test");
        assertThat(alone.header("x-gateway-attempts")).isEqualTo(Integer.toString(tries));
        assertThat(alone.header("x-gateway-failures")).isEqualTo(tries == 1 ? "connect" : "connect, connect");
        assertThat(alone.header("x-should-retry")).isEqualTo("false");
    }
}
