package dev.gaia.drill;

import static dev.gaia.drill.Play.Fault.SILENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.provider.UpstreamClient;
import dev.gaia.drill.DrillProvider.Script;
import dev.gaia.embedded.EmbeddedNats;
import dev.gaia.link.Link;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A second model is asked beside a slow one, where that is switched on (section 6 of the failure contract). */
class DrillHedgeIT {

    private static final int SLOW_MILLIS = 4_000;

    /** Longer than it takes to let a slow model go, shorter than it would be waited for anyway (10 s). */
    private static final long LEFT_MILLIS = 8_000;

    /** What the contract allows, which is less than the winner goes on talking. */
    private static final long SOON_MILLIS = 1_000;

    private static final int ROUNDS = 3;
    private static final int PACE_MILLIS = 60;

    private static DrillProvider provider;
    private static DrillGaia gaia;
    private static DrillClient client;

    @BeforeAll
    static void start() throws IOException {
        provider = DrillProvider.start(0);
        gaia = DrillGaia.start("direct", provider.port(), settings());
        client = new DrillClient(gaia.baseUrl(), "/v1/chat/completions", DrillGaia.credentials());
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>(DrillTimes.whole().settings());
        settings.put("gaia.provider.hedging.enabled", "true");
        settings.put("gaia.provider.hedging.delay-min", "500ms");
        settings.put("gaia.provider.hedging.samples-min", "1");
        settings.put("gaia.provider.hedging.share", "1");
        return settings;
    }

    @AfterAll
    static void stop() {
        client.close();
        gaia.close();
        provider.close();
    }

    /** Asks a model that was quick once and now does as told; {@code "-known"} is the drill of the first time. */
    private static Seen ask(String name, Play primary, Play fallback, ObjectNode body) throws InterruptedException {
        return ask(client, name, primary, fallback, body);
    }

    private static Seen ask(DrillClient client, String name, Play primary, Play fallback, ObjectNode body)
            throws InterruptedException {
        var model = body.path("model").asText();
        provider.play(name + "-known", new Script(List.of(Play.well()), List.of(Play.well())));
        assertThat(client.ask(DrillClient.body(name + "-known", model, false), Map.of())
                        .whole())
                .isTrue();
        provider.play(name, new Script(List.of(primary), List.of(fallback)));
        return client.ask(body, Map.of());
    }

    /** The request was let go while its model was still silent. */
    private static void assertLetGo(Asked slow) {
        await().untilAsserted(() -> assertThat(slow.leftNanos()).isPresent());
        assertThat(slow.leftNanos().get() - slow.atNanos()).isLessThan(LEFT_MILLIS * 1_000_000);
    }

    /**
     * The loser's request ends while the winner still talks. Measured at the provider, from the winner's request, which
     * comes before its first word; a busy machine may spoil a round or two.
     */
    private static void assertLetGoAtTheFirstWord(DrillClient reader, String kind, boolean stream) throws Exception {
        long quickest = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && quickest > SOON_MILLIS; round++) {
            var name = kind + "-" + stream + "-" + round;
            var body = DrillClient.body(name, "drill-openai-" + name, stream);

            var seen = ask(reader, name, Play.fault(SILENCE, 0), Play.well().pace(0, PACE_MILLIS), body);

            assertThat(seen.whole()).as(seen.summary()).isTrue();
            assertThat(provider.asked(name)).extracting(Asked::primary).containsExactly(true, false);
            var loser = provider.asked(name).getFirst();
            await().untilAsserted(() -> assertThat(loser.leftNanos()).isPresent());
            long winnerAsked = provider.asked(name).getLast().atNanos();
            quickest = Math.min(quickest, (loser.leftNanos().get() - winnerAsked) / 1_000_000);
        }
        assertThat(quickest).isLessThanOrEqualTo(SOON_MILLIS);
    }

    private static void assertNothingOpen() {
        var upstream = gaia.bean(UpstreamClient.class);
        await().untilAsserted(() -> assertThat(upstream.underWay()).isZero());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takesTheSecondModelWhenTheFirstIsSlowAndLetsTheFirstGo(boolean stream) throws Exception {
        var name = "slow-first-" + stream;
        var body = DrillClient.body(name, "drill-openai-" + name, stream);

        var seen = ask(name, Play.fault(SILENCE, 0), Play.well(), body);

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        assertThat(seen.fallback()).isTrue();
        assertThat(seen.resumed()).isFalse();
        assertThat(seen.attempts()).isEqualTo(2);
        assertThat(seen.gateway().path("usage_estimated").asBoolean()).isTrue();
        var usage = seen.events().getLast().path("usage").isObject()
                ? seen.events().getLast().path("usage")
                : seen.events().get(seen.events().size() - 2).path("usage");
        assertThat(usage.path("prompt_tokens").asInt()).isGreaterThan(20);
        assertThat(usage.path("completion_tokens").asInt()).isEqualTo(60);
        assertThat(provider.asked(name)).extracting(Asked::primary).containsExactly(true, false);
        assertLetGo(provider.asked(name).getFirst());
        assertNothingOpen();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void letsTheFirstGoAtTheFirstWordOfTheSecond(boolean stream) throws Exception {
        assertLetGoAtTheFirstWord(client, "first-word", stream);
        assertNothingOpen();
    }

    @Test
    void doesTheSameOverNats() throws Exception {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        try (var linked = DrillGaia.start("nats", provider.port(), settings());
                var reader = new DrillClient(linked.baseUrl(), "/v1/chat/completions", DrillGaia.credentials())) {
            for (boolean stream : List.of(true, false)) {
                var name = "linked-" + stream;
                var body = DrillClient.body(name, "drill-openai-" + name, stream);

                var seen = ask(reader, name, Play.fault(SILENCE, 0), Play.well(), body);

                assertThat(seen.whole()).as(seen.summary()).isTrue();
                assertThat(seen.fallback()).isTrue();
                assertThat(seen.attempts()).isEqualTo(2);
                assertThat(provider.asked(name)).extracting(Asked::primary).containsExactly(true, false);
                assertLetGo(provider.asked(name).getFirst());
            }
            assertLetGoAtTheFirstWord(reader, "linked-first-word", true);
            await().until(() -> linked.bean(UpstreamClient.class).underWay() == 0);
            await().until(() -> linked.bean(Link.class).open() == 0);
        }
    }

    @Test
    void letsBothGoWhenTheClientLeaves() throws Exception {
        var name = "left-alone";
        var model = "drill-openai-" + name;
        provider.play(name + "-known", new Script(List.of(Play.well()), List.of(Play.well())));
        assertThat(client.ask(DrillClient.body(name + "-known", model, false), Map.of())
                        .whole())
                .isTrue();
        var silent = List.of(Play.fault(SILENCE, 0));
        provider.play(name, new Script(silent, silent));

        try (var socket = client.open(DrillClient.body(name, model, true), Map.of())) {
            await().until(() -> provider.asked(name).size() == 2);
            socket.leave();
        }

        provider.asked(name).forEach(DrillHedgeIT::assertLetGo);
        assertNothingOpen();
    }

    @Test
    void keepsTheFirstModelWhenItBeginsBeforeTheSecond() throws Exception {
        var body = DrillClient.body("first-wins", "drill-openai-first-wins", true);

        var seen = ask("first-wins", Play.well().pace(1_500, 0), Play.well().pace(SLOW_MILLIS, 0), body);

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        assertThat(seen.fallback()).isFalse();
        assertThat(seen.attempts()).isEqualTo(2);
        assertThat(seen.millis()).isLessThan(SLOW_MILLIS);
        assertNothingOpen();
    }

    @Test
    void waitsForTheOtherOneWhenOneFails() throws Exception {
        var first = DrillClient.body("first-fails", "drill-openai-first-fails", true);
        var second = DrillClient.body("second-fails", "drill-openai-second-fails", true);

        var saved =
                ask("first-fails", Play.status(503).pace(1_000, 0), Play.well().pace(1_500, 0), first);
        var kept = ask("second-fails", Play.well().pace(1_500, 0), Play.status(503), second);

        assertThat(saved.whole()).as(saved.summary()).isTrue();
        assertThat(saved.fallback()).isTrue();
        assertThat(kept.whole()).as(kept.summary()).isTrue();
        assertThat(kept.fallback()).isFalse();
        assertNothingOpen();
    }

    @Test
    void asksNoSecondModelWhereItMustNot() throws Exception {
        var tools = DrillClient.body("with-tools", "drill-openai-with-tools", true);
        tools.putArray("tools")
                .addObject()
                .put("type", "function")
                .putObject("function")
                .put("name", "weather")
                .putObject("parameters")
                .put("type", "object");
        var unknown = DrillClient.body("never-seen", "drill-openai-never-seen", true);
        provider.play("never-seen", new Script(List.of(Play.well().pace(1_500, 0)), List.of(Play.well())));

        assertThat(ask("with-tools", Play.well().pace(1_500, 0), Play.well(), tools)
                        .attempts())
                .isEqualTo(1);
        assertThat(client.ask(unknown, Map.of()).attempts()).isEqualTo(1);
    }
}
