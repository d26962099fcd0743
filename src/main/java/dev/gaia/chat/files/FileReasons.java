package dev.gaia.chat.files;

import dev.gaia.chat.files.FileFault.Kind;
import java.util.Arrays;

/** What went wrong, from the words of an MCP filesystem server: the embedded one, or that of npm (read November 2026). */
final class FileReasons {

    private FileReasons() {}

    static Kind kind(String text) {
        if (text.contains("Access denied") || text.contains("outside allowed directories")) {
            return Kind.OUTSIDE;
        }
        if (text.contains("Parent directory does not exist")) {
            return Kind.MISSING;
        }
        return Arrays.stream(Kind.values())
                .filter(kind -> text.contains(kind.posixName() + ":"))
                .findFirst()
                .orElse(Kind.BROKEN);
    }
}
