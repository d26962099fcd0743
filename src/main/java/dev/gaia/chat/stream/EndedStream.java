package dev.gaia.chat.stream;

import dev.gaia.link.PieceStream;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * A stream that ends as its surface wants when it breaks between segment and gateway, so that no client takes half an
 * answer for a whole one.
 */
public final class EndedStream extends PieceStream {

    /** What a client reads of such a break. */
    public static final String REASON = "The answer broke off: the connection inside the platform ended";

    private final PieceStream stream;
    private final String requestId;
    private final Logger log;
    private final Supplier<byte[]> ending;
    private boolean broken;

    /**
     * A stream that ends well.
     *
     * @param log of the route that the stream passes
     * @param ending the last piece of a stream that broke
     */
    public EndedStream(PieceStream stream, String requestId, Logger log, Supplier<byte[]> ending) {
        this.stream = stream;
        this.requestId = requestId;
        this.log = log;
        this.ending = ending;
    }

    @Override
    public Optional<byte[]> next() throws InterruptedException {
        if (broken) {
            return Optional.empty();
        }
        try {
            return stream.next();
        } catch (IOException e) {
            log.warn("the stream of request {} broke on the link: {}", requestId, e.getMessage());
            return end();
        } catch (RuntimeException e) {
            // Without its words, which may be those of a dialogue.
            log.error(
                    "the stream of request {} broke on a defect: {}",
                    requestId,
                    e.getClass().getName());
            return end();
        }
    }

    private Optional<byte[]> end() {
        broken = true;
        stream.close();
        return Optional.of(ending.get());
    }

    @Override
    public void close() {
        stream.close();
    }
}
