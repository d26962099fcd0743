package dev.gaia.chat.files;

import static java.util.Objects.requireNonNull;

import java.io.Serial;

/**
 * A file operation that was refused or could not be done. The message begins with the name POSIX has for the reason,
 * which is also how MCP filesystem servers of others begin theirs; it names no path but the one asked for.
 */
final class FileFault extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    /** The reasons, each with its name in POSIX. */
    enum Kind {
        OUTSIDE("EACCES"),
        MISSING("ENOENT"),
        NOT_A_DIRECTORY("ENOTDIR"),
        IS_A_DIRECTORY("EISDIR"),
        BAD_PATH("EINVAL"),
        TOO_LARGE("EFBIG"),
        EXISTS("EEXIST"),
        NOT_EMPTY("ENOTEMPTY"),
        BROKEN("EIO");

        private final String posixName;

        Kind(String posixName) {
            this.posixName = posixName;
        }

        String posixName() {
            return posixName;
        }
    }

    private final Kind kind;

    FileFault(Kind kind, String sentence) {
        super(requireNonNull(kind, "kind is null").posixName() + ": " + sentence, null, false, false);
        this.kind = kind;
    }

    /** Everything that would leave the root, and everything that is neither plain file nor folder. */
    static FileFault outside() {
        return new FileFault(Kind.OUTSIDE, "Path is outside the allowed root");
    }

    static FileFault missing(FilePath path) {
        return new FileFault(Kind.MISSING, "Path not found: " + path);
    }

    static FileFault isADirectory(FilePath path) {
        return new FileFault(Kind.IS_A_DIRECTORY, "Is a directory: " + path);
    }

    static FileFault badPath(String sentence) {
        return new FileFault(Kind.BAD_PATH, sentence);
    }

    Kind kind() {
        return kind;
    }
}
