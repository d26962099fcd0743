package dev.gaia.chat.mcp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Lines of text of a bounded length, which the JDK's own reader does not have. Used by one thread. */
final class BoundedLines {

    private final InputStream source;
    private final int maxBytes;

    BoundedLines(InputStream source, int maxBytes) {
        this.source = new BufferedInputStream(source, 65_536);
        this.maxBytes = maxBytes;
    }

    /**
     * The next line without its end, empty after the last one.
     *
     * @throws IOException when it is longer than the bound
     */
    Optional<String> next() throws IOException {
        var line = new ByteArrayOutputStream();
        int read = source.read();
        if (read < 0) {
            return Optional.empty();
        }
        while (read >= 0 && read != '\n') {
            if (line.size() >= maxBytes) {
                throw new IOException("a line is longer than " + maxBytes + " bytes");
            }
            line.write(read);
            read = source.read();
        }
        return Optional.of(line.toString(StandardCharsets.UTF_8));
    }
}
