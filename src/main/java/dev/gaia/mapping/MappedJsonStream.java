package dev.gaia.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A stream whose documents are changed as they are read. */
final class MappedJsonStream extends ForwardingStream {

    private final UnaryOperator<JsonNode> change;

    MappedJsonStream(JsonStream source, UnaryOperator<JsonNode> change) {
        super(source);
        this.change = change;
    }

    @Override
    public Optional<JsonNode> next() throws IOException, InterruptedException {
        var document = source().next();
        return document.isPresent() && !document.get().isMissingNode() ? document.map(change) : document;
    }
}
