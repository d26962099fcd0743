package dev.gaia.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs PostgreSQL's programs, which refuse to be root. As root they run in a user namespace of their own
 * ({@code unshare --user}), which leaves file owners as they are; where the kernel forbids that (many containers), they
 * run as the user {@code nobody}, who then owns the data.
 */
final class UnprivilegedCommand {

    private static final String NOBODY = "65534";
    private static final long LIMIT_SECONDS = 120;

    private final List<String> prefix;

    private UnprivilegedCommand(List<String> prefix) {
        this.prefix = List.copyOf(prefix);
    }

    static UnprivilegedCommand forCurrentUser() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return new UnprivilegedCommand(List.of());
        }
        var namespace = new UnprivilegedCommand(List.of("unshare", "--user"));
        if (namespace.succeeds(List.of("true"))) {
            return namespace;
        }
        var nobody =
                new UnprivilegedCommand(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
        if (nobody.succeeds(List.of("true"))) {
            return nobody;
        }
        throw new EmbeddedStartException(
                "PostgreSQL refuses to run as root, and neither unshare nor setpriv works here;"
                        + " start as another user or set DATABASE_URL.");
    }

    /** Makes a file, or a folder and what is in it, the server's own, where the server runs under another user. */
    void own(Path path) throws IOException {
        if (prefix.isEmpty() || "unshare".equals(prefix.getFirst())) {
            return;
        }
        new UnprivilegedCommand(List.of()).run(List.of("chown", "-R", NOBODY + ":" + NOBODY, path.toString()));
        if (!succeeds(List.of("test", "-r", path.toString()))) {
            throw new EmbeddedStartException("PostgreSQL runs as user nobody here, who cannot reach " + path
                    + "; choose a folder that every user can reach, or set DATABASE_URL.");
        }
    }

    /** Runs to the end; an exit other than zero is a failure that carries the last line printed. */
    void run(List<String> command) throws IOException {
        var result = execute(command);
        if (result.exit() != 0) {
            throw new IOException(Path.of(command.getFirst()).getFileName() + " failed: " + result.lastLine());
        }
    }

    private boolean succeeds(List<String> command) {
        try {
            return execute(command).exit() == 0;
        } catch (IOException e) {
            return false; // the program itself is missing
        }
    }

    private Result execute(List<String> command) throws IOException {
        var whole = new ArrayList<>(prefix);
        whole.addAll(command);
        var process = new ProcessBuilder(whole).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(command.getFirst() + " took longer than " + LIMIT_SECONDS + " s");
            }
            return new Result(process.exitValue(), lastLine(output));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running " + command.getFirst(), e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String lastLine(String output) {
        return output.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .reduce((earlier, later) -> later)
                .orElse("no output");
    }

    private record Result(int exit, String lastLine) {}
}
