package dev.gaia.asset.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** All files of a folder, without following links. */
final class FolderWalk implements ObjectWalk {

    private static final int DEPTH = 5;

    private final Path root;
    private final Stream<Path> files;
    private final Iterator<Path> rest;

    @SuppressWarnings("StreamResourceLeak") // closed by close(), which whoever walks calls
    FolderWalk(Path root) throws IOException {
        this.root = root;
        this.files = Files.walk(root, DEPTH);
        this.rest = files.iterator();
    }

    @Override
    public List<Entry> next(int max) throws IOException {
        List<Entry> found = new ArrayList<>();
        try {
            while (found.size() < max && rest.hasNext()) {
                meet(rest.next(), found);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return found;
    }

    private void meet(Path file, List<Entry> found) throws IOException {
        var path = ObjectPath.parse(root.relativize(file).toString().replace('\\', '/'));
        if (path.isPresent() && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            try {
                found.add(new Entry(path.get(), Files.getLastModifiedTime(file).toInstant()));
            } catch (NoSuchFileException e) {
                // Removed since: there is nothing to meet any more.
            }
        }
    }

    @Override
    public void close() {
        files.close();
    }
}
