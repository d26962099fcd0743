package dev.gaia.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.chat.NodeScripts;
import dev.gaia.drill.DrillProvider.Script;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The official clients of both forms read every stream that the gateway makes of a fault (failures 12 and 13.8). */
class DrillClientsIT {

    private static final int MIDDLE = 20;
    private static final List<String> READERS = List.of(
            "openai-helper", "openai-raw", "openai-whole", "anthropic-helper", "anthropic-raw", "anthropic-whole");

    /** What comes of faults that a model meets in the middle of its answer; its fallback is well, unless nobody is. */
    private static final Map<String, List<Play.Fault>> OUTCOMES = Map.of(
            "whole",
            List.of(
                    Play.Fault.NONE,
                    Play.Fault.CUT,
                    Play.Fault.RESET,
                    Play.Fault.NO_FINISH,
                    Play.Fault.STALL,
                    Play.Fault.ERROR_EVENT,
                    Play.Fault.MALFORMED,
                    Play.Fault.NO_MARK,
                    Play.Fault.NO_MARK_OPEN,
                    Play.Fault.TWICE,
                    Play.Fault.DIVIDED,
                    Play.Fault.WRONG_FORM),
            "wordless",
            List.of(Play.Fault.EMPTY),
            "refused",
            List.of(Play.Fault.REFUSED),
            "interrupted",
            List.of(
                    Play.Fault.CUT,
                    Play.Fault.RESET,
                    Play.Fault.NO_FINISH,
                    Play.Fault.STALL,
                    Play.Fault.ERROR_EVENT,
                    Play.Fault.TOOL_CUT));

    @Test
    void officialClientsTakeNoBrokenAnswerForAWholeOne() throws Exception {
        var clients = NodeScripts.installed("clients");
        Map<String, String> settings = new LinkedHashMap<>(DrillTimes.fast().settings());
        // No model is slow here, but the machine may be.
        settings.put("gaia.provider.first-token-timeout", "10s");
        settings.put("gaia.provider.idle-timeout", "3s");
        try (var provider = DrillProvider.start(0);
                var gaia = DrillGaia.start("direct", provider.port(), settings)) {
            OUTCOMES.forEach((outcome, faults) -> faults.forEach(fault -> play(provider, outcome, fault)));
            var arguments = new ArrayList<>(List.of(
                    gaia.baseUrl(), DrillGaia.credentials().value().get().substring("Bearer ".length())));
            arguments.add(DrillText.WHOLE);
            OUTCOMES.forEach((outcome, faults) -> arguments.add(
                    outcome + "=" + faults.stream().map(DrillClientsIT::name).collect(Collectors.joining(","))));

            assertThat(clients.run("faults.mjs", arguments.toArray(String[]::new)))
                    .isEmpty();
        }
    }

    private static String name(Play.Fault fault) {
        return fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void play(DrillProvider provider, String outcome, Play.Fault fault) {
        var faulty = List.of(Play.fault(fault, MIDDLE));
        var script = new Script(faulty, "wordless".equals(outcome) ? faulty : List.of(Play.well()));
        for (var wire : List.of("openai", "anthropic")) {
            for (var reader : READERS) {
                provider.play(outcome + "-" + name(fault) + "-" + wire + "-" + reader, script);
            }
        }
    }
}
