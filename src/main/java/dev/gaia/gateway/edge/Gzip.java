package dev.gaia.gateway.edge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** Compression of whole bodies. Streams never pass here, since compressing would hold back their pieces. */
final class Gzip {

    private Gzip() {}

    /** True when an {@code Accept-Encoding} names gzip and does not weigh it zero. */
    static boolean accepted(String acceptEncoding) {
        for (String part : acceptEncoding.split(",", -1)) {
            String coding = part.strip().toLowerCase(Locale.ROOT);
            if ("gzip".equals(coding)) {
                return true;
            }
            if (coding.startsWith("gzip;")) {
                return !coding.replace(" ", "").matches("gzip;q=0(\\.0*)?");
            }
        }
        return false;
    }

    static byte[] compress(byte[] body) {
        var target = new ByteArrayOutputStream(body.length / 2 + 32);
        try (var gzip = new GZIPOutputStream(target, 4096)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return target.toByteArray();
    }
}
