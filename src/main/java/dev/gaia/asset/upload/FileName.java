package dev.gaia.asset.upload;

import java.util.Locale;

/**
 * The cleaned name of an uploaded file: the last segment of what the client sent, every character beside letters,
 * digits, dot, dash and underscore an underscore, at most 100 characters.
 *
 * @param text never empty, starts with a letter or digit
 */
record FileName(String text) {

    private static final int LENGTH_MAX = 100;

    static FileName clean(String sent) {
        String last = sent.substring(Math.max(sent.lastIndexOf('/'), sent.lastIndexOf('\\')) + 1);
        String name = last.strip().replaceAll("[^A-Za-z0-9._-]", "_").replaceAll("\\.{2,}", ".");
        name = name.replaceFirst("^[._-]+", "").replaceFirst("[.]+$", "");
        if (name.length() > LENGTH_MAX) {
            int dot = name.lastIndexOf('.');
            String ending = dot > 0 && name.length() - dot <= 10 ? name.substring(dot) : "";
            name = name.substring(0, LENGTH_MAX - ending.length()) + ending;
        }
        return new FileName(name.isEmpty() ? "file" : name);
    }

    /** What stands behind the last dot, in lower case; empty without one. */
    String extension() {
        int dot = text.lastIndexOf('.');
        return dot < 0 ? "" : text.substring(dot + 1).toLowerCase(Locale.ROOT);
    }
}
