package dev.gaia.chat.files;

import dev.gaia.chat.files.FileFault.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * Files below one folder, and nothing else.
 *
 * <p>No link is followed, however and whenever it came into the way (see {@link Root}); hard links, pipes, sockets and
 * devices are refused. Safe for use by several threads.
 */
final class RootedFiles {

    /** What {@link #list} tells. Anything but plain files and folders is neither. */
    record Entry(String name, boolean file, boolean folder, long size) {}

    private final Root root;
    private final FileLimits limits;

    private RootedFiles(Root root, FileLimits limits) {
        this.root = root;
        this.limits = limits;
    }

    /** @throws IOException as {@link Root#at} */
    static RootedFiles below(Path root, FileLimits limits) throws IOException {
        return new RootedFiles(Root.at(root), limits);
    }

    FilePath path(String text) throws FileFault {
        return FilePath.parse(text, limits.depthMax());
    }

    /** The entries of a folder by name; a folder with more than the limit is refused. */
    List<Entry> list(FilePath path) throws FileFault, IOException {
        try (var folder = root.open(path)) {
            var names = folder.names(limits.entriesMax() + 1);
            if (names.size() > limits.entriesMax()) {
                throw new FileFault(
                        Kind.TOO_LARGE, "The directory has more than " + limits.entriesMax() + " entries: " + path);
            }
            var entries = new ArrayList<Entry>();
            for (var name : names) {
                try {
                    var found = folder.attributes(name);
                    boolean file = found.isRegularFile();
                    entries.add(new Entry(name, file, found.isDirectory(), file ? found.size() : 0));
                } catch (NoSuchFileException e) {
                    // gone since its name was read
                }
            }
            entries.sort(Comparator.comparing(Entry::name));
            return entries;
        }
    }

    /** Where the host has a path. */
    Path onHost(FilePath path) {
        return root.path().resolve(String.join("/", path.names()));
    }

    /**
     * Refuses what others may not be let near: a link on the way, and what is neither a folder nor a plain file of
     * allowed size. What is missing is not refused.
     *
     * @return what was found, equal to what is found later as long as it is the same file or folder
     */
    Object check(FilePath path) throws FileFault, IOException {
        if (path.isRoot()) {
            return path;
        }
        try (var folder = root.open(path.parent())) {
            var found = folder.attributes(path.name());
            if (!found.isDirectory()) {
                root.requirePlainFile(found, path);
                requireSize(found.size());
            }
            return Objects.requireNonNullElse(found.fileKey(), path);
        } catch (NoSuchFileException e) {
            return Kind.MISSING;
        }
    }

    /** As {@link #check}, for what is to be made or changed: what is missing must have a name that may be made. */
    Object checkForChange(FilePath path) throws FileFault, IOException {
        var found = check(path);
        if (found == Kind.MISSING) {
            try (var folder = root.open(path.parent())) {
                path.requireNewName();
                requireNoTwin(folder, path);
            }
        }
        return found;
    }

    /** The text of a file; bytes that are not UTF-8 become replacement characters. */
    String read(FilePath path) throws FileFault, IOException {
        if (path.isRoot()) {
            throw FileFault.isADirectory(path);
        }
        try (var folder = root.open(path.parent())) {
            var before = Root.attributes(folder, path);
            root.requirePlainFile(before, path);
            requireSize(before.size());
            try (var channel = folder.open(path.name(), Set.of(StandardOpenOption.READ))) {
                requireSame(before, folder, path);
                return text(channel);
            }
        } catch (NoSuchFileException e) {
            throw FileFault.missing(path);
        }
    }

    /** Writes a file as a whole: readers see the old text or the new one. */
    void write(FilePath path, String text) throws FileFault, IOException {
        if (path.isRoot()) {
            throw FileFault.isADirectory(path);
        }
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        requireSize(bytes.length);
        try (var folder = root.open(path.parent())) {
            requireReplaceable(folder, path);
            var draft = draftName();
            try (var channel = folder.open(draft, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW))) {
                var rest = ByteBuffer.wrap(bytes);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
            } catch (IOException e) {
                discard(folder, draft);
                throw e;
            }
            rename(folder, draft, folder, path);
        }
    }

    /** Makes a folder; one that is there already is fine. */
    void createFolder(FilePath path) throws FileFault, IOException {
        if (path.isRoot()) {
            return;
        }
        try (var top = root.open();
                var folder = root.open(path.parent())) {
            try {
                if (folder.attributes(path.name()).isDirectory()) {
                    return;
                }
                throw new FileFault(Kind.EXISTS, "There is something else of that name: " + path);
            } catch (NoSuchFileException e) {
                path.requireNewName();
                requireNoTwin(folder, path);
            }
            // Java cannot make a folder inside an opened one, but it can move one there.
            var draft = draftName();
            Files.createDirectory(root.path().resolve(draft));
            rename(top, draft, folder, path);
        }
    }

    void deleteFile(FilePath path) throws FileFault, IOException {
        if (path.isRoot()) {
            throw FileFault.isADirectory(path);
        }
        try (var folder = root.open(path.parent())) {
            root.requirePlainFile(Root.attributes(folder, path), path);
            folder.deleteFile(path.name());
        } catch (NoSuchFileException e) {
            throw FileFault.missing(path);
        }
    }

    /** Deletes an empty folder. */
    void deleteFolder(FilePath path) throws FileFault, IOException {
        if (path.isRoot()) {
            throw FileFault.badPath("The root cannot be deleted");
        }
        try (var folder = root.open(path.parent())) {
            Root.requireFolder(Root.attributes(folder, path), path);
            folder.deleteFolder(path.name());
        } catch (DirectoryNotEmptyException e) {
            throw new FileFault(Kind.NOT_EMPTY, "The directory is not empty: " + path);
        } catch (NoSuchFileException e) {
            throw FileFault.missing(path);
        }
    }

    /** After opening: the name must still mean the file that was looked at. */
    private void requireSame(BasicFileAttributes before, Folder folder, FilePath path) throws FileFault, IOException {
        var after = Root.attributes(folder, path);
        if (!Objects.equals(before.fileKey(), after.fileKey())) {
            throw FileFault.outside();
        }
        root.requirePlainFile(after, path);
    }

    private void requireReplaceable(Folder folder, FilePath path) throws FileFault, IOException {
        try {
            root.requirePlainFile(folder.attributes(path.name()), path);
        } catch (NoSuchFileException e) {
            path.requireNewName();
            requireNoTwin(folder, path);
        }
    }

    /** Names that differ only in case are one file on other systems and one word to people. */
    private void requireNoTwin(Folder folder, FilePath path) throws FileFault, IOException {
        for (var name : folder.names(limits.entriesMax())) {
            if (name.equalsIgnoreCase(path.name())) {
                throw new FileFault(Kind.EXISTS, "There is already something called " + name);
            }
        }
    }

    private static void rename(Folder from, String draft, Folder to, FilePath path) throws FileFault, IOException {
        try {
            from.move(draft, to, path.name());
        } catch (IOException e) {
            discard(from, draft);
            throw new FileFault(Kind.EXISTS, "There is something else of that name: " + path);
        }
    }

    private static void discard(Folder folder, String draft) throws IOException {
        if (folder.attributes(draft).isDirectory()) {
            folder.deleteFolder(draft);
        } else {
            folder.deleteFile(draft);
        }
    }

    private static String draftName() {
        return ".gaia-" + UUID.randomUUID();
    }

    void requireSize(long bytes) throws FileFault {
        if (bytes > limits.fileMaxBytes()) {
            throw new FileFault(Kind.TOO_LARGE, "The file is larger than " + limits.fileMaxBytes() + " bytes");
        }
    }

    private String text(SeekableByteChannel channel) throws FileFault, IOException {
        // One byte more than allowed, because the file may have grown since its size was read.
        var bytes = ByteBuffer.allocate((int) Math.min(channel.size(), limits.fileMaxBytes()) + 1);
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
            requireSize(bytes.position());
        }
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }
}
