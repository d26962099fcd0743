package dev.gaia.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.chat.NodeScripts;
import dev.gaia.drill.DrillProvider.Script;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The official clients of both forms on every answer that the gateway makes of a fault (failures 12, 13.1, 13.8). */
class DrillClientsIT {

    private static final int MIDDLE = 20;
    private static final List<String> READERS = List.of(
            "openai-helper", "openai-raw", "openai-whole", "anthropic-helper", "anthropic-raw", "anthropic-whole");

    /** What a model does, by what comes of it for a client whose model has a fallback that is well. */
    private static Map<String, Map<String, Play>> answered() {
        Map<String, Map<String, Play>> outcomes = new LinkedHashMap<>();
        outcomes.put(
                "whole",
                middle(
                        Play.Fault.NONE,
                        Play.Fault.CUT,
                        Play.Fault.RESET,
                        Play.Fault.NO_FINISH,
                        Play.Fault.STALL,
                        Play.Fault.ERROR_EVENT,
                        Play.Fault.MALFORMED,
                        Play.Fault.MALFORMED_MUCH,
                        Play.Fault.NO_MARK,
                        Play.Fault.NO_MARK_OPEN,
                        Play.Fault.TWICE,
                        Play.Fault.DIVIDED,
                        Play.Fault.WRONG_FORM,
                        Play.Fault.CLOSE_BEFORE,
                        Play.Fault.HEAD_ONLY));
        outcomes.get("whole").putAll(refusals());
        outcomes.get("whole").putAll(cuts());
        // Routing around a decision needs a setting (F13).
        outcomes.get("whole").remove("policy");
        outcomes.put("wordless", middle(Play.Fault.EMPTY));
        outcomes.put("refused", middle(Play.Fault.REFUSED));
        outcomes.put(
                "interrupted",
                middle(
                        Play.Fault.CUT,
                        Play.Fault.RESET,
                        Play.Fault.NO_FINISH,
                        Play.Fault.STALL,
                        Play.Fault.ERROR_EVENT,
                        Play.Fault.MALFORMED_MUCH,
                        Play.Fault.ENDLESS,
                        Play.Fault.TOOL_CUT));
        outcomes.get("interrupted").putAll(cuts());
        return outcomes;
    }

    /** After the first piece, before the last one, and after it: the finish reason is missing each time. */
    private static Map<String, Play> cuts() {
        int all = DrillText.pieces(DrillText.WHOLE).size();
        return Map.of(
                "cut-first", Play.fault(Play.Fault.CUT, 1),
                "cut-last-but-one", Play.fault(Play.Fault.CUT, all - 1),
                "cut-last", Play.fault(Play.Fault.CUT, all));
    }

    private static Map<String, Play> middle(Play.Fault... faults) {
        Map<String, Play> plays = new LinkedHashMap<>();
        for (var fault : faults) {
            plays.put(fault.name().toLowerCase(Locale.ROOT).replace('_', '-'), Play.fault(fault, MIDDLE));
        }
        return plays;
    }

    private static Map<String, Play> refusals() {
        return Map.of(
                "limited", Play.status(429).code("rate_limit_exceeded").header("Retry-After", "200"),
                "overload", Play.status(503).code("overloaded"),
                "too-long", Play.status(400).code("context_length_exceeded"),
                "policy", Play.status(400).code("content_policy_violation"),
                "key", Play.status(401).code("invalid_api_key"));
    }

    /** What clients read whose model has no fallback: status and code of OpenAI's form, status and type of Anthropic's. */
    private static final Map<String, String> ALONE = Map.of(
            "limited", "429:upstream_rate_limited:429:rate_limit_error",
            "overload", "503:upstream_unavailable:529:overloaded_error",
            "too-long", "400:context_length_exceeded:400:invalid_request_error",
            "policy", "400:content_policy_violation:400:invalid_request_error",
            "key", "502:upstream_auth:502:api_error",
            "close-before", "502:upstream_unreachable:502:api_error",
            "silence", "504:upstream_timeout:504:timeout_error");

    @Test
    void officialClientsTakeNoBrokenAnswerForAWholeOneAndKnowEveryRefusal() throws Exception {
        var clients = NodeScripts.installed("clients");
        Map<String, String> settings = new LinkedHashMap<>(DrillTimes.fast().settings());
        settings.put("gaia.provider.first-token-timeout", "5s");
        settings.put("gaia.provider.idle-timeout", "3s");
        try (var provider = DrillProvider.start(0);
                var gaia = DrillGaia.start("direct", provider.port(), settings)) {
            var arguments = new ArrayList<>(List.of(
                    gaia.baseUrl(), DrillGaia.credentials().value().get().substring("Bearer ".length())));
            arguments.add(DrillText.WHOLE);
            arguments.add(Recorded.ARGUMENTS);
            answered().forEach((outcome, plays) -> {
                plays.forEach((name, play) -> play(provider, outcome, name, play));
                arguments.add(outcome + "=" + String.join(",", plays.keySet()));
            });
            for (var reader : READERS) {
                for (var wire : DrillWire.values()) {
                    var events = Recorded.toolCall(wire);
                    var name = "call-tool-" + wire.name().toLowerCase(Locale.ROOT) + "-" + reader;
                    var called = Play.cut(events, Recorded.bytes(events));
                    provider.play(name, new Script(List.of(called), List.of(Play.well())));
                }
                // Thoughts are not shown to clients of this form, so that another model begins afresh.
                var thinks = Recorded.begun(DrillWire.OPENAI, Recorded.thought("Hm. "), Recorded.thought("Well. "));
                provider.play("thought-begun-openai-" + reader, new Script(List.of(thinks), List.of(Play.well())));
            }
            arguments.add("call=tool");
            arguments.add("thought=begun");
            var alone = new LinkedHashMap<>(refusals());
            alone.putAll(middle(Play.Fault.CLOSE_BEFORE, Play.Fault.SILENCE));
            alone.forEach((name, play) -> play(provider, "alone", name, play));
            ALONE.forEach((name, told) -> arguments.add("alone=" + name + ":" + told));

            assertThat(clients.run("faults.mjs", arguments.toArray(String[]::new)))
                    .isEmpty();
        }
    }

    private static void play(DrillProvider provider, String outcome, String name, Play play) {
        var fallback = "wordless".equals(outcome) ? play : Play.well();
        for (var wire : List.of("openai", "anthropic")) {
            for (var reader : READERS) {
                provider.play(
                        outcome + "-" + name + "-" + wire + "-" + reader, new Script(List.of(play), List.of(fallback)));
            }
        }
    }
}
