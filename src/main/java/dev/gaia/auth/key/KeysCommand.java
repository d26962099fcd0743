package dev.gaia.auth.key;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.StartRefused;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.boot.logging.LoggingSystem;

/**
 * What {@code scripts/keys} runs: the operations under {@code /api/v1/auth/keys} of a running gateway, as commands. A new
 * key is the only line on standard output, so that a script can take it; all words for people go to standard error.
 */
public final class KeysCommand {

    private static final String USAGE = """
            Usage: scripts/keys COMMAND

            Makes, lists, changes and revokes API keys, by asking the running gateway as an administrator.

              create [--name NAME] [--email OWNER] [--expires WHEN] [--admin]
                                      makes a key, for yourself unless an owner is named, and shows it this once
              list                    lists the keys by their prefixes, the newest first
              name KEY NAME           names a key anew
              expire KEY WHEN         sets when a key ends
              rotate KEY [--overlap TIME]
                                      replaces a key by a new one; the old one goes on for the overlap (default: none)
              revoke KEY              ends a key for good, in every process within 5 s

            KEY is the id or the prefix that list shows. WHEN is never, now, a time from now such as 12h or 90d, or a
            moment such as 2027-01-31T12:00:00Z; TIME is such as 30m, 12h or 7d.

            The gateway is GATEWAY_URL (default http://localhost:8666), the administrator's key API_KEY; both are read
            from the environment, then from .env; the key that scripts/run generated is found in .gaia (GAIA_DATA_DIR).
            """;

    private final KeysClient client;
    private final PrintStream out;
    private final PrintStream err;

    KeysCommand(KeysClient client, PrintStream out, PrintStream err) {
        this.client = client;
        this.out = out;
        this.err = err;
    }

    /** Exit code 0 when done, 1 when the gateway refused or is away, 2 when the command is none. */
    public static void main(String[] arguments) {
        // What libraries say about themselves is of no use here.
        LoggingSystem.get(KeysCommand.class.getClassLoader()).beforeInitialize();
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        if (arguments.length == 0 || List.of("help", "--help", "-h").contains(arguments[0])) {
            (arguments.length == 0 ? err : out).print(USAGE);
            System.exit(arguments.length == 0 ? 2 : 0);
        }
        try {
            new KeysCommand(KeysClient.of(System.getenv()), out, err).run(List.of(arguments));
        } catch (IllegalArgumentException wrong) {
            err.println("gaia: " + wrong.getMessage());
            System.exit(2);
        } catch (StartRefused refused) {
            err.println("gaia: " + refused.getMessage());
            System.exit(1);
        }
    }

    /**
     * Runs one command.
     *
     * @throws IllegalArgumentException when it is none, saying what to write
     * @throws StartRefused when the gateway refuses or does not answer
     */
    void run(List<String> arguments) {
        Deque<String> words = new ArrayDeque<>(arguments);
        String command = words.poll();
        switch (command) {
            case "create" -> create(words);
            case "list" -> list(words);
            case "name" -> {
                String key = word(words, "which key");
                var change = JsonNodeFactory.instance.objectNode().put("name", word(words, "the new name"));
                end(words);
                tell(client.send("PATCH", "/" + id(key), Optional.of(change)));
            }
            case "expire" -> expire(words);
            case "rotate" -> rotate(words);
            case "revoke" -> {
                String key = word(words, "which key");
                end(words);
                client.send("DELETE", "/" + id(key), Optional.empty());
                err.println("Revoked; within 5 s no process takes it any more.");
            }
            case null, default ->
                throw new IllegalArgumentException(
                        "There is no command '%s'; scripts/keys --help lists them.".formatted(command));
        }
    }

    private void create(Deque<String> words) {
        Map<String, String> options = options(words, Set.of("--name", "--email", "--expires"), Set.of("--admin"));
        var key = JsonNodeFactory.instance.objectNode();
        Optional.ofNullable(options.get("--name")).ifPresent(name -> key.put("name", name));
        Optional.ofNullable(options.get("--email")).ifPresent(email -> key.put("email", email));
        Optional.ofNullable(options.get("--expires"))
                .flatMap(when -> Moments.moment(when, Instant.now()))
                .ifPresent(moment -> key.put("expires_at", moment.toString()));
        if (options.containsKey("--admin")) {
            key.putObject("permissions").put("admin", true);
        }
        show(client.send("POST", "", Optional.of(key)));
    }

    private void list(Deque<String> words) {
        end(words);
        JsonNode keys = client.send("GET", "", Optional.empty()).path("keys");
        String form = "%-36s  %-18s  %-28s  %-28s  %-8s  %-19s  %-19s%n";
        out.printf(form, "ID", "PREFIX", "NAME", "OWNER", "STATE", "EXPIRES", "LAST USED");
        for (JsonNode key : keys) {
            out.printf(
                    form,
                    text(key, "id"),
                    text(key, "prefix"),
                    text(key, "name"),
                    text(key, "email"),
                    state(key),
                    time(key, "expires_at"),
                    time(key, "last_used_at"));
        }
    }

    private void expire(Deque<String> words) {
        String key = word(words, "which key");
        Optional<Instant> end = Moments.moment(word(words, "when"), Instant.now());
        end(words);
        var change = JsonNodeFactory.instance.objectNode();
        change.put("expires_at", end.map(Instant::toString).orElse(null));
        tell(client.send("PATCH", "/" + id(key), Optional.of(change)));
    }

    private void rotate(Deque<String> words) {
        String key = word(words, "which key");
        Map<String, String> options = options(words, Set.of("--overlap"), Set.of());
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        Optional.ofNullable(options.get("--overlap"))
                .ifPresent(time ->
                        request.put("overlap_seconds", Moments.length(time).toSeconds()));
        show(client.send("POST", "/" + id(key) + "/rotate", Optional.of(request)));
    }

    /** The id of the key that an id or a prefix names. */
    private String id(String key) {
        if (key.matches("[0-9a-fA-F-]{36}")) {
            return key;
        }
        var fitting = client.send("GET", "", Optional.empty())
                .path("keys")
                .valueStream()
                .filter(each -> key.equals(each.path("prefix").asText()))
                .toList();
        if (fitting.size() != 1) {
            throw new IllegalArgumentException("%s keys are called '%s'; scripts/keys list shows their ids."
                    .formatted(fitting.isEmpty() ? "No" : fitting.size(), key));
        }
        return fitting.getFirst().path("id").asText();
    }

    private void show(JsonNode made) {
        err.println("Key " + text(made, "id") + " of " + text(made, "email") + ", shown this once:");
        out.println(text(made, "key"));
    }

    private void tell(JsonNode key) {
        err.println("Key %s is called '%s' and ends %s."
                .formatted(
                        text(key, "id"),
                        text(key, "name"),
                        key.path("expires_at").isNull() ? "never" : time(key, "expires_at")));
    }

    private static String state(JsonNode key) {
        if (!key.path("is_active").asBoolean()) {
            return "revoked";
        }
        String end = key.path("expires_at").asText("");
        boolean over = !end.isEmpty()
                && !"null".equals(end)
                && !Instant.parse(end + "Z").isAfter(Instant.now());
        if (over) {
            return "expired";
        }
        return key.path("permissions").path("admin").asBoolean() ? "admin" : "active";
    }

    private static String time(JsonNode key, String field) {
        String text = text(key, field);
        return text.length() > 19 ? text.substring(0, 19) : text;
    }

    private static String text(JsonNode key, String field) {
        return key.path(field).isTextual() ? key.path(field).textValue() : "-";
    }

    private static Map<String, String> options(Deque<String> words, Set<String> withValue, Set<String> alone) {
        var options = new HashMap<String, String>();
        while (!words.isEmpty()) {
            String name = words.poll();
            if (alone.contains(name)) {
                options.put(name, "");
            } else if (withValue.contains(name)) {
                options.put(name, word(words, "a value for " + name));
            } else {
                throw new IllegalArgumentException("'%s' is no option here; see scripts/keys --help.".formatted(name));
            }
        }
        return options;
    }

    private static String word(Deque<String> words, String what) {
        return Optional.ofNullable(words.poll())
                .orElseThrow(() -> new IllegalArgumentException("Say %s; see scripts/keys --help.".formatted(what)));
    }

    private static void end(Deque<String> words) {
        if (!words.isEmpty()) {
            throw new IllegalArgumentException("'%s' is too much; see scripts/keys --help.".formatted(words.peek()));
        }
    }
}
