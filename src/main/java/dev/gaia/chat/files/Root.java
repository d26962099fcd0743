package dev.gaia.chat.files;

import dev.gaia.chat.files.FileFault.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Objects;

/**
 * The folder below which all files are, and the way down from it: name by name, each folder held open until the next one
 * is, so that a link somebody puts in the way, even during the call, is met as a link and refused.
 */
record Root(Path path) {

    /**
     * @param folder made when missing; links on the way to it are followed now and never again
     * @throws IOException when it cannot be made, is no folder, or is the root of the file system
     */
    static Root at(Path folder) throws IOException {
        Files.createDirectories(folder);
        var real = folder.toRealPath();
        if (real.getParent() == null || !Files.isDirectory(real)) {
            throw new NotDirectoryException(folder.toString());
        }
        return new Root(real);
    }

    /** Opens the root through the folder above, so that a link put in its place is not followed either. */
    Folder open() throws IOException {
        try (var parent = Files.newDirectoryStream(path.getParent())) {
            if (parent instanceof SecureDirectoryStream<Path> secure) {
                return new SecureFolder(secure).folder(path.getFileName().toString());
            }
        }
        return CheckedFolder.of(path);
    }

    Folder open(FilePath folder) throws FileFault, IOException {
        var open = open();
        var walked = new ArrayList<String>();
        try {
            for (var name : folder.names()) {
                walked.add(name);
                var here = new FilePath(walked);
                requireFolder(attributes(open, here), here);
                var next = openNext(open, here);
                open.close();
                open = next;
            }
            return open;
        } catch (FileFault | IOException e) {
            open.close();
            throw e;
        }
    }

    /** What was a folder a moment ago and cannot be opened as one is a link by now, or gone. */
    private static Folder openNext(Folder above, FilePath path) throws FileFault, IOException {
        try {
            return above.folder(path.name());
        } catch (IOException e) {
            requireFolder(attributes(above, path), path);
            throw e;
        }
    }

    static BasicFileAttributes attributes(Folder folder, FilePath path) throws FileFault, IOException {
        try {
            return folder.attributes(path.name());
        } catch (NoSuchFileException e) {
            throw FileFault.missing(path);
        }
    }

    static void requireFolder(BasicFileAttributes found, FilePath path) throws FileFault {
        if (found.isSymbolicLink() || found.isOther()) {
            throw FileFault.outside();
        }
        if (!found.isDirectory()) {
            throw new FileFault(Kind.NOT_A_DIRECTORY, "Not a directory: " + path);
        }
    }

    /** Refuses folders, links, pipes, sockets, devices, and files with a second name, which may lie outside. */
    void requirePlainFile(BasicFileAttributes found, FilePath path) throws FileFault, IOException {
        if (found.isDirectory()) {
            throw FileFault.isADirectory(path);
        }
        if (!found.isRegularFile() || hasOtherNames(found, path)) {
            throw FileFault.outside();
        }
    }

    /** Only the whole path tells how many names a file has; its key shows that it is the same file. */
    private boolean hasOtherNames(BasicFileAttributes found, FilePath file) throws FileFault, IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return false;
        }
        try {
            var facts = Files.readAttributes(
                    path.resolve(String.join("/", file.names())), "unix:nlink,fileKey", LinkOption.NOFOLLOW_LINKS);
            return !Objects.equals(facts.get("fileKey"), found.fileKey())
                    || !Integer.valueOf(1).equals(facts.get("nlink"));
        } catch (NoSuchFileException e) {
            throw FileFault.missing(file);
        }
    }
}
