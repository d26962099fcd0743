package dev.gaia.gateway;

import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.link.PieceStream;
import dev.gaia.link.SizedBody;
import dev.gaia.spool.Spool;
import dev.gaia.spool.SpoolFullException;
import dev.gaia.spool.SpooledFile;
import java.io.IOException;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives a body into a temporary file, which lives as long as the exchange: a segment gets it at its own speed, and is
 * not kept waiting by a slow client. An operation that the client sent no body is left with none.
 *
 * @param spool where the file lies
 */
record SpoolBody(Spool spool) implements Processor {

    private static final Logger log = LoggerFactory.getLogger(SpoolBody.class);

    @Override
    public void process(Exchange exchange) throws IOException, InterruptedException {
        if (!(exchange.getMessage().getBody() instanceof PieceStream arriving)) {
            return;
        }
        SpooledFile file = spool.create(exchange);
        try {
            for (Optional<byte[]> piece = arriving.next(); piece.isPresent(); piece = arriving.next()) {
                file.write(piece.get(), 0, piece.get().length);
            }
        } catch (SpoolFullException e) {
            log.warn("an upload was refused: {}", e.getMessage());
            throw Failure.of(FailureCode.GATEWAY_OVERLOADED);
        }
        exchange.getMessage().setBody(new SizedBody(file.open(), file.size()));
    }
}
