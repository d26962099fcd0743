package dev.gaia.link;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A request body that is too large to be held: its bytes, to be read once, and how many there are. It is never
 * collected: the link sends it in pieces, and a door that takes bodies as streams hands it on as one.
 */
public final class SizedBody extends FilterInputStream {

    private final long length;

    public SizedBody(InputStream bytes, long length) {
        super(bytes);
        this.length = length;
    }

    public long length() {
        return length;
    }

    /** Sends all of it. */
    void send(PieceWriter writer, int pieceMaxBytes) throws IOException, InterruptedException {
        long sent = 0;
        for (byte[] piece = readNBytes(pieceMaxBytes); piece.length > 0; piece = readNBytes(pieceMaxBytes)) {
            if (!writer.send(piece)) {
                return;
            }
            sent += piece.length;
        }
        if (sent == length) {
            writer.end();
        } else {
            writer.broken("The body has %d bytes, but %d were announced".formatted(sent, length));
        }
    }
}
