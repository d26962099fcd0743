package dev.gaia.chat.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The real MCP servers of npm, installed once into {@code target/npm}. Tests that need them are skipped, with the
 * reason, where there is no npm or no registry.
 */
public final class NpmServers {

    private static final Path FOLDER = Path.of("target/npm").toAbsolutePath();
    private static final Path INSTALLED = FOLDER.resolve("installed");
    private static final List<String> PACKAGES = List.of(
            "@modelcontextprotocol/server-everything",
            "@modelcontextprotocol/server-filesystem",
            "@modelcontextprotocol/server",
            "@modelcontextprotocol/node");

    private NpmServers() {}

    /** The script of a server, {@code everything} or {@code filesystem}, for {@code node}. */
    public static synchronized Path script(String name) {
        return installed(FOLDER.resolve("node_modules/@modelcontextprotocol/server-" + name + "/dist/index.js"));
    }

    /** The script of the server without sessions at an address, put where it finds the official SDK. */
    static Path statelessScript() throws IOException {
        return script("stateless-server.mjs", "node");
    }

    /** The same over standard input and output. */
    static Path statelessStdioScript() throws IOException {
        return script("stateless-stdio-server.mjs", "server");
    }

    private static synchronized Path script(String name, String needs) throws IOException {
        installed(FOLDER.resolve("node_modules/@modelcontextprotocol/" + needs + "/package.json"));
        try (var script = NpmServers.class.getResourceAsStream("/mcp/" + name)) {
            Files.copy(script, FOLDER.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        return FOLDER.resolve(name);
    }

    /** Skips the test where npx cannot bring the filesystem server; else it has it at hand afterwards. */
    public static synchronized void requireNpx() {
        alone(
                "npx",
                () -> run(
                        "npx.log",
                        List.of("npx", "-y", "--package=@modelcontextprotocol/server-filesystem", "-c", "true")));
    }

    private static Path installed(Path file) {
        install();
        assumeTrue(Files.exists(file), "npm could not install the MCP servers");
        return file;
    }

    private static void install() {
        alone("npm", () -> {
            if (!Files.exists(INSTALLED)) {
                var command = new ArrayList<>(List.of(
                        "npm", "install", "--prefix", FOLDER.toString(), "--no-audit", "--no-fund", "--no-save"));
                command.addAll(PACKAGES);
                run("install.log", command);
                Files.createFile(INSTALLED);
            }
        });
    }

    private interface Work {
        void run() throws IOException;
    }

    /** Tests of several processes share the folder. */
    private static void alone(String program, Work work) {
        try {
            Files.createDirectories(FOLDER);
            try (var file = FileChannel.open(
                            FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var lock = file.lock()) {
                assertThat(lock.isValid()).isTrue();
                work.run();
            }
        } catch (IOException e) {
            assumeTrue(false, "there is no " + program + " here: " + e.getMessage());
        }
    }

    private static void run(String log, List<String> command) throws IOException {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(FOLDER.resolve(log).toFile())
                .start();
        try {
            assumeTrue(
                    process.waitFor(3, TimeUnit.MINUTES) && process.exitValue() == 0,
                    "npm could not install the MCP servers");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
