package dev.gaia.chat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Programs for Node that use the official clients and readers of npm: a folder of {@code src/test/node}, installed once
 * into {@code target}. Tests that need them are skipped, with the reason, where there is no npm or no registry.
 */
public final class NodeScripts {

    private static final long INSTALL_SECONDS = 180;
    private static final long RUN_SECONDS = 120;

    private final Path folder;

    private NodeScripts(Path folder) {
        this.folder = folder;
    }

    /** The programs of {@code src/test/node/<name>}, with what they need. */
    public static synchronized NodeScripts installed(String name) throws IOException, InterruptedException {
        var scripts = new NodeScripts(Path.of("target", "node-" + name).toAbsolutePath());
        Files.createDirectories(scripts.folder);
        try (Stream<Path> files = Files.list(Path.of("src/test/node", name))) {
            for (var file : files.toList()) {
                Files.write(scripts.folder.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
        try {
            var install = List.of("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts");
            var failure = scripts.said(INSTALL_SECONDS, install);
            Assumptions.assumeTrue(failure.isEmpty(), "npm cannot install what the programs need: " + failure);
        } catch (IOException e) {
            Assumptions.abort("there is no npm here: " + e.getMessage());
        }
        return scripts;
    }

    /** What a program said that did not end well; empty when it did. */
    public String run(String program, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("node", program));
        command.addAll(List.of(arguments));
        return said(RUN_SECONDS, command);
    }

    private String said(long seconds, List<String> command) throws IOException, InterruptedException {
        var output = folder.resolve(command.getFirst() + ".log");
        var process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        return ended && process.exitValue() == 0 ? "" : "failed: " + Files.readString(output);
    }
}
