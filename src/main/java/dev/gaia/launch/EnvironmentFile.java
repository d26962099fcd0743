package dev.gaia.launch;

import dev.gaia.StartRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads a {@code .env} file: one {@code NAME=value} per line, as shells and compose write it.
 *
 * <p>{@code export} in front, quotes around the value, empty lines and comments are understood; nothing is expanded,
 * so a secret may hold any character. In double quotes {@code \n}, {@code \"} and {@code \\} stand for what they do in C.
 */
public final class EnvironmentFile {

    private static final Pattern LINE = Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_.\\-]*)\\s*=\\s*(.*)");
    private static final Pattern DOUBLE_QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"\\s*(?:#.*)?");
    private static final Pattern SINGLE_QUOTED = Pattern.compile("'([^']*)'\\s*(?:#.*)?");

    private EnvironmentFile() {}

    /** The file's names and values in its order; empty when there is no such file. */
    public static Map<String, String> read(Path file) {
        if (!Files.exists(file)) {
            return Map.of();
        }
        try {
            return parse(file, Files.readString(file));
        } catch (IOException e) {
            throw new StartRefused("The settings file %s cannot be read: %s.".formatted(file, e.getMessage()));
        }
    }

    static Map<String, String> parse(Path file, String text) {
        var values = new LinkedHashMap<String, String>();
        int number = 0;
        for (String raw : text.lines().toList()) {
            number++;
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            var matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                // The line itself is not shown: it may be half of a secret.
                throw new StartRefused(
                        "%s:%d: a setting is written NAME=value; comments start with #.".formatted(file, number));
            }
            values.put(matcher.group(1), value(matcher.group(2)));
        }
        return values;
    }

    private static String value(String text) {
        var quoted = DOUBLE_QUOTED.matcher(text);
        if (quoted.matches()) {
            return quoted.group(1)
                    .replace("\\\\", "\0")
                    .replace("\\n", "\n")
                    .replace("\\\"", "\"")
                    .replace("\0", "\\");
        }
        var single = SINGLE_QUOTED.matcher(text);
        if (single.matches()) {
            return single.group(1);
        }
        if (text.startsWith("#")) {
            return "";
        }
        return text.replaceFirst("\\s+#.*$", "").strip();
    }
}
