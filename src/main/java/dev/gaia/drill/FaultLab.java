package dev.gaia.drill;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The program behind {@code scripts/drill}: plays the faults and prints the scorecard; fails when a row does. */
public final class FaultLab {

    private static final Set<String> OPTIONS = Set.of("fast", "links", "url", "key", "path", "only", "port", "serve");
    private static final String CHAT = "/api/v1/chat/completions";

    private FaultLab() {}

    /** See {@code scripts/drill --help}. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.exit(run(arguments));
    }

    /** Plays and prints; the exit status: 0 when every drill passed, 1 when one failed or none has the name. */
    static int run(String... arguments) throws IOException, InterruptedException {
        return play(options(arguments)) ? 0 : 1;
    }

    private static Map<String, String> options(String[] arguments) {
        Map<String, String> options = new LinkedHashMap<>();
        for (var argument : arguments) {
            var parts = argument.replaceFirst("^--", "").split("=", 2);
            if (!argument.startsWith("--") || !OPTIONS.contains(parts[0])) {
                throw new IllegalArgumentException("Unknown option '" + argument + "'; see scripts/drill --help.");
            }
            options.put(parts[0], parts.length > 1 ? parts[1] : "");
        }
        return options;
    }

    private static boolean play(Map<String, String> options) throws IOException, InterruptedException {
        int port = Integer.parseInt(options.getOrDefault("port", "0"));
        try (var provider = DrillProvider.start(port)) {
            if (options.containsKey("serve")) {
                System.out.println("The drill's provider listens on http://127.0.0.1:" + provider.port()
                        + "/v1 (OpenAI) and http://127.0.0.1:" + provider.port() + " (Anthropic).");
                Thread.currentThread().join();
            }
            var times = options.containsKey("fast") ? DrillTimes.fast() : DrillTimes.whole();
            var only = options.getOrDefault("only", "");
            var drills = Drills.all(times).stream()
                    .filter(drill -> drill.name().contains(only))
                    .toList();
            if (drills.isEmpty()) {
                System.err.println("There is no drill whose name holds \"" + only + "\".");
                return false;
            }
            var cards = options.containsKey("url")
                    ? List.of(playOn(options, provider, drills, times))
                    : playOnOwn(options, provider, drills, times);
            cards.forEach(card -> card.print(System.out));
            return cards.stream().allMatch(card -> card.failed().isEmpty());
        }
    }

    private static Scorecard playOn(
            Map<String, String> options, DrillProvider provider, List<Drill> drills, DrillTimes times)
            throws InterruptedException {
        try (var client = new DrillClient(
                options.get("url"),
                options.getOrDefault("path", CHAT),
                new DrillClient.Credentials("X-API-Key", () -> options.getOrDefault("key", "")))) {
            return new DrillRun(provider, client, "given", times).play(drills, List.of(DrillWire.OPENAI));
        }
    }

    private static List<Scorecard> playOnOwn(
            Map<String, String> options, DrillProvider provider, List<Drill> drills, DrillTimes times)
            throws IOException, InterruptedException {
        var cards = new ArrayList<Scorecard>();
        for (var link : options.getOrDefault("links", "direct,nats").split(",", -1)) {
            try (var gaia = DrillGaia.start(link, provider.port(), times.settings());
                    var client = new DrillClient(
                            gaia.baseUrl(), options.getOrDefault("path", CHAT), DrillGaia.credentials())) {
                cards.add(new DrillRun(provider, client, link, times).play(drills, Arrays.asList(DrillWire.values())));
            }
        }
        return cards;
    }
}
