package dev.gaia.chat.files;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a file is, as names below the root: none of them is empty, {@code .} or {@code ..}, and none holds a separator.
 * The root itself has no names.
 *
 * <p>Only the text is judged here. That a name on the way may be a link is the matter of {@link RootedFiles}.
 */
record FilePath(List<String> names) {

    private static final int LENGTH_MAX = 4096;
    private static final int NAME_MAX_BYTES = 255;

    FilePath {
        names = List.copyOf(names);
    }

    /**
     * Reads a path as callers and models write it. A slash at its begin means the root.
     *
     * @param depthMax names a path may have
     * @throws FileFault {@code OUTSIDE} for {@code ..} wherever it stands, {@code BAD_PATH} for what no file can be called
     */
    static FilePath parse(String text, int depthMax) throws FileFault {
        if (text.length() > LENGTH_MAX) {
            throw FileFault.badPath("A path may have " + LENGTH_MAX + " characters; this one has " + text.length());
        }
        var names = new ArrayList<String>();
        // A backslash separates on other systems, where what looks like one name here would climb.
        for (var part : text.split("[/\\\\]", -1)) {
            if ("..".equals(part)) {
                throw FileFault.outside();
            }
            if (!part.isEmpty() && !".".equals(part)) {
                names.add(part);
            }
        }
        for (var name : names) {
            checkName(name);
        }
        if (text.indexOf('\\') >= 0) {
            throw FileFault.badPath("A path may not contain a backslash; separate names by /");
        }
        if (names.size() > depthMax) {
            throw FileFault.badPath("A path may be " + depthMax + " names deep; this one is " + names.size());
        }
        return new FilePath(names);
    }

    private static void checkName(String name) throws FileFault {
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw FileFault.badPath("A path may not contain control characters");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw FileFault.badPath("A path must be valid Unicode");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > NAME_MAX_BYTES) {
            throw FileFault.badPath("A name may have " + NAME_MAX_BYTES + " bytes");
        }
    }

    /**
     * Refuses names that can be read but must not be made, because people or other systems take them for another one:
     * not in Unicode's composed form, or ending in a blank, a dot or a quote.
     */
    void requireNewName() throws FileFault {
        var name = name();
        if (!Normalizer.isNormalized(name, Normalizer.Form.NFC)) {
            throw FileFault.badPath("The name of a new file must be in Unicode's composed form (NFC)");
        }
        if (name.startsWith(" ") || name.matches(".*[ .'\"]")) {
            throw FileFault.badPath(
                    "The name of a new file may not begin with a blank or end in a blank, dot or quote");
        }
    }

    boolean isRoot() {
        return names.isEmpty();
    }

    /** The last name; the root has none, so ask {@link #isRoot()} first. */
    String name() {
        return names.getLast();
    }

    FilePath parent() {
        return new FilePath(names.subList(0, names.size() - 1));
    }

    /** The form callers see: from the root on, which is a slash. */
    @Override
    public String toString() {
        return "/" + String.join("/", names);
    }
}
