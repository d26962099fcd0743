package dev.gaia.chat.files;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the filesystem operations and of the file tools of models.
 *
 * @param root the only folder they see; made when missing
 * @param command {@code embedded} for the server inside this process, else the program of another MCP filesystem server
 * @param write whether models and operations may change files
 * @param fileMaxBytes of a file that is read or written
 * @param entriesMax entries of a folder that is listed
 * @param depthMax names on the way to a file
 */
@ConfigurationProperties("gaia.files")
public record FileSettings(String root, String command, boolean write, int fileMaxBytes, int entriesMax, int depthMax) {

    static final String EMBEDDED = "embedded";

    public FileSettings {
        if (root == null
                || root.isBlank()
                || Path.of(root).toAbsolutePath().normalize().getParent() == null) {
            throw new IllegalArgumentException(
                    "`gaia.files.root` is \"" + root + "\"; it must name a folder below the root of the file system");
        }
        if (command == null || command.isBlank()) {
            throw new IllegalArgumentException("`gaia.files.command` is empty; it must be embedded or name a program");
        }
        atLeast("file-max-bytes", fileMaxBytes, 1);
        atLeast("entries-max", entriesMax, 1);
        atLeast("depth-max", depthMax, 1);
    }

    boolean embedded() {
        return EMBEDDED.equals(command);
    }

    /** The root as the host names it. Its links are followed when it is opened. */
    Path hostRoot() {
        return Path.of(root).toAbsolutePath().normalize();
    }

    FileLimits limits() {
        return new FileLimits(fileMaxBytes, entriesMax, depthMax);
    }

    private static void atLeast(String name, long value, long lowest) {
        if (value < lowest) {
            throw new IllegalArgumentException(
                    "`gaia.files." + name + "` is " + value + "; it must be " + lowest + " or more");
        }
    }
}
