package dev.gaia;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.launch.IgnoredSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/** Settings are read in application.yaml and explained in .env.example and in the README's table: the three agree. */
class SettingsDocumentationTest {

    private static final Path EXAMPLE = Path.of(".env.example");

    /** Read before application.yaml, or by a script or a compose file only. */
    private static final Map<String, String> READ_ELSEWHERE = Map.of(
            "GAIA_ENV_FILE", ".env",
            "JAVA_OPTS", "",
            "POSTGRES_PASSWORD", "",
            "NATS_PASSWORD", "",
            "GATEWAY_PUBLISHED_PORT", "8666",
            "GAIA_MEMORY", "512m");

    /** What the platform's contract says has an effect; older installations have these in their environments. */
    private static final List<String> CONTRACT = List.of(
            "ENVIRONMENT",
            "DEBUG",
            "SERVICE_HOST",
            "SERVICE_PORT",
            "AUTH_SERVICE_URL",
            "ASSET_SERVICE_URL",
            "CHAT_SERVICE_URL",
            "GATEWAY_REQUEST_TIMEOUT",
            "RATE_LIMIT_REQUESTS",
            "RATE_LIMIT_PERIOD",
            "ALLOWED_ORIGINS",
            "API_KEY",
            "SUPABASE_URL",
            "SUPABASE_ANON_KEY",
            "SUPABASE_JWT_SECRET",
            "DATABASE_URL",
            "DATABASE_ECHO",
            "DATABASE_POOL_SIZE",
            "DATABASE_MAX_OVERFLOW",
            "REDIS_URL",
            "REDIS_PASSWORD",
            "NATS_URL",
            "ANTHROPIC_API_KEY",
            "OPENAI_API_KEY",
            "DEFAULT_LLM_MODEL",
            "LOG_LEVEL");

    /** {@code #NAME=default}, its meaning in the comment above. */
    private static final Pattern EXAMPLE_LINE = Pattern.compile("#([A-Z][A-Z0-9_]*)=(.*)");

    /** {@code | `gaia.gateway.port` | `GATEWAY_PORT` | meaning | unit | `8666` |}. */
    private static final Pattern README_ROW =
            Pattern.compile("(?m)^\\| *`(gaia\\.[^`]+)` *\\|([^|]*)\\|([^|]*)\\|[^|]*\\|([^|]*)\\| *$");

    @Test
    void exampleListsEverySettingWithItsDefault() throws IOException {
        var expected = new TreeMap<String, String>(READ_ELSEWHERE);
        settings()
                .values()
                .forEach(setting -> setting.variables().forEach(name -> expected.put(name, setting.value())));

        assertThat(example()).containsExactlyInAnyOrderEntriesOf(expected);
    }

    @Test
    void exampleExplainsEverySetting() throws IOException {
        var unexplained = new ArrayList<String>();
        String above = "";
        for (String line : Files.readAllLines(EXAMPLE)) {
            var setting = EXAMPLE_LINE.matcher(line);
            if (setting.matches() && !above.startsWith("#")) {
                unexplained.add(setting.group(1));
            }
            above = line;
        }
        assertThat(unexplained).isEmpty();
    }

    @Test
    void readmeTableListsEverySettingWithItsVariablesAndDefault() throws IOException {
        var rows = new TreeMap<String, Setting>();
        var row = README_ROW.matcher(Files.readString(Path.of("README.md")));
        while (row.find()) {
            String value = row.group(4).replace("`", "").strip();
            var named = Pattern.compile("`([^`]+)`").matcher(row.group(2));
            var variables = new TreeSet<String>();
            named.results().forEach(name -> variables.add(name.group(1)));
            assertThat(row.group(3)).as("meaning of " + row.group(1)).isNotBlank();
            var before = rows.put(row.group(1), Setting.of(row.group(1), variables, "none".equals(value) ? "" : value));
            assertThat(before).as("another row of " + row.group(1)).isNull();
        }

        assertThat(rows).containsExactlyInAnyOrderEntriesOf(settings());
    }

    @Test
    void contractSettingsAreUnderstood() throws IOException {
        var understood = new TreeSet<>(IgnoredSettings.names());
        settings().values().forEach(setting -> understood.addAll(setting.variables()));

        assertThat(understood).containsAll(CONTRACT);
    }

    private static Map<String, String> example() throws IOException {
        var values = new TreeMap<String, String>();
        for (String line : Files.readAllLines(EXAMPLE)) {
            var setting = EXAMPLE_LINE.matcher(line);
            if (setting.matches()) {
                values.put(setting.group(1), setting.group(2).strip());
            }
        }
        return values;
    }

    /** Properties of Gaia and what application.yaml says of them. */
    private static Map<String, Setting> settings() throws IOException {
        var settings = new TreeMap<String, Setting>();
        var options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        try (var yaml = Files.newBufferedReader(Path.of("src/main/resources/application.yaml"))) {
            Map<String, Object> document = new Yaml(options).load(yaml);
            collect("gaia", document.get("gaia"), settings);
        }
        return settings;
    }

    private static void collect(String name, Object node, Map<String, Setting> settings) {
        if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> collect(name + "." + key, value, settings));
        } else {
            var found = Placeholders.in(String.valueOf(node));
            String value = found.isEmpty()
                    ? String.valueOf(node)
                    : found.values().iterator().next();
            settings.put(name, Setting.of(name, found.keySet(), value));
        }
    }

    /**
     * One setting.
     *
     * @param variables environment variables that set it; without one of its own, the property's environment form
     * @param value its default, empty for none
     */
    private record Setting(Set<String> variables, String value) {

        static Setting of(String property, Set<String> variables, String value) {
            return new Setting(variables.isEmpty() ? Set.of(environmentForm(property)) : Set.copyOf(variables), value);
        }

        private static String environmentForm(String property) {
            return property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
        }
    }

    /** Reads <code>${NAME:default}</code>, also when the default holds another one. */
    private static final class Placeholders {

        private static final Pattern START = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)(:?)");

        private Placeholders() {}

        static Map<String, String> in(String text) {
            var found = new TreeMap<String, String>();
            var start = START.matcher(text);
            while (start.find()) {
                String fallback = start.group(2).isEmpty() ? "" : text.substring(start.end(), end(text, start.end()));
                found.put(start.group(1), resolved(fallback));
            }
            return found;
        }

        /** A default that is another setting counts as that setting's default. */
        private static String resolved(String fallback) {
            var start = START.matcher(fallback);
            return start.lookingAt() ? resolved(fallback.substring(start.end(), end(fallback, start.end()))) : fallback;
        }

        private static int end(String text, int from) {
            int open = 1;
            for (int index = from; index < text.length(); index++) {
                char character = text.charAt(index);
                open += character == '{' ? 1 : character == '}' ? -1 : 0;
                if (open == 0) {
                    return index;
                }
            }
            return text.length();
        }
    }
}
