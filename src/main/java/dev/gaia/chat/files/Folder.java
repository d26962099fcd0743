package dev.gaia.chat.files;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;

/**
 * An opened folder. Names mean entries of exactly this folder, whatever is done to the path that led to it, and no
 * operation follows a link.
 */
interface Folder extends AutoCloseable {

    /** Of the entry itself, also of a link. */
    BasicFileAttributes attributes(String name) throws IOException;

    /** Opens a folder in this one; fails for links. */
    Folder folder(String name) throws IOException;

    /** Opens a file; fails for links. The caller makes sure that it is a plain file: opening others may wait. */
    SeekableByteChannel open(String name, Set<OpenOption> options) throws IOException;

    /** The names in this folder, at most {@code max} of them. */
    List<String> names(int max) throws IOException;

    /** Renames an entry, at once and replacing a file of the new name. */
    void move(String name, Folder target, String newName) throws IOException;

    void deleteFile(String name) throws IOException;

    /** Deletes an empty folder. */
    void deleteFolder(String name) throws IOException;

    @Override
    void close();
}
