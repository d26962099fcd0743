package dev.gaia.drill;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Lets so many bytes through; the next one breaks the connection. */
final class CutStream extends FilterOutputStream {

    private int left;

    CutStream(OutputStream out, int left) {
        super(out);
        this.left = left;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int let = Math.min(left, length);
        out.write(bytes, offset, let);
        left -= let;
        if (let < length) {
            out.flush();
            throw new IOException("cut here");
        }
    }
}
