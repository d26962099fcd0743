package dev.gaia.chat.files;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A folder known by its path, for systems that cannot hold one by a descriptor. No link may be on the way to it, which
 * is looked at before and after each step; a swap in between that is undone again would pass.
 */
record CheckedFolder(Path path) implements Folder {

    static CheckedFolder of(Path path) throws IOException {
        requireNoLink(path);
        return new CheckedFolder(path);
    }

    private static void requireNoLink(Path path) throws IOException {
        if (!path.toRealPath().equals(path)) {
            throw new AccessDeniedException(path.toString());
        }
    }

    @Override
    public BasicFileAttributes attributes(String name) throws IOException {
        requireNoLink(path);
        return Files.readAttributes(path.resolve(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public Folder folder(String name) throws IOException {
        return of(path.resolve(name));
    }

    @Override
    public SeekableByteChannel open(String name, Set<OpenOption> options) throws IOException {
        requireNoLink(path);
        var all = new HashSet<>(options);
        all.add(LinkOption.NOFOLLOW_LINKS);
        var channel = Files.newByteChannel(path.resolve(name), all);
        try {
            requireNoLink(path.resolve(name));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public List<String> names(int max) throws IOException {
        requireNoLink(path);
        try (var entries = Files.newDirectoryStream(path)) {
            return SecureFolder.first(entries, max);
        }
    }

    @Override
    public void move(String name, Folder target, String newName) throws IOException {
        var there = ((CheckedFolder) target).path;
        requireNoLink(there);
        Files.move(path.resolve(name), there.resolve(newName), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void deleteFile(String name) throws IOException {
        requireNoLink(path);
        Files.delete(path.resolve(name));
    }

    @Override
    public void deleteFolder(String name) throws IOException {
        requireNoLink(path);
        Files.delete(path.resolve(name));
    }

    @Override
    public void close() {
        // holds nothing
    }
}
