package dev.gaia.asset.store;

import dev.gaia.link.PieceStream;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A part of a stored file as a streamed answer. Closing it closes the file. */
final class FilePieces extends PieceStream {

    private static final Logger log = LoggerFactory.getLogger(FilePieces.class);
    private static final int PIECE_BYTES = 16 * 1024;

    private final StoredObject file;
    private final long end;
    private long position;
    private boolean closed;

    FilePieces(StoredObject file, ByteRange range) {
        this.file = file;
        this.position = range.first();
        this.end = range.last() + 1;
    }

    @Override
    public synchronized Optional<byte[]> next() throws IOException {
        if (closed || position >= end) {
            return Optional.empty();
        }
        byte[] piece = file.read(position, (int) Math.min(PIECE_BYTES, end - position));
        if (piece.length == 0) {
            throw new IOException("a stored file became shorter");
        }
        position += piece.length;
        return Optional.of(piece);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            try {
                file.close();
            } catch (IOException e) {
                log.debug("closing a stored file failed", e);
            }
        }
    }
}
