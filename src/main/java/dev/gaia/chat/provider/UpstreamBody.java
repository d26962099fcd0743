package dev.gaia.chat.provider;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/**
 * The body of a whole answer in the parts in which it came, so that it is held once.
 *
 * @param length of all parts, in bytes
 * @param encoding how it is compressed, such as {@code gzip}; empty when it is not
 */
record UpstreamBody(List<Buffer> parts, int length, String encoding) {

    /** Below it no ratio is suspicious. */
    private static final long SMALL_BYTES = 64 * 1024;

    /** What cannot be decompressed, or should not be. */
    static final class Unreadable extends IOException {

        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message);
        }
    }

    boolean compressed() {
        return !encoding.isEmpty();
    }

    /**
     * The plain bytes, of which reading fails beyond the limits.
     *
     * @param maxBytes of the plain body
     * @param ratioMax how much larger it may be than what was sent
     * @throws Unreadable when it is compressed in a way that was not asked for
     * @throws IOException when it is damaged
     */
    InputStream read(long maxBytes, int ratioMax) throws IOException {
        var raw = raw();
        if (!compressed()) {
            return raw;
        }
        long most = Math.min(maxBytes, Math.max(SMALL_BYTES, (long) length * ratioMax));
        return switch (encoding.strip().toLowerCase(Locale.ROOT)) {
            case "gzip", "x-gzip" -> new Bounded(new GZIPInputStream(raw), most);
            case "deflate" -> new Bounded(new InflaterInputStream(raw), most);
            default -> throw new Unreadable("compressed as " + encoding + ", which was not asked for");
        };
    }

    private InputStream raw() {
        var streams = parts.stream()
                .map(part -> (InputStream) new ByteArrayInputStream(part.getBytes()))
                .toList();
        return streams.size() == 1 ? streams.getFirst() : new SequenceInputStream(Collections.enumeration(streams));
    }

    /** Fails rather than give more bytes than allowed. */
    private static final class Bounded extends FilterInputStream {

        private final long most;
        private long count;

        Bounded(InputStream in, long most) {
            super(in);
            this.most = most;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int wanted) throws IOException {
            int read = super.read(target, offset, wanted);
            count += Math.max(0, read);
            if (count > most) {
                throw new Unreadable("decompressed it is larger than " + most + " bytes");
            }
            return read;
        }
    }
}
