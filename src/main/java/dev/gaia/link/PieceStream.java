package dev.gaia.link;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * A streamed answer: bytes in the pieces in which they should leave, read by one thread.
 *
 * <p>The body of an exchange whose answer is a stream. {@link #next()} blocks the calling (virtual) thread until the
 * next piece is there; an empty result is the proper end. {@link #close()} may be called from any thread and at any
 * time: it ends the wait of a reader and cancels whatever produces the pieces. It is an {@link InputStream} only so
 * that every part of Camel knows what it is; edges and links read pieces.
 */
public abstract class PieceStream extends InputStream {

    /** A piece that is put together of what is there ends at this size, so that a slow reader holds its source back. */
    protected static final int FULL_BYTES = 8 * 1024;

    /** Room for a few tokens, which most pieces are. */
    protected static final int USUAL_BYTES = 512;

    private byte[] current = new byte[0];
    private int position;

    /**
     * Waits for the next piece.
     *
     * @return the next piece, never empty bytes; empty after the last one
     * @throws IOException when the stream broke before its proper end; what was read so far is incomplete
     * @throws InterruptedException when the reading thread was told to stop
     */
    public abstract Optional<byte[]> next() throws IOException, InterruptedException;

    /** Ends the stream from either side; harmless when repeated. */
    @Override
    public abstract void close();

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (position == current.length) {
            try {
                var piece = next();
                if (piece.isEmpty()) {
                    return -1;
                }
                current = piece.get();
                position = 0;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("reading was interrupted", e);
            }
        }
        int count = Math.min(length, current.length - position);
        System.arraycopy(current, position, target, offset, count);
        position += count;
        return count;
    }
}
