package dev.gaia.asset.store;

import dev.gaia.spool.SpooledFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bytes of a file that is to be kept, in memory or on the disk; read as often as wanted. */
public sealed interface Content {

    /** Length in bytes. */
    long size();

    /** The bytes from the first one on; the caller closes the stream. */
    InputStream open() throws IOException;

    /** The first bytes, fewer when there are not so many. */
    default byte[] head(int length) throws IOException {
        try (InputStream in = open()) {
            return in.readNBytes(length);
        }
    }

    static Content of(byte[] bytes) {
        return new Held(bytes);
    }

    static Content of(SpooledFile file) {
        return new OnDisk(file.path(), file.size());
    }

    /** Small enough to be held. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record Held(byte[] bytes) implements Content {

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }

    /** A file that does not change any more. */
    record OnDisk(Path path, long size) implements Content {

        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(path);
        }
    }
}
