package dev.gaia.drill;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The program behind {@code scripts/drill}: plays the faults and prints the scorecard; fails when a row does. */
public final class FaultLab {

    private static final Set<String> OPTIONS =
            Set.of("fast", "links", "forms", "url", "key", "path", "only", "port", "serve");

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
        var credentials = new DrillClient.Credentials("X-API-Key", () -> options.getOrDefault("key", ""));
        try (var clients = new Clients(options, options.get("url"), credentials)) {
            return new DrillRun(provider, "given", times).play(clients.parts(drills), List.of(DrillWire.OPENAI));
        }
    }

    private static List<Scorecard> playOnOwn(
            Map<String, String> options, DrillProvider provider, List<Drill> drills, DrillTimes times)
            throws IOException, InterruptedException {
        var cards = new ArrayList<Scorecard>();
        for (var link : options.getOrDefault("links", "direct,nats").split(",", -1)) {
            try (var gaia = DrillGaia.start(link, provider.port(), times.settings());
                    var clients = new Clients(options, gaia.baseUrl(), DrillGaia.credentials())) {
                cards.add(new DrillRun(provider, link, times)
                        .play(clients.parts(drills), Arrays.asList(DrillWire.values())));
            }
        }
        return cards;
    }

    private static List<DrillForm> forms(Map<String, String> options) {
        var known = Arrays.stream(DrillForm.values())
                .collect(Collectors.toMap(form -> form.name().toLowerCase(Locale.ROOT), form -> form));
        var names = List.of(options.getOrDefault("forms", "openai,anthropic").split(",", -1));
        names.stream().filter(name -> !known.containsKey(name)).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException("--forms: '" + name + "' is none of openai, anthropic.");
        });
        return names.stream().distinct().map(known::get).toList();
    }

    /** One client of each form that was asked for. */
    private record Clients(List<DrillClient> all) implements AutoCloseable {

        Clients(Map<String, String> options, String baseUrl, DrillClient.Credentials credentials) {
            this(forms(options).stream()
                    .map(form -> {
                        boolean named = form == DrillForm.OPENAI && options.containsKey("path");
                        return new DrillClient(baseUrl, form, named ? options.get("path") : form.path(), credentials);
                    })
                    .toList());
        }

        List<DrillRun.Part> parts(List<Drill> drills) {
            return all.stream().map(client -> new DrillRun.Part(client, drills)).toList();
        }

        @Override
        public void close() {
            all.forEach(DrillClient::close);
        }
    }
}
