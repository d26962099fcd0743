package dev.gaia.spool;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A temporary file: written once by one thread, then read as often as wanted; gone when it is closed. */
public final class SpooledFile implements Closeable {

    private final Spool spool;
    private final Path path;
    private final FileChannel channel;
    private final List<InputStream> opened = new ArrayList<>();
    private long size;
    private boolean closed;

    SpooledFile(Spool spool, Path path) throws IOException {
        this.spool = spool;
        this.path = path;
        this.channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /**
     * Adds bytes at the end.
     *
     * @throws SpoolFullException when all temporary files together would be larger than allowed
     */
    public void write(byte[] bytes, int offset, int length) throws IOException {
        spool.hold(length);
        size += length;
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Bytes written so far. */
    public long size() {
        return size;
    }

    public Path path() {
        return path;
    }

    /** The bytes from the first one on; closed with the file at the latest. */
    public synchronized InputStream open() throws IOException {
        InputStream stream = Files.newInputStream(path);
        opened.add(stream);
        return stream;
    }

    /** Removes the file; harmless when repeated. */
    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            try {
                channel.close();
                for (InputStream stream : opened) {
                    stream.close();
                }
                Files.deleteIfExists(path);
            } finally {
                spool.release(size);
            }
        }
    }
}
