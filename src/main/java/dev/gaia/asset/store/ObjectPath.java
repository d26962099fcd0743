package dev.gaia.asset.store;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a stored file: 2 to 4 segments of letters, digits, dots, dashes and underscores joined by slashes, such as
 * {@code generated/image/6f0c1b52-….png}. A segment starts with a letter or digit and has at most 160 characters, so
 * that no name can leave the folder or bucket it is meant for, on any file system.
 */
public record ObjectPath(String text) {

    private static final String SEGMENT = "[A-Za-z0-9][A-Za-z0-9._-]{0,159}";
    private static final Pattern PATH = Pattern.compile(SEGMENT + "(/" + SEGMENT + "){1,3}");

    public ObjectPath {
        requireNonNull(text, "text is null");
        if (!valid(text)) {
            throw new IllegalArgumentException("this is no path of a stored file");
        }
    }

    /** The path, or nothing when the text is not one. */
    public static Optional<ObjectPath> parse(String text) {
        return valid(text) ? Optional.of(new ObjectPath(text)) : Optional.empty();
    }

    private static boolean valid(String text) {
        return PATH.matcher(text).matches() && !text.contains("..") && !text.endsWith(".") && !text.contains("./");
    }

    /** The last segment. */
    public String name() {
        return text.substring(text.lastIndexOf('/') + 1);
    }

    /** The letters behind the last dot, in lower case; empty without one. */
    public String extension() {
        String name = name();
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public String toString() {
        return text;
    }
}
