package dev.gaia.asset.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Files in a folder. A file is written beside its place under another name, forced to the disk, and then linked to its
 * place, which fails when that is taken; so nobody ever sees half a file. Links out of the folder are not followed.
 */
final class LocalObjectStore implements ObjectStore {

    private static final Duration LEFTOVER_AGE = Duration.ofDays(1);

    private final Path root;
    private final Path incoming;

    LocalObjectStore(Path folder) {
        this.root = folder.toAbsolutePath().normalize();
        this.incoming = root.resolve(".incoming");
    }

    Path root() {
        return root;
    }

    @Override
    public boolean put(ObjectPath path, String contentType, Content content) throws IOException {
        Files.createDirectories(incoming);
        Path target = place(path);
        Files.createDirectories(target.getParent());
        requireInside(target.getParent());
        Path written = incoming.resolve(UUID.randomUUID().toString());
        try {
            try (FileChannel channel =
                            FileChannel.open(written, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    InputStream bytes = content.open()) {
                bytes.transferTo(Channels.newOutputStream(channel));
                channel.force(true);
            }
            Files.createLink(target, written);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } finally {
            Files.deleteIfExists(written);
        }
    }

    @Override
    public Optional<StoredObject> open(ObjectPath path) throws IOException {
        Path file = place(path);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        requireInside(file.getParent());
        try {
            return Optional.of(
                    new LocalFile(FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void delete(ObjectPath path) throws IOException {
        Path file = place(path);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            requireInside(file.getParent());
            Files.deleteIfExists(file);
        }
    }

    @Override
    public ObjectWalk walk() throws IOException {
        Files.createDirectories(root);
        removeLeftovers(Instant.now().minus(LEFTOVER_AGE));
        return new FolderWalk(root);
    }

    @Override
    public String publicLink(ObjectPath path) {
        throw new IllegalStateException("a folder has no links of its own");
    }

    @Override
    public Map<ObjectPath, String> signedLinks(Collection<ObjectPath> paths, Duration life) {
        throw new IllegalStateException("a folder has no links of its own");
    }

    /** Files that were being written when their process was killed. */
    private void removeLeftovers(Instant before) throws IOException {
        if (Files.isDirectory(incoming)) {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(incoming)) {
                for (Path file : left) {
                    if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                        Files.deleteIfExists(file);
                    }
                }
            }
        }
    }

    @Override
    public boolean available() {
        try {
            Files.createDirectories(incoming);
            return Files.isWritable(incoming);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public String backend() {
        return "local";
    }

    private Path place(ObjectPath path) {
        return root.resolve(path.text());
    }

    private void requireInside(Path folder) throws IOException {
        if (!folder.toRealPath().startsWith(root.toRealPath())) {
            throw new IOException("a folder of the store leads out of it");
        }
    }

    private static final class LocalFile implements StoredObject {

        private final FileChannel channel;
        private final long size;

        LocalFile(FileChannel channel) throws IOException {
            this.channel = channel;
            this.size = channel.size();
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public InputStream read(long first, long length) throws IOException {
            return Channels.newInputStream(channel.position(first));
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
