package dev.gaia.asset.store;

import dev.gaia.link.PieceStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A part of a stored file as a streamed answer. Closing it closes the file. */
final class FilePieces extends PieceStream {

    private static final Logger log = LoggerFactory.getLogger(FilePieces.class);
    private static final int PIECE_BYTES = 16 * 1024;

    private final StoredObject file;
    private final InputStream bytes;
    private long left;

    /** @param length bytes that must come */
    FilePieces(StoredObject file, InputStream bytes, long length) {
        this.file = file;
        this.bytes = bytes;
        this.left = length;
    }

    @Override
    public Optional<byte[]> next() throws IOException {
        if (left == 0) {
            return Optional.empty();
        }
        byte[] piece = new byte[(int) Math.min(PIECE_BYTES, left)];
        int count = bytes.read(piece);
        if (count <= 0) {
            throw new IOException("a stored file became shorter");
        }
        left -= count;
        return Optional.of(count == piece.length ? piece : Arrays.copyOf(piece, count));
    }

    @Override
    public void close() {
        try (file) {
            bytes.close();
        } catch (IOException e) {
            log.debug("closing a stored file failed", e);
        }
    }
}
