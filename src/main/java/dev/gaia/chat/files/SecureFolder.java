package dev.gaia.chat.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A folder held by its descriptor, so that nobody can put another in its place (openat and the like). */
record SecureFolder(SecureDirectoryStream<Path> stream) implements Folder {

    private static final Path ITSELF = Path.of(".");

    @Override
    public BasicFileAttributes attributes(String name) throws IOException {
        return stream.getFileAttributeView(Path.of(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }

    @Override
    public Folder folder(String name) throws IOException {
        return new SecureFolder(stream.newDirectoryStream(Path.of(name), LinkOption.NOFOLLOW_LINKS));
    }

    @Override
    public SeekableByteChannel open(String name, Set<OpenOption> options) throws IOException {
        var all = new HashSet<>(options);
        all.add(LinkOption.NOFOLLOW_LINKS);
        return stream.newByteChannel(Path.of(name), all);
    }

    @Override
    public List<String> names(int max) throws IOException {
        // A stream can be read only once; the folder stays open for what is asked of its entries.
        try (var entries = stream.newDirectoryStream(ITSELF, LinkOption.NOFOLLOW_LINKS)) {
            return first(entries, max);
        }
    }

    static List<String> first(DirectoryStream<Path> entries, int max) throws IOException {
        var names = new ArrayList<String>();
        try {
            var all = entries.iterator();
            while (names.size() < max && all.hasNext()) {
                names.add(all.next().getFileName().toString());
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    @Override
    public void move(String name, Folder target, String newName) throws IOException {
        stream.move(Path.of(name), ((SecureFolder) target).stream, Path.of(newName));
    }

    @Override
    public void deleteFile(String name) throws IOException {
        stream.deleteFile(Path.of(name));
    }

    @Override
    public void deleteFolder(String name) throws IOException {
        stream.deleteDirectory(Path.of(name));
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
